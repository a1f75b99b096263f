import Storage

/// A transaction on one session; lives only while its closure runs.
final class SQLiteTransaction: Transaction {
    let dialect = Dialect(.sqlite)
    private let session: SQLiteSession
    private let counter: QueryCounter?

    init(_ session: SQLiteSession, counter: QueryCounter?) {
        self.session = session
        self.counter = counter
    }

    func rows(_ sql: String, _ values: [any SQLConvertible]) throws -> [Row] {
        var rows: [Row] = []
        try forEach(sql, values) { row in
            rows.append(row)
            return true
        }
        return rows
    }

    func forEach(_ sql: String, _ values: [any SQLConvertible], _ each: (Row) throws -> Bool) throws {
        try begin()
        try session.run(sql, values) { handle in
            while try session.step(handle) {
                guard try each(session.row(handle)) else { return }
            }
        }
    }

    func execute(_ sql: String, _ values: [any SQLConvertible]) throws -> Int {
        try begin()
        let before = session.totalChanges
        try session.run(sql, values) { handle in while try session.step(handle) {} }
        return session.changes(since: before)
    }

    private func begin() throws {
        counter?.add()
        // As on PostgreSQL: after a failed statement the transaction takes no more.
        if session.failureCode != nil { throw Self.aborted }
    }

    static let aborted = StorageError.engine(code: "25P02", message: "a statement of this transaction failed before")
}
