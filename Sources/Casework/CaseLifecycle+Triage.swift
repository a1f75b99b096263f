internal import Kernel
internal import Organisation

/// What a decision about category, route and tier does to the clocks.
extension CaseLifecycle {
    /// The clocks that start, and those that end because their rules are no longer the matter's. A clock whose rule
    /// still applies runs on: to decide the same again gives nobody more time.
    static func decided(
        _ state: CaseState, _ facts: ClockFacts, at now: Instant, _ clocks: any CaseClocks
    ) -> (started: [ClockStart], ended: [CaseEvent.Triaged.Ended]?) {
        let running = state.clocks.filter { $0.endedAt == nil }.map(\.start)
        // Another route ends all of them with the event that follows.
        let staysHere = facts.route == .ordinary
        let change =
            staysHere ? clocks.refitted(running, from: state.clockFacts, to: facts) : RefittedClocks()
        let ended = Set(change.ended.map(\.rule))
        let kept = Set(running.map(\.rule)).subtracting(ended)
        let passed = state.passedMoments.union(staysHere ? [] : [.route])
        let begun = clocks.start(on: .triage, at: now, facts).filter { start in
            !kept.contains(start.rule) && passed.isDisjoint(with: start.ends ?? [])
        }
        let today = clocks.date(of: now)
        let told = change.ended.map { clock in
            CaseEvent.Triaged.Ended(
                rule: clock.rule, late: clock.dueAt.map { $0 < now } ?? (clock.due < today))
        }
        return (begun + change.started, told.isEmpty ? nil : told)
    }
}

extension CaseState {
    /// What the matter has behind it already: a clock that would end with it has nothing to wait for.
    var passedMoments: Set<RuleMoment> {
        switch phase {
        case .dispatched, .objected: [.transfer]
        case .inHand: [.transfer, .acceptance]
        default: []
        }
    }
}
