internal import Casework
internal import Kernel
internal import Organisation

/// How much time is left, as a condition of a list; the same shapes and words as in the list itself.
enum ClockTone: String, CaseIterable, Sendable {
    case over, today, near, plenty, none

    /// The due days that it stands for.
    func days(today: LocalDate, calendar: WorkingCalendar) -> ClosedRange<LocalDate> {
        // The same three working days as `ClockState`.
        let near = max(calendar.adding(workingDays: 3, to: today).date, today.adding(days: 1))
        return switch self {
        case .over: QueueRequest.firstDueDay...today.adding(days: -1)
        case .today: today...today
        case .near: today.adding(days: 1)...near
        case .plenty: near.adding(days: 1)...QueueRequest.lastDueDay
        case .none: QueueRequest.withoutClock
        }
    }
}

/// A list with its conditions, its order and a place in it: what every link and form of a matter carries along, so
/// that the way back leads to the same list at the same place. In addresses: `mine?category=01&sort=changed&n=12`.
struct ListPlace: Hashable, Sendable {
    static let pageLength = 25

    var queue: WorkQueue
    var category: String?
    var unit: UnitID?
    var channel: Channel?
    var area: String?
    var clock: ClockTone?
    var tag: TagID?
    var sort = QueueSort.due
    /// Before the first line of the page; `nil` on the first page.
    var after: QueueCursor?
    /// The line that is open or was last, and which line of the whole list it is, from 1.
    var at: QueueCursor?
    var line: Int?

    init(_ queue: WorkQueue) { self.queue = queue }

    /// Reads the conditions of an address; what is unknown is left out.
    init(_ queue: WorkQueue, query: Form) {
        self.queue = queue
        category = query["category"].flatMap { $0.isEmpty ? nil : String($0.prefix(40)) }
        unit = query.id("unit", of: Named.Unit.self)
        channel = query.value("channel")
        area = query["area"].flatMap { $0.isEmpty ? nil : String($0.prefix(20)) }
        clock = query.value("clock")
        tag = query.id("mark", of: Named.Tag.self)
        let wanted: QueueSort = query.value("sort") ?? .due
        sort = queue.sorts.contains(wanted) ? wanted : .due
        after = cursor(query["after"])
        at = cursor(query["at"])
        line = query["n"].flatMap { Int($0) }.flatMap { (1...999_999).contains($0) ? $0 : nil }
    }

    /// Reads `mine` or `mine?category=01`.
    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= 600, let slug = parts.first, let queue = WorkQueue(slug: String(slug)),
            let query = try? Form(urlEncoded: parts.count > 1 ? Array(parts[1].utf8) : [])
        else { return nil }
        self.init(queue, query: query)
    }

    private func cursor(_ text: String?) -> QueueCursor? {
        text.flatMap { QueueCursor($0) }.flatMap { $0.fits(sort) ? $0 : nil }
    }

    // MARK: Addresses

    /// Whether anything narrows the list.
    var isNarrowed: Bool {
        category != nil || unit != nil || channel != nil || area != nil || clock != nil || tag != nil
    }

    /// The conditions and the order, without the place.
    var conditions: [Form.Item] {
        [
            ("category", category), ("unit", unit.map { "\($0)" }), ("channel", channel?.rawValue), ("area", area),
            ("clock", clock?.rawValue), ("mark", tag.map { "\($0)" }), ("sort", sort == .due ? nil : sort.rawValue),
        ].compactMap { name, value in value.map { Form.Item(name: name, value: $0) } }
    }

    private var place: [Form.Item] {
        [("after", after?.description), ("at", at?.description), ("n", line.map { "\($0)" })]
            .compactMap { name, value in value.map { Form.Item(name: name, value: $0) } }
    }

    /// `mine?category=01&after=…&at=…&n=12`.
    var text: String { Self.joined(queue.slug, conditions + place) }

    /// The list without a place, as saved filters keep it.
    var saved: String { Self.joined(queue.slug, conditions) }

    /// The list from its beginning.
    var firstURL: String { Self.joined(queue.url, conditions) }

    /// The list at the same place.
    var url: String { Self.joined(queue.url, conditions + place) + (at == nil ? "" : "#here") }

    /// The list at the same place, with a notice of what was done.
    func url(done code: String) -> String {
        let base = Self.joined(queue.url, conditions + place + [Form.Item(name: "done", value: code)])
        return base + (at == nil ? "" : "#here")
    }

    /// A matter of this list.
    func matterURL(_ number: String) -> String { "/desk/matter/\(number)?queue=\(Form.escaped(text))" }

    /// The way to the neighbour in this list; nothing without a place in it.
    func neighbourURL(isNext: Bool) -> String {
        guard at != nil else { return "" }
        return Self.joined("\(queue.url)/\(isNext ? "next" : "previous")", conditions + place)
    }

    private static func joined(_ path: String, _ items: [Form.Item]) -> String {
        items.isEmpty ? path : "\(path)?\(Form(items).urlEncoded)"
    }

    // MARK: The list

    /// The number of the first line of the page.
    var start: Int {
        guard after != nil, let line else { return 1 }
        return (line - 1) / Self.pageLength * Self.pageLength + 1
    }

    /// The same list with a line of the page open.
    func opening(_ row: QueueRow, line: Int) -> ListPlace {
        var place = self
        place.at = row.cursor(in: sort)
        place.line = line
        return place
    }

    /// The page that follows.
    func page(after cursor: QueueCursor) -> ListPlace {
        var place = self
        place.after = cursor
        place.at = nil
        place.line = start + Self.pageLength
        return place
    }

    /// What the store is asked.
    func request(for viewer: Viewer, _ book: DeadlineBook, today: LocalDate) -> QueueRequest {
        var wanted = QueueRequest(queue)
        wanted.category = category.flatMap { viewer.organisation.category($0)?.code }
        wanted.unit = unit
        wanted.channel = channel
        wanted.areas = area.map { viewer.organisation.areasWithin($0) } ?? []
        wanted.due = clock?.days(today: today, calendar: book.calendar)
        wanted.tag = tag
        wanted.sort = sort
        wanted.after = after
        wanted.limit = Self.pageLength
        return wanted
    }
}

extension Organisation {
    /// An area and all inside it.
    func areasWithin(_ code: String) -> [String] {
        var out = [code]
        var index = 0
        while index < out.count, out.count < 2000 {
            out += areas(in: out[index]).map(\.code)
            index += 1
        }
        return out
    }
}
