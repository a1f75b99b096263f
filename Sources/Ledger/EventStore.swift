internal import Crypto
public import Kernel
public import Storage

/// What a room wants recorded: a kind, its data as a JSON object, and the texts that it refers to.
public struct NewEvent: Sendable {
    /// The stable name, `registered`.
    public let kind: String
    /// A JSON object without personal data or free text.
    public let data: String
    /// When it happened, as stated; clocks use it.
    public let occurredAt: Instant
    /// Texts that belong to it.
    public let texts: [TextReference]
    /// Texts that this event takes away.
    public let erased: [TextID]

    /// Describes an event.
    public init(
        kind: String, data: String, occurredAt: Instant, texts: [TextReference] = [], erased: [TextID] = []
    ) {
        self.kind = kind
        self.data = data
        self.occurredAt = occurredAt
        self.texts = texts
        self.erased = erased
    }
}

/// An event as it stands in the store.
public struct StoredEvent: Sendable {
    /// Its identifier.
    public let id: EventID
    /// The stream it belongs to.
    public let stream: StreamID
    /// Its place in the stream, from 1.
    public let version: Int
    /// The stable name.
    public let kind: String
    /// The room's JSON object.
    public let data: String
    /// Who did it.
    public let actor: Actor
    /// When it happened, as stated.
    public let occurredAt: Instant
    /// When the store was told.
    public let recordedAt: Instant
    /// SHA-256 over the previous hash and this event's stored text, hexadecimal.
    public let hash: String
}

extension StoredEvent {
    /// Who did it and when the store was told, of an event's stored text.
    public static func signature(of body: String) throws -> (actor: Actor, recordedAt: Instant) {
        let event = try EventBody(json: body)
        return (event.actor, event.recordedAt)
    }
}

/// The newest state of a stream's chain.
public struct StreamHead: Sendable, Hashable {
    /// The stream.
    public let stream: StreamID
    /// What it is about, `case`.
    public let kind: String
    /// The number of its events.
    public let version: Int
    /// The hash of the newest.
    public let hash: [UInt8]

    /// A stream that has no event yet.
    public init(new stream: StreamID, kind: String) {
        self.init(stream: stream, kind: kind, version: 0, hash: [])
    }

    init(stream: StreamID, kind: String, version: Int, hash: [UInt8]) {
        self.stream = stream
        self.kind = kind
        self.version = version
        self.hash = hash
    }
}

/// Appends to hash chains and reads them. Each stream is one chain; its head is authenticated under the chain key.
public struct EventStore: Sendable {
    private let keys: KeyRing
    private let ids: IdentifierGenerator
    private let clock: any WallClock

    /// - Parameters:
    ///   - keys: the store's keys.
    ///   - ids: makes event identifiers.
    ///   - clock: tells `recordedAt`.
    public init(keys: KeyRing, ids: IdentifierGenerator, clock: any WallClock) {
        self.keys = keys
        self.ids = ids
        self.clock = clock
    }

    /// Appends events and moves the head.
    ///
    /// - Throws: `StreamConflict` when somebody appended since `head` was read.
    /// - Returns: the stored events and the new head.
    @discardableResult
    public func append(
        _ events: [NewEvent], by actor: Actor, to head: StreamHead, in tx: any Transaction
    ) throws -> (events: [StoredEvent], head: StreamHead) {
        let (stored, newHead, statements) = prepare(events.map { ($0, actor) }, to: head)
        guard head.version > 0 else {
            try tx.executeAll(statements + [insertion(newHead)])
            return (stored, newHead)
        }
        let moved = try tx.execute(
            "UPDATE streams SET version = $1, head_hash = $2, head_mac = $3 WHERE id = $4 AND version = $5",
            [newHead.version, newHead.hash, mac(of: newHead), newHead.stream, head.version])
        guard moved == 1 else { throw StreamConflict(stream: head.stream) }
        try tx.executeAll(statements)
        return (stored, newHead)
    }

    /// The statements that record events on a new stream, for one round trip together with the projections.
    public func statements(
        for events: [NewEvent], by actor: Actor, toNew stream: StreamID, kind: String
    ) -> (events: [StoredEvent], statements: [(String, [any SQLConvertible])]) {
        self.statements(for: events.map { ($0, actor) }, toNew: stream, kind: kind)
    }

    /// The same for events of several actors: what is told after the fact.
    public func statements(
        for events: [(event: NewEvent, actor: Actor)], toNew stream: StreamID, kind: String
    ) -> (events: [StoredEvent], statements: [(String, [any SQLConvertible])]) {
        let (stored, head, statements) = prepare(events, to: StreamHead(new: stream, kind: kind))
        return (stored, statements + [insertion(head)])
    }

    /// The head of a stream; `nil` when there is none. Locks it where the engine can, so that a second writer waits.
    public func head(of stream: StreamID, in tx: any ReadTransaction, forUpdate: Bool = false) throws -> StreamHead? {
        let lock = forUpdate ? tx.dialect.forUpdate : ""
        guard
            let row = try tx.first("SELECT kind, version, head_hash FROM streams WHERE id = $1\(lock)", [stream])
        else { return nil }
        return StreamHead(stream: stream, kind: try row.text(0), version: try row.int(1), hash: try row.blob(2))
    }

    /// The events of a stream in order.
    public func events(of stream: StreamID, in tx: any ReadTransaction) throws -> [StoredEvent] {
        try tx.rows("SELECT id, version, body, hash FROM events WHERE stream_id = $1 ORDER BY version", [stream])
            .map { try Self.event($0, of: stream) }
    }

    /// The newest events of a stream, newest first.
    public func latest(of stream: StreamID, limit: Int, in tx: any ReadTransaction) throws -> [StoredEvent] {
        try tx.rows(
            """
            SELECT id, version, body, hash FROM events WHERE stream_id = $1 ORDER BY version DESC LIMIT $2
            """, [stream, limit]
        ).map { try Self.event($0, of: stream) }
    }

    private static func event(_ row: Row, of stream: StreamID) throws -> StoredEvent {
        let body = try EventBody(json: try row.text(2))
        return StoredEvent(
            id: try row.id(0), stream: stream, version: try row.int(1), kind: body.kind, data: body.data,
            actor: body.actor, occurredAt: body.occurredAt, recordedAt: body.recordedAt,
            hash: hexadecimal(try row.blob(3)))
    }

    private func prepare(
        _ events: [(event: NewEvent, actor: Actor)], to head: StreamHead
    ) -> ([StoredEvent], StreamHead, [(String, [any SQLConvertible])]) {
        var stored: [StoredEvent] = []
        var statements: [(String, [any SQLConvertible])] = []
        var hash = head.hash
        let now = clock.now()
        for (index, (event, actor)) in events.enumerated() {
            let version = head.version + index + 1
            let id: EventID = ids.next()
            let body = EventBody.json(
                event, id: id, stream: head.stream, version: version, actor: actor, recordedAt: now)
            hash = EventStore.link(hash, body)
            statements.append(
                (
                    "INSERT INTO events (stream_id, version, id, kind, body, hash) VALUES ($1, $2, $3, $4, $5, $6)",
                    [head.stream, version, id, event.kind, body, hash]
                ))
            stored.append(
                StoredEvent(
                    id: id, stream: head.stream, version: version, kind: event.kind, data: event.data, actor: actor,
                    occurredAt: event.occurredAt, recordedAt: now, hash: hexadecimal(hash)))
        }
        let newHead = StreamHead(
            stream: head.stream, kind: head.kind, version: head.version + events.count, hash: hash)
        return (stored, newHead, statements)
    }

    private func insertion(_ head: StreamHead) -> (String, [any SQLConvertible]) {
        (
            "INSERT INTO streams (id, kind, version, head_hash, head_mac) VALUES ($1, $2, $3, $4, $5)",
            [head.stream, head.kind, head.version, head.hash, mac(of: head)]
        )
    }

    private func mac(of head: StreamHead) -> [UInt8] { EventStore.mac(of: head, keys: keys) }

    static func link(_ previous: [UInt8], _ body: String) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: previous)
        hasher.update(data: Array(body.utf8))
        return Array(hasher.finalize())
    }

    static func mac(of head: StreamHead, keys: KeyRing) -> [UInt8] {
        let text = "head\u{0}\(head.stream)\u{0}\(head.kind)\u{0}\(head.version)\u{0}\(hexadecimal(head.hash))"
        return Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: keys.chain))
    }
}

/// Somebody else appended to the stream first.
public struct StreamConflict: Error, Hashable, Sendable {
    /// The stream.
    public let stream: StreamID
}
