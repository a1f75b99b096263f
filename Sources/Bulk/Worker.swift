internal import Casework
internal import Kernel
internal import Ledger
public import Organisation
public import Sheets
internal import Storage

/// Writes a list into a file; the pages know the words.
public protocol BulkExporter: Sendable {
    /// The finished file, after it is on record who took it.
    ///
    /// - Parameter progress: hears how many rows there are so far; throws when somebody else does the work by now.
    func workbook(
        of plan: RunPlan, submission: String, for viewer: Viewer,
        progress: @Sendable @escaping (Int) async throws -> Void
    ) async throws -> Workbook
}

/// The work of runs, piece by piece, in the background. Any process may do it, several may share it, and one that dies is
/// followed by another: each matter is done once, by the name of its place in the run.
public struct BulkWorker: Sendable {
    private let bulk: Bulk
    private let exporter: any BulkExporter
    private let owner: String
    /// After so many attempts what cannot be done is written down as such.
    private static let mostAttempts = 4
    /// How often a living worker says so and writes down what it did.
    private static let flushMilliseconds: Int64 = 1_000

    /// - Parameters:
    ///   - bulk: whose runs.
    ///   - exporter: makes files of lists.
    ///   - owner: names this process among those that share the store.
    public init(_ bulk: Bulk, exporter: any BulkExporter, owner: String) {
        self.bulk = bulk
        self.exporter = exporter
        self.owner = owner
    }

    /// Does the next piece of work, if there is one.
    ///
    /// - Returns: whether there was one.
    public func workOnce() async throws -> Bool {
        let (jobs, database, now) = (bulk.jobs, bulk.database, bulk.clock.now())
        // A look costs nothing; taking is a write.
        guard try await database.read({ tx in try jobs.hasDue(tx, kind: Bulk.jobKind, now: now) }),
            let job = try await jobs.take(database, owner: owner, now: now, limit: 1, kind: Bulk.jobKind).first
        else { return false }
        do {
            try await work(job)
            _ = try await database.write { tx in try jobs.finish(tx, job, owner: owner) }
        } catch is LeaseLost {
            return true  // Somebody else goes on with it.
        } catch {
            let (code, later) = ("\(type(of: error))", bulk.clock.now())
            try await database.write { tx in try jobs.fail(tx, job, owner: owner, error: code, now: later) }
        }
        return true
    }

    private struct LeaseLost: Error {}

    private func work(_ job: Job) async throws {
        let parts = job.payload.split(separator: ":")
        guard parts.count == 2, let id = RunID(parts[0]), let from = Int(parts[1]) else { return }
        guard let (staff, plan) = try await running(id) else { return }
        if plan.kind == .export {
            try await export(id, plan, staff, job)
        } else if let act = plan.act {
            try await perform(act, of: id, from: from, staff, job)
            try await close(id)
        }
    }

    /// Whose run it is and what it is about; nothing when it is not at work.
    private func running(_ id: RunID) async throws -> (StaffID, RunPlan)? {
        let found = try await bulk.database.read { tx in
            try tx.first("SELECT staff_id, plan FROM bulk_runs WHERE id = $1 AND state = 'running'", [id]).map {
                (staff: try $0.id(0, Named.Staff.self), plan: try $0.blob(1))
            }
        }
        return try found.map { ($0.staff, try bulk.open($0.plan, id)) }
    }

    /// The person with what they may do now.
    private func viewer(_ staff: StaffID) async throws -> Viewer? {
        let organisation = try await bulk.organisation.current()
        return organisation.staff(staff).map { Viewer(staff: $0, organisation: organisation) }
    }

    // MARK: Matters

    private func perform(_ act: BulkAct, of id: RunID, from: Int, _ staff: StaffID, _ job: Job) async throws {
        let items = try await bulk.items(of: id, in: [.waiting], after: from - 1, limit: Bulk.piece)
            .filter { $0.position < from + Bulk.piece }
        var done: [(RunItem, BulkProblem?)] = []
        var flushed = bulk.clock.now()
        for item in items {
            guard let viewer = try await viewer(staff) else { return }
            done.append((item, try await outcome(of: act, item, run: id, job, by: viewer)))
            let now = bulk.clock.now()
            if now.milliseconds - flushed.milliseconds >= Self.flushMilliseconds {
                try await write(done, of: id, job)
                done.removeAll()
                flushed = now
            }
        }
        try await write(done, of: id, job)
    }

    /// Nothing when it was done; else why not.
    private func outcome(
        of act: BulkAct, _ item: RunItem, run id: RunID, _ job: Job, by viewer: Viewer
    ) async throws -> BulkProblem? {
        guard let forecast = item.forecast else { return BulkProblem(PlainError(.notFound, "case.notFound")) }
        do {
            try await bulk.casework.perform(
                act, on: item.matter, forecast, submission: "run:\(id):\(item.position)", by: viewer)
            return nil
        } catch {
            if let problem = BulkProblem(of: error) { return problem }
            guard job.attempt >= Self.mostAttempts else { throw error }
            return BulkProblem(PlainError(.unavailable, "unavailable"))
        }
    }

    private func write(_ done: [(RunItem, BulkProblem?)], of id: RunID, _ job: Job) async throws {
        let now = bulk.clock.now()
        try await bulk.database.write { tx in
            guard try bulk.jobs.extend(tx, job, owner: owner, now: now) else { throw LeaseLost() }
            try tx.executeAll(
                try done.map { item, problem in
                    (
                        """
                        UPDATE bulk_items SET state = $1, problem = $2, done_at = $3
                        WHERE run_id = $4 AND position = $5 AND state = 'waiting'
                        """,
                        [
                            (problem == nil ? ItemState.done : .failed).rawValue,
                            try problem.map { try Bulk.text(of: $0) },
                            now, id, item.position,
                        ]
                    )
                })
        }
    }

    /// The last piece ends the run.
    private func close(_ id: RunID) async throws {
        let now = bulk.clock.now()
        try await bulk.database.write { tx in
            guard
                try tx.first(
                    "SELECT 1 FROM bulk_items WHERE run_id = $1 AND state = 'waiting' LIMIT 1", [id]) == nil
            else { return }
            try tx.execute(
                "UPDATE bulk_runs SET state = 'done', finished_at = $1 WHERE id = $2 AND state = 'running'", [now, id])
        }
    }

    // MARK: Files

    private func export(_ id: RunID, _ plan: RunPlan, _ staff: StaffID, _ job: Job) async throws {
        guard let viewer = try await viewer(staff) else { return }
        let (bulk, owner) = (self.bulk, self.owner)
        @Sendable func alive(_ rows: Int) async throws {
            let now = bulk.clock.now()
            try await bulk.database.write { tx in
                guard try bulk.jobs.extend(tx, job, owner: owner, now: now) else { throw LeaseLost() }
                try tx.execute("UPDATE bulk_runs SET total = $1 WHERE id = $2", [rows, id])
            }
        }
        do {
            let book = try await exporter.workbook(of: plan, submission: "run:\(id)", for: viewer, progress: alive)
            let rows = await book.rows
            try await bulk.database.write { tx in try Bulk.removeFile(of: id, in: tx) }
            var (at, piece) = (0, 0)
            while true {
                let bytes = try await book.bytes(from: at)
                guard !bytes.isEmpty else { break }
                let sealed = try bulk.keys.seal(secret: bytes, context: "bulkfile:\(id):\(piece)")
                let number = piece
                try await bulk.database.write { tx in
                    try tx.execute(
                        "INSERT INTO bulk_files (run_id, piece, sealed) VALUES ($1, $2, $3)", [id, number, sealed])
                }
                (at, piece) = (at + bytes.count, piece + 1)
                try await alive(rows)
            }
            try await end(id, rows: rows, size: at, problem: nil)
        } catch let error as PlainError {
            try await end(id, rows: 0, size: 0, problem: error.code)
        }
    }

    private func end(_ id: RunID, rows: Int, size: Int, problem: String?) async throws {
        let now = bulk.clock.now()
        try await bulk.database.write { tx in
            try tx.execute(
                """
                UPDATE bulk_runs SET state = 'done', finished_at = $1, total = $2, size = $3, problem = $4, has_file = $5
                WHERE id = $6 AND state = 'running'
                """, [now, rows, size, problem, problem == nil, id])
        }
    }
}
