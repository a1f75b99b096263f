internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The panels beside a matter: clocks, people, who works on it, links, who looked.
extension MatterPage {
    func panels() -> Fields {
        let reads = reads()
        let first = state.nextClock
        return ProcessPanel(page: self).fields().merging([
            "rulePack": .text(words.packName(of: state)),
            "clocks": .list(shownClocks().map { words.clock($0, of: state, withMonth: $0 == first, in: file) }),
            "reporters": .list(state.reporters.map(person)), "hands": .list(hands()), "links": .list(links()),
            "hasLinks": .flag(!linked.isEmpty), "receptions": .list(receptions),
            "hasReceptions": .flag(!receptions.isEmpty), "restriction": .optional(restriction()),
            "fingerprint": .text(words.words.fingerprint(file.fingerprint)), "reads": .list(Array(reads.prefix(5))),
            "readsMore": .text(
                reads.count > 5
                    ? words.words.counted("work.readsMore", reads.count)
                    : reads.isEmpty ? words.text("work.readsNone") : ""),
        ]).merging(DocumentList.fields(file, words, number: state.number))
    }

    /// What runs, then what was done last. Of the residents' own time limits the one that ends last is enough, and
    /// the time for objections says nothing once a unit has accepted, nor does what a later decision replaced.
    private func shownClocks() -> [CaseState.Clock] {
        let offices = state.clocks.filter { !words.isRight($0.start, of: state) }
        let right = state.clocks.filter { words.isRight($0.start, of: state) && $0.endedAt == nil }
            .max { $0.start.due < $1.start.due }
        let done = offices.filter { $0.endedAt != nil && $0.start.holder != .receiver && !$0.isReplaced }
        return offices.filter { $0.endedAt == nil } + [right].compactMap { $0 } + done.suffix(4)
    }

    // MARK: People

    private func person(_ reporter: CaseState.Reporter) -> Fields {
        let id = reporter.details.id
        let contact = file.contacts[id] ?? Contact()
        let shown = revealed?.reporter == id ? revealed?.contact : nil
        let isKept = reporter.details.keepSecret && !viewer.may(.revealContact, on: state.receivedBy)
        let hasMore = contact.phone != nil || contact.address != nil || contact.identityNumber != nil
        return [
            "id": .text("\(id)"), "name": .text(words.reporter(id, in: file)),
            "contacts": .list(isKept ? [] : contacts(shown ?? contact, isMasked: shown == nil)),
            "facts": .list(facts(reporter)),
            "secretWords": .text(reporter.details.keepSecret ? words.text("work.keptSecret") : ""),
            "shownUntil": .text(
                shown == nil
                    ? "" : words.text("work.shownUntil", ["time": words.words.time(words.now.adding(seconds: 300))])),
            "canReveal": .flag(can(.reveal) && !isKept && hasMore && shown == nil),
            "canReissue": .flag(can(.reissueCode) && !reporter.erased), "reissueForm": .group(reissue(of: id)),
            "consent": .group(consent(of: reporter)),
            "letterURL": .text(state.reply == nil || reporter.erased ? "" : "\(url)/letter?reporter=\(id)"),
            "slipURL": .text("\(url)/slip?reporter=\(id)"),
        ]
    }

    /// The form for a new code, as it was typed where it could not be done.
    private func reissue(of reporter: ReporterID) -> Fields {
        let typed = failed?.act == .reissue && failed?.form["reporter"] == "\(reporter)" ? failed : nil
        let state = FormState(words: words.words, form: typed?.form, errors: typed?.errors ?? [])
        var fields = state.fields(["check", "reason"])
        fields["checks"] = state.options("check", IdentityCheck.allCases, family: "identity")
        return fields
    }

    private func contacts(_ contact: Contact, isMasked: Bool) -> [Fields] {
        let values: [(String, String?, (String) -> String)] = [
            ("work.contactPhone", contact.phone, ContactMask.phone),
            ("work.contactAddress", contact.address, ContactMask.address),
            ("work.contactIdentity", contact.identityNumber, ContactMask.identity),
        ]
        return values.compactMap { key, value, mask in
            value.map { ["label": .text(words.text(key)), "value": .text(isMasked ? mask($0) : $0)] }
        }
    }

    private func facts(_ reporter: CaseState.Reporter) -> [Fields] {
        var rows: [(String, String)] = []
        if let role = reporter.details.group { rows.append(("proc.groupRole", words.words.name("groupRole", role))) }
        let needs = reporter.details.needs.map { words.text("need.\($0)") }
        if !needs.isEmpty { rows.append(("work.factNeeds", words.words.list(needs))) }
        if reporter.details.onBehalf != nil { rows.append(("helper.title", helper(of: reporter))) }
        if let origin = reporter.origin { rows.append(("merge.factOrigin", origin.number)) }
        if reporter.details.noReply { rows.append(("work.factReply", words.text("work.noReplyWanted"))) }
        if reporter.withdrawn { rows.append(("work.factState", words.text("work.hasWithdrawn"))) }
        return rows.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }

    // MARK: Who works on it

    private func hands() -> [Fields] {
        let clock = state.nextClock.map { words.words.clockFields(words.clockState($0, of: state)) }
        var hands: [Fields] = [
            hand(
                who(state.responsible, state.handler), "work.handLead",
                words.phase(state.phase, seesJudgement: seesJudgement),
                clock)
        ]
        if let lead = state.lead, lead != state.responsible {
            hands.append(hand(words.unit(lead), "work.handAsked", words.text("work.handWaiting"), nil))
        }
        if let day = state.feedback, let lead = state.lead, state.owesFeedback {
            hands.append(hand(words.unit(lead), "proc.handFeedback", "", words.clockFields(due: day)))
        }
        for helper in state.helpers {
            let due = helper.answeredAt == nil ? helper.due.map { words.clockFields(due: $0) } : nil
            let key = helper.answeredAt == nil ? "work.helperOpen" : "work.helperDone"
            let role = helper.kind == .callOut ? "work.handCalledOut" : "work.handHelper"
            hands.append(hand(words.unit(helper.unit), role, words.text(key), due, more: ratings(helper)))
        }
        for review in state.reviews {
            let key = review.decided == nil ? "work.reviewOpen" : "work.reviewDone"
            let role = review.stage == 1 ? "work.handReview" : "work.handSecondReview"
            hands.append(hand(words.unit(review.body), role, words.text(key), nil))
        }
        if let signer = state.reply?.signer, signer != state.handler {
            hands.append(hand(words.staff(signer), "work.handSigner", "", nil))
        }
        for recused in state.recused.sorted() {
            hands.append(hand(words.staff(recused), "work.handRecused", "", nil))
        }
        return hands
    }

    private func who(_ unit: UnitID, _ handler: StaffID?) -> String {
        guard let handler else { return words.unit(unit) }
        return "\(words.unit(unit)) · \(words.staff(handler))"
    }

    private func hand(
        _ who: String, _ role: String, _ stateWords: String, _ clock: Fields?, more: String = ""
    ) -> Fields {
        [
            "who": .text(who), "role": .text(words.text(role)), "stateWords": .text(stateWords),
            "clock": .optional(clock), "more": .text(more),
        ]
    }

    /// What either side said of the other; both read it.
    private func ratings(_ helper: CaseState.Helper) -> String {
        let asker = words.unit(helper.by ?? state.responsible)
        let both: [(HelperSide, String)] = [(.caller, asker), (.called, words.unit(helper.unit))]
        return both.compactMap { side, unit in
            helper.ratings[side].map {
                words.text("work.rated", ["unit": unit, "rating": words.words.name("attitude", $0)])
            }
        }.joined(separator: words.text("story.semicolon"))
    }

    // MARK: Links, restriction, reads

    private func links() -> [Fields] {
        linked.compactMap { matter in
            guard let link = state.links.first(where: { $0.other == matter.id }) else { return nil }
            return [
                "url": .text("/desk/matter/\(link.otherNumber)"), "number": .text(link.otherNumber),
                "titleText": .text(matter.title), "kind": .text(words.words.name("link", link.kind)),
                "phase": .text(words.phase(matter.phase, seesJudgement: seesJudgement)),
            ]
        }
    }

    private func restriction() -> Fields? {
        guard let named = state.restrictedTo else { return nil }
        for entry in file.entries.reversed() {
            guard case .restricted(let p) = entry.event else { continue }
            let values = [
                "who": words.actor(entry.stored.actor, in: file),
                "when": words.words.relative(entry.stored.occurredAt, now: words.now),
            ]
            return [
                "reason": .text(words.quoted(p.reason, in: file)),
                "who": .text(words.text("work.restrictedBy", values)),
                "names": .text(words.words.list(named.map(words.staff))),
            ]
        }
        return nil
    }

    /// Who looked at contact data, newest first.
    private func reads() -> [Fields] {
        file.entries.reversed().compactMap { entry in
            guard case .contactRevealed(let p) = entry.event else { return nil }
            let name = words.reporter(p.reporter, in: file)
            var fields = words.moment(entry)
            fields["who"] = .text(words.actor(entry.stored.actor, in: file))
            fields["what"] = .text(words.text("work.looked", ["name": name, "reason": words.quoted(p.text, in: file)]))
            return fields
        }
    }
}

/// Contact data as it stands on pages until somebody has given a reason to see it.
enum ContactMask {
    static let dots = "••••"

    /// 138••••0027.
    static func phone(_ text: String) -> String {
        let digits = text.filter { $0.isNumber || $0 == "-" }
        switch digits.count {
        case ..<7: return dots
        case ..<11: return digits.prefix(2) + dots + digits.suffix(2)
        default: return digits.prefix(3) + dots + digits.suffix(4)
        }
    }

    /// The first half, at most six characters.
    static func address(_ text: String) -> String { text.prefix(min(6, text.count / 2)) + dots }

    /// Nothing but the fact that there is one.
    static func identity(_ text: String) -> String { dots + dots }
}
