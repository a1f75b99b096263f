/// The tables of this room: search index, submissions, counters, jobs, outbox, blobs.
public enum StorageMigrations {
    /// All steps, in order. They come first in a program's list.
    public static let all: [Migration] = [
        Migration(
            "storage: submissions, counters, jobs, outbox, blobs",
            [
                "CREATE TABLE submissions (id TEXT PRIMARY KEY, result TEXT NOT NULL, recorded_at INTEGER NOT NULL)",
                "CREATE INDEX submissions_by_time ON submissions (recorded_at)",
                "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
                """
                CREATE TABLE jobs (
                    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL, run_at INTEGER NOT NULL,
                    attempts INTEGER NOT NULL, leased_until INTEGER NOT NULL, lease_owner TEXT, last_error TEXT
                )
                """,
                "CREATE INDEX jobs_by_time ON jobs (run_at, id)",
                """
                CREATE TABLE outbox (
                    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload TEXT NOT NULL, created_at INTEGER NOT NULL
                )
                """,
                "CREATE TABLE blobs (hash TEXT PRIMARY KEY, content BLOB NOT NULL)",
            ]),
        SearchIndex().migration("storage: full-text index"),
    ]

    /// Blobs in pieces, in place of the table of the first release, which nothing used. It comes at the end of a
    /// program's list.
    public static let pieces = Migration(
        "storage: blobs in pieces",
        [
            """
            CREATE TABLE blob_files (
              id INTEGER PRIMARY KEY, hash TEXT UNIQUE, size INTEGER NOT NULL, begun_at INTEGER NOT NULL)
            """,
            "CREATE INDEX blob_files_begun ON blob_files (begun_at, id) WHERE hash IS NULL",
            """
            CREATE TABLE blob_pieces (
              blob_id INTEGER NOT NULL, position INTEGER NOT NULL, content BLOB NOT NULL,
              PRIMARY KEY (blob_id, position))
            """,
            "DROP TABLE blobs",
        ])
}
