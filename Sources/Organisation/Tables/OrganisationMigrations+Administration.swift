internal import Storage

extension Organisation {
    /// What administrators need: the list of changes, changes that wait, leave, sign-ins, looking at screens.
    static let administration = Migration(
        "organisation: changes, leave, sign-ins, looking at screens",
        [
            """
            CREATE TABLE organisation_history (
              event_id INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, version INTEGER NOT NULL, topic TEXT NOT NULL,
              actor_id INTEGER, recorded_at INTEGER NOT NULL)
            """,
            "CREATE INDEX organisation_history_by_stream ON organisation_history (stream_id, event_id)",
            "CREATE INDEX organisation_history_by_actor ON organisation_history (actor_id, event_id)",
            "CREATE INDEX organisation_history_by_topic ON organisation_history (topic, event_id)",
            """
            CREATE TABLE organisation_plans (
              id INTEGER PRIMARY KEY, effective TEXT NOT NULL, needs_consent INTEGER NOT NULL, made_by INTEGER,
              made_at INTEGER NOT NULL, change TEXT NOT NULL)
            """,
            "ALTER TABLE staff ADD COLUMN leave_from TEXT",
            "ALTER TABLE staff ADD COLUMN leave_to TEXT",
            "ALTER TABLE staff ADD COLUMN deputy_id INTEGER",
            """
            CREATE TABLE sign_in_log (
              id INTEGER PRIMARY KEY, staff_id INTEGER NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL)
            """,
            "CREATE INDEX sign_in_log_by_staff ON sign_in_log (staff_id, id)",
            """
            CREATE TABLE looks (
              id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL, staff_id INTEGER NOT NULL, role TEXT NOT NULL,
              unit_id INTEGER NOT NULL, until INTEGER NOT NULL, ended_at INTEGER)
            """,
            "CREATE INDEX looks_by_token ON looks (token_hash)",
            "CREATE INDEX events_readings ON events (id) WHERE kind IN ('contactRevealed', 'personLookedUp')",
        ])
}
