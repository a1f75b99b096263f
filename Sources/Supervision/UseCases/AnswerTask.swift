public import Kernel
internal import Ledger
public import Organisation

extension Supervision {
    /// The unit answers in writing.
    public func answer(
        _ id: SupervisionID, text: String, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        try await write(id, text: text, form, by: viewer) { .answer($0) }
    }

    /// The answer is enough.
    public func accept(
        _ id: SupervisionID, text: String, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        let text = try SupervisionText.optional(text, field: "text").map(newText)
        try await change(SupervisionTask.self, id, form, [text].compactMap { $0 }, by: viewer) { _ in
            .accept(text?.reference)
        }
    }

    /// The answer is not enough: it goes back with the reason and a new day.
    public func sendBack(
        _ id: SupervisionID, reason: String, due: LocalDate?, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        try await order(id, text: reason, due: due, form, by: viewer, field: "reason") { .sendBack($0, due: $1) }
    }

    /// A named person ends the task with its result.
    public func close(
        _ id: SupervisionID, result: TaskResult?, text: String, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        guard let result else { throw PlainError(.invalid, "choice.missing", field: "result") }
        try await write(id, text: text, form, by: viewer) { .close(result, $0) }
    }

    /// Takes a task back, or puts a finding that was set aside on the list again.
    public func withdraw(
        _ id: SupervisionID, reason: String, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        try await write(id, text: reason, form, by: viewer, field: "reason") { .withdraw($0) }
    }

    /// Erases words of a task, for example a resident's name that does not belong there. The erasure is recorded.
    public func eraseTexts(_ texts: [TextID], of id: SupervisionID, reason: String, by viewer: Viewer) async throws {
        try await write(id, text: reason, SupervisionForm(), by: viewer, field: "reason") { .eraseTexts(texts, $0) }
    }
}
