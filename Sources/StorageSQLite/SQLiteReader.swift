import GRDB
import Storage

/// A reader's connection; opened by its thread when first needed.
final class SQLiteReader {
    private let path: String
    private let settings: SQLiteSettings
    private var open: (queue: DatabaseQueue, session: SQLiteSession)?

    init(path: String, settings: SQLiteSettings) {
        self.path = path
        self.settings = settings
    }

    func read<T>(_ counter: QueryCounter?, _ body: (any ReadTransaction) throws -> T) throws -> T {
        let (queue, session) = try connection()
        return try queue.unsafeRead { _ in
            session.forgetFailure()
            try session.control("BEGIN")
            defer {
                session.forgetFailure()
                if session.isInTransaction { try? session.control("ROLLBACK") }
            }
            return try body(SQLiteTransaction(session, counter: counter))
        }
    }

    func close() {
        open?.session.close()
        try? open?.queue.close()
        open = nil
    }

    private func connection() throws -> (DatabaseQueue, SQLiteSession) {
        if let open { return open }
        do {
            let queue = try DatabaseQueue(path: path, configuration: settings.configuration(isReader: true))
            let opened = (queue, queue.unsafeRead { SQLiteSession($0) })
            open = opened
            return opened
        } catch {
            throw SQLiteErrors.map(error)
        }
    }
}
