public import Bulk
public import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import NIOCore
public import Organisation
internal import Sheets

/// What is done to many matters at once: the selection, what will happen, the run and its report; lists as files.
public struct BulkPages: PageRoutes, Sendable {
    let casework: Casework
    let bulk: Bulk
    let organisation: OrganisationStore
    let counts: QueueCounts
    /// A longer list is written in the background.
    let longestAtOnce: Int

    /// - Parameters:
    ///   - casework: the room whose lists these are.
    ///   - bulk: the runs.
    ///   - organisation: keeps the vocabulary of tags.
    ///   - counts: counts of queues, which runs change.
    ///   - longestAtOnce: a list of more lines is written in the background.
    public init(
        casework: Casework, bulk: Bulk, organisation: OrganisationStore, counts: QueueCounts, longestAtOnce: Int = 5_000
    ) {
        self.casework = casework
        self.bulk = bulk
        self.organisation = organisation
        self.counts = counts
        self.longestAtOnce = longestAtOnce
    }

    /// Adds the routes.
    public func add(to router: AppRouter) {
        router.post("/desk/export", access: .staff(.seeMatters), export)
        router.post("/desk/bulk", access: .staff(.seeMatters), select)
        router.get("/desk/runs", access: .staff(.seeMatters), runs)
        router.get("/desk/runs/{run}", access: .staff(.seeMatters), run)
        router.get("/desk/runs/{run}/report.csv", access: .staff(.seeMatters), report)
        router.get("/desk/runs/{run}/file", access: .staff(.seeMatters), file)
        router.post("/desk/runs/{run}/plan", access: .staff(.seeMatters), choose)
        router.post("/desk/runs/{run}/start", access: .staff(.seeMatters), start)
        router.post("/desk/runs/{run}/discard", access: .staff(.seeMatters), discard)
        router.post("/desk/runs/{run}/again", access: .staff(.seeMatters), again)
        router.post("/desk/runs/{run}/undo", access: .staff(.seeMatters), undo)
    }

    // MARK: Lists as files

    /// A whole list as a file; a long one in the background.
    func export(_ request: PageRequest) async throws -> Response {
        guard let source = ListSource(request.form.text("list")), let format: SheetFormat = request.form.value("format")
        else { throw PlainError(.invalid, "form.malformed") }
        return try await export(source, format, only: [], request)
    }

    func export(
        _ source: ListSource, _ format: SheetFormat, only: [CaseID], _ request: PageRequest
    ) async throws -> Response {
        let viewer = try request.staff
        try source.check(viewer)
        let submission = try request.requiredSubmission
        if only.isEmpty, try await isLong(source, viewer) {
            let plan = RunPlan(
                kind: .export, list: source.text, format: format, language: request.language.rawValue)
            let run = try await bulk.plan(
                plan, on: [], submission: "export:\(format.rawValue):\(submission)", by: viewer)
            try await bulk.begin(run, by: viewer)
            return request.redirect(to: "/desk/runs/\(run)")
        }
        let export = ListExport(
            casework: casework, source: source, viewer: viewer,
            words: request.matterWords(viewer.organisation, casework.deadlines), only: only)
        let book = try await export.write(format, submission: "\(format.rawValue):\(submission)")
        return await request.answer(book, named: "letters-\(export.words.today)")
    }

    /// Whether a list has more lines than are written while somebody waits. A search stops at its own limit of counting.
    private func isLong(_ source: ListSource, _ viewer: Viewer) async throws -> Bool {
        if case .number(let list) = source {
            return try await casework.count(of: list, upTo: longestAtOnce + 1, for: viewer) > longestAtOnce
        }
        guard let request = source.request(for: viewer, casework.deadlines, today: casework.today) else {
            return try await casework.searchCount(source.query ?? "", upTo: Casework.countCap, for: viewer)
                >= min(longestAtOnce, Casework.countCap)
        }
        return try await casework.queueCount(request, upTo: longestAtOnce + 1, for: viewer) > longestAtOnce
    }

    // MARK: Selecting

    /// Freezes what is ticked, or the whole list, and shows what could be done with it.
    func select(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let form = request.form
        guard let source = ListSource(form.text("list")), case .queue(let place) = source,
            let kind: RunPlan.Kind = form.value("act")
        else { throw PlainError(.invalid, "form.malformed") }
        try source.check(viewer)
        let isWhole = form["scope"] == "all"
        let ticked = form.values("matter").compactMap { CaseID($0) }
        guard isWhole || !ticked.isEmpty else {
            return request.redirect(to: Self.address(place.firstURL, "error", "bulk-nothingTicked"))
        }
        if kind == .export { return try await export(source, .xlsx, only: isWhole ? [] : ticked, request) }
        guard [.dispatch, .assign, .tag, .untag, .link].contains(kind) else {
            throw PlainError(.invalid, "form.malformed")
        }
        let matters = try await matters(of: place, only: isWhole ? [] : ticked, viewer)
        let plan = RunPlan(kind: kind, act: kind == .dispatch ? .dispatchByCatalogue : nil, list: place.saved)
        // "Back" shows the list with the same one-time name: where it has changed since, it is another run.
        guard let name = request.act(with: "\(matters)") else { throw PlainError(.invalid, "submission.missing") }
        do {
            let run = try await bulk.plan(plan, on: matters, submission: name, by: viewer)
            return request.redirect(to: "/desk/runs/\(run)")
        } catch let error as PlainError where error.code.hasPrefix("bulk.") {
            return request.redirect(to: Self.address(place.firstURL, "error", "bulk-\(error.code.dropFirst(5))"))
        }
    }

    static func address(_ base: String, _ name: String, _ value: String) -> String {
        "\(base)\(base.contains("?") ? "&" : "?")\(name)=\(value)"
    }

    /// The matters of a list, in its order; one more than a run takes tells that there are too many.
    private func matters(of place: ListPlace, only: [CaseID], _ viewer: Viewer) async throws -> [CaseID] {
        var wanted = place.request(for: viewer, casework.deadlines, today: casework.today)
        (wanted.limit, wanted.only, wanted.after) = (500, only, nil)
        var out: [CaseID] = []
        repeat {
            let page = try await casework.queue(wanted, for: viewer)
            out += page.rows.map(\.id)
            wanted.after = page.next
        } while wanted.after != nil && out.count <= Bulk.mostMatters
        return out
    }
}

extension PageRequest {
    /// The fields of `parts/desk-export`.
    func exportFields(_ source: ListSource?) -> Fields {
        ["exportList": .text(source?.text), "exportSubmission": newSubmission()]
    }

    /// A finished workbook for the visitor to keep, piece by piece.
    func answer(_ book: Workbook, named name: String) async -> Response {
        let size = await book.size
        return answer(book.format, size: size, named: name) { at in try await book.bytes(from: at) }
    }

    /// A file that comes in pieces, each asked for by where it begins.
    func answer(
        _ format: SheetFormat, size: Int, named name: String, _ piece: @escaping @Sendable (Int) async throws -> [UInt8]
    ) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: format.contentType, .cacheControl: "private, no-store",
                .contentDisposition: "attachment; filename=\"\(name).\(format.rawValue)\"",
            ],
            body: ResponseBody(contentLength: size) { writer in
                var at = 0
                while at < size {
                    let bytes = try await piece(at)
                    guard !bytes.isEmpty else { break }
                    try await writer.write(ByteBuffer(bytes: bytes))
                    at += bytes.count
                }
                try await writer.finish(nil)
            })
    }
}
