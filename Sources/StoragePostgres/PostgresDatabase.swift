public import Storage

/// How a PostgreSQL store is used.
public struct PostgresSettings: Sendable {
    /// Connections, each with a thread of its own.
    public var poolSize = 8
    /// Shown in `pg_stat_activity`.
    public var applicationName = "jiaxin"
    /// The server stops a statement after this time.
    public var statementTimeoutMilliseconds = 30_000
    /// Accepts a standby; for the reading side only.
    public var reachesStandbys = false
    /// Most runs of one closure.
    public var attempts = 8

    /// The defaults.
    public init() {}
}

/// A store in one schema of a PostgreSQL server.
public final class PostgresDatabase: Database {
    /// PostgreSQL's words.
    public let dialect = Dialect(.postgres)

    private let line = WorkLine<@Sendable (PostgresSlot) -> Void>()
    private let settings: PostgresSettings

    /// Opens a pool; connections are made when first needed.
    ///
    /// - Parameters:
    ///   - url: `postgres://user:password@host,host2:port/database?sslmode=…`, as libpq reads it.
    ///   - schema: the county's schema; created when missing.
    ///   - poolSize: connections and threads.
    /// - Throws: `StorageError` when the address cannot be read (it is not repeated: it may hold a password).
    public convenience init(url: String, schema: String = "jiaxin", poolSize: Int = 8) throws {
        var settings = PostgresSettings()
        settings.poolSize = poolSize
        try self.init(url: url, schema: schema, settings: settings)
    }

    /// Opens a pool with all settings.
    public init(url: String, schema: String, settings: PostgresSettings) throws {
        self.settings = settings
        let target = try PostgresTarget(url: url, schema: schema, settings: settings)
        let line = self.line
        for number in 0..<max(1, settings.poolSize) {
            line.startThread("postgres-\(number)") {
                let slot = PostgresSlot(target)
                while let jobs = line.take(upTo: 1) {
                    for job in jobs { job(slot) }
                }
                slot.close()
            }
        }
    }

    deinit { line.close() }

    /// Runs `body` on a snapshot (REPEATABLE READ, READ ONLY).
    public func read<T: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        let counter = QueryCounter.current
        return try await attempt { slot, answer in slot.read(counter, body, answer) }
    }

    /// Runs `body` in a READ COMMITTED transaction, again where that can help.
    ///
    /// - Throws: `StorageError.outcomeUnknown` when the connection was lost during COMMIT.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        let counter = QueryCounter.current
        return try await attempt { slot, answer in answer(slot.write(counter, body)) }
    }

    /// Runs one statement as a message of its own, outside any transaction.
    public func maintain(_ sql: String) async throws {
        try await attempt { slot, answer in answer(slot.maintain(sql)) }
    }

    /// Finishes what waits, then closes the connections.
    public func close() async {
        line.close()
        await line.finished()
    }

    private func attempt<T: Sendable>(
        _ job: @escaping @Sendable (PostgresSlot, (PostgresAttempt<T>) -> Void) -> Void
    ) async throws -> T {
        var pause = 20
        for count in 1... {
            let outcome = await withCheckedContinuation {
                (continuation: CheckedContinuation<PostgresAttempt<T>, Never>) in
                let isTaken = line.add { slot in job(slot) { continuation.resume(returning: $0) } }
                if !isTaken { continuation.resume(returning: .done(.failure(StorageError.closed))) }
            }
            switch outcome {
            case .done(let result): return try result.get()
            case .again(let error):
                guard count < settings.attempts, !Task.isCancelled else { throw error }
                // Jitter keeps those who collided from colliding again.
                try? await Task.sleep(for: .milliseconds(Int.random(in: pause / 2...pause)))
                pause = min(pause * 2, 1000)
            }
        }
        throw StorageError.connectionLost
    }
}
