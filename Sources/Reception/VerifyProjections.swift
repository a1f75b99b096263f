public import Ledger

extension Reception {
    /// Replays every place, visit and leader's day and compares the tables with what the events add up to.
    ///
    /// - Parameter progress: called after each page with the records done and in all.
    /// - Returns: the differences; the first thousand.
    public func verifyProjections(
        progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> [LedgerFinding] {
        let kinds = [Place.streamKind, Visit.streamKind, LeaderDay.streamKind]
        var verification = try await RecordVerification(records, kinds: kinds, progress: progress)
        try await verification.look(at: Place.self)
        try await verification.look(at: Visit.self)
        try await verification.look(at: LeaderDay.self)
        return verification.result
    }
}
