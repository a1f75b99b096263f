public import Kernel
internal import Ledger
public import Organisation

/// What a form about a task, a suggestion or a conference carries beside its fields.
public struct SupervisionForm: Sendable {
    /// The version that it was made for; `nil` where a change in between does not matter.
    public var version: Int?
    /// The one-time name of the request.
    public var submission: String?

    /// The frame of a form.
    public init(version: Int? = nil, submission: String? = nil) {
        self.version = version
        self.submission = submission
    }
}

extension Supervision {
    /// Urges the unit by a letter (催办函), with a new day.
    public func urge(
        _ id: SupervisionID, text: String, due: LocalDate?, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        try await order(id, text: text, due: due, form, by: viewer) { .urge($0, due: $1) }
    }

    /// Puts the task on the list (挂牌督办).
    public func list(
        _ id: SupervisionID, text: String, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        try await write(id, text: text, form, by: viewer) { .list($0) }
    }

    /// Records a talk with those who lead the unit (约谈).
    public func recordTalk(
        _ id: SupervisionID, on day: LocalDate?, text: String, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        guard let day else { throw PlainError(.invalid, "date.invalid", field: "on") }
        try await write(id, text: text, form, by: viewer) { .talk($0, on: day) }
    }

    /// Tells other units (通报, "在适当范围").
    public func circulate(
        _ id: SupervisionID, to scope: CircularScope?, text: String, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        guard let scope else { throw PlainError(.invalid, "choice.missing", field: "scope") }
        try await write(id, text: text, form, by: viewer) { .circulate($0, scope) }
    }

    /// Orders the unit to put it right by a day (限期整改).
    public func orderRectification(
        _ id: SupervisionID, text: String, due: LocalDate?, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        try await order(id, text: text, due: due, form, by: viewer) { .orderRectification($0, due: $1) }
    }

    /// Gives the unit more time, with the reason.
    public func moveDue(
        _ id: SupervisionID, reason: String, due: LocalDate?, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        try await order(id, text: reason, due: due, form, by: viewer, field: "reason") { .moveDue($0, due: $1) }
    }

    /// A command with words and a day.
    func order(
        _ id: SupervisionID, text: String, due: LocalDate?, _ form: SupervisionForm, by viewer: Viewer,
        field: String = "text", _ command: @escaping @Sendable (TextReference, LocalDate) -> TaskCommand
    ) async throws {
        var problems = FieldProblems()
        let words = problems.note { () throws(PlainError) in try SupervisionText.required(text, field: field) }
        let day = problems.note { () throws(PlainError) in try coming(due, field: "due") }
        try problems.check()
        guard let words, let day else { throw PlainError(.invalid, "form.malformed") }
        try await write(id, text: words, form, by: viewer, field: field) { command($0, day) }
    }

    /// A command with words.
    func write(
        _ id: SupervisionID, text: String, _ form: SupervisionForm, by viewer: Viewer, field: String = "text",
        _ command: @escaping @Sendable (TextReference) -> TaskCommand
    ) async throws {
        let text = newText(try SupervisionText.required(text, field: field))
        try await change(SupervisionTask.self, id, form, [text], by: viewer) { _ in command(text.reference) }
    }
}
