public import Kernel

extension Named {
    /// A piece of work for later.
    public enum Job {}
    /// Something that happened and is still to be told.
    public enum OutboxEntry {}
}

/// Identifies a job.
public typealias JobID = Identifier<Named.Job>

/// A piece of work that was taken from the queue.
public struct Job: Hashable, Sendable {
    /// Its identifier.
    public let id: JobID
    /// What is to be done: `outbox`, `digest`.
    public let kind: String
    /// What it needs to know; codes and identifiers, no personal text.
    public let payload: String
    /// Which attempt this is, from 1.
    public let attempt: Int
}

/// Work for later, in the store: written with the change that causes it, taken by any process, never lost.
///
/// A taken job is leased; when its process dies, the lease runs out and another takes it, so handlers must bear
/// being run twice. A job that fails comes back later and later, and is parked after `mostAttempts`.
public struct JobQueue: Sendable {
    /// Seconds that a job is leased for.
    public var leaseSeconds: Int64 = 60
    /// The first pause after a failure; it doubles each time.
    public var firstPauseSeconds: Int64 = 10
    /// The longest pause.
    public var longestPauseSeconds: Int64 = 6 * 3600
    /// Attempts before a job is parked for a person to look at.
    public var mostAttempts = 12

    /// When parked jobs are due: never.
    private static let never = Instant(milliseconds: .max)

    /// A queue with the usual times.
    public init() {}

    /// Adds a job in the transaction of its cause.
    public func enqueue(
        _ tx: any Transaction, id: JobID, kind: String, payload: String, runAt: Instant
    ) throws {
        try tx.execute(
            """
            INSERT INTO jobs (id, kind, payload, run_at, attempts, leased_until) VALUES ($1, $2, $3, $4, 0, 0)
            """, [id, kind, payload, runAt])
    }

    /// Leases due jobs, oldest first. Each job goes to one taker, also among several processes.
    ///
    /// - Parameters:
    ///   - owner: names the taker; a late result of a lost lease is refused by it.
    ///   - kind: only jobs of this kind; any when missing.
    public func take(
        _ database: any Database, owner: String, now: Instant, limit: Int = 16, kind: String? = nil
    ) async throws -> [Job] {
        let leasedUntil = now.adding(seconds: leaseSeconds)
        return try await database.write { tx in
            let rows = try tx.rows(
                """
                SELECT id, kind, payload, attempts FROM jobs WHERE run_at <= $1\(kind == nil ? "" : " AND kind = $3")
                ORDER BY run_at, id LIMIT $2
                """ + tx.dialect.skipLocked, [now, limit] + [kind].compactMap { $0 })
            let jobs = try rows.map { row in
                Job(id: try row.id(0), kind: try row.text(1), payload: try row.text(2), attempt: try row.int(3) + 1)
            }
            // A lease moves the due time to its end: one index finds what is due and what was abandoned.
            try tx.executeAll(
                jobs.map { job in
                    (
                        "UPDATE jobs SET run_at = $1, leased_until = $1, lease_owner = $2, attempts = $3 WHERE id = $4",
                        [leasedUntil, owner, job.attempt, job.id]
                    )
                })
            return jobs
        }
    }

    /// Whether a job of a kind is due; a look that writes nothing.
    public func hasDue(_ tx: any ReadTransaction, kind: String, now: Instant) throws -> Bool {
        try tx.first("SELECT 1 FROM jobs WHERE run_at <= $1 AND kind = $2 LIMIT 1", [now, kind]) != nil
    }

    /// Removes a job that is done; in the transaction of its effect, where it has one.
    ///
    /// - Returns: `false` when the lease was lost meanwhile; then the effect must not be kept.
    @discardableResult
    public func finish(_ tx: any Transaction, _ job: Job, owner: String) throws -> Bool {
        try tx.execute(
            "DELETE FROM jobs WHERE id = $1 AND lease_owner = $2 AND attempts = $3", [job.id, owner, job.attempt]) == 1
    }

    /// Puts a job back after a failure, for later.
    ///
    /// - Parameter error: a code for operators, without personal text.
    public func fail(_ tx: any Transaction, _ job: Job, owner: String, error: String, now: Instant) throws {
        let doublings = min(job.attempt - 1, 30)
        let pause = min(firstPauseSeconds << Int64(doublings), longestPauseSeconds)
        let runAt = job.attempt >= mostAttempts ? Self.never : now.adding(seconds: pause)
        try tx.execute(
            """
            UPDATE jobs SET run_at = $1, leased_until = 0, lease_owner = NULL, last_error = $2
            WHERE id = $3 AND lease_owner = $4 AND attempts = $5
            """, [runAt, error, job.id, owner, job.attempt])
    }

    /// Lengthens the lease of a job that takes long; `false` when it was lost.
    public func extend(_ tx: any Transaction, _ job: Job, owner: String, now: Instant) throws -> Bool {
        try tx.execute(
            """
            UPDATE jobs SET run_at = $1, leased_until = $1
            WHERE id = $2 AND lease_owner = $3 AND attempts = $4
            """, [now.adding(seconds: leaseSeconds), job.id, owner, job.attempt]) == 1
    }

    /// How many jobs wait or run, and how many are parked; for the health page.
    public func counts(_ tx: any ReadTransaction) throws -> (waiting: Int, parked: Int) {
        let row = try tx.first(
            """
            SELECT COALESCE(SUM(CASE WHEN run_at < $1 THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN run_at = $1 THEN 1 ELSE 0 END), 0)
            FROM jobs
            """, [Self.never])
        return (try row?.int(0) ?? 0, try row?.int(1) ?? 0)
    }

    /// Brings parked jobs back, after their cause was removed.
    @discardableResult
    public func revive(_ tx: any Transaction, now: Instant) throws -> Int {
        try tx.execute("UPDATE jobs SET run_at = $1, attempts = 0 WHERE run_at = $2", [now, Self.never])
    }

    /// Takes due jobs once and runs them.
    ///
    /// - Parameter handlers: by kind; a job without one counts as failed and comes back later.
    /// - Returns: how many jobs were run.
    @discardableResult
    public func runDue(
        _ database: any Database, owner: String, clock: any WallClock,
        handlers: [String: @Sendable (Job) async throws -> Void]
    ) async throws -> Int {
        let jobs = try await take(database, owner: owner, now: clock.now())
        for job in jobs {
            do {
                guard let handler = handlers[job.kind] else { throw UnknownKind() }
                try await handler(job)
                try await database.write { tx in try finish(tx, job, owner: owner) }
            } catch {
                // The type tells operators enough; a description could hold anything.
                let code = "\(type(of: error))"
                try await database.write { tx in try fail(tx, job, owner: owner, error: code, now: clock.now()) }
            }
        }
        return jobs.count
    }

    private struct UnknownKind: Error {}
}
