internal import Casework
internal import Kernel
internal import Organisation
internal import Sheets

/// Writes a whole list into a file, page after page, with what the list itself shows: never names, phones or addresses of
/// residents.
struct ListExport {
    let casework: Casework
    let source: ListSource
    let viewer: Viewer
    let words: MatterWords
    /// Only these of the list, where somebody ticked some.
    var only: [CaseID] = []

    static let page = 500

    private var table: MatterTable {
        MatterTable(words: words, seesJudgement: viewer.may(.seeJudgement, on: nil), place: nil)
    }

    /// The finished file, after it is in the ledger who took what.
    ///
    /// - Parameter progress: hears how many rows there are so far.
    func write(
        _ format: SheetFormat, submission: String, progress: (Int) async throws -> Void = { _ in }
    ) async throws -> Workbook {
        try source.check(viewer)
        let book = try Workbook(format, about: words.text("bulk.aboutSheet"), zone: words.book.zone)
        try await book.begin(Sheet(name: words.text("bulk.rowsSheet"), columns: columns))
        if let request = source.request(for: viewer, words.book, today: words.today) {
            try await rows(of: request, into: book, progress)
        } else if case .number(let list) = source {
            try await rows(behind: list.known(to: viewer), into: book, progress)
        } else {
            try await hits(into: book, progress)
        }
        let count = await book.rows
        try await book.finish(about(count))
        try await casework.recordExport(
            source.record(format.rawValue, rows: count, viewer), query: source.query, submission: submission,
            by: viewer)
        return book
    }

    private func rows(
        of request: QueueRequest, into book: Workbook, _ progress: (Int) async throws -> Void
    ) async throws {
        var request = request
        request.limit = Self.page
        request.only = only
        repeat {
            let page = try await casework.queue(request, for: viewer)
            try await book.append(page.rows.map(cells))
            try await progress(await book.rows)
            request.after = page.next
        } while request.after != nil
    }

    private func hits(into book: Workbook, _ progress: (Int) async throws -> Void) async throws {
        guard let query = source.query else { return }
        var after: TextID?
        // A matter is found by each of its texts; it is listed once.
        var seen: Set<String> = []
        repeat {
            let page = try await casework.search(query, before: after, limit: 100, for: viewer)
            try await book.append(page.hits.filter { seen.insert($0.number).inserted }.map(cells))
            try await progress(await book.rows)
            after = page.next
        } while after != nil
    }

    // MARK: Columns

    private var columns: [SheetColumn] {
        named.map { name, width in
            SheetColumn(
                words.text("bulk.column.\(name)"), meaning: words.text("bulk.columnMeans.\(name)"), width: width)
        }
    }

    private var named: [(String, Double)] {
        switch source {
        case .search: [("number", 15), ("title", 60), ("phase", 16), ("unit", 26), ("registered", 18)]
        case .number(let list): Self.columns(of: list)
        case .queue, .oversight:
            [
                ("number", 15), ("title", 60), ("place", 28), ("dueOn", 12), ("dueAt", 18), ("rule", 18), ("phase", 16),
                ("category", 28), ("channel", 10), ("writer", 12), ("unit", 26), ("handler", 14), ("registered", 18),
                ("changed", 18), ("what", 22), ("tags", 24),
            ]
        }
    }

    private func cells(_ row: QueueRow) -> [SheetCell] {
        let isTold = !table.moved(row).isEmpty
        return [
            .text(row.number), .text(title(row.title)), .text(row.place.map(Self.masked)), .day(row.dueOn),
            row.dueAt.map { .moment($0) } ?? .empty, .text(row.dueRule), .text(table.phase(row)),
            .text(words.category(row.category)), .text(words.words.name("channel", row.channel)),
            .text(table.writer(row)), .text(words.unit(row.responsible)), .text(row.handler.map(words.staff)),
            .moment(row.registeredAt), isTold ? .moment(row.lastAt) : .empty,
            isTold ? .text(words.text("moved.\(row.lastKind)")) : .empty,
            .text(row.tags.map(words.tag).joined(separator: words.text("bulk.conditionJoin"))),
        ]
    }

    private func cells(_ hit: SearchHit) -> [SheetCell] {
        [
            .text(hit.number), .text(title(hit.title)),
            .text(words.phase(hit.phase, seesJudgement: table.seesJudgement)), .text(words.unit(hit.responsible)),
            .moment(hit.registeredAt),
        ]
    }

    func title(_ title: String) -> String {
        title.isEmpty ? words.text("story.textErased") : Self.masked(title)
    }

    /// Numbers of phones and of identity that stand in a title stay inside: the file leaves the house.
    static func masked(_ text: String) -> String {
        // Most titles hold no number; the look costs next to nothing.
        guard text.contains("@") || text.filter(\.isNumber).count >= 7 else { return text }
        let kinds: Set<MaskSuggestion.Kind> = [.phone, .identity, .account, .email]
        let found = MaskSuggester().suggestions(in: text).filter { kinds.contains($0.kind) }
        return MaskSuggestion.applied(found, to: text)
    }

    // MARK: The first sheet

    private func about(_ count: Int) -> SheetAbout {
        let unit = words.unit(viewer.staff.unit)
        let title = source.title(words)
        return SheetAbout(
            name: words.text("bulk.aboutSheet"), title: words.text("bulk.aboutTitle", ["list": title]),
            facts: [
                .init(words.text("bulk.aboutCounty"), words.countyName),
                .init(words.text("bulk.aboutList"), title),
                .init(words.text("bulk.aboutFilter"), source.filterText(words)),
                .init(words.text("bulk.aboutOrder"), source.orderText(words)),
                .init(words.text("bulk.aboutWhen"), words.words.fullDateTime(words.now)),
                .init(
                    words.text("bulk.aboutWho"),
                    words.text("bulk.aboutWhoUnit", ["name": viewer.staff.displayName, "unit": unit])),
                .init(words.text("bulk.aboutRows"), words.words.number(count)),
                .init(words.text("bulk.aboutScope"), words.text(only.isEmpty ? "bulk.scopeAll" : "bulk.scopeTicked")),
                .init(words.text("bulk.aboutCare"), words.text("bulk.aboutCareText")),
            ], columnsHeading: words.text("bulk.aboutColumns"))
    }
}
