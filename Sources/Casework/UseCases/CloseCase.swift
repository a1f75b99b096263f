public import Kernel
internal import Ledger
public import Organisation

extension Casework {
    /// A named person closes the matter. Nothing closes by itself.
    public func close(_ id: CaseID, reason: String?, version: Int, by viewer: Viewer) async throws {
        let reason = try PlainText.optional(reason, field: "reason", most: 1_000).map(newText)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason].compactMap { $0 }
        // A whole is not done before its parts are.
        change.check = { state, tx in
            if let open = try openPart(of: state.id, in: tx) {
                throw PlainError(.conflict, "case.partOpen", values: ["number": open])
            }
        }
        try await self.change(change) { _ in .close(reason: reason?.reference) }
    }

    /// Staff take the matter up again.
    public func reopen(_ id: CaseID, reason: String, version: Int, by viewer: Viewer) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
        try await self.change(change) { _ in .reopen(reporter: nil, reason: reason.reference) }
    }

    /// The resident asks to take it up again, with reasons.
    public func reopen(_ id: CaseID, reason: String, by reporter: ReporterID) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 2_000))
        var change = CaseChange(id: id, actor: .reporter(reporter), viewer: nil)
        change.texts = [reason]
        try await self.change(change) { _ in .reopen(reporter: reporter, reason: reason.reference) }
    }

    /// The resident takes the matter back.
    public func withdraw(_ id: CaseID, reason: String?, by reporter: ReporterID) async throws {
        let reason = try PlainText.optional(reason, field: "reason", most: 1_000).map(newText)
        var change = CaseChange(id: id, actor: .reporter(reporter), viewer: nil)
        change.texts = [reason].compactMap { $0 }
        try await self.change(change) { _ in .withdraw(reporter: reporter, reason: reason?.reference) }
    }

    /// Staff record a withdrawal that was told or written.
    public func recordWithdrawal(
        _ id: CaseID, of reporter: ReporterID, reason: String, by viewer: Viewer
    ) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [reason]
        try await self.change(change) { _ in .withdraw(reporter: reporter, reason: reason.reference) }
    }
}
