import Foundation
import GRDB
public import Storage

/// A store in one SQLite file: one writer with group commit, several readers on write-ahead-log snapshots.
public final class SQLiteDatabase: Storage.Database {
    /// SQLite's words.
    public let dialect = Dialect(.sqlite)
    /// The file.
    public let path: String

    private let settings: SQLiteSettings
    private let writes = WorkLine<WriterJob>()
    private let reads = WorkLine<@Sendable (SQLiteReader) -> Void>()

    /// Opens the file, and creates it when it is missing.
    public init(path: String, settings: SQLiteSettings = SQLiteSettings()) throws {
        self.path = path
        self.settings = settings
        let writer: DatabaseQueue
        do {
            writer = try DatabaseQueue(path: path, configuration: settings.configuration(isReader: false))
        } catch {
            throw SQLiteErrors.map(error)
        }
        let writes = self.writes
        let reads = self.reads
        writes.startThread("sqlite-writer") { Self.work(on: writer, writes, settings) }
        for number in 0..<max(1, settings.readers) {
            reads.startThread("sqlite-reader-\(number)") {
                let reader = SQLiteReader(path: path, settings: settings)
                while let jobs = reads.take(upTo: 1) {
                    for job in jobs { job(reader) }
                }
                reader.close()
            }
        }
    }

    deinit {
        writes.close()
        reads.close()
    }

    /// Runs `body` on a snapshot, on a reader's thread.
    public func read<T: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        let counter = QueryCounter.current
        return try await withCheckedThrowingContinuation { continuation in
            let isTaken = reads.add { reader in
                continuation.resume(with: Result { try reader.read(counter, body) })
            }
            if !isTaken { continuation.resume(throwing: StorageError.closed) }
        }
    }

    /// Runs `body` in a transaction on the writer's thread. A cancelled task does not break it.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        let counter = QueryCounter.current
        return try await withCheckedThrowingContinuation { continuation in
            if !writes.add(.member(WriteRequest(continuation, counter, body))) {
                continuation.resume(throwing: StorageError.closed)
            }
        }
    }

    /// Runs one statement outside any transaction. A checkpoint that readers block throws `busy`.
    public func maintain(_ sql: String) async throws {
        try await alone { session, _ in
            session.forgetFailure()
            try session.run(sql, []) { handle in
                while try session.step(handle) {
                    if sql.contains("wal_checkpoint"), session.row(handle).values.first == .integer(1) {
                        throw StorageError.busy
                    }
                }
            }
        }
    }

    /// Copies the write-ahead log into the file and cuts it to nothing.
    public func checkpoint() async throws { try await maintain("PRAGMA wal_checkpoint(TRUNCATE)") }

    /// `PRAGMA synchronous` of the writer: 2 is FULL. Tests and the health page ask.
    public func synchronousMode() async throws -> Int {
        try await alone { session, _ in
            try session.run("PRAGMA synchronous", []) { handle in
                try session.step(handle) ? Int(try session.row(handle).int64(0)) : -1
            }
        }
    }

    /// Writes a complete, consistent copy to a new file, while the store stays in use.
    ///
    /// - Parameters:
    ///   - target: where; replaced only when the copy is complete and on disk.
    ///   - progress: told how many of how many pages are copied.
    public func backup(
        to target: String, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) async throws {
        let backup = SQLiteBackup(source: path, target: target)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(with: Result { try backup.run(progress) })
            }
        }
    }

    /// Finishes what waits, then closes.
    public func close() async {
        // The writer goes last: the last connection to close folds the log into the file.
        reads.close()
        await reads.finished()
        writes.close()
        await writes.finished()
    }

    private func alone<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteSession, GRDB.Database) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = writes.add(
                .alone { session, db in
                    continuation.resume(with: Result { try body(session, db) })
                })
            if !isTaken { continuation.resume(throwing: StorageError.closed) }
        }
    }

    private static func work(on queue: DatabaseQueue, _ line: WorkLine<WriterJob>, _ settings: SQLiteSettings) {
        let session = queue.unsafeRead { SQLiteSession($0) }
        let log = queue.unsafeRead { WriteAheadLog($0, limit: settings.checkpointFrames) }
        let writer = SQLiteWriter(session: session)
        while let jobs = line.take(upTo: SQLiteWriter.largestBatch) {
            queue.unsafeRead { db in
                var members: [any WriteMember] = []
                for job in jobs {
                    switch job {
                    case .member(let member): members.append(member)
                    case .alone(let body):
                        if !members.isEmpty { writer.commit(members) }
                        members.removeAll()
                        body(session, db)
                    }
                }
                if !members.isEmpty { writer.commit(members) }
                // After the answers, so that nobody waits for it.
                log.checkpointIfLong(db, isIdle: line.isEmpty)
            }
        }
        session.close()
        log.close()
        try? queue.close()
    }
}
