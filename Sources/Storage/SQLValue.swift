public import Kernel

/// A value bound to a statement or read from a row.
public enum SQLValue: Hashable, Sendable {
    /// No value.
    case null
    /// A whole number (INTEGER / bigint).
    case integer(Int64)
    /// A floating point number (REAL / double precision).
    case real(Double)
    /// Text (TEXT / text), always UTF-8 without NUL.
    case text(String)
    /// Bytes (BLOB / bytea).
    case blob([UInt8])
}

extension SQLValue {
    /// Refuses what one of the engines cannot keep: text with NUL (PostgreSQL) and "not a number" (SQLite).
    package func checkBindable() throws(StorageError) {
        switch self {
        case .text(let text) where text.utf8.contains(0):
            throw .engine(code: "22021", message: "text holds a NUL character")
        case .real(let number) where number.isNaN:
            throw .engine(code: "22023", message: "a real number is not a number")
        default: break
        }
    }
}

/// What can be bound to a statement.
public protocol SQLConvertible: Sendable {
    /// The value to bind.
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLConvertible {
    /// Itself.
    public var sqlValue: SQLValue { self }
}
extension Int64: SQLConvertible {
    /// As INTEGER.
    public var sqlValue: SQLValue { .integer(self) }
}
extension Int: SQLConvertible {
    /// As INTEGER.
    public var sqlValue: SQLValue { .integer(Int64(self)) }
}
extension Double: SQLConvertible {
    /// As REAL.
    public var sqlValue: SQLValue { .real(self) }
}
extension Bool: SQLConvertible {
    /// As INTEGER 1 or 0: both engines store flags as numbers.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}
extension String: SQLConvertible {
    /// As TEXT.
    public var sqlValue: SQLValue { .text(self) }
}
extension [UInt8]: SQLConvertible {
    /// As BLOB.
    public var sqlValue: SQLValue { .blob(self) }
}
extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// NULL when there is nothing.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}
extension Identifier: SQLConvertible {
    /// As INTEGER.
    public var sqlValue: SQLValue { .integer(rawValue) }
}
extension Instant: SQLConvertible {
    /// As INTEGER milliseconds.
    public var sqlValue: SQLValue { .integer(milliseconds) }
}
extension LocalDate: SQLConvertible {
    /// As ISO text, which sorts as the dates do.
    public var sqlValue: SQLValue { .text(description) }
}
