public import Kernel
internal import Ledger
public import Organisation

extension Casework {
    /// An internal note. The resident does not see it; an access request can reach it.
    public func note(_ id: CaseID, text: String, submission: String?, by viewer: Viewer) async throws {
        let text = newText(
            try PlainText.complete(try PlainText.required(text, field: "note", most: 4_000), field: "note"))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        change.texts = [text]
        change.indexed = [text.reference.id: text.body]
        try await self.change(change) { _ in .note(text.reference) }
    }

    /// Records that somebody spoke with the resident, and what came of it.
    public func recordContact(
        _ id: CaseID, method: DeliveryMethod, result: String, at occurredAt: Instant?, by viewer: Viewer
    ) async throws {
        let result = newText(try PlainText.required(result, field: "result", most: 2_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [result]
        change.occurredAt = occurredAt
        try await self.change(change) { _ in .contact(method: method, result: result.reference) }
    }

    /// A letter about progress, or a question, to the resident.
    ///
    /// - Parameter canned: texts that were kept ready and used in it.
    public func sendMessage(
        _ id: CaseID, text: String, canned: [CannedUse] = [], submission: String?, by viewer: Viewer
    ) async throws {
        let text = newText(
            try PlainText.complete(try PlainText.required(text, field: "message", most: 4_000), field: "message"))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        change.texts = [text]
        change.indexed = [text.reference.id: text.body]
        try await self.change(change) { _ in .message(text.reference, canned: canned) }
    }

    /// More words from the resident; the original is never changed.
    public func addWords(_ id: CaseID, reporter: ReporterID, text: String, submission: String?) async throws {
        let text = newText(try PlainText.required(text, field: "words"))
        var change = CaseChange(id: id, actor: .reporter(reporter), viewer: nil)
        change.submission = submission
        change.texts = [text]
        change.indexed = [text.reference.id: text.body]
        try await self.change(change) { _ in .addWords(reporter: reporter, text: text.reference) }
    }

    /// Words that a resident told at the counter or on the telephone, taken down by staff.
    public func takeDownWords(
        _ id: CaseID, reporter: ReporterID, text: String, submission: String?, by viewer: Viewer
    ) async throws {
        let text = newText(try PlainText.required(text, field: "words"))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        change.texts = [text]
        change.indexed = [text.reference.id: text.body]
        try await self.change(change) { _ in .addWords(reporter: reporter, text: text.reference) }
    }
}
