public import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// Where a clerk makes a matter readable for everybody: suggestions of what to leave out, an own text, a preview of
/// just what others will see, and a signature. The original stays where it is.
public struct PublishPages: PageRoutes, Sendable {
    let casework: Casework

    /// - Parameter casework: whose matters.
    public init(casework: Casework) { self.casework = casework }

    /// Adds the routes.
    public func add(to router: AppRouter) {
        router.get("/desk/matter/{number}/publish", access: .staff(.publish), show)
        router.post("/desk/matter/{number}/publish", access: .staff(.publish), step)
        router.post("/desk/matter/{number}/unpublish", access: .staff(.publish), takeBack)
        router.post("/desk/matter/{number}/consent", access: .staff(.registerMatter), consent)
    }

    private enum Step: String { case marks, edit, preview, publish }

    private func show(_ request: PageRequest) async throws -> Response {
        let file = try await file(request)
        return try await page(request, file, step: .marks)
    }

    private func step(_ request: PageRequest) async throws -> Response {
        let file = try await file(request)
        let form = request.form
        let original = OriginalTexts(file)
        switch form.value("step", as: Step.self) ?? .marks {
        case .marks: return try await page(request, file, step: .marks)
        case .edit:
            // From the marks the chosen ones are applied; from the preview the own text comes back.
            let draft = form["title"] == nil ? original.masked(form.values("mask")) : Self.draft(form)
            return try await page(request, file, step: .edit, draft: draft)
        case .preview:
            do {
                return try await page(request, file, step: .preview, draft: try casework.checked(Self.draft(form)))
            } catch let errors as PlainErrors {
                return try await page(request, file, step: .edit, draft: Self.draft(form), errors: errors.errors)
            }
        case .publish: return try await publish(request, file)
        }
    }

    private func publish(_ request: PageRequest, _ file: CaseFile) async throws -> Response {
        let viewer = try request.staff
        let draft = Self.draft(request.form)
        guard request.form.flag("read") else {
            let error = PlainError(.invalid, "public.notRead", field: "read")
            return try await page(request, file, step: .preview, draft: draft, errors: [error])
        }
        guard let version = Int(request.form.text("version")) else { throw PlainError(.invalid, "form.malformed") }
        do {
            try await casework.publish(
                file.state.id, draft, version: version, submission: try request.requiredSubmission, by: viewer)
            return request.redirect(to: "/desk/matter/\(file.state.number)/publish?done=published")
        } catch is VersionConflict {
            let error = PlainError(.conflict, "public.changedMeanwhile")
            return try await page(request, file, step: .preview, draft: draft, errors: [error])
        } catch let errors as PlainErrors {
            return try await page(request, file, step: .edit, draft: draft, errors: errors.errors)
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await page(request, file, step: .edit, draft: draft, errors: [error])
        }
    }

    private func takeBack(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await file(request)
        do {
            try await casework.unpublish(
                file.state.id, reason: request.form.text("reason"), version: file.state.version, by: viewer)
            return request.redirect(to: "/desk/matter/\(file.state.number)/publish?done=unpublished")
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await page(request, file, step: .marks, errors: [error])
        }
    }

    /// What a resident said at the counter or on the telephone.
    private func consent(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await file(request)
        guard let reporter = request.form.id("reporter", of: Named.Reporter.self) else {
            throw PlainError(.invalid, "form.malformed")
        }
        try await casework.recordConsent(
            file.state.id, agrees: request.form.text("agrees") == "yes", of: reporter, by: viewer)
        return request.redirect(to: "/desk/matter/\(file.state.number)?done=consent")
    }

    private func file(_ request: PageRequest) async throws -> CaseFile {
        try await casework.file(number: request.parameter("number"), for: try request.staff)
    }

    private static func draft(_ form: Form) -> PublicDraft {
        PublicDraft(title: form.text("title"), body: form.text("body"), reply: form.text("reply"))
    }

    private func page(
        _ request: PageRequest, _ file: CaseFile, step: Step, draft: PublicDraft? = nil, errors: [PlainError] = []
    ) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let model = PublishModel(file: file, words: words, draft: draft, form: request.form)
        var fields = model.fields
        fields.merge([
            "isMarks": .flag(step == .marks && model.isOpen), "isEdit": .flag(step == .edit && model.isOpen),
            "isPreview": .flag(step == .preview && model.isOpen), "submission": request.submissionField(),
            "titleError": .text(request.message(errors, for: "title")),
            "bodyError": .text(request.message(errors, for: "body")),
            "replyError": .text(request.message(errors, for: "reply")),
            "readError": .text(request.message(errors, for: "read")),
            "reasonError": .text(request.message(errors, for: "reason")),
        ])
        var notice: String?
        if let code = request.query["done"], ["published", "unpublished"].contains(code) {
            notice = request.words.text("public.done.\(code)")
        }
        return try await request.page(
            "desk/publish", title: words.text("public.deskTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors, notice: notice)
    }
}
