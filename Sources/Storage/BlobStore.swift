import Crypto
import Kernel

/// The name of stored bytes: their SHA-256 in lower-case hexadecimal.
public struct BlobHash: Hashable, Sendable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    public let hex: String

    /// The hash of bytes.
    public init(of bytes: [UInt8]) { self.hex = hexadecimal(SHA256.hash(data: bytes)) }

    /// Reads a stored hash; `nil` when it is none. Nothing else can become part of a path.
    public init?(_ text: String) {
        guard text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.hex = text
    }

    /// The digits.
    public var description: String { hex }
}

/// Files by the hash of their content: the same content is stored once, and storing it again changes nothing.
public protocol BlobStore: Sendable {
    /// Stores bytes and returns their name, once they are on disk.
    @discardableResult
    func put(_ bytes: [UInt8]) async throws -> BlobHash

    /// The bytes; `nil` when there are none of that name. Damaged bytes throw `StorageError.corrupt`.
    func get(_ hash: BlobHash) async throws -> [UInt8]?

    /// Removes bytes; nothing happens when there are none.
    func remove(_ hash: BlobHash) async throws
}

/// Blobs as rows, where several machines share one store.
public struct DatabaseBlobStore: BlobStore {
    private let database: any Database

    /// Blobs in the `blobs` table of a store.
    public init(_ database: any Database) { self.database = database }

    /// Stores bytes in a transaction of their own.
    @discardableResult
    public func put(_ bytes: [UInt8]) async throws -> BlobHash {
        let hash = BlobHash(of: bytes)
        try await database.write { tx in
            try tx.execute(
                "INSERT INTO blobs (hash, content) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING", [hash.hex, bytes])
        }
        return hash
    }

    /// Reads and checks.
    public func get(_ hash: BlobHash) async throws -> [UInt8]? {
        let found = try await database.read { tx in
            try tx.first("SELECT content FROM blobs WHERE hash = $1", [hash.hex])?.blob(0)
        }
        guard let found else { return nil }
        guard BlobHash(of: found) == hash else { throw StorageError.corrupt("blob \(hash)") }
        return found
    }

    /// Removes the row.
    public func remove(_ hash: BlobHash) async throws {
        try await database.write { tx in try tx.execute("DELETE FROM blobs WHERE hash = $1", [hash.hex]) }
    }
}
