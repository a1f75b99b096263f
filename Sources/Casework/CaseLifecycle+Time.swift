internal import Kernel
internal import Organisation

/// More time, hearings, and what the calendar changes.
extension CaseLifecycle {
    static func time(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .askExtension(let rule, let length, let reason):
            _ = try lengthened(state, rule, by: length, clocks)
            return [.extensionAsked(.init(rule: rule, length: length, reason: reason))]
        case .refuseExtension(let reason):
            guard state.extensionWish != nil else { throw .noExtensionWish }
            return [.extensionRefused(.init(text: reason))]
        case .extend(let rule, let length, let reason):
            let clock = try lengthened(state, rule, by: length, clocks)
            return [.extended(.init(length: length, clock: clock, reason: reason))]
        case .recompute:
            let changed = state.clocks.filter { $0.endedAt == nil }.compactMap { clocks.recomputed($0.start) }
            return changed.isEmpty ? [] : [.recomputed(.init(calendar: clocks.calendarVersion, clocks: changed))]
        case .escalate:
            return state.clocks.flatMap { escalations($0, at: now, clocks) } + silence(in: state, at: now, clocks)
        case .callHearing(let day, let notice, let papers):
            guard state.hearings.last.map({ $0.held != nil }) ?? true else { throw .hearingCalled }
            let called = CaseEvent.hearingCalled(.init(on: day, notice: notice, papers: papers))
            return [called] + pause(state, .hearing, at: now, clocks)
        case .holdHearing(let list, let minutes, let result):
            guard let open = state.hearings.last, open.held == nil else { throw .noHearing }
            let day = clocks.date(of: now)
            let held = CaseEvent.hearingHeld(.init(on: day, list: list, minutes: minutes, result: result))
            return [held] + resume(state, .hearing, on: day, clocks)
        default: throw .notNow(command.name, state.phase)
        }
    }

    private static func lengthened(
        _ state: CaseState, _ rule: String, by length: Int, _ clocks: any CaseClocks
    ) throws(CaseError) -> ClockStart {
        guard let clock = state.runningClock(rule) else { throw .clockNotRunning }
        guard let allowed = clocks.extension(of: rule) else { throw .noExtension }
        guard clock.extensions < allowed.times else { throw .extensionUsed }
        let left = allowed.max - (clock.start.extended ?? 0)
        guard (1...max(1, left)).contains(length), left > 0 else { throw .extensionTooLong(left) }
        guard let longer = clocks.lengthened(clock.start, by: length) else { throw .noExtension }
        return longer
    }

    private static func escalations(
        _ clock: CaseState.Clock, at now: Instant, _ clocks: any CaseClocks
    ) -> [CaseEvent] {
        let today = clocks.date(of: now)
        guard clock.escalatesOn.map({ $0 <= today }) ?? false, clock.escalatesAt.map({ $0 <= now }) ?? true else {
            return []
        }
        let (start, hours) = (clock.start, clock.start.escalationHours)
        // One event for the highest step that is reached: after a long stop of the server nobody is called thrice.
        let reached =
            hours?.filter { step in start.dueAt.map { $0.adding(seconds: Int64(step) * 3_600) <= now } ?? false }.count
            ?? start.escalation?.filter { start.due.adding(days: $0) <= today }.count ?? 0
        guard reached > clock.escalations, let to = clocks.escalation(step: reached, isHourly: hours != nil) else {
            return []
        }
        return [.escalated(.init(rule: start.rule, due: start.due, step: reached, to: to))]
    }

    /// Stops the clocks that may stand still for this cause, and only those.
    static func pause(
        _ state: CaseState, _ cause: PauseCause, at now: Instant, _ clocks: any CaseClocks
    ) -> [CaseEvent] {
        let rules = state.clocks.filter {
            $0.endedAt == nil && $0.paused == nil && $0.start.suspends?.contains(cause) == true
        }.map(\.start.rule)
        return rules.isEmpty ? [] : [.paused(.init(cause: cause, rules: rules, on: clocks.date(of: now)))]
    }

    /// Lets them run on from a day, those at least that wait for nothing else.
    static func resume(
        _ state: CaseState, _ cause: PauseCause, on day: LocalDate, _ clocks: any CaseClocks,
        where waitsNoMore: (ClockStart) -> Bool = { _ in true }
    ) -> [CaseEvent] {
        let resumed = state.clocks.compactMap { clock -> ClockStart? in
            guard clock.endedAt == nil, let pause = clock.paused, pause.cause == cause, waitsNoMore(clock.start)
            else { return nil }
            return clocks.resumed(clock.start, since: pause.since, on: day)
        }
        return resumed.isEmpty ? [] : [.resumed(.init(cause: cause, on: day, clocks: resumed))]
    }
}
