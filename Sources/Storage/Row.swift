public import Kernel

/// One row of an answer. Columns are read by position, in the order of the SELECT list.
public struct Row: Sendable {
    /// The values in order.
    public let values: [SQLValue]

    /// Wraps values; drivers do this.
    public init(_ values: [SQLValue]) { self.values = values }

    /// What a column must hold and does not.
    public struct TypeMismatch: Error, CustomStringConvertible {
        /// The column, from 0.
        public let column: Int
        /// The expected type.
        public let expected: String
        /// Names column and type only, never the value.
        public var description: String { "column \(column) does not hold \(expected)" }
    }

    /// A whole number.
    public func int64(_ column: Int) throws -> Int64 {
        guard let value = try optionalInt64(column) else { throw mismatch(column, "a number") }
        return value
    }

    /// A whole number or nothing.
    public func optionalInt64(_ column: Int) throws -> Int64? {
        switch try value(column) {
        case .integer(let value): value
        case .null: nil
        default: throw mismatch(column, "a number")
        }
    }

    /// A whole number that fits `Int`.
    public func int(_ column: Int) throws -> Int { Int(try int64(column)) }

    /// A floating point number (a whole number is converted).
    public func double(_ column: Int) throws -> Double {
        switch try value(column) {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: throw mismatch(column, "a real number")
        }
    }

    /// A flag stored as 0 or 1.
    public func bool(_ column: Int) throws -> Bool { try int64(column) != 0 }

    /// Text.
    public func text(_ column: Int) throws -> String {
        guard let value = try optionalText(column) else { throw mismatch(column, "text") }
        return value
    }

    /// Text or nothing.
    public func optionalText(_ column: Int) throws -> String? {
        switch try value(column) {
        case .text(let value): value
        case .null: nil
        default: throw mismatch(column, "text")
        }
    }

    /// Bytes.
    public func blob(_ column: Int) throws -> [UInt8] {
        guard let value = try optionalBlob(column) else { throw mismatch(column, "bytes") }
        return value
    }

    /// Bytes or nothing.
    public func optionalBlob(_ column: Int) throws -> [UInt8]? {
        switch try value(column) {
        case .blob(let value): value
        case .null: nil
        default: throw mismatch(column, "bytes")
        }
    }

    /// An identifier.
    public func id<Entity>(_ column: Int, _ entity: Entity.Type = Entity.self) throws -> Identifier<Entity> {
        Identifier(rawValue: try int64(column))
    }

    /// An identifier or nothing.
    public func optionalID<Entity>(_ column: Int, _ entity: Entity.Type = Entity.self) throws -> Identifier<Entity>? {
        try optionalInt64(column).map { Identifier(rawValue: $0) }
    }

    /// A moment.
    public func instant(_ column: Int) throws -> Instant { Instant(milliseconds: try int64(column)) }

    /// A moment or nothing.
    public func optionalInstant(_ column: Int) throws -> Instant? {
        try optionalInt64(column).map { Instant(milliseconds: $0) }
    }

    /// A date.
    public func date(_ column: Int) throws -> LocalDate {
        guard let date = try optionalDate(column) else { throw mismatch(column, "a date") }
        return date
    }

    /// A date or nothing.
    public func optionalDate(_ column: Int) throws -> LocalDate? {
        guard let text = try optionalText(column) else { return nil }
        guard let date = LocalDate(text) else { throw mismatch(column, "a date") }
        return date
    }

    private func value(_ column: Int) throws -> SQLValue {
        guard values.indices.contains(column) else { throw mismatch(column, "a value") }
        return values[column]
    }

    private func mismatch(_ column: Int, _ expected: String) -> TypeMismatch {
        TypeMismatch(column: column, expected: expected)
    }
}
