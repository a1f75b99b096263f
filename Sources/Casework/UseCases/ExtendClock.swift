public import Kernel
internal import Ledger
public import Organisation

extension Casework {
    /// The handler asks for more time; somebody else decides.
    public func askExtension(
        _ id: CaseID, rule: String, length: Int, reason: String, version: Int, by viewer: Viewer
    ) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
        try await self.change(change) { _ in
            .askExtension(rule: rule, length: length, reason: reason.reference)
        }
    }

    /// The head of the unit gives more time, within what the rule allows; the resident reads who and why (Art. 34).
    public func extend(
        _ id: CaseID, rule: String, length: Int, reason: String, version: Int, by viewer: Viewer
    ) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
        try await self.change(change) { _ in .extend(rule: rule, length: length, reason: reason.reference) }
    }

    /// There is no more time.
    public func refuseExtension(_ id: CaseID, reason: String, version: Int, by viewer: Viewer) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
        try await self.change(change) { _ in .refuseExtension(reason: reason.reference) }
    }

    /// Calls a hearing (听证). Only a second review stands still meanwhile (Art. 36).
    public func callHearing(
        _ id: CaseID, on day: LocalDate, notice: String, papers: String?, version: Int, by viewer: Viewer
    ) async throws {
        guard day >= today else { throw PlainError(.invalid, "date.past", field: "on") }
        let notice = newText(try PlainText.required(notice, field: "notice", most: 2_000))
        let papers = try PlainText.optional(papers, field: "papers", most: 2_000).map(newText)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [notice, papers].compactMap { $0 }
        try await self.change(change) { _ in
            .callHearing(on: day, notice: notice.reference, papers: papers?.reference)
        }
    }

    /// Records the hearing: who took part, the minutes, what follows.
    public func holdHearing(
        _ id: CaseID, list: String, minutes: String, result: String?, version: Int, by viewer: Viewer
    ) async throws {
        let list = newText(try PlainText.required(list, field: "list", most: 2_000))
        let minutes = newText(try PlainText.required(minutes, field: "minutes", most: 20_000))
        let result = try PlainText.optional(result, field: "result", most: 2_000).map(newText)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [list, minutes, result].compactMap { $0 }
        try await self.change(change) { _ in
            .holdHearing(list: list.reference, minutes: minutes.reference, result: result?.reference)
        }
    }
}
