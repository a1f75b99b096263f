internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The story of a matter as one of its residents reads it: what was done and by which unit. Never notes, reasons of
/// objections, restrictions, or the words and names of other residents.
struct ResidentTimeline {
    let words: MatterWords
    let file: CaseFile
    let reporter: ReporterID

    /// The entries in order, for the list of `portal/matter`.
    func entries() -> [Fields] {
        file.entries.enumerated().compactMap { index, entry in
            guard var fields = fields(of: entry) else { return nil }
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

    private func fields(of entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .messaged(let p):
            var fields = paper(entry, is: "isMessage", p.text)
            let unit = words.unit(entry.stored.actor.unitID ?? file.state.responsible)
            let values = ["unit": unit, "who": words.actor(entry.stored.actor, in: file)]
            fields["from"] = .text(words.text("story.messageFrom", values))
            return fields
        case .worded(let p) where p.reporter == reporter: return paper(entry, is: "isWords", p.text)
        case .reporterAdded(let p) where p.reporter.id == reporter: return event(entry, "registered")
        case .replied(let p): return reply(entry, p)
        default: return sentence(of: entry)
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
        case .accepted(let p):
            let unit = words.unit(entry.stored.actor.unitID ?? file.state.responsible)
            return event(entry, "accepted", ["unit": unit, "name": words.staff(p.handler)])
        case .helperAsked(let p): return event(entry, "helperAsked", ["unit": words.unit(p.unit)])
        case .contacted(let p): return event(entry, "contacted", ["how": words.words.name("contact", p.method)])
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
            return event(entry, mine ? "reopenedByYou" : "reopened", detail: detail)
        case .withdrawn(let p) where p.reporter == reporter:
            return event(entry, "withdrawn", detail: words.quoted(p.text, in: file))
        case .codeReissued(let p) where p.reporter == reporter: return event(entry, "codeReissued")
        case .contactRevealed(let p) where p.reporter == reporter:
            let unit = entry.stored.actor.unitID.map(words.unit) ?? ""
            return event(entry, "contactRevealed", ["unit": unit], detail: words.quoted(p.text, in: file))
        default: return nil
        }
    }

    private func flags(_ kind: String) -> Fields {
        var fields: Fields = ["id": "", "isEvent": false, "isReply": false, "isMessage": false, "isWords": false]
        fields[kind] = true
        return fields
    }

    private func event(
        _ entry: CaseEntry, _ key: String, _ values: [String: String] = [:], detail: String = ""
    ) -> Fields {
        let verb = key == "reopenedByYou" ? "reopened" : key
        var fields = flags("isEvent")
        fields.merge(words.postmark(entry, verb: verb))
        fields.merge(words.moment(entry))
        fields["sentence"] = .text(words.text("told.\(key)", values))
        fields["detail"] = .text(detail)
        return fields
    }

    private func paper(_ entry: CaseEntry, is kind: String, _ text: TextReference?) -> Fields {
        var fields = flags(kind)
        fields.merge(words.moment(entry))
        fields.merge(words.passage(text, in: file))
        return fields
    }

    private func reply(_ entry: CaseEntry, _ reply: CaseEvent.Replied) -> Fields {
        let state = file.state
        let unit = words.organisation.unit(reply.unit)
        let signer = reply.signer.map(words.staff) ?? ""
        let handler = state.handler.map(words.staff) ?? ""
        let phone = unit?.phone ?? ""
        var fields = flags("isReply")
        fields.merge(words.passage(reply.body, in: file))
        fields["unit"] = .text(words.unit(reply.unit))
        fields["kind"] = .text(words.text(state.reply == reply ? "letter.reply" : "letter.replyEarlier"))
        fields["corrected"] = ""
        fields["salutation"] = .text(words.salutation(reporter, in: file))
        fields["hasFoot"] = true
        fields["basis"] = .text(words.quoted(reply.basis, in: file))
        fields["remedies"] = .texts([words.remedies(reply, in: file)])
        fields["handler"] = .text(handler == signer ? "" : handler)
        fields["signer"] = .text(signer)
        fields["date"] = .text(words.words.fullDate(words.book.zone.date(of: entry.stored.occurredAt)))
        fields["iso"] = .text(words.words.iso(entry.stored.occurredAt))
        fields["phone"] = .text(phone)
        fields["phoneLink"] = .text(phone.filter { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == "+") })
        fields["seal"] = words.seal(reply.unit)
        return fields
    }
}
