public import Kernel
public import Organisation
internal import Storage

/// Which tasks a list shows.
public enum TaskQueue: String, CaseIterable, Sendable {
    /// Somebody still has to do something.
    case unfinished
    /// The unit has to answer and its day is over.
    case overdue
    /// The unit has to answer within seven days.
    case soon
    /// The unit answered.
    case answered
    /// On the list (挂牌).
    case listed
    /// Over.
    case finished
    /// Findings that need no task.
    case setAside
}

/// One line of a list of tasks.
public struct TaskRow: Sendable, Hashable {
    /// The task.
    public let id: SupervisionID
    /// Its number.
    public let number: DocumentNumber?
    /// Who is asked.
    public let unit: UnitID
    /// Why.
    public let trigger: SupervisionTrigger
    /// The matter; nothing where the viewer may not know of it.
    public let matter: MatterReference?
    /// Where it stands.
    public let phase: TaskPhase
    /// By when the unit answers.
    public let due: LocalDate
    /// The words of the reason; empty where there are none.
    public let reason: String
    /// Whether it stands on the list.
    public let isListed: Bool
    /// How often the unit was urged.
    public let urged: Int
    /// When something last happened.
    public let lastAt: Instant
}

/// A list of tasks with what narrows it.
public struct TaskRequest: Sendable, Hashable {
    /// Which list.
    public var queue: TaskQueue
    /// Only to this unit.
    public var unit: UnitID?
    /// Only for this reason.
    public var trigger: SupervisionTrigger?
    /// Where the page begins.
    public var after: DueCursor?
    /// Lines on a page.
    public var limit = 25

    /// A list from its beginning.
    public init(_ queue: TaskQueue) { self.queue = queue }
}

/// A place in a list that is ordered by day and identifier.
public struct DueCursor: Sendable, Hashable, CustomStringConvertible {
    /// The day of the last line.
    public let due: LocalDate
    /// The number of the last line's identifier.
    public let id: Int64

    /// A place.
    public init(due: LocalDate, id: Int64) {
        self.due = due
        self.id = id
    }

    /// Reads `2026-06-03.123`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let due = LocalDate(parts[0]), let id = Int64(parts[1]) else { return nil }
        self.init(due: due, id: id)
    }

    /// The form in addresses.
    public var description: String { "\(due).\(id)" }
}

/// A page of a list and where the next begins.
public struct SupervisionPage<Element: Sendable>: Sendable {
    /// The lines.
    public let rows: [Element]
    /// Where the next page begins; `nil` on the last.
    public let next: DueCursor?

    /// A page.
    public init(rows: [Element], next: DueCursor?) {
        self.rows = rows
        self.next = next
    }
}

extension Supervision {
    /// Counts stop here and read "over 1,000".
    public static let countCap = 1_000

    /// Tasks in the subtree of somebody who watches, by day.
    public func tasks(_ request: TaskRequest, for viewer: Viewer) async throws -> SupervisionPage<TaskRow> {
        try await tasks(request, scope: SupervisionAccess.scope(SupervisionAccess.watching, of: viewer), viewer)
    }

    /// Tasks to the units for which somebody answers, by day. Findings that led to nothing are never among them.
    public func tasksToAnswer(_ request: TaskRequest, for viewer: Viewer) async throws -> SupervisionPage<TaskRow> {
        guard request.queue != .setAside else { return SupervisionPage(rows: [], next: nil) }
        return try await tasks(request, scope: SupervisionAccess.scope([.answerSupervision], of: viewer), viewer)
    }

    /// How many tasks each list holds, at most `countCap` each.
    public func taskCounts(_ queues: [TaskQueue], for viewer: Viewer) async throws -> [TaskQueue: Int] {
        let scope = SupervisionAccess.scope(SupervisionAccess.watching, of: viewer)
        let today = self.today
        return try await database.read { tx in
            var out: [TaskQueue: Int] = [:]
            for queue in queues {
                let filter = TaskFilter(TaskRequest(queue), scope, today)
                let sql =
                    "SELECT COUNT(*) FROM (SELECT 1 FROM supervision_tasks t WHERE \(filter.sql) LIMIT \(Self.countCap)) c"
                out[queue] = try tx.first(sql, filter.values)?.int(0) ?? 0
            }
            return out
        }
    }

    private func tasks(
        _ request: TaskRequest, scope: Visibility, _ viewer: Viewer
    ) async throws -> SupervisionPage<TaskRow> {
        let filter = TaskFilter(request, scope, today)
        let found = try await database.read { tx in
            try tx.rows(
                """
                SELECT t.id, t.year, t.sequence, t.unit_id, t.trigger_code, t.case_id, t.matter_number, t.phase,
                  t.due_on, x.body, t.listed, t.urged, t.last_at
                FROM supervision_tasks t LEFT JOIN texts x ON x.id = t.reason_id
                WHERE \(filter.sql) ORDER BY t.due_on, t.id LIMIT \(request.limit + 1)
                """, filter.values
            ).map(TaskRow.init)
        }
        let named = Set(found.compactMap(\.matter?.id))
        let visible = named.isEmpty ? [] : try await source.visible(named, for: viewer)
        let rows = found.prefix(request.limit).map { $0.showing(visible) }
        let last = found.count > request.limit ? rows.last : nil
        return SupervisionPage(rows: rows, next: last.map { DueCursor(due: $0.due, id: $0.id.rawValue) })
    }
}

/// The condition of a list over `supervision_tasks t`.
struct TaskFilter {
    private(set) var sql: String
    private(set) var values: [any SQLConvertible] = []

    init(_ request: TaskRequest, _ scope: Visibility, _ today: LocalDate) {
        sql = ""
        let isFinished = request.queue == .finished || request.queue == .setAside
        var parts = ["t.unfinished = \(isFinished ? 0 : 1)"]
        let reach = scope.condition(column: "t.unit_id", firstPlaceholder: 1)
        parts.append(reach.sql)
        values = reach.values
        switch request.queue {
        case .unfinished: break
        case .overdue: parts += ["t.phase = 'open'", "t.due_on < \(bind(today))"]
        case .soon:
            parts += ["t.phase = 'open'", "t.due_on >= \(bind(today))", "t.due_on <= \(bind(today.adding(days: 7)))"]
        case .answered: parts.append("t.phase = 'answered'")
        case .listed: parts.append("t.listed = 1")
        case .finished: parts.append("t.phase IN ('closed', 'withdrawn')")
        case .setAside: parts.append("t.phase = 'setAside'")
        }
        if let unit = request.unit { parts.append("t.unit_id = \(bind(unit))") }
        if let trigger = request.trigger { parts.append("t.trigger_code = \(bind(trigger.rawValue))") }
        if let after = request.after { parts.append("(t.due_on, t.id) > (\(bind(after.due)), \(bind(after.id)))") }
        sql = parts.joined(separator: " AND ")
    }

    private mutating func bind(_ value: any SQLConvertible) -> String {
        values.append(value)
        return "$\(values.count)"
    }
}

extension TaskRow {
    init(_ row: Row) throws {
        let year = try row.optionalInt64(1).map { Int($0) }
        let sequence = try row.optionalInt64(2).map { Int($0) }
        let matter = try row.optionalID(5, Named.Case.self)
        let number = try row.optionalText(6)
        self.init(
            id: try row.id(0),
            number: year.flatMap { year in sequence.map { DocumentNumber(year: year, sequence: $0) } },
            unit: try row.id(3), trigger: SupervisionTrigger(rawValue: try row.text(4)) ?? .contraryToRules,
            matter: matter.flatMap { id in number.map { MatterReference(id: id, number: $0) } },
            phase: TaskPhase(rawValue: try row.text(7)) ?? .open, due: try row.date(8),
            reason: try row.optionalText(9) ?? "", isListed: try row.bool(10), urged: try row.int(11),
            lastAt: try row.instant(12))
    }

    /// The same line without a matter that the viewer may not know of.
    func showing(_ visible: Set<CaseID>) -> TaskRow {
        guard let matter, !visible.contains(matter.id) else { return self }
        return TaskRow(
            id: id, number: number, unit: unit, trigger: trigger, matter: nil, phase: phase, due: due, reason: reason,
            isListed: isListed, urged: urged, lastAt: lastAt)
    }
}
