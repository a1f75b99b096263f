import GRDB
import GRDBSQLite
import Storage

/// One connection with its prepared statements. Belongs to one thread, and is used only inside the connection's
/// own GRDB queue.
///
/// GRDB opens, configures and closes; statements are bound and stepped directly, because one request runs dozens.
final class SQLiteSession {
    /// The code of the last statement that failed in this transaction.
    private(set) var failureCode: Int32?

    private let db: GRDB.Database
    private var statements: [String: GRDB.Statement] = [:]
    private static let mostStatements = 512

    init(_ db: GRDB.Database) { self.db = db }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(db.sqliteConnection) == 0 }

    func forgetFailure() { failureCode = nil }

    /// Finalizes prepared statements; a connection with any cannot close.
    func close() { statements.removeAll() }

    /// Binds, lets `body` step, and resets.
    func run<R>(_ sql: String, _ values: [any SQLConvertible], _ body: (OpaquePointer) throws -> R) throws -> R {
        let statement = try prepared(sql)
        let handle = statement.sqliteStatement
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        guard sqlite3_bind_parameter_count(handle) == Int32(values.count) else {
            throw failed(StorageError.engine(code: "07001", message: "wrong number of values"), code: 1)
        }
        for (index, value) in values.enumerated() {
            do {
                try bind(value.sqlValue, to: handle, at: Int32(index + 1))
            } catch {
                throw failed(error, code: 1)
            }
        }
        return try body(handle)
    }

    /// One step: `true` when there is a row.
    func step(_ handle: OpaquePointer) throws -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let message = String(cString: sqlite3_errmsg(db.sqliteConnection))
            throw failed(SQLiteErrors.map(code: code, message: message), code: code)
        }
    }

    /// Runs a statement of our own: BEGIN, SAVEPOINT, COMMIT, PRAGMA.
    func control(_ sql: String) throws {
        try run(sql, []) { handle in while try step(handle) {} }
    }

    /// The changes of the statement that was just stepped, given the total before it.
    func changes(since before: Int64) -> Int {
        let connection = db.sqliteConnection
        return sqlite3_total_changes64(connection) == before ? 0 : Int(sqlite3_changes64(connection))
    }

    var totalChanges: Int64 { sqlite3_total_changes64(db.sqliteConnection) }

    /// A row as it stands.
    func row(_ handle: OpaquePointer) -> Storage.Row {
        let count = sqlite3_column_count(handle)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        for index in 0..<count { values.append(column(handle, index)) }
        return Storage.Row(values)
    }

    private func failed(_ error: any Error, code: Int32) -> any Error {
        failureCode = failureCode ?? code
        return error
    }

    private func prepared(_ sql: String) throws -> GRDB.Statement {
        if let statement = statements[sql] {
            // Still being read by an outer `forEach`: this use gets a statement of its own.
            guard sqlite3_stmt_busy(statement.sqliteStatement) != 0 else { return statement }
            return try prepare(sql)
        }
        let statement = try prepare(sql)
        // Texts come from the program, so there are few; the bound only guards against a mistake.
        if statements.count >= Self.mostStatements { statements.removeAll() }
        statements[sql] = statement
        return statement
    }

    private func prepare(_ sql: String) throws -> GRDB.Statement {
        do {
            return try db.makeStatement(sql: Dialect(.sqlite).placeholders(in: sql))
        } catch let error as DatabaseError {
            throw failed(SQLiteErrors.map(error), code: error.extendedResultCode.rawValue)
        }
    }

    private func bind(_ value: SQLValue, to handle: OpaquePointer, at index: Int32) throws {
        // SQLITE_TRANSIENT: SQLite copies.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(handle, index)
        case .integer(let number): code = sqlite3_bind_int64(handle, index, number)
        case .real(let number):
            try value.checkBindable()
            code = sqlite3_bind_double(handle, index, number)
        case .text(var text):
            try value.checkBindable()
            code = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    guard let base = characters.baseAddress, !characters.isEmpty else {
                        return sqlite3_bind_text(handle, index, "", 0, transient)
                    }
                    return sqlite3_bind_text(handle, index, base, Int32(clamping: characters.count), transient)
                }
            }
        case .blob(let bytes):
            code =
                bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob(handle, index, bytes, Int32(clamping: bytes.count), transient)
        }
        guard code == SQLITE_OK else { throw SQLiteErrors.map(code: code, message: "a value could not be bound") }
    }

    private func column(_ handle: OpaquePointer, _ index: Int32) -> SQLValue {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(handle, index) else { return .text("") }
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(handle, index) else { return .blob([]) }
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
            return .blob(Array(bytes))
        default: return .null
        }
    }
}
