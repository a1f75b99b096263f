internal import Crypto
public import Kernel
public import Storage

/// A free text as an event refers to it: the row and the salted hash of what was written.
public struct TextReference: Hashable, Sendable, Codable {
    /// The row in `texts`.
    public let id: TextID
    /// SHA-256 over salt and UTF-8 bytes, hexadecimal.
    public let hash: String

    /// Wraps a row and its hash.
    public init(id: TextID, hash: String) {
        self.id = id
        self.hash = hash
    }

    /// `[id,"hash"]`, to keep events short.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        id = try container.decode(TextID.self)
        hash = try container.decode(String.self)
    }

    /// `[id,"hash"]`, to keep events short.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(id)
        try container.encode(hash)
    }
}

/// A text with its salt, made before the transaction so that hashing does not hold the writer.
public struct NewText: Sendable {
    /// What an event stores.
    public let reference: TextReference
    /// The words.
    public let body: String
    let salt: [UInt8]

    /// Salts and hashes `body` under a new identifier.
    public init(_ body: String, id: TextID) {
        self.body = body
        self.salt = randomBytes(16)
        self.reference = TextReference(id: id, hash: TextStore.hash(body, salt: salt))
    }
}

/// Erasable texts: each a row of its own with a random salt, so that an erased text cannot be guessed from the
/// hash that stays in the event.
public struct TextStore: Sendable {
    /// Creates the store.
    public init() {}

    static func hash(_ body: String, salt: [UInt8]) -> String {
        var hasher = SHA256()
        hasher.update(data: salt)
        hasher.update(data: Array(body.utf8))
        return hexadecimal(hasher.finalize())
    }

    /// The statement that keeps a text; for `Transaction.executeAll`.
    public func insertion(_ text: NewText, of stream: StreamID) -> (String, [any SQLConvertible]) {
        (
            "INSERT INTO texts (id, stream_id, salt, body) VALUES ($1, $2, $3, $4)",
            [text.reference.id, stream, text.salt, text.body]
        )
    }

    /// Keeps a text.
    public func insert(_ text: NewText, of stream: StreamID, in tx: any Transaction) throws {
        let (sql, values) = insertion(text, of: stream)
        try tx.execute(sql, values)
    }

    /// The texts of a stream by identifier; an erased text has no entry.
    public func bodies(of stream: StreamID, in tx: any ReadTransaction) throws -> [TextID: String] {
        var out: [TextID: String] = [:]
        for row in try tx.rows("SELECT id, body FROM texts WHERE stream_id = $1", [stream]) {
            if let body = try row.optionalText(1) { out[try row.id(0)] = body }
        }
        return out
    }

    /// One text; `nil` when it is unknown or erased.
    public func body(_ id: TextID, in tx: any ReadTransaction) throws -> String? {
        try tx.first("SELECT body FROM texts WHERE id = $1", [id])?.optionalText(0)
    }

    /// Takes the words and the salt away. The caller records the erasure as an event in the same transaction.
    public func erase(_ ids: [TextID], in tx: any Transaction) throws {
        for id in ids { try tx.execute("UPDATE texts SET body = NULL, salt = NULL WHERE id = $1", [id]) }
    }
}
