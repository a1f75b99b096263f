internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// How far a recomputation has come.
public struct Recomputation: Sendable, Hashable {
    /// The version of the calendar that is counted with.
    public let calendar: String
    /// Clocks that were looked at in this run.
    public var looked = 0
    /// Matters whose days changed, in all.
    public var changed = 0
    /// Whether everything is done.
    public var isFinished = false
}

extension Casework {
    static let recomputing = "recompute"

    /// Whether the running clocks were counted with another calendar than the one that is loaded now.
    public func needsRecomputation() async throws -> Bool {
        let version = deadlines.calendar.version
        return try await database.read { tx in
            let row = try tx.first(
                "SELECT stand, finished_at FROM casework_progress WHERE name = $1", [Self.recomputing])
            return try row.map { try $0.text(0) != version || $0.optionalInstant(1) == nil } ?? true
        }
    }

    /// Counts every running clock anew after the calendar changed. Rows are read in order of their matters; only where a
    /// day changes is the matter itself touched, with an event that says so. Stops anywhere and goes on there.
    ///
    /// - Parameters:
    ///   - batch: matters in one read and one write.
    ///   - progress: called after each batch.
    ///   - mayGoOn: asked before each batch.
    @discardableResult
    public func recomputeClocks(
        batch: Int = 500, progress: @Sendable (Recomputation) -> Void = { _ in },
        mayGoOn: @Sendable () -> Bool = { !Task.isCancelled }
    ) async throws -> Recomputation {
        let book = deadlines
        var stand = Recomputation(calendar: book.calendar.version)
        var after = try await recomputationStart(&stand)
        // A calendar that came meanwhile is another recomputation: it begins anew.
        while mayGoOn(), deadlines.calendar.version == stand.calendar {
            let from = after
            let page = try await database.read { tx in
                try clockRows(after: from, limit: batch, calendar: book.calendar.version, in: tx)
            }
            guard let last = page.last else {
                stand.isFinished = true
                try await keep(stand, after: after)
                break
            }
            stand.looked += page.clocks.count
            after = last.rawValue
            let books = Dictionary(grouping: page.clocks.filter(\.mayChange), by: \.caseID).filter { _, rows in
                rows.contains { row in
                    // When a clock stood still, its matter alone knows.
                    row.hasRested || book.clocks(pack: row.pack, version: row.packVersion).recomputed(row.start) != nil
                }
            }
            if !books.isEmpty { stand.changed += try await recompute(books.keys.sorted(), stand, after: after) }
            if books.isEmpty { try await keep(stand, after: after) }
            progress(stand)
        }
        return stand
    }

    private func recomputationStart(_ stand: inout Recomputation) async throws -> Int64 {
        let version = stand.calendar
        let row = try await database.read { tx -> (Int64, Int)? in
            try tx.first(
                """
                SELECT after_id, changed FROM casework_progress
                WHERE name = $1 AND stand = $2 AND finished_at IS NULL
                """, [Self.recomputing, version]
            ).map { (try $0.int64(0), try $0.int(1)) }
        }
        stand.changed = row?.1 ?? 0
        return row?.0 ?? 0
    }

    /// One running clock as its row tells it.
    private struct ClockRow: Sendable {
        let caseID: CaseID
        let pack: String
        let packVersion: Int
        let start: ClockStart
        let mayChange: Bool
        let hasRested: Bool
    }

    /// The running clocks of the next matters, and the last of these matters: it may have none.
    private func clockRows(
        after: Int64, limit: Int, calendar version: String, in tx: any ReadTransaction
    ) throws -> (clocks: [ClockRow], last: CaseID?) {
        var last: CaseID?
        let clocks = try tx.rows(
            """
            SELECT c.id, k.rule, k.from_on, k.due_on, k.rolled_on, k.provisional, k.extended, k.rested, k.calendar,
              c.pack, c.pack_version
            FROM (SELECT id, pack, pack_version FROM cases WHERE id > $1 ORDER BY id LIMIT $2) c
            LEFT JOIN case_clocks k ON k.case_id = c.id AND k.ended_at IS NULL
            ORDER BY c.id, k.position
            """, [after, limit]
        ).compactMap { row -> ClockRow? in
            last = try row.id(0)
            guard let rule = try row.optionalText(1) else { return nil }
            let start = ClockStart(
                rule: rule, from: try row.date(2), due: try row.date(3), rolled: try row.optionalDate(4),
                provisional: try row.bool(5), calendar: try row.optionalText(8) ?? "", extended: try row.int(6))
            return ClockRow(
                caseID: try row.id(0), pack: try row.text(9), packVersion: try row.int(10), start: start,
                mayChange: start.calendar != version, hasRested: try row.int(7) > 0)
        }
        return (clocks, last)
    }

    /// Appends the events of one batch and keeps the place, in one transaction.
    private func recompute(_ ids: [CaseID], _ stand: Recomputation, after: Int64) async throws -> Int {
        let now = clock.now()
        return try await database.write { tx in
            let changed = try act(.recompute, on: ids, by: .system("calendar"), at: now, in: tx)
            var kept = stand
            kept.changed += changed
            try write(kept, after: after, in: tx)
            return changed
        }
    }

    private func keep(_ stand: Recomputation, after: Int64) async throws {
        try await database.write { tx in try write(stand, after: after, in: tx) }
    }

    private func write(_ stand: Recomputation, after: Int64, in tx: any Transaction) throws {
        let finished: Instant? = stand.isFinished ? clock.now() : nil
        try tx.execute(
            """
            INSERT INTO casework_progress (name, stand, after_id, changed, finished_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name) DO UPDATE SET stand = excluded.stand, after_id = excluded.after_id,
              changed = excluded.changed, finished_at = excluded.finished_at
            """, [Self.recomputing, stand.calendar, after, stand.changed, finished])
    }
}
