public import Kernel
internal import Ledger
public import Organisation

extension Casework {
    /// Asks the applicant to complete the application: once, naming everything (《政府信息公开条例》 Art. 30).
    public func askCorrection(_ id: CaseID, text: String, version: Int, by viewer: Viewer) async throws {
        let text = newText(try PlainText.required(text, field: "text", most: 2_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [text]
        try await self.change(change) { _ in .askCorrection(text.reference) }
    }

    /// The applicant completes the application; the time for the answer begins anew.
    public func correct(_ id: CaseID, text: String, submission: String?, by reporter: ReporterID) async throws {
        try await correct(
            id, of: reporter, text, submission, CaseChange(id: id, actor: .reporter(reporter), viewer: nil))
    }

    /// The same, told at a counter or by letter.
    public func takeCorrection(
        _ id: CaseID, of reporter: ReporterID, text: String, at occurredAt: Instant?, submission: String?,
        by viewer: Viewer
    ) async throws {
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.occurredAt = occurredAt
        change.earliest = { state, _ in state.correction?.at ?? state.registeredAt }
        try await correct(id, of: reporter, text, submission, change)
    }

    private func correct(
        _ id: CaseID, of reporter: ReporterID, _ text: String, _ submission: String?, _ base: CaseChange
    ) async throws {
        let text = newText(try PlainText.required(text, field: "correction", most: 4_000))
        var change = base
        change.submission = submission
        change.texts = [text]
        change.indexed = [text.reference.id: text.body]
        try await self.change(change) { _ in .correct(reporter: reporter, text: text.reference) }
    }

    /// Asks a third party, or an organ that took part; the clock of the answer stands still (Art. 32–34).
    public func consult(
        _ id: CaseID, _ kind: ConsultationKind, text: String, version: Int, by viewer: Viewer
    ) async throws {
        let text = newText(try PlainText.required(text, field: "text", most: 2_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [text]
        try await self.change(change) { _ in .consult(kind: kind, text: text.reference) }
    }

    /// What the one who was asked says, or that the time is over.
    ///
    /// - Parameter position: which of those who were asked, in the order of asking; the last one where it is not said.
    public func answerConsultation(
        _ id: CaseID, _ kind: ConsultationKind, answer: ConsultationAnswer, text: String?, position: Int? = nil,
        version: Int, by viewer: Viewer
    ) async throws {
        let text = try PlainText.optional(text, field: "text", most: 4_000).map(newText)
        if answer == .objects, text == nil { throw PlainError(.invalid, "text.missing", field: "text") }
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [text].compactMap { $0 }
        try await self.change(change) { _ in
            .answerConsultation(kind: kind, answer: answer, text: text?.reference, position: position)
        }
    }
}
