public import Storage

/// The ledger's manifest.
public enum Ledger {
    /// Tables of events, texts, persons and keys.
    public static let migrations: [Migration] = [
        Migration(
            "ledger: events, texts, persons, keys",
            [
                """
                CREATE TABLE store_keys (purpose TEXT PRIMARY KEY, key_id TEXT NOT NULL, wrapped BLOB NOT NULL)
                """,
                """
                CREATE TABLE streams (
                  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, version INTEGER NOT NULL CHECK (version > 0),
                  head_hash BLOB NOT NULL, head_mac BLOB NOT NULL)
                """,
                """
                CREATE TABLE events (
                  stream_id INTEGER NOT NULL, version INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL,
                  body TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (stream_id, version))
                """,
                """
                CREATE TABLE texts (
                  id INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, salt BLOB, body TEXT,
                  CHECK ((salt IS NULL) = (body IS NULL)))
                """,
                "CREATE INDEX texts_by_stream ON texts (stream_id)",
                """
                CREATE TABLE stream_tallies (
                  through INTEGER PRIMARY KEY, count INTEGER NOT NULL, digest BLOB NOT NULL, mac BLOB NOT NULL,
                  sealed_at INTEGER NOT NULL)
                """,
                """
                CREATE TABLE persons (
                  id INTEGER PRIMARY KEY, wrapped_key BLOB, sealed BLOB, erased_at INTEGER,
                  CHECK ((wrapped_key IS NULL) = (sealed IS NULL)))
                """,
                """
                CREATE TABLE person_lookup (
                  kind TEXT NOT NULL, value BLOB NOT NULL, person_id INTEGER NOT NULL, PRIMARY KEY (kind, value, person_id))
                """,
                "CREATE INDEX person_lookup_by_person ON person_lookup (person_id)",
            ])
    ]
}
