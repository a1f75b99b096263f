public import Kernel

/// Something that happened, written in its transaction, to be told once it is certain.
public struct OutboxEntry: Hashable, Sendable {
    /// Its identifier; later entries have larger ones.
    public let id: Identifier<Named.OutboxEntry>
    /// What it is about: `case.registered`.
    public let topic: String
    /// Codes and identifiers, no personal text.
    public let payload: String
    /// When it was written.
    public let createdAt: Instant
}

/// Events on their way to those who react later. The table is the truth; a notification is only a hint to look.
public struct Outbox: Sendable {
    /// Creates the outbox.
    public init() {}

    /// Writes an entry in the transaction of its cause.
    public func append(
        _ tx: any Transaction, id: Identifier<Named.OutboxEntry>, topic: String, payload: String, at instant: Instant
    ) throws {
        try tx.execute(
            "INSERT INTO outbox (id, topic, payload, created_at) VALUES ($1, $2, $3, $4)",
            [id, topic, payload, instant])
    }

    /// Hands waiting entries to `handle`, oldest first, and removes them in the same transaction: what `handle`
    /// does in the store happens exactly once. What leaves the store becomes a job there.
    ///
    /// - Returns: how many entries were handled; call again while it equals `limit`.
    @discardableResult
    public func drain(
        _ database: any Database, limit: Int = 100,
        _ handle: @escaping @Sendable (any Transaction, OutboxEntry) throws -> Void
    ) async throws -> Int {
        try await database.write { tx in
            let rows = try tx.rows(
                "SELECT id, topic, payload, created_at FROM outbox ORDER BY id LIMIT $1" + tx.dialect.skipLocked,
                [limit])
            for row in rows {
                let entry = OutboxEntry(
                    id: try row.id(0), topic: try row.text(1), payload: try row.text(2), createdAt: try row.instant(3))
                try handle(tx, entry)
            }
            try tx.executeAll(try rows.map { ("DELETE FROM outbox WHERE id = $1", [try $0.int64(0)]) })
            return rows.count
        }
    }
}
