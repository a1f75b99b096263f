internal import Kernel
internal import Storage

/// What a sweep over clocks that have run out did.
public struct EscalationSweep: Sendable, Hashable {
    /// Clocks of which somebody further up had to hear.
    public internal(set) var looked = 0
    /// Matters in which this was recorded.
    public internal(set) var escalated = 0
    /// Matters that could not be changed; the sweep went on behind them.
    public internal(set) var failed = 0
}

extension Casework {
    /// Tells somebody further up of clocks that have run out, one step after the other. Run by a job; reads an index
    /// that holds only clocks of which somebody must still hear. Stops anywhere: what is done leaves the index.
    ///
    /// - Parameters:
    ///   - batch: clocks in one read, and matters in one transaction.
    ///   - progress: called after each batch.
    ///   - mayGoOn: asked before each batch.
    @discardableResult
    public func escalateOverdue(
        batch: Int = 100, progress: @Sendable (EscalationSweep) -> Void = { _ in },
        mayGoOn: @Sendable () -> Bool = { !Task.isCancelled }
    ) async throws -> EscalationSweep {
        let (today, now) = (self.today, clock.now())
        var sweep = EscalationSweep()
        var after: OverduePlace?
        while mayGoOn() {
            let from = after
            let due = try await database.read { tx in
                let (sql, values) = Self.overdueClocks(after: from, today: today, now: now, limit: batch)
                return try tx.rows(sql, values).map { OverduePlace(day: try $0.date(0), id: try $0.id(1)) }
            }
            guard let last = due.last else { break }
            after = last
            sweep.looked += due.count
            try await escalate(Set(due.map(\.id)).sorted(), &sweep)
            progress(sweep)
        }
        return sweep
    }

    /// A place in the index.
    struct OverduePlace: Sendable {
        let day: LocalDate
        let id: CaseID
    }

    static func overdueClocks(
        after: OverduePlace?, today: LocalDate, now: Instant, limit: Int
    ) -> (sql: String, values: [any SQLConvertible]) {
        // An OR would make PostgreSQL sort what it finds by two looks; so it filters along the one index.
        let rest = after == nil ? "" : " AND (escalates_on, case_id) > ($3, $4)"
        let sql = """
            SELECT escalates_on, case_id FROM case_clocks
            WHERE escalates_on IS NOT NULL AND escalates_on <= $1 AND COALESCE(escalates_at, 0) <= $2\(rest)
            ORDER BY escalates_on, case_id LIMIT \(limit)
            """
        return (sql, [today, now] + (after.map { [$0.day, $0.id] as [any SQLConvertible] } ?? []))
    }

    /// How the engine reads the first page; for benchmarks.
    package func overduePlan() async throws -> [String] {
        let (sql, values) = Self.overdueClocks(after: nil, today: today, now: clock.now(), limit: 1_000)
        return try await database.read { tx in
            let isSQLite = tx.dialect.engine == .sqlite
            return try tx.rows((isSQLite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + sql, values)
                .map { try $0.text(isSQLite ? 3 : 0) }
        }
    }

    /// Reads pages of clocks that have run out, without doing anything about them; for benchmarks.
    ///
    /// - Returns: how many were read.
    package func readOverdue(pages: Int, of size: Int) async throws -> Int {
        var after: OverduePlace?
        var read = 0
        for _ in 0..<pages {
            let (sql, values) = Self.overdueClocks(after: after, today: today, now: clock.now(), limit: size)
            let page = try await database.read { tx in
                try tx.rows(sql, values).map { OverduePlace(day: try $0.date(0), id: try $0.id(1)) }
            }
            guard let last = page.last else { break }
            after = last
            read += page.count
        }
        return read
    }

    private func escalate(_ ids: [CaseID], _ sweep: inout EscalationSweep) async throws {
        let (actor, now) = (Actor.system("clock"), clock.now())
        do {
            sweep.escalated += try await database.write { tx in
                try act(.escalate, on: ids, by: actor, at: now, in: tx)
            }
        } catch let error as StorageError {
            throw error
        } catch {
            // One matter that cannot be read must not keep the others from being heard of.
            for id in ids {
                do {
                    sweep.escalated += try await database.write { tx in
                        try act(.escalate, on: [id], by: actor, at: now, in: tx)
                    }
                } catch let error as StorageError {
                    throw error
                } catch {
                    sweep.failed += 1
                }
            }
        }
    }
}
