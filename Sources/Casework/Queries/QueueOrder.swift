public import Kernel
internal import Storage

/// How a list is ordered; each order follows an index.
public enum QueueSort: String, CaseIterable, Sendable {
    /// The next due day first.
    case due
    /// The newest matter first.
    case registered
    /// What changed last first.
    case changed

    /// The column that it follows.
    var column: String {
        switch self {
        case .due: "c.due_on"
        case .registered: "c.registered_at"
        case .changed: "c.last_at"
        }
    }

    /// Whether the greatest comes first.
    var isDescending: Bool { self != .due }
}

/// A place in a list: the sort key of a line and, because keys repeat, its identifier.
public struct QueueCursor: Sendable, Hashable {
    /// The sort key of the line.
    public enum Key: Sendable, Hashable {
        /// Of lists by due day.
        case day(LocalDate)
        /// Of lists by registration or last change.
        case moment(Instant)
    }

    /// The sort key.
    public let key: Key
    /// The line.
    public let id: CaseID

    /// A place.
    public init(key: Key, id: CaseID) {
        self.key = key
        self.id = id
    }

    /// A place in a list by due day.
    public init(due: LocalDate, id: CaseID) { self.init(key: .day(due), id: id) }

    /// Reads `2026-06-03.123` or `1779331320000.123`.
    public init?(_ text: String) {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let id = CaseID(parts[1]) else { return nil }
        if let due = LocalDate(parts[0]) {
            self.init(key: .day(due), id: id)
        } else if let milliseconds = Int64(parts[0]), milliseconds >= 0 {
            self.init(key: .moment(Instant(milliseconds: milliseconds)), id: id)
        } else {
            return nil
        }
    }

    /// The form in addresses.
    public var description: String {
        switch key {
        case .day(let day): "\(day).\(id)"
        case .moment(let moment): "\(moment.milliseconds).\(id)"
        }
    }

    /// Whether it is a place of lists in this order; a place of another order says nothing there.
    public func fits(_ sort: QueueSort) -> Bool {
        if case .day = key { sort == .due } else { sort != .due }
    }

    var value: any SQLConvertible {
        switch key {
        case .day(let day): day
        case .moment(let moment): moment
        }
    }
}

extension QueueRow {
    /// The place of this line in a list of an order.
    public func cursor(in sort: QueueSort) -> QueueCursor {
        switch sort {
        case .due: QueueCursor(due: dueOn ?? CaseProjection.noDueDate, id: id)
        case .registered: QueueCursor(key: .moment(registeredAt), id: id)
        case .changed: QueueCursor(key: .moment(lastAt), id: id)
        }
    }
}

extension WorkQueue {
    /// Whether its lines have a day of their own instead of that of the next clock.
    var hasOwnDay: Bool { self == .helping || self == .callBack }

    /// The orders in which a list can be read. Lists by clock, by wish and by helper follow an index by due day alone.
    public var sorts: [QueueSort] {
        switch self {
        case .unassigned, .incoming, .mine, .unit, .objected, .toDeliver, .unsolved, .awaiting, .toClose, .toReview,
            .all:
            QueueSort.allCases
        case .overdue, .today, .soon, .helping, .callBack, .toExtend, .promises, .restricted: [.due]
        }
    }
}

extension QueueRequest {
    /// Due days of matters that nothing is due of.
    public static let withoutClock = CaseProjection.noDueDate...CaseProjection.noDueDate
    /// The last day that a clock can end on.
    public static let lastDueDay = CaseProjection.noDueDate.adding(days: -1)
    /// The first day that a clock can end on.
    public static let firstDueDay = LocalDate(daysSinceEpoch: 0)
}
