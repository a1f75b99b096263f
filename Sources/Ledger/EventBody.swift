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
        return line + "\(separator)" + event.data + "}"
    }

    private static let separator: StaticString = ",\"data\":"

    init(json: String) throws {
        var json = json
        self = try json.withUTF8 { bytes in try EventBody(LineReader(bytes)) }
    }

    /// Reads what `json` writes and nothing else: histories are read for every page, and a general reader of JSON takes
    /// longer over this frame than over all that the page is about.
    private init(_ line: LineReader) throws(EventFormatError) {
        var line = line
        try line.expect("{\"f\":")
        let format = try line.number()
        guard format == Self.format else { throw .unknownFormat(Int(clamping: format)) }
        try line.expect(",\"id\":")
        id = EventID(rawValue: try line.number())
        try line.expect(",\"stream\":")
        stream = StreamID(rawValue: try line.number())
        try line.expect(",\"v\":")
        version = Int(clamping: try line.number())
        try line.expect(",\"kind\":")
        kind = try line.word()
        try line.expect(",\"by\":")
        guard let actor = Actor(code: try line.word()) else { throw .unreadable }
        self.actor = actor
        try line.expect(",\"at\":")
        occurredAt = Instant(milliseconds: try line.number())
        try line.expect(",\"rec\":")
        recordedAt = Instant(milliseconds: try line.number())
        texts =
            try line.list(",\"texts\":[") { line throws(EventFormatError) in
                try line.expect("[")
                let id = TextID(rawValue: try line.number())
                try line.expect(",")
                let hash = try line.word()
                try line.expect("]")
                return TextReference(id: id, hash: hash)
            }
        erased = try line.list(",\"erased\":[") { line throws(EventFormatError) in TextID(rawValue: try line.number()) }
        try line.expect(Self.separator)
        data = try line.restBeforeBrace()
    }
}

/// An event that cannot be read.
public enum EventFormatError: Error, Hashable, Sendable {
    /// It is not in the form that was written.
    case unreadable
    /// It was written by a newer version.
    case unknownFormat(Int)
}
