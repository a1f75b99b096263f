internal import Kernel
internal import Storage

/// Replays records of some kinds and compares their tables with what the events add up to.
package struct RecordVerification: Sendable {
    private let store: RecordStore
    private let progress: @Sendable (_ done: Int, _ of: Int) -> Void
    private var total = 0
    private var done = 0
    private var findings: [LedgerFinding] = []
    private static let pageSize = 200

    /// - Parameter progress: called after each page with the records done and in all.
    package init(
        _ store: RecordStore, kinds: [String], progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void
    ) async throws {
        self.store = store
        self.progress = progress
        let places = kinds.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        total = try await store.database.read { tx in
            try tx.first("SELECT COUNT(*) FROM streams WHERE kind IN (\(places))", kinds)?.int(0) ?? 0
        }
    }

    /// The differences; the first thousand.
    package var result: [LedgerFinding] { Array(findings.prefix(1_000)) }

    /// Looks at all records of one kind.
    package mutating func look<R: LedgerRecord>(at type: R.Type) async throws {
        let store = self.store
        var after: Int64 = 0
        while true {
            let start = after
            let page = try await store.database.read { tx in
                let ids = try tx.rows(
                    "SELECT id FROM streams WHERE kind = $1 AND id > $2 ORDER BY id LIMIT \(Self.pageSize)",
                    [R.streamKind, start]
                ).map { try $0.int64(0) }
                return (ids, try ids.flatMap { try store.differences(type, Identifier(rawValue: $0), in: tx) })
            }
            findings += page.1
            done += page.0.count
            progress(done, total)
            guard let last = page.0.last, page.0.count == Self.pageSize else { break }
            after = last
        }
        findings += try await store.database.read { tx in try store.strays(type, in: tx) }
    }
}

extension RecordStore {
    fileprivate func differences<R: LedgerRecord>(
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
    fileprivate func strays<R: LedgerRecord>(_ type: R.Type, in tx: any ReadTransaction) throws -> [LedgerFinding] {
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
