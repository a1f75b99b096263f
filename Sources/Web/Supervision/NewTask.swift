internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Supervision

extension SupervisionPages {
    /// A task by hand: what only a person can find.
    func newTask(_ request: PageRequest) async throws -> Response {
        try await newTask(request, errors: [])
    }

    /// Opens it.
    func openTask(_ request: PageRequest) async throws -> Response {
        let (form, viewer) = (request.form, try request.staff)
        return try await run {
            let draft = TaskDraft(
                unit: form.id("unit"), trigger: form.value("trigger"), matterNumber: form.text("number"),
                reason: form.text("reason"), due: try form.day("due"))
            let id = try await supervision.openTask(
                draft, submission: try request.requiredSubmission, by: viewer)
            return request.redirect(to: "/supervision/task/\(id)?done=opened")
        } again: { errors in
            try await newTask(request, errors: errors)
        }
    }

    private func newTask(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try self.words(request)
        let form = ActForm(
            name: "open", action: "/supervision/new",
            inputs: [
                .init(name: "number", kind: .line(most: 40), isRequired: false, value: request.query.text("number")),
                .init(name: "trigger", kind: .select(words.options("supervisionTrigger", SupervisionTrigger.self))),
                .init(name: "unit", kind: .select(words.units(selected: nil)), isRequired: false),
                .init(name: "reason", kind: .text(rows: 5)),
                .init(name: "due", kind: .date, value: "\(supervision.proposedDay(workingDays: 5))"),
            ], isPrimary: true)
        return try await formPage(request, form, errors, back: ("/supervision", "supervision.tab.tasks"))
    }

    /// A page with one form.
    func formPage(
        _ request: PageRequest, _ form: ActForm, _ errors: [PlainError], back: (url: String, key: String)
    ) async throws -> Response {
        let words = try self.words(request)
        let failed =
            errors.isEmpty
            ? nil : FailedAct(name: form.name, suffix: form.suffix, form: request.form, errors: errors)
        let shown = [form].fields(
            words, failed, submission: request.newSubmission, kept: request.submissionField)
        let fields: Fields = [
            "submission": "", "heading": .text(words.text("supervision.act.\(form.name)")),
            "hint": .text(words.optional("supervision.actHint.\(form.name)")), "backURL": .text(back.url),
            "backText": .text(words.text(back.key)), "form": shown.acts, "errors": shown.errors,
            "hasErrors": .flag(failed != nil),
        ]
        return try await request.page(
            "supervision/form", title: words.text("supervision.act.\(form.name)"), fields,
            status: failed == nil ? .ok : .unprocessableContent)
    }
}
