internal import Kernel
internal import Ledger
internal import Storage

extension Casework {
    /// Grows when the rows of a matter change their meaning; the rows of older stores are then written anew.
    static let projectionVersion = 8
    private static let rebuilding = "projections"

    /// How many matters' rows an older program may have written; none where all are this program's.
    public func mattersToRebuild() async throws -> Int {
        let wanted = "\(Self.projectionVersion)"
        return try await database.read { tx in
            let row = try tx.first(
                "SELECT stand, after_id, finished_at FROM casework_progress WHERE name = $1", [Self.rebuilding])
            let isOurs = try row.map { try $0.text(0) == wanted } ?? false
            if isOurs, try row?.optionalInstant(2) != nil { return 0 }
            let after = isOurs ? try row?.int64(1) ?? 0 : 0
            return try tx.first("SELECT COUNT(*) FROM cases WHERE id > $1", [after])?.int(0) ?? 0
        }
    }

    /// Writes the rows of all matters anew from their events, where an older program wrote them. Stops anywhere and
    /// goes on there; matters that change meanwhile are right in any case.
    ///
    /// - Returns: the matters that were written.
    @discardableResult
    public func rebuildProjections(
        force: Bool = false, progress: @Sendable (_ done: Int) -> Void = { _ in }
    ) async throws -> Int {
        let wanted = "\(Self.projectionVersion)"
        let row = try await database.read { tx in
            try tx.first(
                "SELECT stand, after_id, finished_at FROM casework_progress WHERE name = $1", [Self.rebuilding]
            ).map { (stand: try $0.text(0), after: try $0.int64(1), finished: try $0.optionalInstant(2)) }
        }
        if let row, row.stand == wanted, row.finished != nil, !force { return 0 }
        var after = row.map { $0.stand == wanted && $0.finished == nil ? $0.after : 0 } ?? 0
        var done = 0
        while true {
            let from = after
            let last = try await database.write { tx -> (Int64, Int)? in
                let ids = try tx.rows("SELECT id FROM cases WHERE id > $1 ORDER BY id LIMIT 200", [from])
                    .map { try $0.id(0) as CaseID }
                for id in ids { try rewrite(id, in: tx) }
                try tx.execute(
                    """
                    INSERT INTO casework_progress (name, stand, after_id, changed, finished_at)
                    VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (name) DO UPDATE SET stand = excluded.stand, after_id = excluded.after_id,
                      changed = excluded.changed, finished_at = excluded.finished_at
                    """,
                    [
                        Self.rebuilding, wanted, ids.last?.rawValue ?? from, ids.count,
                        ids.isEmpty ? clock.now() : nil as Instant?,
                    ])
                return ids.last.map { ($0.rawValue, ids.count) }
            }
            guard let last else { return done }
            after = last.0
            done += last.1
            progress(done)
        }
    }

    private func rewrite(_ id: CaseID, in tx: any Transaction) throws {
        // Whoever changes the matter now waits, so that rows and events agree.
        guard try events.head(of: id.stream, in: tx, forUpdate: true) != nil, let state = try load(id, in: tx) else {
            return
        }
        let projection = CaseProjection(state)
        let told = try CaseFacts.told(of: id, in: tx)
        for child in projection.children {
            try tx.execute("DELETE FROM \(child.table) WHERE case_id = $1", [id])
        }
        try tx.executeAll(projection.rewriting(told: told))
    }
}
