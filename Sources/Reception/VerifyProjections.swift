internal import Kernel
public import Ledger
internal import Storage

extension Reception {
    /// Replays every place, visit and leader's day and compares the tables with what the events add up to.
    ///
    /// - Parameter progress: called after each page with the records done and in all.
    /// - Returns: the differences; the first thousand.
    public func verifyProjections(
        progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> [LedgerFinding] {
        let kinds = [Place.streamKind, Visit.streamKind, LeaderDay.streamKind]
        let total = try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM streams WHERE kind IN ($1, $2, $3)", kinds)?.int(0) ?? 0
        }
        var done = 0
        var findings = try await verify(Place.self, total, &done, progress)
        findings += try await verify(Visit.self, total, &done, progress)
        findings += try await verify(LeaderDay.self, total, &done, progress)
        return Array(findings.prefix(1_000))
    }

    private func verify<R: ReceptionRecord>(
        _ type: R.Type, _ total: Int, _ done: inout Int, _ progress: @Sendable (Int, Int) -> Void
    ) async throws -> [LedgerFinding] {
        var findings: [LedgerFinding] = []
        var after: Int64 = 0
        while true {
            let start = after
            let page = try await database.read { tx in
                let ids = try tx.rows(
                    "SELECT id FROM streams WHERE kind = $1 AND id > $2 ORDER BY id LIMIT 200",
                    [R.streamKind, start]
                ).map { try $0.int64(0) }
                return (ids, try ids.flatMap { try differences(type, Identifier(rawValue: $0), in: tx) })
            }
            findings += page.1
            done += page.0.count
            progress(done, total)
            guard let last = page.0.last, page.0.count == 200 else { break }
            after = last
        }
        return findings + (try await database.read { tx in try strays(type, in: tx) })
    }

    private func differences<R: ReceptionRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, in tx: any ReadTransaction
    ) throws -> [LedgerFinding] {
        let state: R?
        do {
            state = try history(type, id, in: tx)?.state
        } catch {
            return [LedgerFinding(.unreadable, id.stream, "the events of the \(R.streamKind) cannot be read")]
        }
        guard let state else { return [LedgerFinding(.projection, id.stream, "no event begins the \(R.streamKind)")] }
        return try state.rows.compactMap { expected in
            let columns = expected.columns.joined(separator: ", ")
            let found = try tx.rows(
                "SELECT \(columns) FROM \(expected.table) WHERE \(expected.key) = $1", [id]
            ).map(\.values)
            guard Set(found) != Set(expected.rows) || found.count != expected.rows.count else { return nil }
            return LedgerFinding(.projection, id.stream, "table \(expected.table)")
        }
    }

    /// Rows that no stream stands behind.
    private func strays<R: ReceptionRecord>(_ type: R.Type, in tx: any ReadTransaction) throws -> [LedgerFinding] {
        try R.tables.flatMap { table in
            try tx.rows(
                """
                SELECT DISTINCT r.\(table.key) FROM \(table.name) r
                LEFT JOIN streams s ON s.id = r.\(table.key) AND s.kind = $1
                WHERE s.id IS NULL ORDER BY r.\(table.key) LIMIT 1000
                """, [R.streamKind]
            ).map { LedgerFinding(.projection, try $0.id(0), "table \(table.name) has a row without events") }
        }
    }
}
