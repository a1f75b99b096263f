public import Casework
internal import Foundation
public import Kernel
public import Organisation
internal import Storage

/// Where a run stands.
public enum RunState: String, Sendable, CaseIterable {
    /// Looked at, not begun.
    case draft
    /// At work.
    case running
    /// Everything was tried.
    case done
}

/// Where one matter of a run stands.
public enum ItemState: String, Sendable, CaseIterable {
    /// To be done.
    case waiting
    /// Done.
    case done
    /// Tried, and not possible.
    case failed
    /// Known beforehand to be impossible; not tried.
    case skipped
}

/// A run as its page shows it.
public struct Run: Hashable, Sendable {
    /// Its identifier.
    public let id: RunID
    /// Whose acts these are.
    public let staff: StaffID
    /// Where it stands.
    public let state: RunState
    /// What it is about.
    public let plan: RunPlan
    /// How many matters; of an export how many rows so far.
    public let total: Int
    /// When the selection was frozen.
    public let madeAt: Instant
    /// When the work ended.
    public let finishedAt: Instant?
    /// Why an export gave no file.
    public let problem: String?
    /// Whether there is a file to fetch.
    public let hasFile: Bool
    /// How many bytes it has.
    public let size: Int
    /// How many matters in each state.
    public let counts: [ItemState: Int]

    /// How many were looked at so far.
    public var worked: Int { total - (counts[.waiting] ?? 0) }
}

/// One matter of a run.
public struct RunItem: Hashable, Sendable {
    /// Its place in the run, from 1.
    public let position: Int
    /// The matter.
    public let matter: CaseID
    /// Where it stands.
    public let state: ItemState
    /// What was foreseen.
    public let forecast: BulkForecast?
    /// Why it was not done.
    public let problem: BulkProblem?
}

extension Bulk {
    /// Freezes a selection; nothing is done yet.
    ///
    /// - Parameter submission: the one-time name of the request.
    /// - Returns: the run, the same one when the request was sent twice.
    public func plan(
        _ plan: RunPlan, on matters: [CaseID], submission: String, by viewer: Viewer
    ) async throws -> RunID {
        guard matters.count <= Self.mostMatters else {
            throw PlainError(.invalid, "bulk.tooMany", values: ["most": "\(Self.mostMatters)"])
        }
        guard !matters.isEmpty || plan.kind == .export else { throw PlainError(.invalid, "bulk.nothingTicked") }
        let id: RunID = ids.next()
        let forecasts = try await foresee(plan, matters, by: viewer)
        let sealed = try seal(plan, id)
        let now = clock.now()
        let (result, _) = try await submissions.once(database, id: "bulk:\(submission)", at: now) { tx in
            try tx.execute(
                """
                INSERT INTO bulk_runs (id, staff_id, kind, state, plan, total, made_at, has_file, size)
                VALUES ($1, $2, $3, 'draft', $4, $5, $6, 0, 0)
                """, [id, viewer.staff.id, plan.kind.rawValue, sealed, matters.count, now])
            try tx.executeAll(
                try matters.enumerated().map { index, matter in
                    (
                        """
                        INSERT INTO bulk_items (run_id, position, case_id, state, forecast) VALUES ($1, $2, $3, 'waiting', $4)
                        """, [id, index + 1, matter, try Self.text(of: forecasts[matter])]
                    )
                })
            return "\(id)"
        }
        return RunID(result) ?? id
    }

    /// Chooses what is to be done with a frozen selection, and finds out anew what that would do.
    public func choose(_ act: BulkAct, of id: RunID, by viewer: Viewer) async throws {
        let run = try await self.run(id, for: viewer)
        guard run.state == .draft else { throw PlainError(.conflict, "bulk.begun") }
        var plan = run.plan
        plan.act = act
        let matters = try await matters(of: id)
        let forecasts = try await foresee(plan, matters, by: viewer)
        let sealed = try seal(plan, id)
        try await database.write { tx in
            let changed = try tx.execute(
                "UPDATE bulk_runs SET plan = $1 WHERE id = $2 AND state = 'draft'", [sealed, id])
            guard changed == 1 else { throw PlainError(.conflict, "bulk.begun") }
            try tx.executeAll(
                try matters.enumerated().map { index, matter in
                    (
                        "UPDATE bulk_items SET forecast = $1 WHERE run_id = $2 AND position = $3",
                        [try Self.text(of: forecasts[matter]), id, index + 1]
                    )
                })
        }
    }

    private func foresee(
        _ plan: RunPlan, _ matters: [CaseID], by viewer: Viewer
    ) async throws -> [CaseID: BulkForecast] {
        guard let act = plan.act else { return [:] }
        return try await casework.foresee(act, on: matters, by: viewer)
    }

    private static func text(of forecast: BulkForecast?) throws -> String? {
        try forecast.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    /// Begins the work. What is known to be impossible is not tried; sent twice, it begins once.
    public func begin(_ id: RunID, by viewer: Viewer) async throws {
        let run = try await self.run(id, for: viewer)
        guard run.plan.act != nil || run.plan.kind == .export else { throw PlainError(.conflict, "bulk.nothingChosen") }
        let now = clock.now()
        let isExport = run.plan.kind == .export
        let pieces = isExport ? [0] : Array(stride(from: 1, through: max(run.total, 1), by: Self.piece))
        let jobIDs = pieces.map { _ in ids.next(Named.Job.self) }
        let items = try await items(of: id, in: [.waiting], after: 0, limit: Self.mostMatters)
        let impossible = items.filter { $0.forecast == nil || $0.forecast?.problem != nil }
        try await database.write { tx in
            let begun = try tx.execute(
                "UPDATE bulk_runs SET state = 'running', started_at = $1 WHERE id = $2 AND state = 'draft'", [now, id])
            guard begun == 1 else { return }
            if !isExport {
                try tx.executeAll(
                    try impossible.map { item in
                        let problem = item.forecast?.problem ?? BulkProblem(PlainError(.notFound, "case.notFound"))
                        return (
                            """
                            UPDATE bulk_items SET state = 'skipped', problem = $1, done_at = $2
                            WHERE run_id = $3 AND position = $4
                            """, [try Self.text(of: problem), now, id, item.position]
                        )
                    })
            }
            for (piece, job) in zip(pieces, jobIDs) {
                try jobs.enqueue(tx, id: job, kind: Self.jobKind, payload: "\(id):\(piece)", runAt: now)
            }
        }
    }

    static func text(of problem: BulkProblem) throws -> String {
        String(decoding: try JSONEncoder().encode(problem), as: UTF8.self)
    }

    /// Throws a plan away that was not begun.
    public func discard(_ id: RunID, by viewer: Viewer) async throws {
        _ = try await run(id, for: viewer)
        try await database.write { tx in
            let gone = try tx.execute("DELETE FROM bulk_runs WHERE id = $1 AND state = 'draft'", [id])
            if gone == 1 { try tx.execute("DELETE FROM bulk_items WHERE run_id = $1", [id]) }
        }
    }
}
