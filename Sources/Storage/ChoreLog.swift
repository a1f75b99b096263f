public import Kernel

/// When recurring work last ended well and last failed: housekeeping, backups, verification. One row each.
public struct ChoreLog: Sendable {
    /// One piece of work.
    public struct Line: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// When it last ended well.
        public let doneAt: Instant?
        /// When it last failed.
        public let failedAt: Instant?
        /// A code of that failure, without personal text.
        public let failure: String?
    }

    /// Creates the table's front.
    public init() {}

    /// Its table; it comes at the end of a program's list.
    public static let migration = Migration(
        "storage: when recurring work was done",
        [
            """
            CREATE TABLE chores (name TEXT PRIMARY KEY, done_at INTEGER, failed_at INTEGER, failure TEXT)
            """
        ])

    /// Notes that work ended well, or failed with a code.
    public func note(_ name: String, failure: String? = nil, at now: Instant, in tx: any Transaction) throws {
        guard let failure else {
            try tx.execute(
                """
                INSERT INTO chores (name, done_at, failed_at, failure) VALUES ($1, $2, NULL, NULL)
                ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at
                """, [name, now])
            return
        }
        try tx.execute(
            """
            INSERT INTO chores (name, done_at, failed_at, failure) VALUES ($1, NULL, $2, $3)
            ON CONFLICT (name) DO UPDATE SET failed_at = excluded.failed_at, failure = excluded.failure
            """, [name, now, failure])
    }

    /// All work that was ever noted, by name.
    public func all(in tx: any ReadTransaction) throws -> [Line] {
        try tx.rows("SELECT name, done_at, failed_at, failure FROM chores ORDER BY name").map { row in
            Line(
                name: try row.text(0), doneAt: try row.optionalInstant(1), failedAt: try row.optionalInstant(2),
                failure: try row.optionalText(3))
        }
    }
}
