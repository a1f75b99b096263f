internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The lists behind the numbers.
enum OversightKind: String, CaseIterable {
    case due
    case dueUnheld = "due-unheld"
    case overdue, unsolved, open, rising

    /// The part of the definitions that tells how it is counted.
    var definition: String {
        switch self {
        case .due, .dueUnheld: "due"
        case .overdue: "overdue"
        case .unsolved: "unsolved"
        case .open: "units"
        case .rising: "rising"
        }
    }

    /// What a list of this kind asks the store.
    func request(today: LocalDate) -> QueueRequest {
        switch self {
        case .overdue: return QueueRequest(.overdue)
        case .unsolved: return QueueRequest(.unsolved)
        case .rising: return QueueRequest(.all)
        case .open:
            var request = QueueRequest(.all)
            request.phases = OversightNow.openPhases
            return request
        case .due, .dueUnheld:
            var request = QueueRequest(.all)
            request.due = today...today.adding(days: 7)
            if self == .dueUnheld { request.phases = [.registered, .dispatched, .objected] }
            return request
        }
    }
}

/// A list of oversight with what narrows it, as it stands in addresses.
struct OversightSelection: Hashable, Sendable {
    var kind: OversightKind
    var unit: UnitID?
    var category: String?
    var day: LocalDate?

    init(_ query: Form) {
        kind = query.value("kind", as: OversightKind.self) ?? .due
        unit = query.id("unit", of: Named.Unit.self)
        category = query["category"].flatMap { $0.isEmpty ? nil : String($0.prefix(40)) }
        if kind == .due || kind == .dueUnheld { day = query["day"].flatMap { LocalDate($0) } }
    }

    /// The conditions in addresses.
    var items: [Form.Item] {
        [("kind", kind.rawValue), ("unit", unit.map { "\($0)" }), ("category", category), ("day", day.map { "\($0)" })]
            .compactMap { name, value in value.map { Form.Item(name: name, value: $0) } }
    }

    /// What the store is asked.
    func request(for viewer: Viewer, today: LocalDate) -> QueueRequest {
        var wanted = kind.request(today: today)
        wanted.unit = unit
        wanted.category = category.flatMap { viewer.organisation.category($0)?.code }
        if let day { wanted.dueOn = day }
        return wanted
    }
}

extension OversightPages {
    func list(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let query = request.query
        let selection = OversightSelection(query)
        let kind = selection.kind
        guard kind != .unsolved || viewer.may(.seeJudgement, on: nil) else {
            throw PlainError(.forbidden, "permission.missing")
        }
        var wanted = selection.request(for: viewer, today: words.today)
        wanted.after = query["after"].flatMap { QueueCursor($0) }
        let page = try await casework.queue(wanted, for: viewer)
        let table = MatterTable(words: words, seesJudgement: viewer.may(.seeJudgement, on: nil), place: nil)
        let links = ListLinks(
            path: "/oversight/list", query: query, kept: ["kind", "unit", "category", "day"])
        let heading = heading(kind, wanted, words)
        let isNarrowed = wanted.unit != nil || wanted.category != nil || wanted.dueOn != nil
        var fields: Fields = [
            "submission": "", "heading": .text(heading), "hint": .text(words.text("work.listHint.\(kind.rawValue)")),
            "definitionURL": .text("/oversight/definitions#\(kind.definition)"),
            "sortText": .text(words.text("work.sorted")),
            "filters": .list(filters(kind, wanted, words, viewer)),
            "clearURL": .text(isNarrowed ? "/oversight/list?kind=\(kind.rawValue)" : ""),
            "hasRows": .flag(!page.rows.isEmpty), "groups": .list(table.groups(page)),
            "emptyText": .text(words.text("work.listEmpty.\(kind.rawValue)")),
            "emptyNext": .text(words.text("work.listEmptyNext")),
        ]
        fields.merge(links.paging(next: page.next?.description))
        fields.merge(request.exportFields(page.rows.isEmpty ? nil : .oversight(selection)))
        return try await request.page("oversight/list", title: heading, fields)
    }

    private func heading(_ kind: OversightKind, _ wanted: QueueRequest, _ words: MatterWords) -> String {
        var parts = [words.text("work.list.\(kind.rawValue)")]
        if let unit = wanted.unit { parts.append(words.unit(unit)) }
        if let category = wanted.category { parts.append(words.category(category)) }
        if let day = wanted.dueOn { parts.append(words.words.dateAndWeekday(day)) }
        return parts.joined(separator: " · ")
    }

    private func filters(
        _ kind: OversightKind, _ wanted: QueueRequest, _ words: MatterWords, _ viewer: Viewer
    ) -> [Fields] {
        let filters = QueueFilters(words: words, viewer: viewer)
        let kinds = OversightKind.allCases.filter { $0 != .rising || kind == .rising }.map {
            QueueFilters.option($0.rawValue, words.text("work.list.\($0.rawValue)"), isSelected: $0 == kind)
        }
        return [
            ["name": "kind", "label": .text(words.text("work.filterKind")), "options": .list(kinds)],
            filters.select("unit", "work.filterUnit", filters.units(wanted.unit)),
        ]
    }
}
