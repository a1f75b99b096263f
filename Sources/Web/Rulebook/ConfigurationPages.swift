internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The whole configuration out and in as text.
extension RulebookPages {
    func configuration(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let text = try await rules.configuration()
        var upload = RulebookBlock(
            id: "in", heading: words.text("rulebook.configIn"), hint: words.text("rulebook.configInHint"))
        var form = uploadForm(request, "configuration", isPrimary: true)
        form.errors = errors
        upload.forms = [form]
        let blocks = [
            RulebookBlock(
                id: "out", heading: words.text("rulebook.configOut"), hint: words.text("rulebook.configOutHint"),
                columns: [(words.text("rulebook.configFile"), false), (words.text("rulebook.configLines"), true)],
                rows: text.files.sorted { $0.key < $1.key }.map { path, body in
                    [.init(text: path), .number(words.number(body.count { $0 == "\n" }))]
                }, links: [(words.text("rulebook.configDownload"), "/admin/configuration/text")]),
            upload,
        ]
        return try await page(
            request, tab: "configuration", heading: words.text("rulebook.tab.configuration"),
            hint: words.text("rulebook.configHint"), blocks, errors: errors)
    }

    func configurationText(_ request: PageRequest) async throws -> Response {
        file(try await rules.configuration().joined, named: "jiaxin-\(request.site.today).txt")
    }

    func draftConfiguration(_ request: PageRequest) async throws -> Response {
        try await run {
            let text = try sentText(request)
            do {
                _ = try await rules.difference(try ConfigurationText(joined: text), today: request.site.today)
            } catch let problems as ConfigurationProblems {
                let faults = RuleFaults(request.words)
                return try await faulty(
                    request, "configuration", text,
                    problems.problems.map { problem in
                        let fault = faults.fault(problem.line, problem.reason, in: "")
                        return .init(
                            line: problem.line, text: problem.file, reason: fault.reason, isEnglish: fault.isEnglish)
                    })
            }
            return try await keep(text, .configuration, request)
        } again: { errors in
            try await configuration(request, errors: errors)
        }
    }

    func configurationDraft(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let viewer = try request.staff
        let draft = try await drafts.draft(try draftID(request), part: .configuration, for: viewer.staff.id)
        let changes = try await rules.difference(
            try ConfigurationText(joined: draft.body), today: request.site.today)
        var block = RulebookBlock(id: "difference", heading: words.text("rulebook.difference"))
        let real = changes.filter { $0.kind != .kept }
        block.sentences = [
            words.text(
                "rulebook.configSum",
                [
                    "added": words.number(changes.count { $0.kind == .added }),
                    "changed": words.number(changes.count { $0.kind == .changed }),
                    "kept": words.number(changes.count { $0.kind == .kept }),
                ])
        ]
        block.changes = real.prefix(500).map {
            .init(kind: $0.kind == .added ? .added : .changed, what: $0.key, after: $0.file)
        }
        if real.count > 500 { block.sentences.append(words.text("rulebook.changesMore")) }
        var blocks = [block]
        if real.isEmpty {
            blocks[0].sentences = [words.text("rulebook.noDifference")]
        } else {
            blocks.append(
                RulebookBlock(
                    id: "load", heading: words.text("rulebook.configLoad"), hint: words.text("rulebook.configLoadHint"),
                    forms: [
                        RulebookForm(
                            id: "load", action: "/admin/configuration/draft/\(draft.id)/load",
                            button: words.text("rulebook.configLoadButton"), inputs: reasonInputs(words),
                            isPrimary: true, submission: request.submissionField(),
                            typed: errors.isEmpty ? nil : request.form, errors: errors)
                    ]))
        }
        return try await page(
            request, tab: "configuration", heading: words.text("rulebook.configDraft"),
            back: ("/admin/configuration", words.text("rulebook.tab.configuration")), blocks, errors: errors)
    }

    func loadConfiguration(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let draft = try await drafts.draft(try draftID(request), part: .configuration, for: viewer.staff.id)
            let text = try ConfigurationText(joined: draft.body)
            do {
                try await rules.importConfiguration(
                    text, today: request.site.today, hasMatters: try await casework.mattersAtHand() > 0,
                    reason: request.form.text("reason"), submission: try request.requiredSubmission, by: viewer.actor)
            } catch let problems as ConfigurationProblems {
                throw PlainError(
                    .conflict, "rulebook.lineWrong", values: ["what": problems.problems.first?.description ?? ""])
            }
            try await current.refresh()
            return request.redirect(to: "/admin/configuration?done=configLoaded")
        } again: { errors in
            try await configurationDraft(request, errors: errors)
        }
    }
}
