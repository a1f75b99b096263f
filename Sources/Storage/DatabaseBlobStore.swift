internal import Crypto
public import Kernel

/// Blobs as rows, where several machines share one store. Each piece is written in a transaction of its own; the name
/// comes last.
public struct DatabaseBlobStore: BlobStore {
    private let database: any Database
    private let clock: any WallClock

    /// Blobs in the tables of a store.
    public init(_ database: any Database, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    /// The size of a row.
    private static let rowSize = 256 * 1024
    /// A blob that was begun so long ago and has no name was given up.
    private static let abandonedAfter: Int64 = 6 * 3600

    /// Begins a row; its identifier is random, because it says nothing and is never seen.
    public func begin() async throws -> any BlobWriter {
        let id = Int64.random(in: 1...Int64.max)
        let now = clock.now()
        try await database.write { tx in
            try tx.execute("INSERT INTO blob_files (id, hash, size, begun_at) VALUES ($1, NULL, 0, $2)", [id, now])
        }
        return Writer(database: database, id: id, rowSize: Self.rowSize)
    }

    /// Reads the rows that hold the range.
    public func read(_ hash: BlobHash, from offset: Int, upTo count: Int) async throws -> [UInt8]? {
        guard count > 0, offset >= 0 else { return [] }
        let (first, last) = (offset / Self.rowSize, (offset + count - 1) / Self.rowSize)
        return try await database.read { tx in
            guard let id = try tx.first("SELECT id FROM blob_files WHERE hash = $1", [hash.hex])?.int64(0) else {
                return nil
            }
            var bytes: [UInt8] = []
            try tx.forEach(
                """
                SELECT position, content FROM blob_pieces WHERE blob_id = $1 AND position BETWEEN $2 AND $3
                ORDER BY position
                """, [id, first, last]
            ) { row in
                let start = try row.int(0) * Self.rowSize
                let content = try row.blob(1)
                let (from, to) = (max(0, offset - start), min(content.count, offset + count - start))
                if from < to { bytes += content[from..<to] }
                return true
            }
            return bytes
        }
    }

    /// As it was told at the end.
    public func size(of hash: BlobHash) async throws -> Int? {
        try await database.read { tx in
            try tx.first("SELECT size FROM blob_files WHERE hash = $1", [hash.hex])?.int(0)
        }
    }

    /// Removes the rows.
    public func remove(_ hash: BlobHash) async throws {
        try await database.write { tx in
            guard let id = try tx.first("SELECT id FROM blob_files WHERE hash = $1", [hash.hex])?.int64(0) else {
                return
            }
            try Self.remove(id, in: tx)
        }
    }

    /// By the index of hashes.
    public func names(after hash: BlobHash?, olderThan seconds: Int64, limit: Int) async throws -> [BlobHash] {
        let before = clock.now().adding(seconds: -seconds)
        return try await database.read { tx in
            try tx.rows(
                "SELECT hash FROM blob_files WHERE hash > $1 AND begun_at < $2 ORDER BY hash LIMIT $3",
                [hash?.hex ?? "", before, limit]
            ).compactMap { BlobHash(try $0.text(0)) }
        }
    }

    /// Removes rows without a name.
    public func sweep() async throws -> Int {
        let before = clock.now().adding(seconds: -Self.abandonedAfter)
        return try await database.write { tx in
            let ids = try tx.rows(
                "SELECT id FROM blob_files WHERE hash IS NULL AND begun_at < $1 ORDER BY begun_at, id LIMIT 100",
                [before]
            ).map { try $0.int64(0) }
            for id in ids { try Self.remove(id, in: tx) }
            return ids.count
        }
    }

    private static func remove(_ id: Int64, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM blob_pieces WHERE blob_id = $1", [id])
        try tx.execute("DELETE FROM blob_files WHERE id = $1", [id])
    }

    /// Fills a row, writes it, goes on with the next.
    private actor Writer: BlobWriter {
        private let database: any Database
        private let id: Int64
        private let rowSize: Int
        private var hasher = SHA256()
        private var row: [UInt8] = []
        private var rows = 0
        private var size = 0

        init(database: any Database, id: Int64, rowSize: Int) {
            self.database = database
            self.id = id
            self.rowSize = rowSize
        }

        func append(_ bytes: [UInt8]) async throws {
            hasher.update(data: bytes)
            size += bytes.count
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = rest.prefix(rowSize - row.count)
                row += part
                rest = rest.dropFirst(part.count)
                if row.count == rowSize { try await flush() }
            }
        }

        func finish() async throws -> (hash: BlobHash, size: Int) {
            if !row.isEmpty { try await flush() }
            let hash = BlobHash(hasher.finalize())
            let (id, size) = (self.id, self.size)
            try await database.write { tx in
                if try tx.first("SELECT 1 FROM blob_files WHERE hash = $1", [hash.hex]) != nil {
                    try DatabaseBlobStore.remove(id, in: tx)
                } else {
                    try tx.execute(
                        "UPDATE blob_files SET hash = $1, size = $2 WHERE id = $3", [hash.hex, size, id])
                }
            }
            return (hash, size)
        }

        func discard() async {
            let id = self.id
            // What cannot be removed now is swept later.
            try? await database.write { tx in try DatabaseBlobStore.remove(id, in: tx) }
        }

        private func flush() async throws {
            let (content, position, id) = (row, rows, self.id)
            row.removeAll(keepingCapacity: true)
            rows += 1
            try await database.write { tx in
                try tx.execute(
                    "INSERT INTO blob_pieces (blob_id, position, content) VALUES ($1, $2, $3)",
                    [id, position, content])
            }
        }
    }
}
