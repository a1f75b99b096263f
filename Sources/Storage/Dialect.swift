/// The few places where the two engines need other words.
public struct Dialect: Sendable, Hashable {
    /// An engine.
    public enum Engine: String, Sendable {
        /// Embedded, one file.
        case sqlite
        /// A server.
        case postgres
    }

    /// The engine.
    public let engine: Engine

    /// The dialect of an engine.
    public init(_ engine: Engine) { self.engine = engine }

    /// `$1` as this engine writes it: SQLite numbers `$n` by first appearance, so it gets `?n`.
    public func placeholders(in sql: String) -> String {
        guard engine == .sqlite else { return sql }
        var out: [UInt8] = []
        out.reserveCapacity(sql.utf8.count)
        var quoted = false
        let bytes = Array(sql.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "'") { quoted.toggle() }
            let isPlaceholder =
                byte == UInt8(ascii: "$") && !quoted && index + 1 < bytes.count
                && (0x30...0x39).contains(bytes[index + 1])
            out.append(isPlaceholder ? UInt8(ascii: "?") : byte)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Rewrites a common schema statement: `BLOB` → `bytea`, `INTEGER` → `bigint`, `REAL` → `double precision`, and
    /// ends CREATE TABLE with STRICT on SQLite. Text columns get the C collation on PostgreSQL, so that both engines
    /// sort by bytes whatever the server's locale is.
    public func schema(_ sql: String) -> String {
        switch engine {
        case .sqlite:
            let trimmed = sql.trimmingBlanks()
            return trimmed.hasPrefix("CREATE TABLE") && trimmed.hasSuffix(")") ? trimmed + " STRICT" : trimmed
        case .postgres:
            let trimmed = sql.trimmingBlanks()
            let definesColumns = trimmed.hasPrefix("CREATE TABLE") || trimmed.hasPrefix("ALTER TABLE")
            return
                trimmed
                .replacingWord("INTEGER", with: "bigint")
                .replacingWord("BLOB", with: "bytea")
                .replacingWord("REAL", with: "double precision")
                .replacingWord("TEXT", with: definesColumns ? "text COLLATE \"C\"" : "text")
        }
    }

    /// `FOR UPDATE` where rows can be locked; SQLite has one writer and needs none.
    public var forUpdate: String { engine == .postgres ? " FOR UPDATE" : "" }

    /// `FOR UPDATE SKIP LOCKED`, for taking jobs.
    public var skipLocked: String { engine == .postgres ? " FOR UPDATE SKIP LOCKED" : "" }
}

extension String {
    func trimmingBlanks() -> String {
        var view = Substring(self)
        while let last = view.last, last.isWhitespace { view.removeLast() }
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        return String(view)
    }

    func replacingWord(_ word: String, with replacement: String) -> String {
        var out = ""
        var current = ""
        func flush() {
            out += current == word ? replacement : current
            current = ""
        }
        for character in self {
            if character.isLetter || character.isNumber || character == "_" {
                current.append(character)
            } else {
                flush()
                out.append(character)
            }
        }
        flush()
        return out
    }
}
