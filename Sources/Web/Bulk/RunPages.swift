internal import Bulk
internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import NIOCore
internal import Organisation
internal import Sheets

extension BulkPages {
    func id(_ request: PageRequest) throws(PlainError) -> RunID {
        guard let id = RunID(request.parameter("run")) else { throw PlainError(.notFound, "bulk.unknown") }
        return id
    }

    func words(_ request: PageRequest, _ viewer: Viewer) -> MatterWords {
        request.matterWords(viewer.organisation, casework.deadlines)
    }

    /// The person's own runs.
    func runs(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = words(request, viewer)
        let runs = try await bulk.runs(of: viewer)
        let fields: Fields = [
            "submission": "", "hasRows": .flag(!runs.isEmpty),
            "runs": .list(runs.map { RunModel(run: $0, words: words, viewer: viewer).line }),
        ]
        return try await request.page("desk/runs", title: words.text("bulk.runsTitle"), fields)
    }

    /// A run: what will happen, how far it is, what came of it.
    func run(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let run = try await bulk.run(try id(request), for: viewer)
        return run.state == .draft
            ? try await planPage(run, request, typed: nil, errors: []) : try await reportPage(run, request)
    }

    // MARK: Before

    private static let linesOnPage = 100

    func planPage(_ run: Run, _ request: PageRequest, typed: Form?, errors: [PlainError]) async throws -> Response {
        let viewer = try request.staff
        let words = words(request, viewer)
        let after = Int(request.query.text("after")).map { max(0, $0) } ?? 0
        let items = try await bulk.items(of: run.id, after: after, limit: Self.linesOnPage + 1)
        let names = try await casework.namedMatters(items.prefix(Self.linesOnPage).map(\.matter), for: viewer)
        let model = RunModel(run: run, words: words, viewer: viewer)
        let groups = try await bulk.destinations(of: run.id)
        let possible = groups.filter { $0.forecast.problem == nil }.map(\.count).reduce(0, +)
        let isChosen = run.plan.act != nil
        let needsDecision = run.plan.kind == .assign ? try await needsDecision(run) : false
        var fields = RunForm(run: run, words: words, viewer: viewer, typed: typed, errors: errors)
            .fields(needsDecision: needsDecision)
        fields.merge([
            "submission": request.newSubmission(), "runURL": .text("/desk/runs/\(run.id)"),
            "heading": .text(model.title), "listName": .text(model.listName), "listURL": .text(model.listURL),
            "isChosen": .flag(isChosen), "groups": .list(isChosen ? groups.map(model.group) : []),
            "startLabel": .text(
                isChosen && possible > 0 ? words.words.counted("bulk.start.\(run.plan.kind.rawValue)", possible) : ""),
            "nothingPossible": .flag(isChosen && possible == 0),
            "rows": .list(
                items.prefix(Self.linesOnPage).map { model.foreseen($0, names[$0.matter], isChosen: isChosen) }),
            "hasPaging": .flag(after > 0 || items.count > Self.linesOnPage),
            "firstURL": .text(after > 0 ? "/desk/runs/\(run.id)" : ""),
            "nextURL": .text(
                items.count > Self.linesOnPage ? "/desk/runs/\(run.id)?after=\(after + Self.linesOnPage)" : ""),
        ])
        return try await request.page(
            "desk/run-plan", title: model.title, fields, status: errors.isEmpty ? .ok : .unprocessableContent,
            errors: errors)
    }

    /// Whether nobody has decided about some of the matters yet, so that handing them over takes a decision.
    private func needsDecision(_ run: Run) async throws -> Bool {
        let matters = try await bulk.items(of: run.id, after: 0, limit: Bulk.mostMatters).map(\.matter)
        return try await casework.undecided(among: matters)
    }

    /// Finds out what a choice would do.
    func choose(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let run = try await bulk.run(try id(request), for: viewer)
        guard run.state == .draft else { return request.redirect(to: "/desk/runs/\(run.id)") }
        do {
            try await bulk.choose(try RunForm.act(run.plan.kind, request.form), of: run.id, by: viewer)
            return request.redirect(to: "/desk/runs/\(run.id)")
        } catch let error as PlainError where error.kind == .invalid {
            return try await planPage(run, request, typed: request.form, errors: [error])
        }
    }

    /// Begins the work.
    func start(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let id = try id(request)
        try await bulk.begin(id, by: viewer)
        counts.forget(viewer)
        return request.redirect(to: "/desk/runs/\(id)")
    }

    /// Throws a plan away.
    func discard(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let run = try await bulk.run(try id(request), for: viewer)
        try await bulk.discard(run.id, by: viewer)
        return request.redirect(to: RunModel(run: run, words: words(request, viewer), viewer: viewer).listURL)
    }

    // MARK: During and after

    private func reportPage(_ run: Run, _ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = words(request, viewer)
        let model = RunModel(run: run, words: words, viewer: viewer)
        let after = Int(request.query.text("after")).map { max(0, $0) } ?? 0
        let failed = try await bulk.items(of: run.id, in: [.failed, .skipped], after: 0, limit: Bulk.mostMatters)
        let done = try await bulk.items(of: run.id, in: [.done], after: after, limit: Self.linesOnPage + 1)
        let shown = Array(done.prefix(Self.linesOnPage))
        let names = try await casework.namedMatters((failed + shown).map(\.matter), for: viewer)
        if run.state == .done { counts.forget(viewer) }
        let url = "/desk/runs/\(run.id)"
        let rest = done.count > Self.linesOnPage ? shown.last?.position : nil
        var fields = model.report(now: request.now)
        fields.merge([
            "submission": request.newSubmission(), "runURL": .text(url), "heading": .text(model.title),
            "listName": .text(model.listName), "listURL": .text(model.listURL),
            "failed": .list(failed.map { model.failed($0, names[$0.matter]) }), "hasFailed": .flag(!failed.isEmpty),
            "done": .list(shown.map { model.done($0, names[$0.matter]) }), "hasDone": .flag(!shown.isEmpty),
            "hasPaging": .flag(after > 0 || rest != nil), "firstURL": .text(after > 0 ? url : ""),
            "nextURL": .text(rest.map { "\(url)?after=\($0)#done" }),
        ])
        return try await request.page("desk/run", title: model.title, fields)
    }

    /// The failed ones once more, to be looked at first.
    func again(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let run = try await bulk.run(try id(request), for: viewer)
        let failed = try await bulk.items(of: run.id, in: [.failed, .skipped], after: 0, limit: Bulk.mostMatters)
        var plan = run.plan
        plan.after = run.id
        let name = try request.requiredSubmission
        let next = try await bulk.plan(plan, on: failed.map(\.matter), submission: name, by: viewer)
        return request.redirect(to: "/desk/runs/\(next)")
    }

    /// Takes back what a run did, for those that are ticked or for all; at once, because it only undoes.
    func undo(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let run = try await bulk.run(try id(request), for: viewer)
        guard let act = RunModel.undoing(run.plan.act), let kind = RunModel.kind(of: act) else {
            throw PlainError(.conflict, "bulk.cannotUndo")
        }
        let ticked = Set(request.form.values("item").compactMap { Int($0) })
        let isWhole = request.form["scope"] == "all"
        let done = try await bulk.items(of: run.id, in: [.done], after: 0, limit: Bulk.mostMatters)
        let wanted = done.filter { isWhole || ticked.contains($0.position) }
        guard !wanted.isEmpty else {
            return request.redirect(to: "/desk/runs/\(run.id)")
        }
        let plan = RunPlan(kind: kind, act: act, list: run.plan.list, after: run.id)
        let name = try request.requiredSubmission
        let next = try await bulk.plan(plan, on: wanted.map(\.matter), submission: name, by: viewer)
        try await bulk.begin(next, by: viewer)
        return request.redirect(to: "/desk/runs/\(next)")
    }

    // MARK: Files

    /// The report as rows.
    func report(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let run = try await bulk.run(try id(request), for: viewer)
        let words = words(request, viewer)
        let model = RunModel(run: run, words: words, viewer: viewer)
        let items = try await bulk.items(of: run.id, after: 0, limit: Bulk.mostMatters)
        let names = try await casework.namedMatters(items.map(\.matter), for: viewer)
        let book = try Workbook(.csv, about: words.text("bulk.aboutSheet"), zone: words.book.zone)
        try await book.begin(
            Sheet(
                name: words.text("bulk.rowsSheet"),
                columns: ["bulk.column.number", "bulk.column.title", "bulk.colResult", "bulk.colWhy"]
                    .map { SheetColumn(words.text($0)) }))
        try await book.append(
            items.map { item in
                [
                    .text(names[item.matter]?.number), .text(names[item.matter].map { ListExport.masked($0.title) }),
                    .text(words.text("bulk.item.\(item.state.rawValue)")), .text(model.why(item)),
                ]
            })
        try await book.finish(
            SheetAbout(name: words.text("bulk.aboutSheet"), title: model.title, facts: [], columnsHeading: ""))
        return await request.answer(book, named: "report-\(run.id)")
    }

    /// The file of an export that was written in the background.
    func file(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let run = try await bulk.run(try id(request), for: viewer)
        guard run.hasFile, let format = run.plan.format else { throw PlainError(.notFound, "bulk.fileGone") }
        let (bulk, id) = (self.bulk, run.id)
        return request.answer(format, size: run.size, named: "letters-\(request.site.zone.date(of: run.madeAt))") {
            at in
            try await bulk.filePiece(at / Workbook.piece, of: id) ?? []
        }
    }
}
