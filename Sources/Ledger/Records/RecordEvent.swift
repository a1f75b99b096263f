internal import Foundation
package import Kernel

/// An event of a record: codes, identifiers and references to texts, never anybody's words.
package protocol RecordEvent: Sendable {
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
    package var texts: [TextReference] { [] }
    package var erased: [TextID] { [] }

    /// The form that the ledger appends.
    package func newEvent(at occurredAt: Instant) throws -> NewEvent {
        let (kind, payload) = parts
        return NewEvent(
            kind: kind, data: try StableJSON.text(payload), occurredAt: occurredAt, texts: texts, erased: erased)
    }
}

/// An event of a record with its frame.
public struct RecordEntry<Event: Sendable>: Sendable {
    /// Who, when, hash.
    public let stored: StoredEvent
    /// What.
    public let event: Event
}

/// Stable JSON: the same value always gives the same text.
package enum StableJSON {
    package static func text(_ value: any Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package static func read<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
