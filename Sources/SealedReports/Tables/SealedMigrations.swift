internal import Storage

/// The tables of the sealed store.
///
/// On SQLite they have no row number: it would count the reports in the order of their coming. Rows lie in the order of
/// random identifiers.
enum SealedMigrations {
    static let first = Migration(
        "sealed reports", [],
        engine: [
            .sqlite: tables.map { "CREATE TABLE \($0) STRICT, WITHOUT ROWID" } + indexes,
            .postgres: tables.map { Dialect(.postgres).schema("CREATE TABLE \($0)") } + indexes,
        ])

    private static let tables = [
        "sealed_keys (purpose TEXT PRIMARY KEY, wrapped BLOB NOT NULL)",
        """
        sealed_organs (
            id TEXT PRIMARY KEY, point BLOB NOT NULL, name TEXT, name_english TEXT, unit TEXT
        )
        """,
        """
        sealed_envelopes (
            id TEXT PRIMARY KEY, organ TEXT NOT NULL, received_on TEXT NOT NULL, state TEXT NOT NULL,
            fetched_on TEXT, handle_hash BLOB NOT NULL UNIQUE, removed_on TEXT, removed_for TEXT
        )
        """,
        """
        sealed_parts (
            envelope TEXT NOT NULL, part INTEGER NOT NULL, kind INTEGER NOT NULL, kept_on TEXT NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY (envelope, part)
        )
        """,
        "sealed_submissions (hash BLOB PRIMARY KEY, effect BLOB NOT NULL, sent_on TEXT NOT NULL)",
        """
        sealed_requests (
            envelope TEXT PRIMARY KEY, kind TEXT NOT NULL, reason TEXT NOT NULL, organ TEXT, parts BLOB,
            asked_by INTEGER NOT NULL, asked_on TEXT NOT NULL
        )
        """,
        "sealed_log (number INTEGER PRIMARY KEY, noted_on TEXT NOT NULL, entry TEXT NOT NULL, hash BLOB NOT NULL)",
        "sealed_heads (name TEXT PRIMARY KEY, value BLOB NOT NULL, code BLOB NOT NULL)",
    ]

    private static let indexes = [
        "CREATE INDEX sealed_envelopes_by_day ON sealed_envelopes (organ, received_on, id)"
    ]
}
