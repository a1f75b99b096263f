/// A store: one SQLite file or one PostgreSQL schema. A county has one.
///
/// Closures are synchronous and may run more than once (after a serialization failure or a lost connection
/// before COMMIT), so they must change nothing but the transaction they receive.
public protocol Database: Sendable {
    /// How this engine's SQL differs from the common form.
    var dialect: Dialect { get }

    /// Runs `body` on a consistent snapshot.
    func read<T: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> T) async throws -> T

    /// Runs `body` in a transaction and returns only after its effects are on disk. When `body` throws, nothing
    /// of it remains. Throws `StorageError` when the engine fails.
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// Runs one maintenance statement outside any transaction (`VACUUM`, checkpoint).
    func maintain(_ sql: String) async throws

    /// Finishes waiting writes and closes connections. Later calls throw `StorageError.closed`.
    func close() async
}

/// A snapshot that can be asked.
public protocol ReadTransaction: AnyObject {
    /// How this engine's SQL differs from the common form.
    var dialect: Dialect { get }

    /// All rows of a statement. `$1`, `$2` … name the bound values.
    func rows(_ sql: String, _ values: [any SQLConvertible]) throws -> [Row]

    /// Hands rows to `each` one at a time, in constant memory, until it returns `false`.
    func forEach(_ sql: String, _ values: [any SQLConvertible], _ each: (Row) throws -> Bool) throws
}

/// A transaction that can change the store.
///
/// A statement that fails ends the transaction, on both engines: `body` may catch the error to explain it, but
/// nothing of the transaction is kept. An expected conflict is caught around `write` and looked up anew.
public protocol Transaction: ReadTransaction {
    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [any SQLConvertible]) throws -> Int

    /// Runs statements whose row counts do not matter; PostgreSQL gets them in one round trip.
    func executeAll(_ statements: [(String, [any SQLConvertible])]) throws
}

extension ReadTransaction {
    /// All rows of a statement without values.
    public func rows(_ sql: String) throws -> [Row] { try rows(sql, []) }

    /// The first row, if there is one. Write `LIMIT 1` where there could be more.
    public func first(_ sql: String, _ values: [any SQLConvertible] = []) throws -> Row? { try rows(sql, values).first }
}

extension Transaction {
    /// Runs a statement without values.
    @discardableResult
    public func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    /// One after the other, for engines without a pipeline.
    public func executeAll(_ statements: [(String, [any SQLConvertible])]) throws {
        for (sql, values) in statements { try execute(sql, values) }
    }

    /// Runs one statement after the other.
    public func executeAll(_ statements: [(sql: String, values: [any SQLConvertible])]) throws {
        for statement in statements { try execute(statement.sql, statement.values) }
    }
}
