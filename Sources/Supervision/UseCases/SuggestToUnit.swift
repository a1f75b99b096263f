public import Kernel
internal import Ledger
public import Organisation

/// A suggestion as somebody writes it.
public struct SuggestionDraft: Sendable {
    /// To whom.
    public var unit: UnitID?
    /// Which kind.
    public var kind: SuggestionKind?
    /// The words.
    public var text: String
    /// Numbers of the matters on which it rests, as people type them: apart by blanks, commas or lines.
    public var matterNumbers: String
    /// The task out of which it comes.
    public var task: SupervisionID?
    /// By when the unit replies; no law names a day.
    public var answerBy: LocalDate?

    /// A suggestion.
    public init(
        unit: UnitID? = nil, kind: SuggestionKind? = nil, text: String, matterNumbers: String = "",
        task: SupervisionID? = nil, answerBy: LocalDate? = nil
    ) {
        self.unit = unit
        self.kind = kind
        self.text = text
        self.matterNumbers = matterNumbers
        self.task = task
        self.answerBy = answerBy
    }
}

extension Supervision {
    /// More matters are not named in one suggestion.
    static let mostMatters = 30

    /// Sends a suggestion to a unit, which must say in writing whether it adopts it (Art. 40).
    @discardableResult
    public func suggest(_ draft: SuggestionDraft, submission: String?, by viewer: Viewer) async throws -> SuggestionID {
        if let known: SuggestionID = try await records.begun(submission) { return known }
        var problems = FieldProblems()
        let words = problems.note { () throws(PlainError) in try SupervisionText.required(draft.text, field: "text") }
        if draft.kind == nil { problems.add(PlainError(.invalid, "choice.missing", field: "kind")) }
        let unit = problems.note { () throws(PlainError) in
            guard let unit = draft.unit else { throw PlainError(.invalid, "unit.unknown", field: "unit") }
            return try SupervisionAccess.addressee(unit, viewer.organisation, on: today)
        }
        if let day = draft.answerBy, day < today { problems.add(PlainError(.invalid, "date.past", field: "answerBy")) }
        let named = try await matters(draft.matterNumbers, for: viewer, &problems)
        if let unit, named.contains(where: { $0.complains(of: unit, viewer.organisation) }) {
            problems.add(PlainError(.invalid, "case.unitAccused", field: "unit"))
        }
        let matters = named.map(\.reference)
        try problems.check()
        guard let words, let kind = draft.kind, let unit else { throw PlainError(.invalid, "form.malformed") }
        try SupervisionAccess.require(.supervise, on: unit, viewer)
        if let task = draft.task { _ = try await self.task(task, for: viewer) }
        let text = newText(words)
        let number = try await nextNumber(.suggestion, on: today)
        let issued = SuggestionEvent.Issued(
            number: number, unit: unit, kind: kind, text: text.reference, matters: matters, task: draft.task,
            answerBy: draft.answerBy)
        return try await begin(
            Suggestion.self, ids.next(), .issued(issued),
            RecordChange(actor: viewer.actor, submission: submission, texts: [text]))
    }

    private func matters(
        _ typed: String, for viewer: Viewer, _ problems: inout FieldProblems
    ) async throws -> [SupervisedMatter] {
        let numbers = typed.split { $0.isWhitespace || ",，、;；".contains($0) }
        guard numbers.count <= Self.mostMatters else {
            problems.add(
                PlainError(
                    .invalid, "supervision.tooManyMatters", field: "matters", values: ["most": "\(Self.mostMatters)"]))
            return []
        }
        var out: [SupervisedMatter] = []
        for number in numbers {
            let found = try await namedMatter(String(number), for: viewer, &problems, field: "matters")
            if let found, !out.contains(found) { out.append(found) }
        }
        return out
    }

    /// The unit says in writing whether it adopts the suggestion.
    public func reply(
        to id: SuggestionID, adoption: SuggestionAdoption?, text: String, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        guard let adoption else { throw PlainError(.invalid, "choice.missing", field: "adoption") }
        try await write(id, text: text, form, by: viewer) { .reply(adoption, $0) }
    }

    /// The reply lacks something and goes back.
    public func giveBack(
        _ id: SuggestionID, reason: String, answerBy: LocalDate?, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        try await write(id, text: reason, form, by: viewer, field: "reason") { .giveBack($0, answerBy: answerBy) }
    }

    /// Takes a suggestion back that nobody replied to yet.
    public func withdraw(
        _ id: SuggestionID, reason: String, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        try await write(id, text: reason, form, by: viewer, field: "reason") { .withdraw($0) }
    }

    /// Erases words of a suggestion. The erasure is recorded.
    public func eraseTexts(_ texts: [TextID], of id: SuggestionID, reason: String, by viewer: Viewer) async throws {
        try await write(id, text: reason, SupervisionForm(), by: viewer, field: "reason") { .eraseTexts(texts, $0) }
    }

    private func write(
        _ id: SuggestionID, text: String, _ form: SupervisionForm, by viewer: Viewer, field: String = "text",
        _ command: @escaping @Sendable (TextReference) -> SuggestionCommand
    ) async throws {
        let text = newText(try SupervisionText.required(text, field: field))
        try await change(Suggestion.self, id, form, [text], by: viewer) { _ in command(text.reference) }
    }
}
