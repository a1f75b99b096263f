public import Kernel

extension CaseState.Reporter {
    /// From when somebody asks on the telephone how it went; nothing once the resident has said so, the time is over, or
    /// nobody may call them.
    public var callsOn: LocalDate? {
        deliveredAt == nil || isSettled || erased || details.noReply || details.anonymous ? nil : callBackOn
    }
}

extension CaseState {
    /// The first day of a call that is still to be made; nothing where nobody waits for one.
    var callsOn: LocalDate? {
        [.replied, .delivered].contains(phase) ? reporters.compactMap(\.callsOn).min() : nil
    }

    /// Whether the resident is asked about the office that took the matter in by itself: another unit answered
    /// (Art. 21; the petition office and the organ are judged apart).
    public var asksOfIntake: Bool { reply.map { $0.unit != receivedBy } ?? false }

    mutating func noteCall(_ called: CaseEvent.CalledBack) {
        change(called.reporter) {
            $0.callBackOn = called.again
            $0.calls += 1
        }
    }
}

extension CaseLifecycle {
    /// A call without a verdict: not reached, another time, or no wish to say.
    static func callBack(
        _ state: CaseState, _ called: CaseEvent.CalledBack, today: LocalDate
    ) throws(CaseError) -> [CaseEvent] {
        let reporter = try known(called.reporter, in: state)
        guard reporter.callsOn != nil else { throw .noCallBack }
        switch called.result {
        case .declined: guard called.again == nil else { throw .callBackDay }
        case .later: guard called.again != nil else { throw .callBackDay }
        // Whoever gives up trying says why.
        case .notReached: guard called.again != nil || called.text != nil else { throw .callBackDay }
        }
        if let again = called.again {
            // After the window nobody can judge any more.
            guard again >= today, reporter.judgeUntil.map({ again <= $0 }) ?? true else { throw .callBackDay }
        }
        return [.calledBack(called)]
    }
}
