internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Events of the lawful process: routes, time, remedies, promises, applications for information.
extension StaffSentence {
    func lawful(_ event: CaseEvent) -> Told {
        switch event {
        case .triaged, .routed, .accusedNamed, .disputeRaised, .helperRated: sorting(event)
        case .extensionAsked, .extensionRefused, .extended, .paused, .resumed, .recomputed, .escalated: timing(event)
        case .hearingCalled, .hearingHeld, .reviewAsked, .reviewDecided, .reviewDelivered: reviewing(event)
        case .correctionAsked, .corrected, .consulted, .consultationAnswered: informing(event)
        case .mergedInto, .absorbed, .mergeUndone, .released, .guarded, .split, .partOf: joining(event)
        default: keeping(event)
        }
    }

    private func quoted(_ reference: TextReference?) -> String { words.quoted(reference, in: file) }

    private func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: " ") }

    private func date(_ date: LocalDate) -> String { words.words.date(date, today: words.today) }

    private func rule(_ id: String) -> String { words.ruleName(id, of: file.state) }

    private func sorting(_ event: CaseEvent) -> Told {
        switch event {
        case .triaged(let p):
            let ended = (p.ended ?? []).map { words.ruleWords($0.rule, of: file.state) }
            let over = ended.isEmpty ? "" : words.text("story.clocksEnded", ["rules": words.words.list(ended)])
            return told(
                "triaged", ["what": words.decided(p, of: file.state)],
                joined([quoted(p.reason), clocks(p.clocks), over]))
        case .routed(let p):
            let organ = p.organ == nil ? "" : words.text("story.routedTo", ["organ": quoted(p.organ)])
            let number = p.number.map { words.text("story.routedNumber", ["number": $0]) } ?? ""
            let route = words.route(p.route, of: file.state)
            let procedure = p.procedure.map(words.procedure) ?? ""
            return told("routed", ["route": route], joined([organ, number, procedure, quoted(p.words)]))
        case .accusedNamed(let p):
            let names = p.staff.map(words.staff) + words.outermost(p.units).map(words.unit)
            let home = p.returnsTo.map { words.text("story.returnsTo", ["unit": words.unit($0)]) } ?? ""
            return told("accusedNamed", ["names": words.words.list(names)], joined([quoted(p.reason), home]))
        case .disputeRaised(let p):
            return told("disputeRaised", ["step": words.words.name("disputeStep", p.step)], quoted(p.reason))
        case .helperRated(let p):
            let asker = file.state.helpers.last { $0.unit == p.unit }?.by ?? file.state.responsible
            let isCalled = p.side == .called
            let values = [
                "by": words.unit(isCalled ? p.unit : asker), "unit": words.unit(isCalled ? asker : p.unit),
                "rating": words.words.name("attitude", p.rating),
            ]
            return told("helperRated", values, quoted(p.text))
        default: return told("noted")
        }
    }

    private func timing(_ event: CaseEvent) -> Told {
        switch event {
        case .extensionAsked(let p):
            let length = words.length(p.length, of: words.pack(of: file.state)?.rule(p.rule))
            return told("extensionAsked", ["rule": rule(p.rule), "length": length], quoted(p.reason))
        case .extensionRefused(let p): return told("extensionRefused", [:], quoted(p.text))
        case .extended(let p):
            let values = [
                "rule": rule(p.clock.rule), "date": words.words.dateAndWeekday(words.due(p.clock, of: file.state)),
                "length": words.length(p.length, of: words.rule(p.clock, of: file.state)),
            ]
            return told("extended", values, quoted(p.reason))
        case .paused(let p):
            let rules = words.words.list(p.rules.map(rule))
            return told("paused", ["rules": rules, "cause": words.words.name("pauseCause", p.cause)])
        case .resumed(let p): return told("resumed", [:], clocks(p.clocks))
        case .recomputed(let p): return told("recomputed", ["version": p.calendar], clocks(p.clocks))
        case .escalated(let p):
            let values = ["rule": rule(p.rule), "date": date(p.due), "role": words.words.name("role", p.to)]
            return told("escalated", values)
        default: return told("noted")
        }
    }

    /// "办结答复 6 月 30 日；…".
    private func clocks(_ clocks: [ClockStart]) -> String {
        clocks.map { clock in
            let day = words.words.dateAndWeekday(words.due(clock, of: file.state))
            let moment = clock.dueAt.map { words.text("word.dateTime", ["date": day, "time": words.words.time($0)]) }
            return words.text("story.clockNow", ["rule": rule(clock.rule), "date": moment ?? day])
        }.joined(separator: words.text("story.semicolon"))
    }

    private func reviewing(_ event: CaseEvent) -> Told {
        switch event {
        case .hearingCalled(let p):
            let papers = p.papers == nil ? "" : words.text("story.papers", ["text": quoted(p.papers)])
            return told(
                "hearingCalled", ["date": words.words.dateAndWeekday(p.on)], joined([quoted(p.notice), papers]))
        case .hearingHeld(let p): return told("hearingHeld", [:], joined([quoted(p.list), quoted(p.result)]))
        case .reviewAsked(let p):
            let values = [
                "name": words.reporter(p.reporter, in: file), "stage": stage(p.stage), "unit": words.unit(p.body),
            ]
            return told(
                "reviewAsked", values, joined([quoted(p.reason), p.late ? words.text("story.reviewLate") : ""]))
        case .reviewDecided(let p):
            let values = [
                "unit": words.unit(p.unit), "stage": stage(p.stage),
                "outcome": words.words.name("reviewOutcome", p.outcome),
            ]
            return told("reviewDecided", values, quoted(p.body))
        case .reviewDelivered(let p):
            let values = [
                "name": words.reporter(p.reporter, in: file), "stage": stage(p.stage),
                "how": words.words.name("delivery", p.method),
            ]
            return told("reviewDelivered", values)
        default: return told("noted")
        }
    }

    /// "复查", "复核".
    func stage(_ stage: Int) -> String { words.text(stage == 1 ? "proc.stage.1" : "proc.stage.2") }

    private func keeping(_ event: CaseEvent) -> Told {
        switch event {
        case .promised(let p):
            let values = ["unit": words.unit(p.unit), "date": words.words.dateAndWeekday(p.due)]
            return told("promised", values, quoted(p.text))
        case .promiseSettled(let p):
            let made = file.state.promises.first { $0.made.id == p.id }?.made
            let key = p.end == .kept ? "story.promiseKept" : "story.promiseWithdrawn"
            let values = ["promise": quoted(made?.text)]
            return Told(verb: "promiseSettled", heading: words.text(key, values), text: quoted(p.text))
        case .settled(let p):
            let values = ["name": words.reporter(p.reporter, in: file), "unit": words.unit(p.unit)]
            let key = p.kind == .mediation ? "story.mediated" : "story.settled"
            return Told(verb: "settled", heading: words.text(key, values), text: quoted(p.terms))
        case .assisted(let p): return told("assisted", [:], quoted(p.text))
        case .reportedUp(let p):
            let to = words.words.list(p.to.map { words.words.name("reportAddressee", $0) })
            return told("reportedUp", ["to": to], quoted(p.text))
        case .noticeDelivered(let p):
            let values = [
                "name": words.reporter(p.reporter, in: file), "notice": words.words.name("notice", p.notice),
                "how": words.words.name("delivery", p.method),
            ]
            return told("noticeDelivered", values)
        default: return told("noted")
        }
    }

    /// Matters that are one, and parts of a whole.
    private func joining(_ event: CaseEvent) -> Told {
        switch event {
        case .mergedInto(let p): return told("mergedInto", ["number": p.otherNumber], quoted(p.reason))
        case .absorbed(let p):
            let values = ["number": p.otherNumber, "n": words.words.number(p.parts.count)]
            return told("absorbed", values, quoted(p.reason))
        case .mergeUndone(let p): return told("mergeUndone", ["number": p.otherNumber], quoted(p.reason))
        case .released(let p): return told("released", ["number": p.otherNumber], quoted(p.reason))
        case .guarded: return told("guarded")
        case .split(let p):
            let values = ["n": words.words.number(p.parts.count)]
            let numbers = words.words.list(p.parts.map(\.number))
            return told("split", values, joined([quoted(p.reason), numbers]))
        case .partOf(let p): return told("partOf", ["number": p.otherNumber])
        default: return told("noted")
        }
    }

    private func informing(_ event: CaseEvent) -> Told {
        switch event {
        case .correctionAsked(let p): return told("correctionAsked", [:], quoted(p.text))
        case .corrected(let p):
            return told("corrected", ["name": words.reporter(p.reporter, in: file)], quoted(p.text))
        case .consulted(let p):
            return told("consulted", ["who": words.words.name("consultation", p.kind)], quoted(p.text))
        case .consultationAnswered(let p):
            let values = [
                "who": words.words.name("consultation", p.kind),
                "answer": words.words.name("consultationAnswer", p.answer),
            ]
            return told("consultationAnswered", values, quoted(p.text))
        default: return told("noted")
        }
    }
}
