internal import Crypto
internal import Foundation
public import Kernel
internal import Storage

/// What members of the receiving organ did, in the sealed store's own log: codes, days and names of envelopes only.
public struct SealedLogEntry: Codable, Hashable, Sendable {
    /// What was done.
    public enum Act: String, Codable, Sendable, CaseIterable {
        /// Taken over by the organ.
        case fetched
        /// Answered.
        case answered
        /// An exception was asked for.
        case asked
        /// The exception was withdrawn or refused.
        case dropped
        /// Removed, after a second person agreed.
        case removed
        /// Sent to another organ's key, after a second person agreed.
        case readdressed
    }

    /// What was done.
    public let act: Act
    /// The report.
    public let envelope: String
    /// The organ's key.
    public let organ: String
    /// Who did it; two for exceptions: who asked, then who agreed.
    public let staff: [StaffID]
    /// Why, as a code.
    public let reason: String?
    /// The day.
    public var day: LocalDate = LocalDate(daysSinceEpoch: 0)

    private enum CodingKeys: String, CodingKey { case act, envelope, organ, staff, reason }

    init(_ act: Act, _ envelope: EnvelopeID, organ: String, by staff: [StaffID], reason: String? = nil) {
        self.act = act
        self.envelope = envelope.description
        self.organ = organ
        self.staff = staff
        self.reason = reason
    }
}

/// Whether the sealed store is as the program left it.
public struct SealedCheck: Hashable, Sendable {
    /// Whether the log is complete and in order.
    public let logIsWhole: Bool
    /// Whether every report is there that was received.
    public let reportsAreThere: Bool
}

/// The log is a hash chain; the tally is one number made of all reports, in no order. The heads of both are
/// authenticated, so that a row taken out behind the program's back shows.
struct SealedLog {
    let keys: SealedKeys

    /// Adds a line.
    func note(_ entry: SealedLogEntry, on day: LocalDate, in tx: any Transaction) throws {
        let head = try readHead("log", in: tx)
        let last = try tx.first("SELECT MAX(number) FROM sealed_log")?.optionalInt64(0) ?? 0
        let text = String(decoding: try SealedLetters.bytes(of: entry), as: UTF8.self)
        let hash = Self.link(head, number: last + 1, day, text)
        try tx.execute(
            "INSERT INTO sealed_log (number, noted_on, entry, hash) VALUES ($1, $2, $3, $4)",
            [last + 1, day, text, hash])
        try writeHead("log", hash, in: tx)
    }

    /// Counts a report in. It stays counted when its content is removed: the row remains.
    func count(_ id: EnvelopeID, handleHash: [UInt8], on day: LocalDate, in tx: any Transaction) throws {
        let tally = try readHead("tally", in: tx)
        try writeHead("tally", zip(tally, mark(id.description, handleHash, day)).map { $0 ^ $1 }, in: tx)
    }

    /// Looks whether everything is still there.
    func check(_ tx: any ReadTransaction) throws -> SealedCheck {
        var hash = [UInt8](repeating: 0, count: 32)
        var number: Int64 = 0
        var isWhole = true
        try tx.forEach("SELECT number, noted_on, entry, hash FROM sealed_log ORDER BY number", []) { row in
            number += 1
            hash = Self.link(hash, number: number, try row.date(1), try row.text(2))
            isWhole = try row.int64(0) == number && row.blob(3) == hash
            return isWhole
        }
        var tally = [UInt8](repeating: 0, count: 32)
        try tx.forEach("SELECT id, handle_hash, received_on FROM sealed_envelopes ORDER BY id", []) { row in
            tally = zip(tally, mark(try row.text(0), try row.blob(1), try row.date(2))).map { $0 ^ $1 }
            return true
        }
        return SealedCheck(
            logIsWhole: try isWhole && isHead("log", hash, in: tx),
            reportsAreThere: try isHead("tally", tally, in: tx))
    }

    private static func link(_ head: [UInt8], number: Int64, _ day: LocalDate, _ text: String) -> [UInt8] {
        Array(SHA256.hash(data: head + Array("\(number)\u{0}\(day)\u{0}\(text)".utf8)))
    }

    private func mark(_ id: String, _ handleHash: [UInt8], _ day: LocalDate) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(
                for: Array("tally\u{0}\(id)\u{0}\(day)\u{0}".utf8) + handleHash, using: keys.chain))
    }

    /// The authenticated value; locked until the transaction ends.
    private func readHead(_ name: String, in tx: any Transaction) throws -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: 32)
        // The row must be there before it is locked: two first reports at once wait for one another here.
        try tx.execute(
            "INSERT INTO sealed_heads (name, value, code) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
            [name, zeros, code(name, zeros)])
        return try tx.first(
            "SELECT value FROM sealed_heads WHERE name = $1\(tx.dialect.forUpdate)", [name])?.blob(0) ?? zeros
    }

    private func writeHead(_ name: String, _ value: [UInt8], in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE sealed_heads SET value = $1, code = $2 WHERE name = $3", [value, code(name, value), name])
    }

    private func isHead(_ name: String, _ value: [UInt8], in tx: any ReadTransaction) throws -> Bool {
        guard let row = try tx.first("SELECT value, code FROM sealed_heads WHERE name = $1", [name]) else {
            // Nothing was ever counted.
            return value.allSatisfy { $0 == 0 }
        }
        return try row.blob(0) == value && row.blob(1) == code(name, value)
    }

    private func code(_ name: String, _ value: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("head\u{0}\(name)\u{0}".utf8) + value, using: keys.chain))
    }
}
