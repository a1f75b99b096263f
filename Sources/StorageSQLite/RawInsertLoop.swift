import Foundation
import GRDB
public import Storage
import Synchronization

/// For comparison in benchmarks only: connections of their own, each with one transaction a letter and no group commit.
public enum RawInsertLoop {
    /// Inserts until the time is over.
    ///
    /// - Parameters:
    ///   - path: the store, with its schema.
    ///   - connections: threads, each with a connection of its own.
    ///   - seconds: how long.
    ///   - statements: the statements of the next letter of a connection.
    /// - Returns: transactions that were committed.
    public static func run(
        path: String, connections: Int, seconds: Double,
        statements: @escaping @Sendable (_ connection: Int, _ count: Int) -> [(String, [any SQLConvertible])]
    ) throws -> Int {
        var settings = SQLiteSettings()
        settings.busySeconds = 30
        let total = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)
        let group = DispatchGroup()
        let queues = try (0..<connections).map { _ in
            try DatabaseQueue(path: path, configuration: settings.configuration(isReader: false))
        }
        let end = Date.now.addingTimeInterval(seconds)
        for (connection, queue) in queues.enumerated() {
            group.enter()
            let thread = Thread {
                defer { group.leave() }
                do {
                    let count = try insert(queue, until: end) { statements(connection, $0) }
                    total.withLock { $0 += count }
                } catch {
                    failure.withLock { $0 = error }
                }
            }
            thread.start()
        }
        group.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        return total.withLock { $0 }
    }

    private static func insert(
        _ queue: DatabaseQueue, until end: Date, _ statements: (Int) -> [(String, [any SQLConvertible])]
    ) throws -> Int {
        try queue.unsafeRead { db in
            let session = SQLiteSession(db)
            defer { session.close() }
            // Nobody else copies the log into the file here.
            try session.control("PRAGMA wal_autocheckpoint = 1000")
            var count = 0
            while Date.now < end {
                try session.control("BEGIN IMMEDIATE")
                for (sql, values) in statements(count) {
                    try session.run(sql, values) { handle in while try session.step(handle) {} }
                }
                try session.control("COMMIT")
                count += 1
            }
            return count
        }
    }
}
