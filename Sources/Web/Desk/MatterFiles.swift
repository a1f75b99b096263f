internal import Attachments
internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// Files on the page of a matter for staff.
extension Desk {
    /// Adds files: of a resident who brought them, or of the office.
    func attach(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        let files = try await FormFiles.of(request)
        guard files.problems.isEmpty, request.form["removeFile"] == nil else {
            return try await filesPage(file, files, request)
        }
        do {
            let reporter = request.form.id("reporter", of: Named.Reporter.self)
            try await casework.addFiles(
                file.state.id, files: files.references, of: reporter, isShown: request.form.flag("shown"),
                submission: try request.requiredSubmission, by: viewer)
        } catch let error as PlainError where error.kind == .invalid {
            var files = files
            files.problems = [error]
            return try await filesPage(file, files, request)
        }
        counts.forget(viewer)
        return request.redirect(to: "/desk/matter/\(file.state.number)?done=attach")
    }

    /// Takes a file of the office back.
    func detach(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        guard let id = request.form.id("id", of: Named.Attachment.self) else {
            throw PlainError(.notFound, "case.noAttachment")
        }
        do {
            try await casework.withdrawFile(file.state.id, id, reason: request.form.text("reason"), by: viewer)
        } catch let error as PlainError where error.kind == .invalid {
            var files = FormFiles()
            files.problems = [PlainError(error.kind, error.code, field: "files", values: error.values)]
            return try await filesPage(file, files, request)
        }
        return request.redirect(to: "/desk/matter/\(file.state.number)?done=detach")
    }

    private func filesPage(_ file: CaseFile, _ files: FormFiles, _ request: PageRequest) async throws -> Response {
        var model = try await model(file, request)
        model.formFiles = files
        model.fileForm = request.form
        return try await matterPage(request, model)
    }
}

extension MatterPage {
    /// The list of files and the form for more.
    func fileFields(_ request: PageRequest) -> Fields {
        let list = FileList(words: words.words, kept: kept, base: "\(url)/attachment")
        let rows = state.attachments.compactMap { attachment in
            let whose = attachment.reporter.map { words.reporter($0, in: file) }
            let isOffice = attachment.reporter == nil
            let shown = words.text(attachment.isShown ? "file.officeShown" : "file.officeHidden")
            let row = list.fields(
                attachment, forms: state.forms(of: attachment, for: viewer), who: whose ?? shown,
                when: words.words.dateTime(attachment.at), canWithdraw: isOffice && can(.withdrawAttachment))
            return row?.merging([
                "withdrawURL": .text("\(url)/detach"), "asksReason": true, "csrf": .text(request.csrf),
            ])
        }
        var fields = formFiles.fields(request)
        fields["hasFiles"] = .flag(!rows.isEmpty)
        fields["files"] = .list(rows)
        fields["canAttach"] = .flag(can(.attach) && request.site.files != nil)
        fields["attachOpen"] = .flag(!formFiles.kept.isEmpty || !formFiles.problems.isEmpty)
        fields["attachShown"] = .flag(fileForm.flag("shown"))
        let chosen = fileForm["reporter"]
        fields["attachReporters"] = .list(
            state.reporters.filter { !$0.erased }.map { reporter in
                let id = "\(reporter.details.id)"
                return QueueFilters.option(
                    id, words.reporter(reporter.details.id, in: file), isSelected: id == chosen)
            })
        return fields
    }
}
