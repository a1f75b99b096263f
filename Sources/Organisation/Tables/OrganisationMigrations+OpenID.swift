internal import Storage

extension Organisation {
    /// Who somebody is at a provider of sign-ins, attempts that wait for its answer, and how sessions began.
    static let openID = Migration(
        "organisation: sign-in at a provider",
        [
            """
            CREATE TABLE openid_links (
              staff_id INTEGER PRIMARY KEY, issuer TEXT NOT NULL, subject TEXT NOT NULL)
            """,
            "CREATE UNIQUE INDEX openid_links_by_subject ON openid_links (issuer, subject)",
            """
            CREATE TABLE openid_attempts (
              state_hash BLOB PRIMARY KEY, browser_hash BLOB NOT NULL, sealed BLOB NOT NULL,
              has_form INTEGER NOT NULL, created_at INTEGER NOT NULL)
            """,
            "CREATE INDEX openid_attempts_by_time ON openid_attempts (created_at)",
            "CREATE INDEX openid_attempts_with_form ON openid_attempts (has_form, created_at)",
            "ALTER TABLE staff_sessions ADD COLUMN origin INTEGER NOT NULL DEFAULT 0",
        ])
}
