internal import Foundation
internal import Kernel

/// The stored text of an event: one line of JSON that begins with its format version. The chain hashes exactly
/// these bytes, so they are never re-encoded.
struct EventBody {
    let id: EventID
    let stream: StreamID
    let version: Int
    let kind: String
    let actor: Actor
    let occurredAt: Instant
    let recordedAt: Instant
    let texts: [TextReference]
    let erased: [TextID]
    /// The room's JSON object, as text.
    let data: String

    private struct Frame: Decodable {
        let f: Int
        let id: EventID
        let stream: StreamID
        let v: Int
        let kind: String
        let by: String
        let at: Instant
        let rec: Instant
        let texts: [TextReference]?
        let erased: [TextID]?
    }

    static let format = 1

    /// Writes the line. `data` comes last, so that reading can cut it out unchanged.
    static func json(
        _ event: NewEvent, id: EventID, stream: StreamID, version: Int, actor: Actor, recordedAt: Instant
    ) -> String {
        var line = "{\"f\":\(format),\"id\":\(id),\"stream\":\(stream),\"v\":\(version),\"kind\":\"\(event.kind)\""
        line += ",\"by\":\"\(actor.code)\",\"at\":\(event.occurredAt.milliseconds),\"rec\":\(recordedAt.milliseconds)"
        if !event.texts.isEmpty {
            line += ",\"texts\":[" + event.texts.map { "[\($0.id),\"\($0.hash)\"]" }.joined(separator: ",") + "]"
        }
        if !event.erased.isEmpty {
            line += ",\"erased\":[" + event.erased.map { "\($0)" }.joined(separator: ",") + "]"
        }
        return line + separator + event.data + "}"
    }

    private static let separator = ",\"data\":"

    init(json: String) throws {
        // Kinds, actor codes and hashes hold no quotes, so the first separator is the real one.
        guard let cut = json.range(of: Self.separator), json.hasSuffix("}") else { throw EventFormatError.unreadable }
        let frame: Frame
        do {
            frame = try JSONDecoder().decode(Frame.self, from: Data((json[..<cut.lowerBound] + "}").utf8))
        } catch {
            throw EventFormatError.unreadable
        }
        guard frame.f == Self.format else { throw EventFormatError.unknownFormat(frame.f) }
        guard let actor = Actor(code: frame.by) else { throw EventFormatError.unreadable }
        self.id = frame.id
        self.stream = frame.stream
        self.version = frame.v
        self.kind = frame.kind
        self.actor = actor
        self.occurredAt = frame.at
        self.recordedAt = frame.rec
        self.texts = frame.texts ?? []
        self.erased = frame.erased ?? []
        self.data = String(json[cut.upperBound...].dropLast())
    }
}

/// An event that cannot be read.
public enum EventFormatError: Error, Hashable, Sendable {
    /// It is not in the form that was written.
    case unreadable
    /// It was written by a newer version.
    case unknownFormat(Int)
}
