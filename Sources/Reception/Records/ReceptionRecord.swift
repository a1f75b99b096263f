internal import Foundation
internal import Kernel
internal import Ledger
internal import Storage

/// An event of this room: codes, identifiers and references to texts, never a visitor's words.
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

/// Stable JSON: the same value always gives the same text.
enum StableJSON {
    static func text(_ value: any Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func read<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

extension RecordEvent {
    var texts: [TextReference] { [] }
    var erased: [TextID] { [] }

    /// The form that the ledger appends.
    func newEvent(at occurredAt: Instant) throws -> NewEvent {
        let (kind, payload) = parts
        return NewEvent(
            kind: kind, data: try StableJSON.text(payload), occurredAt: occurredAt, texts: texts, erased: erased)
    }
}

/// Something that this room keeps as a stream of events of its own. Pure: the same events always give the same state
/// and the same rows.
protocol ReceptionRecord: Sendable {
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

    /// The state after the first event; `nil` when it cannot be a first one.
    init?(id: Identifier<Entity>, first event: Event, by actor: Actor, at instant: Instant)
    /// One more event.
    mutating func apply(_ event: Event, by actor: Actor, at instant: Instant)
    /// What a command does, as events. Pure: no store, no clock of its own.
    func decide(_ command: Command, on today: LocalDate) throws(ReceptionError) -> [Event]
    /// The rows that it projects to, a group for each table in their order.
    var rows: [TableRows] { get }
}

extension ReceptionRecord {
    /// The state after one more event.
    func evolved(by event: Event, actor: Actor, at instant: Instant) -> Self {
        var next = self
        next.apply(event, by: actor, at: instant)
        next.version += 1
        return next
    }

    /// The state that events add up to.
    static func replay(_ id: Identifier<Entity>, _ events: [(event: Event, actor: Actor, at: Instant)]) -> Self? {
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

/// A record that is told after the fact: each event happened at its own time and is recorded now.
struct RecordChronicle<R: ReceptionRecord>: Sendable {
    private(set) var state: R
    private let room: Reception
    private var told: [(event: NewEvent, actor: Actor)] = []
    private var texts: [NewText]

    /// Begins a record.
    init?(_ first: R.Event, texts: [NewText] = [], by actor: Actor, at: Instant, in room: Reception) throws {
        guard let state = R(id: room.ids.next(), first: first, by: actor, at: at) else { return nil }
        self.state = state
        self.room = room
        self.texts = texts
        told = [(try first.newEvent(at: at), actor)]
    }

    /// Does what a use case would do, under the same rules.
    mutating func take(_ command: R.Command, texts: [NewText] = [], by actor: Actor, at: Instant) throws {
        self.texts += texts
        for event in try state.decide(command, on: room.zone.date(of: at)) {
            told.append((try event.newEvent(at: at), actor))
            state = state.evolved(by: event, actor: actor, at: at)
        }
    }

    /// Everything, for one transaction.
    func statements() -> [(String, [any SQLConvertible])] {
        let recorded = room.events.statements(for: told, toNew: state.id.stream, kind: R.streamKind)
        return recorded.statements + texts.map { room.texts.insertion($0, of: state.id.stream) }
            + state.statements(replacing: nil)
    }
}
