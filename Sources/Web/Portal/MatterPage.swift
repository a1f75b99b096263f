internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// What a resident typed into one of the page's forms, to be shown again when something is wrong with it.
struct MatterInput {
    var errors: [PlainError] = []
    var words = ""
    var files = FormFiles()
    var reopenReasons = ""
    var withdrawReason = ""
    var correction = ""
    var judgement: Form?
}

extension Portal {
    /// The resident's page. Opening it is the delivery of whatever waits there: a reply, a decision, a notice.
    func matter(_ request: PageRequest) async throws -> Response {
        try await matterPage(request, MatterInput(), notice: notice(request))
    }

    func addWords(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let submission = try request.requiredSubmission
        var input = MatterInput()
        input.words = request.form.text("words")
        input.files = try await FormFiles.of(request)
        guard input.files.problems.isEmpty, request.form["removeFile"] == nil else {
            input.errors = input.files.problems
            return try await matterPage(request, input)
        }
        let files = input.files.references
        return try await attempt(request, input, done: files.isEmpty ? "words" : "files") {
            try await casework.addFiles(
                session.caseID, reporter: session.reporter, files: files, text: request.form.text("words"),
                submission: submission)
        }
    }

    /// Takes an own file back; it is destroyed.
    func removeFile(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        guard let id = request.form.id("id", of: Named.Attachment.self) else {
            throw PlainError(.notFound, "case.noAttachment")
        }
        return try await attempt(request, MatterInput(), done: "fileRemoved") {
            try await casework.withdrawFile(session.caseID, id, by: session.reporter)
        }
    }

    /// What was missing in an application for information (《政府信息公开条例》 Art. 30).
    func correct(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let submission = try request.requiredSubmission
        var input = MatterInput()
        input.correction = request.form.text("correction")
        return try await attempt(request, input, done: "corrected") {
            try await casework.correct(
                session.caseID, text: request.form.text("correction"), submission: submission, by: session.reporter)
        }
    }

    func judge(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        var input = MatterInput()
        input.judgement = request.form
        guard let draft = Self.judgement(in: request.form) else {
            input.errors = [PlainError(.invalid, "judgement.missing", field: "outcome")]
            return try await matterPage(request, input)
        }
        return try await attempt(request, input, done: "judged") {
            try await casework.judge(session.caseID, draft, by: session.reporter)
        }
    }

    func reopen(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        var input = MatterInput()
        input.reopenReasons = request.form.text("reasons")
        return try await attempt(request, input, done: "reopened") {
            try await casework.reopen(session.caseID, reason: request.form.text("reasons"), by: session.reporter)
        }
    }

    func withdraw(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        var input = MatterInput()
        input.withdrawReason = request.form.text("reason")
        guard request.form.flag("confirm") else {
            input.errors = [PlainError(.invalid, "withdraw.unconfirmed", field: "confirm")]
            return try await matterPage(request, input)
        }
        return try await attempt(request, input, done: "withdrawn") {
            try await casework.withdraw(session.caseID, reason: request.form.text("reason"), by: session.reporter)
        }
    }

    /// Whether everybody may read it; a no takes it away at once.
    func consent(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let agrees = request.form.text("agrees") == "yes"
        return try await attempt(request, MatterInput(), done: agrees ? "consented" : "unconsented") {
            try await casework.consent(session.caseID, agrees: agrees, by: session.reporter)
        }
    }

    /// The verdict in a form; `nil` when none is chosen.
    static func judgement(in form: Form) -> JudgementDraft? {
        let verdicts: [String: Judgement] = ["solved": .solved, "partly": .partly, "not": .notSolved]
        guard let outcome = verdicts[form.text("outcome")] else { return nil }
        func answer(_ name: String) -> Bool? { ["yes": true, "no": false][form.text(name)] }
        return JudgementDraft(
            outcome: outcome, attitude: form.value("attitude", as: Attitude.self),
            answers: FourAnswers(
                supports: answer("support"), approves: answer("agree"), pleased: answer("glad"),
                agrees: answer("consent")),
            words: form.text("words"), intake: form.value("intake", as: Attitude.self))
    }

    /// Runs an action; what is wrong comes back on the page with everything typed.
    func attempt(
        _ request: PageRequest, _ input: MatterInput, done: String, _ action: () async throws -> Void
    ) async throws -> Response {
        var input = input
        do {
            try await action()
            return request.redirect(to: "/matter?done=\(done)")
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            input.errors = [error]
        } catch let errors as PlainErrors {
            input.errors = errors.errors
        }
        return try await matterPage(request, input)
    }

    private func matterPage(
        _ request: PageRequest, _ input: MatterInput, notice: String? = nil
    ) async throws -> Response {
        let session = try request.reporterSession
        var file = try await casework.file(session.caseID, for: session.reporter)
        // What somebody who joined in public cannot read yet has not arrived either.
        if input.errors.isEmpty, file.isReplyReadable, file.state.hasUnread(for: session.reporter) {
            try await casework.noteRead(session.caseID, by: session.reporter)
            file = try await casework.file(session.caseID, for: session.reporter)
        }
        let model = MatterModel(
            matter: try await matterWords(request), file: file, id: session.reporter, input: input, request: request)
        var fields = model.fields
        fields.merge(model.files(try await casework.files(of: file.state)))
        fields.merge(
            model.joined(try await parts(of: file, for: session.reporter, isRead: input.errors.isEmpty)))
        fields.merge(try await receptions(of: file, session.reporter, model.matter))
        let response = try await request.page(
            "portal/matter", title: file.text(file.state.title) ?? file.state.number, fields,
            status: input.errors.isEmpty ? .ok : .unprocessableContent, errors: input.errors, notice: notice)
        return request.allowingMicrophone(response)
    }
}

extension CaseFile {
    /// One resident's part.
    func reporter(_ id: ReporterID) -> CaseState.Reporter? { state.reporters.first { $0.details.id == id } }
}
