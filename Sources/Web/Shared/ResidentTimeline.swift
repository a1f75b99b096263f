internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The story of a matter as one of its residents reads it: what was done and by which unit. Never notes, whom the matter
/// complains of, reasons of objections, restrictions, or the words and names of other residents.
struct ResidentTimeline {
    let words: MatterWords
    let file: CaseFile
    let reporter: ReporterID

    /// The entries in order, for the list of `portal/matter`.
    func entries() -> [Fields] {
        let documents = Dictionary(
            file.documents(for: reporter).map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
        return file.entries.enumerated().compactMap { index, entry in
            guard var fields = fields(of: entry, as: documents[index]) else { return nil }
            fields["id"] = .text("entry-\(index + 1)")
            return fields
        }
    }

    /// Who looked at this resident's contact data, newest first: `who`, `unit`, `what`, `reason`, `when`, `iso`.
    func reads() -> [Fields] {
        file.entries.reversed().compactMap { entry in
            guard case .contactRevealed(let p) = entry.event, p.reporter == reporter else { return nil }
            var fields = words.moment(entry)
            fields["who"] = .text(words.actor(entry.stored.actor, in: file))
            fields["unit"] = .text(entry.stored.actor.unitID.map(words.unit))
            fields["what"] = .text(words.text("story.contactData"))
            fields["reason"] = .text(words.quoted(p.text, in: file))
            return fields
        }
    }

    private func fields(of entry: CaseEntry, as document: DocumentName?) -> Fields? {
        switch entry.event {
        case .messaged(let p):
            var fields = paper(entry, is: "isMessage", p.text)
            let unit = words.unit(entry.stored.actor.unitID ?? file.state.responsible)
            let values = ["unit": unit, "who": words.actor(entry.stored.actor, in: file)]
            fields["from"] = .text(words.text("story.messageFrom", values))
            return fields
        case .worded(let p) where p.reporter == reporter: return added(entry, p.text, "portal.youAdded")
        case .corrected(let p) where p.reporter == reporter: return added(entry, p.text, "remedies.youCorrected")
        case .reporterAdded(let p) where p.reporter.id == reporter: return event(entry, "registered")
        case .replied(let p): return reply(entry, p, as: document)
        case .reviewDecided(let p) where document != nil: return decision(entry, p, as: document)
        default: return sentence(of: entry) ?? lawful(entry)
        }
    }

    private func sentence(of entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .registered(let p):
            return p.reporter.id == reporter ? event(entry, "registered", detail: words.text("told.codeGiven")) : nil
        case .dispatched(let p): return event(entry, "dispatched", ["unit": words.unit(p.lead)])
        case .objectionRuled(let p):
            guard p.upheld, let lead = p.lead else { return nil }
            return event(entry, "dispatched", ["unit": words.unit(lead)])
        case .recalled(let p) where p.kind == .dispatch: return event(entry, "recalled", ["unit": words.unit(p.unit)])
        case .accepted(let p):
            let unit = words.unit(entry.stored.actor.unitID ?? file.state.responsible)
            return event(entry, "accepted", ["unit": unit, "name": words.staff(p.handler)])
        case .handedOver(let p): return event(entry, "handedOver", ["name": words.staff(p.to)])
        case .helperAsked(let p): return event(entry, "helperAsked", ["unit": words.unit(p.unit)])
        case .helperAnswered(let p): return event(entry, "helperAnswered", ["unit": words.unit(p.unit)])
        case .contacted(let p): return event(entry, "contacted", ["how": words.words.name("contact", p.method)])
        case .calledBack(let p) where p.reporter == reporter:
            let again = p.again.map { words.text("told.callAgain", ["date": words.words.date($0, today: words.today)]) }
            return event(
                entry, "calledBack", ["result": words.words.name("callBackResult", p.result)], detail: again ?? "")
        case .delivered(let p) where p.reporter == reporter:
            let until = words.text("told.judgeUntil", ["date": words.words.date(p.judgeUntil, today: words.today)])
            return event(entry, "delivered", ["how": words.words.name("delivery", p.method)], detail: until)
        case .judged(let p) where p.reporter == reporter:
            return event(entry, "judged", ["verdict": words.words.name("judgement", p.outcome)])
        case .windowEnded(let p) where p.reporter == reporter: return event(entry, "windowEnded")
        case .closed(let p): return event(entry, "closed", detail: words.quoted(p.text, in: file))
        case .reopened(let p):
            let mine = p.reporter == reporter
            // Another resident's reasons are theirs; what the office wrote is for everybody.
            let detail = mine || p.reporter == nil ? words.quoted(p.reason, in: file) : ""
            return event(entry, mine ? "reopenedByYou" : "reopened", stamp: "reopened", detail: detail)
        case .attached(let p) where p.reporter == reporter || (p.reporter == nil && p.shown == true && !file.isReduced):
            let key = p.reporter == nil ? "attachedByOffice" : "attached"
            return event(entry, key, ["n": words.words.number(p.files.count)], stamp: "attached")
        case .attachmentWithdrawn(let p) where p.reporter == reporter: return event(entry, "attachmentWithdrawn")
        case .withdrawn(let p) where p.reporter == reporter:
            return event(entry, "withdrawn", detail: words.quoted(p.text, in: file))
        case .codeReissued(let p) where p.reporter == reporter: return event(entry, "codeReissued")
        case .consented(let p) where p.reporter == reporter:
            return event(entry, p.agrees ? "consentedYes" : "consentedNo", stamp: "consented")
        case .published: return event(entry, "published")
        case .unpublished: return event(entry, "unpublished")
        case .contactRevealed(let p) where p.reporter == reporter:
            let unit = entry.stored.actor.unitID.map(words.unit) ?? ""
            return event(entry, "contactRevealed", ["unit": unit], detail: words.quoted(p.text, in: file))
        default: return nil
        }
    }

    func flags(_ kind: String) -> Fields {
        var fields: Fields = ["id": "", "isEvent": false, "isReply": false, "isMessage": false, "isWords": false]
        fields[kind] = true
        return fields
    }

    /// A sentence under a postmark.
    ///
    /// - Parameters:
    ///   - key: the sentence, `told.<key>`.
    ///   - stamp: the verb on the stamp, where it is not the key's.
    ///   - detail: goes on behind the time.
    ///   - more: what somebody wrote, or what the law says of it, in paragraphs.
    func event(
        _ entry: CaseEntry, _ key: String, _ values: [String: String] = [:], stamp: String? = nil, detail: String = "",
        more: [String] = []
    ) -> Fields {
        var fields = flags("isEvent")
        fields.merge(words.postmark(entry, verb: stamp ?? key))
        fields.merge(words.moment(entry))
        fields["sentence"] = .text(words.text("told.\(key)", values))
        fields["detail"] = .text(detail)
        let shown = more.filter { !$0.isEmpty }
        fields["hasMore"] = .flag(!shown.isEmpty)
        fields["more"] = .list(shown.map { ["text": .text($0), "lang": .text(MatterWords.language(of: $0))] })
        return fields
    }

    private func added(_ entry: CaseEntry, _ text: TextReference?, _ heading: String) -> Fields {
        var fields = paper(entry, is: "isWords", text)
        fields["heading"] = .text(words.text(heading))
        return fields
    }

    private func paper(_ entry: CaseEntry, is kind: String, _ text: TextReference?) -> Fields {
        var fields = flags(kind)
        fields.merge(words.moment(entry))
        fields.merge(words.passage(text, in: file))
        return fields
    }
}
