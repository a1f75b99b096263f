public import Kernel
public import Organisation
internal import Storage

/// A list of matters that wait for something.
public enum WorkQueue: String, CaseIterable, Sendable {
    /// To be dispatched.
    case unassigned
    /// Sent to the viewer's units, not yet accepted.
    case incoming
    /// The viewer handles it.
    case mine
    /// In hand in the viewer's units.
    case unit
    /// A clock has run out.
    case overdue
    /// A clock ends today.
    case today
    /// A clock ends within seven days.
    case soon
    /// A unit objects.
    case objected
    /// Answered, to be delivered.
    case toDeliver
    /// The resident says it is not solved.
    case unsolved
    /// The resident may judge.
    case awaiting
    /// To be called and asked how it went, taken in by the viewer's units; the viewer does not handle it.
    case callBack
    /// Judged, or the window is over: a person may close it.
    case toClose
    /// The viewer's unit was asked to help.
    case helping
    /// Somebody asks for more time.
    case toExtend
    /// A review or second review waits for the viewer's unit.
    case toReview
    /// A promise of the viewer's units has run out or ends within seven days.
    case promises
    /// Restricted to named people, the viewer among them.
    case restricted
    /// Everything that is not closed or withdrawn.
    case all

    /// The permission without which the queue is not offered.
    public var permission: Permission {
        switch self {
        case .unassigned: .dispatch
        case .incoming: .accept
        case .mine: .reply
        case .objected: .ruleOnObjection
        case .toDeliver: .deliver
        case .unsolved: .seeJudgement
        case .callBack: .recordJudgement
        case .toClose: .close
        case .helping: .addNote
        case .toExtend: .extendClock
        case .toReview: .review
        case .promises: .seeMatters
        case .unit, .overdue, .today, .soon, .awaiting, .restricted, .all: .seeMatters
        }
    }
}

/// One line of a list.
public struct QueueRow: Sendable, Hashable {
    /// The matter.
    public let id: CaseID
    /// Its readable number.
    public let number: String
    /// Its title; empty when erased.
    public let title: String
    /// Where it is, in words.
    public let place: String?
    /// Where it stands.
    public let phase: CasePhase
    /// How it arrived.
    public let channel: Channel
    /// Category code.
    public let category: String?
    /// How pressing the matter is.
    public let urgency: MatterUrgency
    /// The unit that answers for it.
    public let responsible: UnitID
    /// The unit it was sent to.
    public let lead: UnitID?
    /// Who handles it.
    public let handler: StaffID?
    /// The day the next clock ends.
    public let dueOn: LocalDate?
    /// The moment at which it ends, where its rule counts hours.
    public let dueAt: Instant?
    /// The rule of that clock.
    public let dueRule: String?
    /// When it came in.
    public let registeredAt: Instant
    /// When something last happened.
    public let lastAt: Instant
    /// What that was.
    public let lastKind: String
    /// How many residents are on it.
    public let reporters: Int
    /// Whether none of them gave a name.
    public let anonymous: Bool
    /// The worst verdict; only for those who may see it.
    public internal(set) var judgement: Judgement?
    /// How often work began anew.
    public let reopenings: Int
    /// While no clock of the offices runs: until when it waits for whoever was asked.
    public let waitsUntil: LocalDate?
    /// Words of the vocabulary on it.
    public internal(set) var tags: [TagID] = []
}

/// A page of a list and where the next begins.
public struct QueuePage: Sendable, Hashable {
    /// The lines.
    public let rows: [QueueRow]
    /// Where the list goes on, in the direction in which it was read; `nil` at its end.
    public let next: QueueCursor?
}

/// A list with optional narrowing to one unit or category; what `overdue by unit` links to.
public struct QueueRequest: Sendable, Hashable {
    /// Which list.
    public var queue: WorkQueue
    /// Only matters that this unit has to act on.
    public var unit: UnitID?
    /// Only matters of this category or one below it.
    public var category: String?
    /// Only matters due on this day.
    public var dueOn: LocalDate?
    /// Only matters due within these days.
    public var due: ClosedRange<LocalDate>?
    /// Only matters in these phases; none means all of the list.
    public var phases: [CasePhase] = []
    /// Only matters that arrived this way.
    public var channel: Channel?
    /// Only matters of these areas; none means all.
    public var areas: [String] = []
    /// In which order.
    public var sort = QueueSort.due
    /// Where the page begins: after this place, or before it when reading backward.
    public var after: QueueCursor?
    /// Whether the lines before the place are asked for; they still come in the order of the list.
    public var isBackward = false
    /// Only matters with this word of the vocabulary.
    public var tag: TagID?
    /// Lines on a page.
    public var limit = 25
    /// Only these matters of the list; none means all of it.
    public var only: [CaseID] = []

    /// A list from its beginning.
    public init(_ queue: WorkQueue) { self.queue = queue }
}

extension Casework {
    /// Counts stop here and read "over 1,000".
    public static let countCap = 1_000

    /// A page of a list. Restricted matters appear only in `restricted`.
    public func queue(_ request: QueueRequest, for viewer: Viewer) async throws -> QueuePage {
        let (today, now) = (self.today, clock.now())
        return try await database.read { tx in
            let filter = QueueFilter(request, for: viewer, today: today, now: now)
            let page = filter.page(limit: request.limit + 1)
            let sql = """
                SELECT \(request.queue.hasOwnDay ? QueueRow.columnsOfOwnDay : QueueRow.columns)
                FROM (\(page.sql)) k JOIN cases c ON c.id = k.id
                LEFT JOIN texts t ON t.id = c.title_id LEFT JOIN texts p ON p.id = c.place_id
                ORDER BY k.sort_key\(filter.direction), k.id\(filter.direction)
                """
            var rows = try tx.rows(sql, page.values).map { try QueueRow($0).shown(to: viewer) }
            let goesOn = rows.count > request.limit
            if goesOn { rows.removeLast() }
            let next = goesOn ? rows.last?.cursor(in: request.sort) : nil
            // One statement more, in stores whose people have given themselves such words.
            if !viewer.organisation.tags.isEmpty { try addTags(to: &rows, in: tx) }
            return QueuePage(rows: request.isBackward ? rows.reversed() : rows, next: next)
        }
    }

    /// How many matters a list holds, counted up to a limit of the caller's.
    public func queueCount(_ request: QueueRequest, upTo cap: Int, for viewer: Viewer) async throws -> Int {
        let (today, now) = (self.today, clock.now())
        return try await database.read { tx in
            var values: [any SQLConvertible] = []
            let count = QueueFilter(request, for: viewer, today: today, now: now).count(cap: cap, &values)
            return try tx.first("SELECT \(count)", values)?.int(0) ?? 0
        }
    }

    private func addTags(to rows: inout [QueueRow], in tx: any ReadTransaction) throws {
        guard !rows.isEmpty else { return }
        let marks = rows.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        var tags: [CaseID: [TagID]] = [:]
        for row in try tx.rows(
            "SELECT case_id, tag_id FROM case_tags WHERE case_id IN (\(marks)) ORDER BY case_id, tag_id",
            rows.map(\.id))
        {
            tags[try row.id(0), default: []].append(try row.id(1))
        }
        for index in rows.indices { rows[index].tags = tags[rows[index].id] ?? [] }
    }

    /// How many matters each list holds, at most `countCap` each, in one statement that reads indexes only.
    public func queueCounts(_ queues: [WorkQueue], for viewer: Viewer) async throws -> [WorkQueue: Int] {
        let counts = try await queueCounts(queues.map { QueueRequest($0) }, for: viewer)
        return Dictionary(uniqueKeysWithValues: zip(queues, counts))
    }

    /// How many matters each list holds with its narrowing, in the same order and one statement.
    public func queueCounts(_ requests: [QueueRequest], for viewer: Viewer) async throws -> [Int] {
        guard !requests.isEmpty else { return [] }
        let (today, now) = (self.today, clock.now())
        return try await database.read { tx in
            var values: [any SQLConvertible] = []
            let parts = requests.map {
                QueueFilter($0, for: viewer, today: today, now: now).count(cap: Self.countCap, &values)
            }
            let row = try tx.first("SELECT \(parts.joined(separator: ", "))", values)
            return try requests.indices.map { try row?.int($0) ?? 0 }
        }
    }
}

extension QueueRow {
    /// What a line is read from: a matter `c`, the text `t` of its title and `p` of its place.
    static let columns = columns(due: "c.due_on", rule: "c.due_rule", moment: "c.due_at")

    /// The same where the day of the line is the sort key `k`: that of a helper's part, or of a call.
    static let columnsOfOwnDay = columns(due: "k.sort_key", rule: "NULL", moment: "NULL")

    private static func columns(due: String, rule: String, moment: String) -> String {
        """
        c.id, c.number, t.body, p.body, c.phase, c.channel, c.category, c.urgency, c.responsible_unit, c.lead_unit,
        c.handler_id, \(due), \(rule), c.registered_at, c.last_at, c.last_kind, c.reporters, c.anonymous,
        c.judgement, c.reopenings, \(moment), c.waits_until
        """
    }

    init(_ row: Row) throws {
        let due = try row.date(11)
        self.init(
            id: try row.id(0), number: try row.text(1), title: try row.optionalText(2) ?? "",
            place: try row.optionalText(3), phase: CasePhase(rawValue: try row.text(4)) ?? .registered,
            channel: Channel(rawValue: try row.text(5)) ?? .web, category: try row.optionalText(6),
            urgency: MatterUrgency(rawValue: try row.text(7)) ?? .normal, responsible: try row.id(8),
            lead: try row.optionalID(9), handler: try row.optionalID(10),
            dueOn: due == CaseProjection.noDueDate ? nil : due, dueAt: try row.optionalInstant(20),
            dueRule: try row.optionalText(12),
            registeredAt: try row.instant(13), lastAt: try row.instant(14), lastKind: try row.text(15),
            reporters: try row.int(16), anonymous: try row.bool(17),
            judgement: try row.optionalText(18).flatMap(Judgement.init), reopenings: try row.int(19),
            waitsUntil: try row.optionalDate(21))
    }
}
