public import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// Where a person divides a matter with several wishes or places: a pasted list becomes a table to be checked, and each
/// line of it a matter with an owner and clocks of its own.
public struct SplitPages: PageRoutes, Sendable {
    let casework: Casework

    /// - Parameter casework: whose matters.
    public init(casework: Casework) { self.casework = casework }

    /// Adds the routes.
    public func add(to router: AppRouter) {
        router.get("/desk/matter/{number}/split", access: .staff(.dispatch), show)
        router.post("/desk/matter/{number}/split", access: .staff(.dispatch), step)
    }

    private func show(_ request: PageRequest) async throws -> Response {
        try await page(request, try await file(request), rows: nil)
    }

    private func file(_ request: PageRequest) async throws -> CaseFile {
        try await casework.file(number: request.parameter("number"), for: try request.staff)
    }

    private func step(_ request: PageRequest) async throws -> Response {
        let file = try await file(request)
        let form = request.form
        // Other categories, other units: what the catalogue says is asked again.
        if form["step"] == "again" {
            let rows = SplitModel.rows(form).map { row in
                var row = row
                row.isTouched = false
                return row
            }
            return try await page(request, file, rows: rows)
        }
        guard form["step"] == "split" else {
            let lines = SplitModel.lines(form.text("lines"))
            guard lines.count >= 2 else {
                return try await page(
                    request, file, rows: nil, errors: [PlainError(.invalid, "split.few", field: "lines")])
            }
            guard lines.count <= SplitRule.most else {
                let error = PlainError(.invalid, "split.many", field: "lines", values: ["most": "\(SplitRule.most)"])
                return try await page(request, file, rows: nil, errors: [error])
            }
            return try await page(request, file, rows: lines)
        }
        let rows = SplitModel.rows(form)
        do {
            guard let version = Int(form.text("version")) else { throw PlainError(.invalid, "form.malformed") }
            let drafts = rows.map { row in
                PartDraft(
                    title: row.title, place: row.place, category: row.category.isEmpty ? nil : row.category,
                    unit: UnitID(row.unit), entry: row.entry.isEmpty ? nil : row.entry)
            }
            let draft = SplitDraft(
                parts: drafts, reason: form.text("reason"), carriesLetter: form.flag("letter"))
            try await casework.split(
                file.state.id, draft, version: version, submission: try request.requiredSubmission,
                by: try request.staff)
            return request.redirect(to: "/desk/matter/\(file.state.number)?done=split")
        } catch is VersionConflict {
            let now = try await self.file(request)
            return try await page(
                request, now, rows: rows, errors: [PlainError(.conflict, "split.changed", field: "rows")])
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await page(request, file, rows: rows, errors: [error])
        }
    }

    private func page(
        _ request: PageRequest, _ file: CaseFile, rows: [SplitModel.Row]?, errors: [PlainError] = []
    ) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let model = SplitModel(file: file, words: words, rows: rows, form: request.form, errors: errors)
        var fields = model.fields
        fields["submission"] = request.submissionField()
        let isConflict = errors.contains { $0.kind == .conflict }
        return try await request.page(
            "desk/split", title: request.words.text("split.title"), fields,
            status: errors.isEmpty ? .ok : isConflict ? .conflict : .unprocessableContent, errors: errors)
    }
}
