internal import Casework
internal import Kernel
internal import Organisation

/// A list that can be read to its end: a queue with its conditions, a list of oversight or behind one of its numbers,
/// what a search finds. In forms: `queue/unassigned?category=01`, `oversight?kind=overdue`, `search?q=路灯`.
enum ListSource: Hashable, Sendable {
    case queue(ListPlace)
    case oversight(OversightSelection)
    case number(NumberList)
    case search(String)

    /// Reads the form; `nil` when it is none.
    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= 900, let head = parts.first,
            let query = try? Form(urlEncoded: parts.count > 1 ? Array(parts[1].utf8) : [])
        else { return nil }
        if head.hasPrefix("queue/") {
            guard let queue = WorkQueue(slug: String(head.dropFirst(6))) else { return nil }
            var place = ListPlace(queue, query: query)
            (place.after, place.at, place.line) = (nil, nil, nil)
            self = .queue(place)
        } else if head == "oversight" {
            self = .oversight(OversightSelection(query))
        } else if head == "search" {
            let words = String(query.text("q").prefix(100))
            guard !words.isEmpty else { return nil }
            self = .search(words)
        } else {
            guard let list = NumberList(head, query) else { return nil }
            self = .number(list)
        }
    }

    /// The form.
    var text: String {
        switch self {
        case .queue(let place): "queue/\(place.saved)"
        case .oversight(let selection): "oversight?\(Form(selection.items).urlEncoded)"
        case .number(let list): list.text
        case .search(let words): "search?\(Form([Form.Item(name: "q", value: words)]).urlEncoded)"
        }
    }

    /// The page that shows it.
    var url: String {
        switch self {
        case .queue(let place): place.firstURL
        case .oversight(let selection): "/oversight/list?\(Form(selection.items).urlEncoded)"
        case .number(let list): list.url
        case .search(let words): "/desk/search?\(Form([Form.Item(name: "q", value: words)]).urlEncoded)"
        }
    }

    /// Refuses whoever could not open the page of the list.
    func check(_ viewer: Viewer) throws(PlainError) {
        let isOpen =
            switch self {
            // What is for named people alone does not leave their circle as a file.
            case .queue(let place): viewer.may(place.queue.permission, on: nil) && place.queue != .restricted
            case .oversight(let selection):
                viewer.may(.oversee, on: nil) && (selection.kind != .unsolved || viewer.may(.seeJudgement, on: nil))
            case .number(let list): list.isOpen(to: viewer)
            case .search: viewer.may(.search, on: nil)
            }
        guard isOpen else { throw PlainError(.forbidden, "permission.missing") }
    }

    /// What the store is asked; the very request of the page. `nil` for what is no queue.
    func request(for viewer: Viewer, _ book: DeadlineBook, today: LocalDate) -> QueueRequest? {
        switch self {
        case .queue(let place): place.request(for: viewer, book, today: today)
        case .oversight(let selection): selection.request(for: viewer, today: today)
        case .number, .search: nil
        }
    }

    /// What was searched for.
    var query: String? { if case .search(let words) = self { words } else { nil } }

    // MARK: In words

    /// What the list is called.
    func title(_ words: MatterWords) -> String {
        switch self {
        case .queue(let place): words.words.name("queue", place.queue)
        case .oversight(let selection): words.text("work.list.\(selection.kind.rawValue)")
        case .number(let list): list.title(words)
        case .search: words.text("desk.searchTitle")
        }
    }

    /// Its conditions, each with its name.
    func conditions(_ words: MatterWords) -> [(label: String, value: String)] {
        var out: [(String, String?)] = []
        switch self {
        case .queue(let place):
            out = [
                ("work.filterCategory", place.category.map { words.category($0) }),
                ("work.filterUnit", place.unit.map { words.unit($0) }),
                ("work.filterChannel", place.channel.map { words.words.name("channel", $0) }),
                ("work.filterArea", place.area.map { words.area($0) }),
                ("bulk.filterTag", place.tag.map { words.tag($0) }),
                ("work.filterClock", place.clock.map { words.text("work.group.\($0.rawValue)") }),
            ]
        case .oversight(let selection):
            out = [
                ("work.filterUnit", selection.unit.map { words.unit($0) }),
                ("work.filterCategory", selection.category.map { words.category($0) }),
                ("bulk.conditionDay", selection.day.map { words.words.dateAndWeekday($0) }),
            ]
        case .number(let list): out = list.conditions(words)
        case .search(let query): out = [("bulk.conditionWords", query)]
        }
        return out.compactMap { label, value in value.map { (words.text(label), $0) } }
    }

    /// "分类:供水;单位:县水务局", or that nothing narrows it.
    func filterText(_ words: MatterWords) -> String {
        let all = conditions(words).map { words.text("bulk.condition", ["name": $0.label, "value": $0.value]) }
        return all.isEmpty ? words.text("bulk.noCondition") : all.joined(separator: words.text("bulk.conditionJoin"))
    }

    /// In which order.
    func orderText(_ words: MatterWords) -> String {
        switch self {
        case .queue(let place): words.text("work.sort.\(place.sort.rawValue)")
        case .oversight: words.text("work.sort.due")
        case .number(let list): list.orderText(words)
        case .search: words.text("work.sort.registered")
        }
    }

    /// For the record: codes and identifiers that exist, no words that somebody typed.
    func record(_ format: String, rows: Int, _ viewer: Viewer) -> ExportRecord {
        if case .number(let list) = self { return list.record(format, rows: rows, viewer) }
        var record = ExportRecord(list: "search", conditions: [:], format: format, rows: rows)
        func known(_ category: String?) -> String? { category.flatMap { viewer.organisation.category($0)?.code } }
        switch self {
        case .queue(let place):
            record.list = "queue/\(place.queue.slug)"
            record.conditions["category"] = known(place.category)
            record.conditions["unit"] = place.unit.map { "\($0)" }
            record.conditions["channel"] = place.channel?.rawValue
            record.conditions["area"] = place.area.flatMap { viewer.organisation.area($0)?.code }
            record.conditions["clock"] = place.clock?.rawValue
            record.conditions["tag"] = place.tag.flatMap { viewer.organisation.tag($0)?.id.description }
        case .oversight(let selection):
            record.list = "oversight/\(selection.kind.rawValue)"
            record.conditions["category"] = known(selection.category)
            record.conditions["unit"] = selection.unit.map { "\($0)" }
            record.conditions["day"] = selection.day.map { "\($0)" }
        case .number, .search: break
        }
        return record
    }
}
