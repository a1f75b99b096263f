public import Ledger

extension Supervision {
    /// Replays every task, suggestion and meeting and compares the tables with what the events add up to.
    ///
    /// - Parameter progress: called after each page with the records done and in all.
    /// - Returns: the differences; the first thousand.
    public func verifyProjections(
        progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> [LedgerFinding] {
        let kinds = [SupervisionTask.streamKind, Suggestion.streamKind, Conference.streamKind]
        var verification = try await RecordVerification(records, kinds: kinds, progress: progress)
        try await verification.look(at: SupervisionTask.self)
        try await verification.look(at: Suggestion.self)
        try await verification.look(at: Conference.self)
        return verification.result
    }
}
