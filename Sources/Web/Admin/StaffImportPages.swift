internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Organisation
internal import Kernel

extension AdminPages {
    /// Words that name a role in a list, in both languages.
    private func roleNames(_ request: PageRequest) -> [String: Role] {
        var out: [String: Role] = [:]
        for language in Language.allCases {
            let words = request.site.words(language)
            for role in Role.allCases { out[words.name("role", role)] = role }
        }
        return out
    }

    /// The form for one new person; it is a list with one line.
    func newPerson(_ request: PageRequest) async throws -> Response {
        try await personForm(request, errors: [])
    }

    private func personForm(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try words(request)
        let roles = Role.allCases.map { AdminForm.Option(value: $0.rawValue, label: words.role($0)) }
        let unit = request.query.id("unit", of: Named.Unit.self)
        let form = AdminForm(
            name: "staff.new", action: "/admin/staff/new",
            inputs: [
                AdminForm.Input(name: "displayName", kind: .line(most: 60)),
                AdminForm.Input(name: "signInName", kind: .line(most: 64)),
                AdminForm.Input(name: "unit", kind: .select(unitOptions(words, chosen: unit))),
                AdminForm.Input(name: "roles", kind: .checks(roles), isRequired: false), .reasonInput,
            ], typed: request.form.items.isEmpty ? nil : request.form, errors: errors)
        return try await formPage(
            form, title: words.text("admin.newPerson"), about: "", back: "/admin/staff", request, errors)
    }

    func addPerson(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let form = request.form
        let unit = form.id("unit", of: Named.Unit.self).flatMap(viewer.organisation.unit)
        let line = StaffLine(
            line: 1, signInName: PlainText.cleaned(form.text("signInName")),
            displayName: PlainText.cleaned(form.text("displayName")), unit: unit?.code ?? "",
            roles: form.values("roles").joined(separator: ";"))
        return try await run(
            {
                let comparison = StaffComparison([line], with: viewer.organisation, roleNames: [:])
                var errors = comparison.rows.flatMap(\.errors)
                if errors.isEmpty, let known = comparison.rows.first?.staff {
                    let name = viewer.organisation.staff(known)?.signInName ?? ""
                    errors = [
                        PlainError(.conflict, "staff.signInNameTaken", field: "signInName", values: ["name": name])
                    ]
                }
                guard errors.isEmpty else { throw PlainErrors(errors) }
                _ = try OrganisationStore.reason(form.text("reason"))
                return try await take(comparison, csv: "", back: "/admin/staff", request)
            }, again: { try await personForm(request, errors: $0) })
    }

    func importPage(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try words(request)
        return try await page(
            "import", title: words.text("admin.entry.import"),
            [
                "text": .text(request.form.text("text")), "reason": .text(request.form.text("reason")),
                "textError": .text(request.message(errors, for: "text")),
                "reasonError": .text(request.message(errors, for: "reason")), "submission": request.submissionField(),
                "roleList": .text(words.words.list(Role.allCases.map(words.role))),
            ], request, errors: errors)
    }

    /// A list of staff: first what it would do, then, confirmed, the accounts with their one-time passwords.
    func importStaff(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = request.form.text("file")
        let csv = file.isEmpty ? request.form.text("text") : file
        return try await run(
            {
                guard !csv.isEmpty else { throw PlainError(.invalid, "import.empty", field: "text") }
                _ = try OrganisationStore.reason(request.form.text("reason"))
                let lines: [StaffLine]
                do {
                    lines = try StaffComparison.lines(csv: csv)
                } catch let problems as ImportProblems {
                    throw PlainError(
                        .invalid, "import.unreadable", field: "text",
                        values: ["line": "\(problems.problems.first?.line ?? 1)"])
                }
                let comparison = StaffComparison(
                    lines, with: viewer.organisation, roleNames: roleNames(request))
                return try await take(comparison, csv: csv, back: "/admin/staff/import", request)
            }, again: { try await importPage(request, errors: $0) })
    }

    private func take(
        _ comparison: StaffComparison, csv: String, back: String, _ request: PageRequest
    ) async throws -> Response {
        guard request.form["step"] == "confirm", comparison.isClean, comparison.changesAnything else {
            return try await comparisonPage(comparison, csv: csv, back: back, request)
        }
        let viewer = try request.staff
        let logins = try await organisation.importStaff(
            comparison, because: request.form.text("reason"), today: request.site.today,
            submission: try request.requiredSubmission, by: viewer.actor)
        guard let logins else { return request.redirect(to: "/admin/staff?done=already") }
        guard !logins.isEmpty else { return request.redirect(to: "/admin/staff?done=imported") }
        let words = try words(request)
        return try await passwordsPage(
            logins, title: words.words.counted("admin.passwordsTitle", logins.count), back: "/admin/staff", request)
    }

    private func comparisonPage(
        _ comparison: StaffComparison, csv: String, back: String, _ request: PageRequest
    ) async throws -> Response {
        let words = try words(request)
        let states: [StaffComparison.State] = [.wrong, .new, .changed, .unchanged]
        let counts = states.compactMap { state -> Fields? in
            let count = comparison.rows.count { $0.state == state }
            guard count > 0 else { return nil }
            return [
                "text": .text(words.words.counted("admin.import.\(state.rawValue)", count)),
                "tone": .text(state.rawValue),
            ]
        }
        let rows = comparison.rows.filter { $0.state != .unchanged }
        let kept = request.form.items.filter {
            !["_csrf", "submission", "step", "file", "text"].contains($0.name)
        }
        let canTake = comparison.isClean && comparison.changesAnything
        let proposes = !(try request.staff).may(.grantRoles, on: nil) && rows.contains { $0.grants != nil }
        return try await page(
            "import-preview", title: words.text("admin.import.title"),
            [
                "action": .text(request.path), "backURL": .text(back), "counts": .list(counts),
                "rows": .list(rows.map { row($0, words) }), "hasRows": .flag(!rows.isEmpty), "canTake": .flag(canTake),
                "hint": .text(
                    canTake
                        ? proposes ? words.text("admin.import.proposes") : ""
                        : words.text(comparison.isClean ? "admin.import.nothing" : "admin.import.fix")),
                "reason": .text(request.form.text("reason")), "submission": request.submissionField(),
                "hidden": .list(
                    kept.map { ["name": .text($0.name), "value": .text($0.value)] }
                        + (csv.isEmpty ? [] : [["name": "text", "value": .text(csv)]])),
            ], request, status: comparison.isClean ? .ok : .unprocessableContent)
    }

    private func row(_ row: StaffComparison.Row, _ words: AdminWords) -> Fields {
        let roles = row.grants.map { $0.isEmpty ? words.text("admin.noRoles") : words.words.list($0.map(words.grant)) }
        return [
            "line": .text("\(row.line.line)"), "name": .text(row.line.displayName),
            "signIn": .text(row.line.signInName), "unit": .text(row.unit.map(words.unit) ?? row.line.unit),
            "roles": .text(row.state == .new ? roles : ""), "tone": .text(row.state.rawValue),
            "state": .text(words.text("admin.import.state.\(row.state.rawValue)")),
            "isWrong": .flag(row.state == .wrong),
            "errors": .texts(row.errors.map(words.message)), "changes": words.fields(row.changes),
        ]
    }

    /// An empty list with its headings, for a spreadsheet.
    func importTemplate(_ request: PageRequest) async throws -> Response {
        let words = try words(request)
        let unit = words.organisation.units.first?.code ?? "county"
        let text =
            "\u{FEFF}登录名,姓名,单位代码,角色\r\n"
            + "zhang.san,\(words.text("admin.import.example")),\(unit),\(words.role(.handler))；\(words.role(.leader))@\(unit)\r\n"
        var headers: HTTPFields = [.contentType: "text/csv; charset=utf-8"]
        headers[.contentDisposition] = "attachment; filename=\"staff.csv\""
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
