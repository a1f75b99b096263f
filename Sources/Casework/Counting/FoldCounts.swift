internal import Kernel
internal import Ledger
internal import Storage

extension Casework {
    private static let folding = "counts"

    /// Adds what changed to the counts, and forgets the changes. One process at a time does it; the others find nothing
    /// left. Until then readers add the changes themselves, so that no page waits for it.
    ///
    /// - Returns: how many changes were added; call again while it equals `limit`.
    @discardableResult
    public func foldCounts(limit: Int = 500) async throws -> Int {
        let isIdle = try await database.read { tx in
            try tx.first("SELECT 1 FROM case_count_changes LIMIT 1") == nil
        }
        guard !isIdle else { return 0 }
        return try await database.write { tx in
            // The row is the lock: counts are read, added to and written by one alone.
            try tx.execute(
                """
                INSERT INTO casework_progress (name, stand, after_id, changed) VALUES ($1, '', 0, 0)
                ON CONFLICT (name) DO UPDATE SET stand = excluded.stand
                """, [Self.folding])
            let changes = try tx.rows(
                "SELECT case_id, facts, n FROM case_count_changes ORDER BY case_id, facts LIMIT $1"
                    + tx.dialect.skipLocked, [limit])
            guard !changes.isEmpty else { return 0 }
            var cells: [CountKey: CountCell] = [:]
            for change in changes {
                guard let facts = CaseFacts(word: try change.text(1)) else { continue }
                for key in CountKey.keys(of: facts) {
                    cells[key, default: CountCell()].add(facts, times: try change.int(2))
                }
            }
            let keys = cells.filter { !$0.value.isEmpty }.keys.sorted(by: Self.isBefore)
            var statements: [(String, [any SQLConvertible])] = []
            for start in stride(from: 0, to: keys.count, by: 100) {
                let group = Array(keys[start..<min(start + 100, keys.count)])
                let known = try kept(group, in: tx)
                for key in group {
                    var cell = known[key] ?? CountCell()
                    cell.add(cells[key] ?? CountCell())
                    statements.append(Self.keeping(cell, at: key))
                }
            }
            statements += try changes.map {
                ("DELETE FROM case_count_changes WHERE case_id = $1 AND facts = $2", [try $0.int64(0), try $0.text(1)])
            }
            try tx.executeAll(statements)
            return changes.count
        }
    }

    /// Adds all that changed; after many matters came at once.
    public func foldAllCounts() async throws {
        while try await foldCounts(limit: 5_000) == 5_000 {}
    }

    private static func isBefore(_ a: CountKey, _ b: CountKey) -> Bool {
        (a.dimension.rawValue, a.unit, a.month, a.value) < (b.dimension.rawValue, b.unit, b.month, b.value)
    }

    private func kept(_ keys: [CountKey], in tx: any ReadTransaction) throws -> [CountKey: CountCell] {
        var values: [any SQLConvertible] = []
        let places = keys.map { key in
            values += [key.dimension.rawValue, key.unit, key.month, key.value] as [any SQLConvertible]
            let at = values.count
            return "(dim = $\(at - 3) AND unit_id = $\(at - 2) AND month = $\(at - 1) AND value = $\(at))"
        }
        var out: [CountKey: CountCell] = [:]
        for row in try tx.rows(
            """
            SELECT dim, unit_id, month, value, \(CountCell.columns) FROM case_counts
            WHERE \(places.joined(separator: " OR "))
            """, values)
        {
            if let key = try CountKey(row) { out[key] = try CountCell(row, from: 4) }
        }
        return out
    }

    private static func keeping(_ cell: CountCell, at key: CountKey) -> (String, [any SQLConvertible]) {
        let place: [any SQLConvertible] = [key.dimension.rawValue, key.unit, key.month, key.value]
        guard !cell.isEmpty else {
            return (
                "DELETE FROM case_counts WHERE dim = $1 AND unit_id = $2 AND month = $3 AND value = $4", place
            )
        }
        return (
            """
            INSERT INTO case_counts (dim, unit_id, month, value, \(CountCell.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (dim, unit_id, month, value) DO UPDATE SET registered = excluded.registered,
              in_time = excluded.in_time, late = excluded.late, still_open = excluded.still_open,
              unsolved = excluded.unsolved, days = excluded.days
            """, place + cell.values
        )
    }
}

extension CountKey {
    /// From `dim, unit_id, month, value`; nothing for what an older program divided by.
    fileprivate init?(_ row: Row) throws {
        guard let dimension = Dimension(rawValue: try row.text(0)) else { return nil }
        self.init(
            dimension: dimension, unit: try row.int64(1), month: try row.text(2), value: try row.text(3))
    }
}

extension Casework {
    /// Counts all facts anew, a year at a time, and compares: what is kept, with what waits to be added, must say the
    /// same.
    func countFindings() async throws -> [LedgerFinding] {
        let years = try await database.read { tx in
            let row = try tx.first(
                """
                SELECT (SELECT MIN(day) FROM case_tallies), (SELECT MAX(day) FROM case_tallies),
                  (SELECT MIN(month) FROM case_counts), (SELECT MAX(month) FROM case_counts)
                """)
            let found = try (0..<4).compactMap { try row?.optionalText($0).flatMap { Int($0.prefix(4)) } }
            return found.min().flatMap { first in found.max().map { first...$0 } }
        }
        var findings: [LedgerFinding] = []
        for year in years.map(Array.init) ?? [] where findings.count < 20 {
            findings += try await database.read { tx in try countFindings(of: year, in: tx) }
        }
        return findings
    }

    private func countFindings(of year: Int, in tx: any ReadTransaction) throws -> [LedgerFinding] {
        let (from, to) = ("\(year)-01", "\(year)-12")
        var expected: [CountKey: CountCell] = [:]
        try tx.forEach(
            "SELECT \(CaseFacts.read) FROM case_tallies t WHERE t.day >= $1 AND t.day <= $2", [from, "\(to)-31"]
        ) { row in
            let facts = try CaseFacts(row)
            for key in CountKey.keys(of: facts) { expected[key, default: CountCell()].add(facts, times: 1) }
            return true
        }
        var kept: [CountKey: CountCell] = [:]
        try tx.forEach(
            """
            SELECT dim, unit_id, month, value, \(CountCell.columns) FROM case_counts WHERE month >= $1 AND month <= $2
            """, [from, to]
        ) { row in
            if let key = try CountKey(row) { kept[key] = try CountCell(row, from: 4) }
            return true
        }
        try tx.forEach("SELECT facts, n FROM case_count_changes", []) { row in
            guard let facts = CaseFacts(word: try row.text(0)), "\(facts.day)".hasPrefix("\(year)-") else {
                return true
            }
            for key in CountKey.keys(of: facts) { kept[key, default: CountCell()].add(facts, times: try row.int(1)) }
            return true
        }
        return Set(expected.keys).union(kept.keys).filter { (expected[$0] ?? CountCell()) != (kept[$0] ?? CountCell()) }
            .sorted(by: Self.isBefore).prefix(20).map { key in
                LedgerFinding(
                    .projection, StreamID(rawValue: 0),
                    "table case_counts, \(key.dimension) \(key.unit) \(key.month) \(key.value)")
            }
    }
}
