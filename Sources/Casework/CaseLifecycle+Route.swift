internal import Kernel
internal import Ledger
internal import Organisation

/// Where a matter lawfully leads, whom it complains of, who is responsible.
extension CaseLifecycle {
    static func sort(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .triage(let sort, let route, let tier, let reason, let told, let keptTo):
            guard !clocks.asksSort || sort != nil else { throw .sortMissing }
            guard clocks.allows(route, for: sort) else { throw .routeUnknown }
            // How urgent it is here says nothing where another procedure counts.
            guard clocks.allows(tier: tier) || (route != .ordinary && tier == nil) else { throw .tierUnknown }
            let facts = ClockFacts(receiver: state.receiver, tier: tier, route: route, sort: sort)
            let (started, ended) = decided(state, facts, at: now, clocks)
            let triaged = CaseEvent.triaged(
                .init(sort: sort, route: route, tier: tier, reason: reason, clocks: started, ended: ended))
            guard route != .ordinary else { return [triaged] }
            return [triaged] + (try routed(route, told, keptTo: keptTo, at: now, clocks, facts))
        case .nameAccused(let staff, let units, let home, let reason):
            guard !staff.isEmpty || !units.isEmpty else { throw .nobodyNamed }
            guard !units.contains(home) else { throw .unitAccused }
            // A unit does not look into complaints about itself: the matter goes back.
            let returns =
                [.registered, .dispatched, .objected, .inHand].contains(state.phase)
                && [state.lead, state.responsible].contains { $0.map(units.contains) ?? false }
            let started = returns ? clocks.start(on: .receipt, at: now, state.clockFacts) : []
            return [
                .accusedNamed(
                    .init(
                        staff: staff, units: units, reason: reason, returnsTo: returns ? home : nil, clocks: started))
            ]
        case .raiseDispute(let reason, let superior):
            let next: DisputeStep
            switch state.objection?.step ?? .agree {
            // Units without a common superior bring it to the joint conference at once (Art. 24).
            case .agree: next = superior == nil ? .conference : .superior
            case .superior: next = .conference
            case .conference: throw .lastStep
            }
            return [
                .disputeRaised(
                    .init(step: next, reason: reason, superior: next == .superior ? superior : nil))
            ]
        case .rateHelper(let unit, let side, let rating, let text):
            guard state.helpers.contains(where: { $0.unit == unit && $0.answeredAt != nil }) else { throw .notAsked }
            return [.helperRated(.init(unit: unit, side: side, rating: rating, text: text))]
        default: throw .notNow(command.name, state.phase)
        }
    }

    private static func routed(
        _ route: LawfulRoute, _ told: RouteTold, keptTo: [StaffID], at now: Instant, _ clocks: any CaseClocks,
        _ facts: ClockFacts
    ) throws(CaseError) -> [CaseEvent] {
        // Nobody is sent away without being told where to.
        switch route {
        case .inHand: guard told.number != nil else { throw .organMissing }
        case .explain: guard told.words != nil else { throw .blockMissing("words") }
        default: guard told.organ != nil else { throw .organMissing }
        }
        let routed = CaseEvent.routed(
            .init(
                route: route, organ: told.organ, words: told.words, number: told.number,
                clocks: clocks.start(on: .route, at: now, facts), phase: told.phase, due: told.due,
                procedure: told.procedure))
        guard route == .discipline else { return [routed] }
        // An accusation leaves every list at once: only who passes it on still sees it (Art. 22, 30).
        guard !keptTo.isEmpty, let organ = told.organ else { throw .nobodyNamed }
        return [routed, .restricted(.init(staff: keptTo, reason: organ))]
    }

    /// A matter that was sent another way, or reviewed, closes only after the resident was told (Art. 23, 32, 35).
    static func requireTold(_ state: CaseState) throws(CaseError) {
        let reachable = state.reporters.filter { !$0.withdrawn && !$0.erased && !$0.details.anonymous }
        if state.phase == .routed, !reachable.allSatisfy({ $0.notices.contains(.route) }) { throw .notTold }
        // Where several wrote and one asked for the review, the others have the reply as well.
        let hasReply = reachable.allSatisfy { $0.deliveredAt != nil }
        if [.reviewed, .concluded].contains(state.phase), !hasReply { throw .notTold }
        if let review = state.reviews.last, review.decided != nil, review.deliveredAt == nil,
            reachable.contains(where: { $0.details.id == review.asked.reporter })
        {
            throw .notTold
        }
    }
}
