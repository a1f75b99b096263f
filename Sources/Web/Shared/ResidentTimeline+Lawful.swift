internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Events of the lawful process in a resident's words: routes, time, remedies, promises, applications for information.
extension ResidentTimeline {
    func lawful(_ entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .triaged, .routed, .objected, .disputeRaised, .accusedNamed: sorting(entry)
        case .extended, .paused, .resumed, .recomputed, .escalated: timing(entry)
        case .hearingCalled, .hearingHeld, .reviewAsked, .reviewDecided, .reviewDelivered: reviewing(entry)
        case .correctionAsked, .consulted, .consultationAnswered: informing(entry)
        case .mergedInto, .mergeUndone, .split, .partOf: joining(entry)
        default: keeping(entry)
        }
    }

    private var state: CaseState { file.state }

    private func quoted(_ reference: TextReference?) -> String { words.quoted(reference, in: file) }

    private func date(_ date: LocalDate) -> String { words.words.date(date, today: words.today) }

    private func stage(_ stage: Int) -> String { words.text("remedies.stage.\(stage == 1 ? "1" : "2")") }

    /// What the pack says of a route, with its article. The reason that a clerk wrote down stays inside.
    private func told(of route: LawfulRoute) -> [String] {
        guard let known = words.pack(of: state)?.route(route) else { return [] }
        let source = words.source(of: known)
        return [
            known.explanation.text(isEnglish: words.isEnglish),
            source.isEmpty ? "" : words.text("told.basis", ["source": source]),
        ]
    }

    /// The matter in which it goes on, how far that was, and until when it has time (Art. 19).
    private func other(_ routed: CaseEvent.Routed, number: String) -> String {
        let told = words.text("told.routedNumber", ["number": number])
        guard let phase = routed.phase else { return told }
        // What its residents said of the answer is theirs.
        let shown = [.judged, .unjudged].contains(phase) ? CasePhase.delivered : phase
        let values = ["phase": words.words.name("residentPhase", shown)]
        let stand = words.text("told.routedStand", values)
        let until = routed.due.map { words.text("told.routedUntil", ["date": words.words.dateAndWeekday($0)]) } ?? ""
        return told + stand + until
    }

    private func sorting(_ entry: CaseEntry) -> Fields? {
        switch entry.event {
        // Another route is told by the event that follows.
        case .triaged(let p) where p.route == .ordinary:
            let route = words.route(p.route, of: state)
            guard let sort = p.sort else {
                return event(entry, "triaged", ["route": route], more: told(of: p.route))
            }
            let values = ["sort": words.words.name("matterSort", sort), "route": route]
            return event(entry, "triagedAs", values, stamp: "triaged", more: told(of: p.route))
        case .routed(let p):
            let organ = p.organ == nil ? "" : words.text("told.routedOrgan", ["organ": quoted(p.organ)])
            let number = p.number.map { other(p, number: $0) } ?? ""
            let values = ["route": words.route(p.route, of: state)]
            let procedure = p.procedure.map(words.procedure) ?? ""
            return event(
                entry, "routed", values, more: [organ, number, procedure, quoted(p.words)] + told(of: p.route))
        case .objected: return event(entry, "objected", ["unit": words.unit(state.responsible)])
        case .disputeRaised(let p):
            return event(entry, "disputeRaised", ["step": words.words.name("disputeStep", p.step)])
        // Who is complained of is told to nobody; that another office answers from now on is.
        case .accusedNamed(let p):
            return p.returnsTo.map { event(entry, "returned", ["unit": words.unit($0)], stamp: "dispatched") }
        default: return nil
        }
    }

    private func timing(_ entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .extended(let p):
            let rule = words.rule(p.clock, of: state)
            let by = entry.stored.actor.staffID.map(words.staff) ?? ""
            let approved = words.text(
                "told.extendedBy", ["name": by, "length": words.length(p.length, of: rule)])
            let values = [
                "rule": words.ruleName(p.clock.rule, of: state),
                "date": words.words.dateAndWeekday(words.due(p.clock, of: state)),
            ]
            return event(entry, "extended", values, more: [quoted(p.reason), approved])
        case .paused(let p):
            let values = ["date": date(p.on), "cause": words.words.name("pauseCause", p.cause)]
            return event(entry, "paused", values)
        case .resumed(let p): return event(entry, "resumed", ["date": date(p.on)], more: days(p.clocks))
        case .recomputed(let p): return event(entry, "recomputed", more: days(p.clocks))
        case .escalated(let p):
            let values = ["date": date(p.due), "role": words.words.name("role", p.to)]
            return event(entry, "escalated", values)
        default: return nil
        }
    }

    /// "答复申请：最晚 6 月 30 日（周二）".
    private func days(_ clocks: [ClockStart]) -> [String] {
        clocks.map { clock in
            words.text(
                "told.newDay",
                [
                    "rule": words.ruleName(clock.rule, of: state),
                    "date": words.words.dateAndWeekday(words.due(clock, of: state)),
                ])
        }
    }

    private func reviewing(_ entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .hearingCalled(let p):
            let papers = p.papers == nil ? "" : words.text("told.papers", ["text": quoted(p.papers)])
            return event(
                entry, "hearingCalled", ["date": words.words.dateAndWeekday(p.on)], more: [quoted(p.notice), papers])
        // The list and the minutes name others; what follows from the hearing is for everybody.
        case .hearingHeld(let p):
            return event(entry, "hearingHeld", ["date": date(p.on)], more: [quoted(p.result)])
        case .reviewAsked(let p):
            let values = ["stage": stage(p.stage), "unit": words.unit(p.body)]
            guard p.reporter == reporter else {
                return event(entry, "reviewAskedByOther", values, stamp: "reviewAsked")
            }
            let late = p.late ? words.text("told.reviewLate", values) : ""
            return event(entry, "reviewAsked", values, more: [quoted(p.reason), late])
        case .reviewDecided(let p):
            let values = [
                "stage": stage(p.stage), "unit": words.unit(p.unit),
                "outcome": words.words.name("reviewOutcome", p.outcome),
            ]
            return event(entry, "reviewDecided", values)
        case .reviewDelivered(let p) where p.reporter == reporter:
            let values = ["stage": stage(p.stage), "how": words.words.name("delivery", p.method)]
            return event(entry, "reviewDelivered", values)
        default: return nil
        }
    }

    /// That it goes on together with another one, or in parts. Whose the other one is stays untold, and so does the reason
    /// that a clerk wrote down.
    private func joining(_ entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .mergedInto: return event(entry, "mergedInto", more: [words.text("told.mergedMore")])
        case .mergeUndone: return event(entry, "mergeUndone")
        case .split(let p): return event(entry, "split", ["n": words.words.number(p.parts.count)])
        case .partOf(let p): return event(entry, "partOf", ["number": p.otherNumber])
        default: return nil
        }
    }

    private func informing(_ entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .correctionAsked(let p): return event(entry, "correctionAsked", more: [quoted(p.text)])
        // Who was asked, and what they said, is theirs.
        case .consulted(let p):
            return event(entry, "consulted", ["who": words.words.name("consultation", p.kind)])
        case .consultationAnswered(let p):
            return event(entry, "consultationAnswered", ["who": words.words.name("consultation", p.kind)])
        default: return nil
        }
    }

    private func keeping(_ entry: CaseEntry) -> Fields? {
        switch entry.event {
        case .promised(let p):
            let values = ["unit": words.unit(p.unit), "date": words.words.dateAndWeekday(p.due)]
            return event(entry, "promised", values, more: [quoted(p.text)])
        case .promiseSettled(let p):
            guard let promise = state.promises.first(where: { $0.made.id == p.id }) else { return nil }
            let standing = promise.standing(on: words.today)
            return event(
                entry, "promise.\(standing.rawValue)", ["promise": quoted(promise.made.text)], stamp: "promiseSettled",
                more: [quoted(p.text)])
        case .settled(let p) where p.reporter == reporter:
            let key = p.kind == .mediation ? "mediated" : "settled"
            let agreed = words.text(
                "told.agreedOn", ["resident": date(p.residentOn), "unit": date(p.unitOn)])
            return event(
                entry, key, ["unit": words.unit(p.unit)], stamp: "settled", more: [quoted(p.terms), agreed])
        case .assisted(let p):
            // Where several wrote, nobody reads of another one's need.
            return event(entry, "assisted", more: state.reporters.count == 1 ? [quoted(p.text)] : [])
        case .reportedUp: return event(entry, "reportedUp")
        // What was read here needs no line of its own.
        case .noticeDelivered(let p) where p.reporter == reporter && p.method != .portal:
            let values = [
                "notice": words.words.name("notice", p.notice), "how": words.words.name("delivery", p.method),
            ]
            return event(entry, "noticeDelivered", values)
        default: return nil
        }
    }
}
