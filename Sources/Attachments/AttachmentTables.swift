internal import Storage

enum AttachmentTables {
    static let migration = Migration(
        "attachments: files, their forms, keys of matters",
        [
            """
            CREATE TABLE attachments (
              id INTEGER PRIMARY KEY, stream_id INTEGER, state TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL,
              wrapped_key BLOB, sealed_name BLOB, received_at INTEGER NOT NULL,
              CHECK ((wrapped_key IS NULL) = (sealed_name IS NULL)))
            """,
            "CREATE INDEX attachments_by_stream ON attachments (stream_id, id)",
            "CREATE INDEX attachments_staged ON attachments (received_at, id) WHERE state = 'staged'",
            """
            CREATE TABLE attachment_forms (
              attachment_id INTEGER NOT NULL REFERENCES attachments (id), form TEXT NOT NULL, hash TEXT NOT NULL,
              size INTEGER NOT NULL, PRIMARY KEY (attachment_id, form))
            """,
            "CREATE INDEX attachment_forms_by_hash ON attachment_forms (hash)",
            "CREATE TABLE attachment_keys (stream_id INTEGER PRIMARY KEY, wrapped BLOB NOT NULL)",
        ])

    /// Sent, and waiting for the rest of its form.
    static let staged = "staged"
    /// Part of a matter.
    static let kept = "kept"
    /// Its key is destroyed.
    static let erased = "erased"
}
