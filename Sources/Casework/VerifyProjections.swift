internal import Kernel
public import Ledger
internal import Storage

extension Casework {
    /// Replays every matter and compares its tables with what the events add up to.
    ///
    /// - Parameter progress: called after each page with the matters done and in all.
    /// - Returns: the differences; the first thousand.
    public func verifyProjections(
        progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> [LedgerFinding] {
        var findings: [LedgerFinding] = []
        let total = try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM streams WHERE kind = 'case'")?.int(0) ?? 0
        }
        var after: Int64 = 0
        var done = 0
        while true {
            let start = after
            let page = try await database.read { tx in
                let ids = try tx.rows(
                    "SELECT id FROM streams WHERE kind = 'case' AND id > $1 ORDER BY id LIMIT 200", [start]
                ).map { try $0.id(0) as CaseID }
                return (ids, try ids.flatMap { try differences(of: $0, in: tx) })
            }
            findings += page.1.prefix(1_000 - findings.count)
            done += page.0.count
            progress(done, total)
            guard let last = page.0.last, page.0.count == 200 else { break }
            after = last.rawValue
        }
        findings += try await database.read { tx in try strays(in: tx) }
        findings += try await countFindings()
        findings += try await reportFindings()
        return findings
    }

    private func differences(of id: CaseID, in tx: any ReadTransaction) throws -> [LedgerFinding] {
        let state: CaseState?
        do {
            state = try load(id, in: tx)
        } catch {
            return [LedgerFinding(.unreadable, id.stream, "the events of the matter cannot be read")]
        }
        guard let state else { return [LedgerFinding(.projection, id.stream, "no event registers the matter")] }
        let projection = CaseProjection(state)
        return try fileFindings(state, in: tx)
            + ([projection.cases] + projection.children).compactMap { expected in
                let columns = expected.columns.joined(separator: ", ")
                let key = expected.columns[0]
                let found = try tx.rows("SELECT \(columns) FROM \(expected.table) WHERE \(key) = $1", [id]).map(
                    \.values)
                guard Set(found) != Set(expected.rows) || found.count != expected.rows.count else { return nil }
                return LedgerFinding(.projection, id.stream, "table \(expected.table), matter \(state.number)")
            }
    }

    /// Matters in the tables that no stream stands behind.
    private func strays(in tx: any ReadTransaction) throws -> [LedgerFinding] {
        try tx.rows(
            """
            SELECT c.id FROM cases c LEFT JOIN streams s ON s.id = c.id AND s.kind = 'case'
            WHERE s.id IS NULL ORDER BY c.id LIMIT 1000
            """
        ).map { LedgerFinding(.projection, try $0.id(0), "a matter without events") }
    }
}
