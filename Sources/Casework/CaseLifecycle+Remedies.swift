internal import Kernel
internal import Ledger
internal import Organisation

/// Review (复查), second review (复核) and their end (Art. 35, 36).
extension CaseLifecycle {
    static func remedy(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .askReview(let id, let reason, let body): return try ask(state, id, reason, body, at: now, clocks)
        case .decideReview(let decision): return try decide(state, decision, at: now, clocks)
        case .deliverReview(let id, let method):
            _ = try known(id, in: state)
            guard let review = state.reviews.last(where: { $0.decided != nil }), review.deliveredAt == nil,
                review.asked.reporter == id
            else { throw .nothingToDeliver }
            let moment: RuleMoment = review.stage == 1 ? .reviewDelivery : .rereviewDelivery
            // A new decision will come: the right to go on begins with that one.
            let isRedo = review.decided?.outcome == .redo
            let started = isRedo ? [] : clocks.start(on: moment, at: now, state.clockFacts)
            return [
                .reviewDelivered(.init(stage: review.stage, reporter: id, method: method, clocks: started))
            ]
        default: throw .notNow(command.name, state.phase)
        }
    }

    private static func ask(
        _ state: CaseState, _ id: ReporterID, _ reason: TextReference, _ body: UnitID, at now: Instant,
        _ clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        guard state.kind == .petition else { throw .otherKind }
        let reporter = try known(id, in: state)
        guard state.openReview == nil else { throw .reviewRunning }
        let earlier = state.remedies
        let stage = earlier.count + 1
        guard stage <= 2, let reply = state.reply else { throw .concluded }
        if stage == 1, reporter.deliveredAt == nil { throw .notDelivered }
        if let first = earlier.last, first.deliveredAt == nil { throw .notDelivered }
        // Whoever decided before does not decide again.
        guard body != reply.unit, !earlier.contains(where: { $0.body == body }) else { throw .sameBody }
        guard !state.accusedUnits.contains(body) else { throw .unitAccused }
        let today = clocks.date(of: now)
        let moment: RuleMoment = stage == 1 ? .reviewRequest : .rereviewRequest
        return [
            .reviewAsked(
                .init(
                    stage: stage, reporter: id, reason: reason, body: body,
                    late: right(of: reporter, stage: stage, in: state, clocks).map { $0.lastDay < today } ?? false,
                    clocks: clocks.start(on: moment, at: now, state.clockFacts)))
        ]
    }

    /// The resident's own time for a review: from the day on which they had the answer themselves (Art. 35, 36), whoever
    /// else had it sooner or later.
    private static func right(
        of reporter: CaseState.Reporter, stage: Int, in state: CaseState, _ clocks: any CaseClocks
    ) -> ClockStart? {
        let first = stage == 1 ? nil : state.remedies.last
        // Whoever was not sent the decision of the review has no day that could be over.
        if let first, first.asked.reporter != reporter.details.id { return nil }
        guard let had = stage == 1 ? reporter.deliveredAt : first?.deliveredAt else { return nil }
        let (start, end): (RuleMoment, RuleMoment) =
            stage == 1 ? (.delivery, .reviewRequest) : (.reviewDelivery, .rereviewRequest)
        return clocks.start(on: start, at: had, state.clockFacts).first { $0.isRight && $0.ends(with: end) }
    }

    private static func decide(
        _ state: CaseState, _ decision: ReviewDecision, at now: Instant, _ clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        guard let review = state.openReview else { throw .notNow(.decideReview, state.phase) }
        guard !state.recused.contains(decision.signer), !state.complains(ofStaff: decision.signer),
            decision.signer != state.reply?.signer, decision.signer != state.handler
        else { throw .recused }
        guard decision.unit != state.reply?.unit,
            !state.reviews.contains(where: { $0.decided?.unit == decision.unit && $0.decided?.outcome != .redo })
        else { throw .sameBody }
        if let hearing = state.hearings.last, hearing.held == nil { throw .hearingCalled }
        guard decision.basis != nil || !decision.law.isEmpty else { throw .basisMissing }
        try checkExecution(decision, today: clocks.date(of: now))
        let started =
            decision.outcome == .redo ? clocks.start(on: .acceptance, at: now, state.clockFacts) : []
        return [
            .reviewDecided(
                .init(
                    stage: review.stage, outcome: decision.outcome, facts: decision.facts, body: decision.body,
                    basis: decision.basis, law: decision.law, unit: decision.unit, signer: decision.signer,
                    clocks: started, execution: decision.execution, executionWords: decision.executionWords))
        ] + [decision.promise].compactMap { $0 }.map(CaseEvent.promised)
    }

    /// What a review changes is carried out by the unit that answered: until a day, or there is nothing to do and it
    /// says why (Art. 32).
    private static func checkExecution(_ decision: ReviewDecision, today: LocalDate) throws(CaseError) {
        guard decision.outcome.needsExecution else { return }
        switch decision.execution {
        case .promised:
            guard let promise = decision.promise else { throw .executionMissing }
            guard promise.due >= today else { throw .promisePast }
        case .notNeeded: guard decision.executionWords != nil else { throw .executionWords }
        case .done, nil: throw .executionMissing
        }
    }
}
