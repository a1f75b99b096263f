internal import Crypto
internal import Kernel

/// The name of stored bytes: their SHA-256 in lower-case hexadecimal.
public struct BlobHash: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    public let hex: String

    /// The hash of bytes.
    public init(of bytes: [UInt8]) { self.hex = hexadecimal(SHA256.hash(data: bytes)) }

    init(_ digest: SHA256.Digest) { self.hex = hexadecimal(digest) }

    /// Reads a stored hash; `nil` when it is none. Nothing else can become part of a path.
    public init?(_ text: String) {
        guard text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.hex = text
    }

    /// The digits.
    public var description: String { hex }

    /// In the order of the digits.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.hex < rhs.hex }
}

/// Files by the hash of their content, written and read in pieces: the same content is stored once, and storing it again
/// changes nothing.
public protocol BlobStore: Sendable {
    /// Begins a new one. Nothing of it can be seen before it is finished.
    func begin() async throws -> any BlobWriter

    /// At most `count` bytes from `offset` on; none behind the end; `nil` when there is no such blob.
    func read(_ hash: BlobHash, from offset: Int, upTo count: Int) async throws -> [UInt8]?

    /// How long it is; `nil` when there is no such blob.
    func size(of hash: BlobHash) async throws -> Int?

    /// Removes it; nothing happens when there is none.
    func remove(_ hash: BlobHash) async throws

    /// The names in their order, some at a time, of blobs that are older than `seconds`.
    func names(after hash: BlobHash?, olderThan seconds: Int64, limit: Int) async throws -> [BlobHash]

    /// Removes what was begun and never finished because its process ended.
    ///
    /// - Returns: how many there were.
    func sweep() async throws -> Int
}

/// One blob on its way.
public protocol BlobWriter: Sendable {
    /// Adds bytes.
    func append(_ bytes: [UInt8]) async throws

    /// Returns the name once everything is on disk.
    func finish() async throws -> (hash: BlobHash, size: Int)

    /// Leaves nothing of it.
    func discard() async
}

extension BlobStore {
    /// How much is read in one go.
    public static var pieceSize: Int { 256 * 1024 }

    /// Stores bytes that are there as a whole.
    @discardableResult
    public func put(_ bytes: [UInt8]) async throws -> BlobHash {
        let writer = try await begin()
        do {
            try await writer.append(bytes)
            return try await writer.finish().hash
        } catch {
            await writer.discard()
            throw error
        }
    }

    /// Reads all of it and compares; `nil` when there is none.
    ///
    /// - Returns: whether the bytes are those that were stored.
    public func isWhole(_ hash: BlobHash) async throws -> Bool? {
        var hasher = SHA256()
        var offset = 0
        while true {
            guard let piece = try await read(hash, from: offset, upTo: Self.pieceSize) else { return nil }
            if piece.isEmpty { return BlobHash(hasher.finalize()) == hash }
            hasher.update(data: piece)
            offset += piece.count
        }
    }
}
