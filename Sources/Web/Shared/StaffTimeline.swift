internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The story of a matter as staff read it: everything, except judgements where the viewer may not see them.
struct StaffTimeline {
    let words: MatterWords
    let file: CaseFile
    let seesJudgement: Bool
    /// Whether what is said of the office that took it in is for this reader.
    var seesIntake = false
    /// Where a reply can be printed; empty where the page is for paper.
    let letterURL: String

    /// The entries in order, for `parts/desk-entry`.
    func entries() -> [Fields] {
        file.entries.enumerated().compactMap { index, entry in
            if !seesJudgement, Self.isAboutJudgement(entry.event) { return nil }
            var fields = fields(of: entry)
            fields["id"] = .text("entry-\(index + 1)")
            return fields
        }
    }

    /// Whether something is left out for a viewer who may not see judgements. It is said of every answered matter, so
    /// that the sentence itself tells nothing.
    var hidesJudgements: Bool { !seesJudgement && file.state.repliedAt != nil }

    static func isAboutJudgement(_ event: CaseEvent) -> Bool {
        switch event {
        case .judged, .calledBack, .windowEnded: true
        default: false
        }
    }

    private func fields(of entry: CaseEntry) -> Fields {
        switch entry.event {
        case .noted(let p): return paper(entry, is: "isNote", p.text)
        case .helperAnswered(let p): return paper(entry, is: "isNote", p.text)
        case .messaged(let p):
            var fields = paper(entry, is: "isMessageOut", p.text, heading: words.text("story.messageSent"))
            fields["canned"] = .text(words.cannedWords(p.canned))
            return fields
        case .worded(let p):
            let name = words.reporter(p.reporter, in: file)
            let key = entry.stored.actor.staffID == nil ? "story.worded" : "story.wordedByStaff"
            let values = ["name": name, "who": words.actor(entry.stored.actor, in: file)]
            return paper(entry, is: "isWords", p.text, heading: words.text(key, values))
        case .replied(let p): return reply(entry, p)
        case .judged(let p): return judgement(entry, p)
        case .reviewAsked(let p): return paper(entry, is: "isMessageIn", p.reason, heading: heading(entry))
        case .corrected(let p): return paper(entry, is: "isWords", p.text, heading: heading(entry))
        case .reviewDecided(let p): return decision(entry, p)
        case .hearingHeld(let p):
            return record(
                entry,
                [("proc.hearingList", p.list), ("proc.hearingMinutes", p.minutes), ("proc.hearingResult", p.result)])
        case .settled(let p): return record(entry, [("proc.terms", p.terms)])
        default:
            let told = StaffSentence(words: words, file: file).sentence(of: entry.event)
            var fields = flags("isEvent")
            fields.merge(words.postmark(entry, verb: told.verb))
            fields.merge(words.moment(entry))
            fields["heading"] = .text(told.heading)
            fields["text"] = .text(told.text)
            fields["who"] = .text(words.actor(entry.stored.actor, in: file))
            return fields
        }
    }

    private func flags(_ kind: String) -> Fields {
        var fields: Fields = [
            "isEvent": false, "isNote": false, "isMessageOut": false, "isMessageIn": false, "isWords": false,
            "isReply": false, "isJudgement": false, "isRecord": false, "id": "",
        ]
        fields[kind] = true
        return fields
    }

    private func paper(_ entry: CaseEntry, is kind: String, _ text: TextReference?, heading: String = "") -> Fields {
        var who = words.actor(entry.stored.actor, in: file)
        if let unit = entry.stored.actor.unitID, unit != file.state.responsible {
            who = words.text("story.ofUnit", ["who": who, "unit": words.unit(unit)])
        }
        var fields = flags(kind)
        fields.merge(words.moment(entry))
        fields.merge(words.passage(text, in: file))
        fields["heading"] = .text(heading)
        fields["who"] = .text(who)
        return fields
    }

    private func reply(_ entry: CaseEntry, _ reply: CaseEvent.Replied) -> Fields {
        let isCurrent = file.state.reply == reply
        var fields = flags("isReply")
        fields.merge(words.moment(entry))
        fields.merge(words.passage(reply.body, in: file))
        fields["heading"] = .text(words.text(isCurrent ? "story.replySigned" : "story.replyEarlier"))
        fields["outcome"] = .text(words.words.name("outcome", reply.outcome))
        fields["salutation"] = .text(words.salutation(in: file))
        fields["remedies"] = .texts([words.remedies(reply, in: file)])
        fields["basis"] = .text(words.basis(reply.law, reply.basis, in: file))
        fields["blocks"] = Self.blocks(words.blocks(reply, in: file))
        fields["seal"] = words.seal(reply.unit)
        fields["unit"] = .text(words.unit(reply.unit))
        fields["signingLine"] = .text(words.signingLine(handler: file.state.handler, signer: reply.signer))
        fields["delivered"] = .text(isCurrent ? delivered : "")
        fields["printURL"] = .text(isCurrent && file.state.reporters.count == 1 ? letterURL : "")
        fields["canned"] = .text(words.cannedWords(reply.canned))
        return fields
    }

    private func heading(_ entry: CaseEntry) -> String {
        StaffSentence(words: words, file: file).sentence(of: entry.event).heading
    }

    static func blocks(_ rows: [(term: String, text: String)]) -> Field {
        .list(rows.filter { !$0.text.isEmpty }.map { ["term": .text($0.term), "text": .text($0.text)] })
    }

    /// The signed decision of a review, as a letter.
    private func decision(_ entry: CaseEntry, _ decided: CaseEvent.ReviewDecided) -> Fields {
        var fields = flags("isReply")
        fields.merge(words.moment(entry))
        fields.merge(words.passage(decided.body, in: file))
        fields["heading"] = .text(heading(entry))
        fields["outcome"] = .text(words.words.name("reviewOutcome", decided.outcome))
        fields["salutation"] = .text(words.salutation(in: file))
        fields["remedies"] = .list([])
        fields["basis"] = .text(words.basis(decided.law, decided.basis, in: file))
        fields["blocks"] = Self.blocks(words.blocks(decided, in: file))
        fields["seal"] = words.seal(decided.unit)
        fields["unit"] = .text(words.unit(decided.unit))
        fields["signingLine"] = .text(words.signingLine(handler: nil, signer: decided.signer))
        fields["delivered"] = ""
        fields["printURL"] = ""
        fields["canned"] = ""
        return fields
    }

    /// Minutes or an agreement: what was written down, part by part.
    private func record(_ entry: CaseEntry, _ parts: [(key: String, text: TextReference?)]) -> Fields {
        var fields = paper(entry, is: "isRecord", nil, heading: heading(entry))
        fields["blocks"] = Self.blocks(parts.map { (words.text($0.key), words.quoted($0.text, in: file)) })
        return fields
    }

    private var delivered: String {
        let told = file.entries.compactMap { entry -> String? in
            guard case .delivered(let p) = entry.event, let repliedAt = file.state.repliedAt,
                entry.stored.occurredAt >= repliedAt
            else { return nil }
            let values = [
                "date": words.words.dateTime(entry.stored.occurredAt), "name": words.reporter(p.reporter, in: file),
                "how": words.words.name("delivery", p.method),
            ]
            return words.text("story.deliveredLine", values)
        }
        return told.joined(separator: words.text("story.semicolon"))
    }

    private func judgement(_ entry: CaseEntry, _ judged: CaseEvent.Judged) -> Fields {
        let name = words.reporter(judged.reporter, in: file)
        let byStaff = entry.stored.actor.staffID != nil
        let who = words.actor(entry.stored.actor, in: file)
        var fields = flags("isJudgement")
        fields.merge(words.moment(entry))
        fields.merge(words.optionalPassage(judged.words, in: file))
        fields["heading"] = .text(words.text("story.judgementOf", ["name": name]))
        fields["who"] = .text(words.text(byStaff ? "story.judgedTold" : "story.judgedOnline", ["who": who]))
        fields["verdict"] = .text(judged.outcome.shape)
        fields["words"] = .text(words.words.name("judgement", judged.outcome))
        fields["answers"] = .texts(answers(judged))
        return fields
    }

    private func answers(_ judged: CaseEvent.Judged) -> [String] {
        var out =
            judged.attitude.map { [words.text("story.attitude", ["attitude": words.words.name("attitude", $0)])] } ?? []
        if seesIntake, let intake = judged.intake {
            let values = [
                "unit": words.unit(file.state.receivedBy), "rating": words.words.name("attitude", intake),
            ]
            out.append(words.text("calls.intakeSaid", values))
        }
        let four = [
            ("supports", judged.answers.supports), ("approves", judged.answers.approves),
            ("pleased", judged.answers.pleased), ("agrees", judged.answers.agrees),
        ]
        for (name, answer) in four {
            if let answer { out.append(words.text("four.\(name).\(answer ? "yes" : "no")")) }
        }
        return out
    }
}

extension Judgement {
    /// The name of its shape and colour: `verdict-not`, `#s-not`.
    var shape: String {
        switch self {
        case .solved: "solved"
        case .partly: "partly"
        case .notSolved: "not"
        }
    }
}
