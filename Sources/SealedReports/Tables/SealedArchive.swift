public import Storage

/// The sealed store as one stream of rows, the same on both engines: for backups, which hold it as something that says
/// nothing about itself.
public enum SealedArchive {
    /// The tables with their columns, in the order of writing. Submissions are left out: they are forgotten after a day.
    private static let tables: [(name: String, columns: [String], order: String)] = [
        ("sealed_keys", ["purpose", "wrapped"], "purpose"),
        ("sealed_organs", ["id", "point", "name", "name_english", "unit"], "id"),
        (
            "sealed_envelopes",
            ["id", "organ", "received_on", "state", "fetched_on", "handle_hash", "removed_on", "removed_for"], "id"
        ),
        ("sealed_parts", ["envelope", "part", "kind", "kept_on", "body"], "envelope, part"),
        ("sealed_requests", ["envelope", "kind", "reason", "organ", "parts", "asked_by", "asked_on"], "envelope"),
        ("sealed_log", ["number", "noted_on", "entry", "hash"], "number"),
        ("sealed_heads", ["name", "value", "code"], "name"),
    ]

    /// All rows as of one moment, and a zero that ends them: what follows is padding.
    public static func bytes(of database: any Database) async throws -> [UInt8] {
        try await database.read { tx in
            var out: [UInt8] = [version]
            for (index, table) in tables.enumerated() {
                let sql = "SELECT \(table.columns.joined(separator: ", ")) FROM \(table.name) ORDER BY \(table.order)"
                try tx.forEach(sql, []) { row in
                    out.append(UInt8(index + 1))
                    for value in row.values { out += bytes(value) }
                    return true
                }
            }
            return out + [0]
        }
    }

    private static let version: UInt8 = 1

    /// Fills an empty sealed store from such a stream.
    ///
    /// - Throws: `StorageError.corrupt` when the stream ends too early or holds anything else.
    public static func read(_ stream: [UInt8], into database: any Database) async throws {
        try await database.write { tx in
            var reader = Reader(bytes: stream)
            guard try reader.byte() == version else { throw damaged }
            while case let tag = Int(try reader.byte()), tag > 0 {
                guard tables.indices.contains(tag - 1) else { throw damaged }
                let table = tables[tag - 1]
                let values = try table.columns.map { _ in try reader.value() }
                let marks = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
                try tx.execute(
                    "INSERT INTO \(table.name) (\(table.columns.joined(separator: ", "))) VALUES (\(marks))", values)
            }
        }
    }

    /// Whether nothing was ever kept in it.
    public static func isEmpty(_ database: any Database) async throws -> Bool {
        try await database.read { tx in try tx.first("SELECT 1 FROM sealed_keys LIMIT 1") == nil }
    }

    static let damaged = StorageError.corrupt("the sealed part of the backup")

    private static func bytes(_ value: SQLValue) -> [UInt8] {
        switch value {
        case .null: return [0]
        case .integer(let number): return [1] + number64(number)
        case .text(let text): return [2] + counted(Array(text.utf8))
        case .blob(let blob): return [3] + counted(blob)
        // No table of this room has one.
        case .real: return [0]
        }
    }

    private static func number64(_ number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * Int64($0))) }
    }

    private static func counted(_ bytes: [UInt8]) -> [UInt8] { bigEndian(UInt32(bytes.count)) + bytes }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        mutating func byte() throws -> UInt8 {
            guard index < bytes.count else { throw damaged }
            defer { index += 1 }
            return bytes[index]
        }

        mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count >= 0, count <= bytes.count - index else { throw damaged }
            defer { index += count }
            return bytes[index..<index + count]
        }

        mutating func value() throws -> SQLValue {
            switch try byte() {
            case 0: return .null
            case 1: return .integer(try take(8).reduce(0) { $0 << 8 | Int64($1) })
            case 2: return .text(String(decoding: try take(try length()), as: UTF8.self))
            case 3: return .blob(Array(try take(try length())))
            default: throw damaged
            }
        }

        private mutating func length() throws -> Int { try take(4).reduce(0) { $0 << 8 | Int($1) } }
    }
}
