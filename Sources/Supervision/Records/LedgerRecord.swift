internal import Foundation
internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// An event of this room: codes, identifiers and references to texts, never words.
protocol RecordEvent: Sendable {
    /// The stable name and the payload under which the ledger keeps it.
    var parts: (kind: String, payload: any Encodable & Sendable) { get }
    /// The texts that it brings.
    var texts: [TextReference] { get }
    /// The texts that it takes away.
    var erased: [TextID] { get }
    /// Reads an event back.
    init(kind: String, data: String) throws
}

extension RecordEvent {
    var erased: [TextID] { [] }

    /// The form that the ledger appends.
    func newEvent(at occurredAt: Instant) throws -> NewEvent {
        let (kind, payload) = parts
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = String(decoding: try encoder.encode(payload), as: UTF8.self)
        return NewEvent(kind: kind, data: data, occurredAt: occurredAt, texts: texts, erased: erased)
    }

    static func read<Payload: Decodable>(_ data: String, _ make: (Payload) -> Self) throws -> Self {
        make(try JSONDecoder().decode(Payload.self, from: Data(data.utf8)))
    }
}

/// Something that this room keeps as a stream of events of its own: a task, a suggestion, a conference. Pure: the
/// same events always give the same state and the same rows.
protocol LedgerRecord: Sendable {
    associatedtype Entity
    associatedtype Event: RecordEvent
    associatedtype Command: Sendable

    /// The kind of its stream.
    static var streamKind: String { get }
    /// Its tables, the key column of each by name; the main one first.
    static var tables: [(name: String, key: String)] { get }
    /// What is told when there is none, or it is not theirs to know.
    static var notFound: PlainError { get }

    var id: Identifier<Entity> { get }
    var version: Int { get set }
    /// The matters that it names.
    var matters: [MatterReference] { get }

    /// The state after the first event; `nil` when it cannot be a first one.
    init?(id: Identifier<Entity>, first event: Event, by actor: Actor, at instant: Instant)
    /// One more event.
    mutating func apply(_ event: Event, by actor: Actor, at instant: Instant)
    /// What a command does, as events.
    func decide(_ command: Command, on today: LocalDate) throws(SupervisionError) -> [Event]
    /// Throws unless the viewer may know of it.
    func checkVisible(to viewer: Viewer) throws(PlainError)
    /// Throws unless the viewer may run the command.
    func check(_ command: Command, by viewer: Viewer) throws(PlainError)
    /// The rows that it projects to, a group for each table in their order.
    var rows: [TableRows] { get }
}

extension LedgerRecord {
    /// The state after one more event.
    func evolved(by event: Event, actor: Actor, at instant: Instant) -> Self {
        var next = self
        next.apply(event, by: actor, at: instant)
        next.version += 1
        return next
    }

    /// The state that events add up to.
    static func replay(
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
struct TableRows: Hashable, Sendable {
    let table: String
    let key: String
    let columns: [String]
    let rows: [[SQLValue]]

    init(_ table: (name: String, key: String), _ columns: [String], _ rows: [[any SQLConvertible]]) {
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
    var stream: StreamID { StreamID(rawValue: rawValue) }
}
