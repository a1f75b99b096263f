public import Kernel
internal import Ledger
public import Organisation

/// The reply as it is written.
public struct ReplyDraft: Hashable, Sendable {
    /// The result.
    public var outcome: ReplyOutcome
    /// The letter.
    public var body: String
    /// Legal basis; needed unless the request is met.
    public var basis: String?
    /// What the resident can do when not satisfied; empty gives the standard sentence.
    public var remedies: String?

    /// A draft.
    public init(outcome: ReplyOutcome, body: String, basis: String? = nil, remedies: String? = nil) {
        self.outcome = outcome
        self.body = body
        self.basis = basis
        self.remedies = remedies
    }
}

extension Casework {
    /// The signed answer. It is readable under number and code from now on; the clock of the office stops.
    ///
    /// - Throws: `PlainErrors` for wrong fields, `VersionConflict` when somebody wrote in between.
    public func reply(_ id: CaseID, _ draft: ReplyDraft, version: Int, by viewer: Viewer) async throws {
        let draft = try checked(draft)
        let body = newText(draft.body)
        let basis = draft.basis.map(newText)
        let remedies = draft.remedies.map(newText)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [body, basis, remedies].compactMap { $0 }
        change.indexed = [body.reference.id: draft.body]
        try await self.change(change) { state in
            .reply(
                .init(
                    outcome: draft.outcome, body: body.reference, basis: basis?.reference,
                    remedies: remedies?.reference, unit: state.responsible, signer: viewer.staff.id))
        }
    }

    /// A draft with its texts cleaned; also what a preview shows.
    public func checked(_ draft: ReplyDraft) throws -> ReplyDraft {
        var draft = draft
        draft.body = try PlainText.required(draft.body, field: "reply")
        draft.basis = try PlainText.optional(draft.basis, field: "basis", most: 1_000)
        draft.remedies = try PlainText.optional(draft.remedies, field: "remedies", most: 1_000)
        if [.explained, .notSupported].contains(draft.outcome), draft.basis == nil {
            throw CaseError.basisMissing.plain
        }
        return draft
    }

    /// Records that a resident has the reply: how, when, by whom. The citizen's clocks start on that day.
    public func deliver(
        _ id: CaseID, to reporter: ReporterID, method: DeliveryMethod, at occurredAt: Instant?, by viewer: Viewer
    ) async throws {
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.occurredAt = occurredAt
        try await self.change(change) { _ in .deliver(reporter: reporter, method: method) }
    }

    /// The resident has opened the reply under number and code: that is the delivery. Does nothing when there is
    /// no undelivered reply.
    public func noteReplyRead(_ id: CaseID, by reporter: ReporterID) async throws {
        do {
            try await change(CaseChange(id: id, actor: .reporter(reporter), viewer: nil)) { _ in
                .deliver(reporter: reporter, method: .portal)
            }
        } catch let error as PlainError where error.kind == .conflict {
            return
        }
    }
}
