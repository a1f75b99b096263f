internal import Crypto
public import Kernel
public import Storage

/// Seals how many streams there are, so that a removed stream is missed.
///
/// Each tally covers the streams with identifiers after the previous tally's end and up to its own; its digest runs
/// over their identifiers and its MAC over everything including the previous MAC. Streams younger than the lag are
/// not covered yet (see `docs/threat-model.md`).
public struct StreamTally: Sendable {
    private let keys: KeyRing

    /// Identifiers up to this one are given by hand; generated ones are far larger.
    static let lastSingle: Int64 = 1_023

    /// Longer than any transaction lives, so that no stream appears behind a sealed end.
    public static let lagSeconds: Int64 = 120

    /// - Parameter keys: the store's keys.
    public init(keys: KeyRing) { self.keys = keys }

    /// A sealed interval.
    struct Entry {
        let through: Int64
        let count: Int
        let digest: [UInt8]
        let mac: [UInt8]
    }

    /// Seals the streams up to `now` minus the lag. Does nothing when there are no new ones.
    ///
    /// - Returns: how many streams were sealed.
    @discardableResult
    public func seal(_ database: any Database, now: Instant) async throws -> Int {
        try await database.write { tx in
            let last = try entries(in: tx, newestOnly: true).last
            let end = StreamID.floor(at: now.adding(seconds: -Self.lagSeconds)).rawValue
            guard end > last?.through ?? 0 else { return 0 }
            let (count, digest) = try digest(after: last?.through ?? 0, through: end, in: tx)
            guard count > 0 else { return 0 }
            let mac = mac(through: end, count: count, digest: digest, previous: last?.mac ?? [])
            do {
                try tx.execute(
                    "INSERT INTO stream_tallies (through, count, digest, mac, sealed_at) VALUES ($1, $2, $3, $4, $5)",
                    [end, count, digest, mac, now])
            } catch StorageError.duplicate {
                return 0  // Another process sealed the same instant.
            }
            return count
        }
    }

    func entries(in tx: any ReadTransaction, newestOnly: Bool = false) throws -> [Entry] {
        let order = newestOnly ? "DESC LIMIT 1" : "ASC"
        return try tx.rows("SELECT through, count, digest, mac FROM stream_tallies ORDER BY through \(order)").map {
            Entry(through: try $0.int64(0), count: try $0.int(1), digest: try $0.blob(2), mac: try $0.blob(3))
        }
    }

    func digest(after: Int64, through: Int64, in tx: any ReadTransaction) throws -> (count: Int, digest: [UInt8]) {
        var hasher = SHA256()
        var count = 0
        try tx.forEach("SELECT id FROM streams WHERE id > $1 AND id <= $2 ORDER BY id", [after, through]) { row in
            hasher.update(data: Array("\(try row.int64(0))\n".utf8))
            count += 1
            return true
        }
        return (count, Array(hasher.finalize()))
    }

    /// Streams that exist once have small fixed identifiers and begin whenever the first of their kind is recorded, so
    /// they can appear behind a sealed end. Whether the first tally is whole when those that came later are left out; one
    /// that was counted and is gone is still missed.
    func isWholeButForLater(_ entry: Entry, in tx: any ReadTransaction) throws -> Bool {
        let single = try tx.rows("SELECT id FROM streams WHERE id <= $1 ORDER BY id", [Self.lastSingle])
            .map { try $0.int64(0) }
        let generated = try digest(after: Self.lastSingle, through: entry.through, in: tx).count
        let counted = entry.count - generated
        guard (0..<single.count).contains(counted), single.count <= 12 else { return false }
        let choices = (0..<(1 << single.count)).filter { $0.nonzeroBitCount == counted }
        var hashers = choices.map { choice in
            var hasher = SHA256()
            for (index, id) in single.enumerated() where choice & (1 << index) != 0 {
                hasher.update(data: Array("\(id)\n".utf8))
            }
            return hasher
        }
        try tx.forEach(
            "SELECT id FROM streams WHERE id > $1 AND id <= $2 ORDER BY id", [Self.lastSingle, entry.through]
        ) { row in
            let bytes = Array("\(try row.int64(0))\n".utf8)
            for index in hashers.indices { hashers[index].update(data: bytes) }
            return true
        }
        return hashers.contains { Array($0.finalize()) == entry.digest }
    }

    func mac(through: Int64, count: Int, digest: [UInt8], previous: [UInt8]) -> [UInt8] {
        let text = "tally\u{0}\(through)\u{0}\(count)\u{0}\(hexadecimal(digest))\u{0}\(hexadecimal(previous))"
        return Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: keys.chain))
    }
}
