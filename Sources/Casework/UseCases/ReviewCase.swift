public import Kernel
internal import Ledger
public import Organisation

/// The decision of a review, as it is typed.
public struct ReviewDraft: Hashable, Sendable {
    /// The result.
    public var outcome: ReviewOutcome
    /// Facts and reasons.
    public var facts: String
    /// The decision.
    public var body: String
    /// On what it rests.
    public var basis: String?
    /// Entries of the rule library.
    public var law: [String]
    /// How a decision that changes or revokes is carried out: by a day, or not at all.
    public var execution: Execution?
    /// By which day.
    public var executionDue: LocalDate?
    /// What is done by then, or why nothing has to be.
    public var executionText: String?

    /// A decision.
    public init(outcome: ReviewOutcome, facts: String, body: String, basis: String? = nil, law: [String] = []) {
        self.outcome = outcome
        self.facts = facts
        self.body = body
        self.basis = basis
        self.law = law
    }
}

extension Casework {
    /// The resident asks for a review, or for a second one. It is registered in any case; whether it came in time is
    /// noted and the body decides.
    public func askReview(_ id: CaseID, reason: String, submission: String?, by reporter: ReporterID) async throws {
        try await askReview(
            id, of: reporter, reason, submission, CaseChange(id: id, actor: .reporter(reporter), viewer: nil))
    }

    /// The same, told at a counter or written on paper: posted in time is in time (民事诉讼法 Art. 85).
    public func takeReviewRequest(
        _ id: CaseID, of reporter: ReporterID, reason: String, at occurredAt: Instant?, submission: String?,
        by viewer: Viewer
    ) async throws {
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.occurredAt = occurredAt
        try await askReview(id, of: reporter, reason, submission, change)
    }

    private func askReview(
        _ id: CaseID, of reporter: ReporterID, _ reason: String, _ submission: String?, _ base: CaseChange
    ) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 4_000))
        let organisation = try await organisation.current()
        let today = self.today
        var change = base
        change.submission = submission
        change.texts = [reason]
        try await self.change(change) { state in
            if state.phase == .concluded { throw CaseError.concluded.plain }
            guard
                let body = organisation.reviewBody(
                    after: state.remedies.map(\.body), reply: state.reply?.unit, on: today)
            else { throw PlainError(.conflict, "review.noBody") }
            return .askReview(reporter: reporter, reason: reason.reference, body: body)
        }
    }

    /// The reviewing body decides: it stands, is revoked, changed, or must be decided anew.
    public func decideReview(_ id: CaseID, _ draft: ReviewDraft, version: Int, by viewer: Viewer) async throws {
        let facts = newText(try PlainText.required(draft.facts, field: "facts"))
        let body = newText(try PlainText.required(draft.body, field: "body"))
        let basis = try PlainText.optional(draft.basis, field: "basis", most: 1_000).map(newText)
        let law = try references(draft.law)
        let execution = draft.outcome.needsExecution ? draft.execution : nil
        let words = try execution.flatMap { _ in
            try PlainText.optional(draft.executionText, field: "executionText", most: 500).map(newText)
        }
        let promise: PromiseID = ids.next()
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [facts, body, basis, words].compactMap { $0 }
        change.indexed = [body.reference.id: body.body]
        try await self.change(change) { state in
            let unit = state.openReview?.body ?? viewer.staff.unit
            // The one who signs must belong to the deciding body, not merely have rights over it, and not to the unit
            // whose answer is looked at.
            let organisation = viewer.organisation
            let answered = state.reply.map { organisation.isInside(viewer.staff.unit, $0.unit) && $0.unit != unit }
            guard organisation.isInside(viewer.staff.unit, unit), answered != true else {
                throw CaseError.sameBody.plain
            }
            var decision = ReviewDecision(
                outcome: draft.outcome, facts: facts.reference, body: body.reference, basis: basis?.reference, law: law,
                unit: unit, signer: viewer.staff.id)
            decision.execution = execution
            if execution == .notNeeded { decision.executionWords = words?.reference }
            if execution == .promised {
                guard let words else { throw CaseError.executionWords.plain }
                guard let due = draft.executionDue else {
                    throw PlainError(.invalid, "date.missing", field: "executionDue")
                }
                // Whoever answered carries out what was decided over it.
                decision.promise = CaseEvent.Promised(
                    id: promise, kind: .execution, text: words.reference, due: due, unit: state.responsible)
            }
            return .decideReview(decision)
        }
    }

    /// Records that the resident has the decision. The time for the second review begins on that day.
    public func deliverReview(
        _ id: CaseID, to reporter: ReporterID, method: DeliveryMethod, at occurredAt: Instant?, by viewer: Viewer
    ) async throws {
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.occurredAt = occurredAt
        change.earliest = { state, _ in state.reviews.last?.decidedAt ?? state.registeredAt }
        try await self.change(change) { _ in .deliverReview(reporter: reporter, method: method) }
    }
}

extension Organisation {
    /// The unit directly above both, which decides whose duty a matter is (Art. 24); never the one that objects.
    ///
    /// - Parameters:
    ///   - unit: the one that objects.
    ///   - other: the one that answers for the matter until it is decided.
    public func commonSuperior(of unit: UnitID, and other: UnitID, on today: LocalDate) -> UnitID? {
        let above = Set(path(of: currentSuccessor(of: other, on: today)).map(\.id))
        return path(of: currentSuccessor(of: unit, on: today)).last {
            above.contains($0.id) && $0.id != unit && Self.deciding.contains($0.kind) && $0.isValid(on: today)
        }?.id
    }

    /// Rooms and stations decide nothing of their own: their township or department does.
    private static let deciding: Set<UnitKind> = [.countyOffice, .department, .township, .street, .superior]

    /// Who decides a review: the body above the one that answered; for the second one the body above that. A
    /// superior outside the county decides where the county itself answered.
    ///
    /// - Parameters:
    ///   - earlier: the bodies that have decided already.
    ///   - reply: the unit that answered.
    public func reviewBody(after earlier: [UnitID], reply: UnitID?, on today: LocalDate) -> UnitID? {
        guard let start = earlier.last ?? reply else { return nil }
        let used = Set(earlier + [reply].compactMap { $0 })
        var next = unit(currentSuccessor(of: start, on: today))?.parent
        while let id = next, let unit = unit(id) {
            if Self.deciding.contains(unit.kind), !used.contains(id), unit.isValid(on: today) { return id }
            next = unit.parent
        }
        return units.first { $0.kind == .superior && $0.isValid(on: today) && !used.contains($0.id) }?.id
    }
}
