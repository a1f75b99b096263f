internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// One event of a matter in plain words for staff: a heading, what was written with it, and the verb on the stamp.
struct StaffSentence {
    let words: MatterWords
    let file: CaseFile

    struct Told: Sendable {
        let verb: String
        let heading: String
        let text: String
    }

    func sentence(of event: CaseEvent) -> Told {
        switch event {
        case .registered, .reporterAdded, .categorised, .dispatched, .objected, .objectionRuled, .accepted,
            .helperAsked:
            assigning(event)
        case .contacted, .calledBack, .delivered, .windowEnded, .closed, .reopened, .withdrawn: answering(event)
        case .consented, .published, .unpublished: showing(event)
        case .linked, .restricted, .unrestricted, .contactRevealed, .codeReissued, .personErased, .recused, .attached,
            .attachmentWithdrawn, .shelved, .handedOver:
            tending(event)
        case .recalled, .tagged, .untagged, .unlinked: sortingOut(event)
        default: lawful(event)
        }
    }

    func told(_ key: String, _ values: [String: String] = [:], _ text: String = "") -> Told {
        Told(verb: key, heading: words.text("story.\(key)", values), text: text)
    }

    private func assigning(_ event: CaseEvent) -> Told {
        switch event {
        case .registered(let p):
            let values = ["channel": words.words.name("channel", p.channel), "unit": words.unit(p.receivedBy)]
            return told("registered", [:], words.text("story.registeredHow", values))
        case .reporterAdded(let p):
            let name = words.reporter(p.reporter.id, in: file)
            return told("reporterAdded", ["name": name], words.words.name("channel", p.channel))
        case .categorised(let p):
            let all = [words.category(p.category), words.area(p.area)].filter { !$0.isEmpty }
            return told("categorised", ["what": all.isEmpty ? words.text("story.nothing") : words.words.list(all)])
        case .dispatched(let p): return told("dispatched", ["unit": words.unit(p.lead)], basis(p))
        case .objected(let p):
            var text = words.quoted(p.text, in: file)
            if p.evidence != nil {
                text += words.text("story.evidence", ["text": words.quoted(p.evidence, in: file)])
            }
            if p.late == true { text += words.text("story.objectedLate") }
            return told("objected", [:], text)
        case .objectionRuled(let p):
            let key = p.upheld ? "story.objectionUpheld" : "story.objectionRejected"
            let unit = (p.lead ?? file.state.lead).map(words.unit) ?? ""
            let rests = p.conference == nil ? "" : words.text("story.byConference") + " "
            return Told(
                verb: "objectionRuled", heading: words.text(key, ["unit": unit]),
                text: rests + words.quoted(p.reason, in: file))
        case .accepted(let p): return told("accepted", ["name": words.staff(p.handler)])
        case .helperAsked(let p):
            var text = words.quoted(p.ask, in: file)
            if let due = p.due {
                text += words.text("story.askedUntil", ["date": words.words.date(due, today: words.today)])
            }
            guard p.kind == .callOut else { return told("helperAsked", ["unit": words.unit(p.unit)], text) }
            let values = ["unit": words.unit(p.unit), "by": p.by.map(words.unit) ?? ""]
            return Told(verb: "calledOut", heading: words.text("story.calledOut", values), text: text)
        default: return told("noted")
        }
    }

    /// Why a matter went to a unit: the entry of the catalogue that is cited, or what somebody wrote.
    private func basis(_ dispatched: CaseEvent.Dispatched) -> String {
        var parts: [String] = []
        if let id = dispatched.entry, let version = dispatched.entryVersion {
            let entry = words.organisation.catalogueEntry(id: id, version: version)
            parts.append(words.text("story.byEntry", ["entry": id, "basis": entry?.basis ?? ""]))
        }
        if dispatched.reason != nil {
            parts.append(words.text("story.byHand", ["reason": words.quoted(dispatched.reason, in: file)]))
        }
        if let day = dispatched.feedback {
            parts.append(words.text("story.feedbackBy", ["date": words.words.dateAndWeekday(day)]))
        }
        return parts.joined(separator: " ")
    }

    private func answering(_ event: CaseEvent) -> Told {
        switch event {
        case .contacted(let p):
            return told("contacted", ["how": words.words.name("contact", p.method)], words.quoted(p.result, in: file))
        case .calledBack(let p):
            let values = [
                "name": words.reporter(p.reporter, in: file), "result": words.words.name("callBackResult", p.result),
            ]
            let again = p.again.map {
                words.text("calls.again", ["date": words.words.date($0, today: words.today)])
            }
            return told(
                "calledBack", values,
                [again ?? "", words.quoted(p.text, in: file)].filter { !$0.isEmpty }.joined(separator: " "))
        case .delivered(let p):
            let values = ["name": words.reporter(p.reporter, in: file), "how": words.words.name("delivery", p.method)]
            return told(
                "delivered", values,
                words.text("story.judgeUntil", ["date": words.words.date(p.judgeUntil, today: words.today)]))
        case .windowEnded(let p): return told("windowEnded", ["name": words.reporter(p.reporter, in: file)])
        case .closed(let p): return told("closed", [:], words.quoted(p.text, in: file))
        case .reopened(let p):
            let name = p.reporter.map { words.reporter($0, in: file) }
            let key = name == nil ? "story.reopenedByStaff" : "story.reopened"
            return Told(
                verb: "reopened", heading: words.text(key, ["name": name ?? ""]), text: words.quoted(p.reason, in: file)
            )
        case .withdrawn(let p):
            return told("withdrawn", ["name": words.reporter(p.reporter, in: file)], words.quoted(p.text, in: file))
        default: return told("noted")
        }
    }

    private func sortingOut(_ event: CaseEvent) -> Told {
        switch event {
        case .recalled(let p):
            let key = p.kind == .dispatch ? "story.recalled" : "story.assignmentRecalled"
            return Told(
                verb: "recalled", heading: words.text(key, ["unit": words.unit(p.unit)]),
                text: words.text("story.recalledClocks"))
        case .tagged(let p): return told("tagged", ["tag": words.tag(p.tag)])
        case .untagged(let p): return told("untagged", ["tag": words.tag(p.tag)])
        case .unlinked(let p): return told("unlinked", ["number": p.otherNumber])
        default: return told("noted")
        }
    }

    private func showing(_ event: CaseEvent) -> Told {
        switch event {
        case .consented(let p):
            let key = p.agrees ? "story.consented" : "story.consentWithdrawn"
            let values = ["name": words.reporter(p.reporter, in: file)]
            return Told(verb: "consented", heading: words.text(key, values), text: "")
        case .published(let p):
            let shown = [p.title, p.body, p.reply].compactMap { $0 }.map { words.quoted($0, in: file) }
            return told("published", [:], shown.joined(separator: "\n"))
        case .unpublished(let p): return told("unpublished", [:], words.quoted(p.text, in: file))
        default: return told("noted")
        }
    }

    private func tending(_ event: CaseEvent) -> Told {
        switch event {
        case .linked(let p): return told("linked", ["number": p.otherNumber], words.words.name("link", p.kind))
        case .restricted(let p):
            let names = words.words.list(p.staff.map(words.staff))
            return told("restricted", ["names": names], words.quoted(p.reason, in: file))
        case .unrestricted(let p): return told("unrestricted", [:], words.quoted(p.text, in: file))
        case .contactRevealed(let p):
            return told(
                "contactRevealed", ["name": words.reporter(p.reporter, in: file)], words.quoted(p.text, in: file))
        case .codeReissued(let p):
            return told(
                "codeReissued", ["name": words.reporter(p.reporter, in: file)], words.quoted(p.reason, in: file))
        case .personErased(let p): return told("personErased", ["name": words.reporter(p.reporter, in: file)])
        case .attached(let p):
            let count = words.words.number(p.files.count)
            guard let reporter = p.reporter else { return told("attachedByOffice", ["n": count]) }
            return told("attached", ["n": count, "name": words.reporter(reporter, in: file)])
        case .attachmentWithdrawn(let p):
            return told("attachmentWithdrawn", [:], words.quoted(p.reason, in: file))
        case .shelved(let p): return told("shelved", [:], words.quoted(p.mark, in: file))
        case .handedOver(let p):
            return told("handedOver", ["from": words.staff(p.from), "to": words.staff(p.to)])
        case .recused(let p):
            return told("recused", ["name": words.staff(p.staff)], words.quoted(p.reason, in: file))
        default: return told("noted")
        }
    }
}
