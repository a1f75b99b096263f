package import Kernel
package import Storage

/// Why a record refuses a command.
package protocol RecordRefusal: Error {
    /// What a person is told.
    var plain: PlainError { get }
}

/// Something that a room keeps as a stream of events of its own beside the matters: a task, a conference, a visit.
/// Pure: the same events always give the same state and the same rows.
package protocol LedgerRecord: Sendable {
    associatedtype Entity
    associatedtype Event: RecordEvent
    associatedtype Command: Sendable
    associatedtype Refusal: RecordRefusal

    /// The kind of its stream.
    static var streamKind: String { get }
    /// Its tables, the key column of each by name; the main one first.
    static var tables: [(name: String, key: String)] { get }
    /// What is told when there is none, or it is not theirs to know.
    static var notFound: PlainError { get }

    var id: Identifier<Entity> { get }
    var version: Int { get set }

    /// The state after the first event; `nil` when it cannot be a first one.
    init?(id: Identifier<Entity>, first event: Event, by actor: Actor, at instant: Instant)
    /// One more event.
    mutating func apply(_ event: Event, by actor: Actor, at instant: Instant)
    /// What a command does, as events. No store, no clock of its own.
    func decide(_ command: Command, on today: LocalDate) throws(Refusal) -> [Event]
    /// The rows that it projects to, a group for each table in their order.
    var rows: [TableRows] { get }
}

extension LedgerRecord {
    /// The state after one more event.
    package func evolved(by event: Event, actor: Actor, at instant: Instant) -> Self {
        var next = self
        next.apply(event, by: actor, at: instant)
        next.version += 1
        return next
    }

    /// The state that events add up to.
    package static func replay(
        _ id: Identifier<Entity>, _ events: [(event: Event, actor: Actor, at: Instant)]
    ) -> Self? {
        events.reduce(nil as Self?) { state, next in
            state?.evolved(by: next.event, actor: next.actor, at: next.at)
                ?? Self(id: id, first: next.event, by: next.actor, at: next.at)
        }
    }

    /// Statements that bring the tables from `old` (nothing for a new record) to this state.
    func statements(replacing old: Self?) -> [(String, [any SQLConvertible])] {
        let before = old?.rows
        return rows.enumerated().flatMap { index, group -> [(String, [any SQLConvertible])] in
            if let known = before?[index], known == group { return [] }
            let clearing = old == nil ? [] : [("DELETE FROM \(group.table) WHERE \(group.key) = $1", [id])]
            return clearing + group.insertions
        }
    }
}

/// One table's rows of a record.
package struct TableRows: Hashable, Sendable {
    package let table: String
    package let key: String
    package let columns: [String]
    package let rows: [[SQLValue]]

    package init(_ table: (name: String, key: String), _ columns: [String], _ rows: [[any SQLConvertible]]) {
        self.table = table.name
        key = table.key
        self.columns = columns
        self.rows = rows.map { $0.map(\.sqlValue) }
    }

    var insertions: [(String, [any SQLConvertible])] {
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let sql = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
        return rows.map { (sql, $0) }
    }
}

extension Identifier {
    /// A record's events are the stream of the same number.
    package var stream: StreamID { StreamID(rawValue: rawValue) }
}
