public import Storage

extension Organisation {
    /// Tables of units, staff, areas, categories, the catalogue and sessions.
    public static let migrations: [Migration] = [
        Migration(
            "organisation: units, staff, areas, categories, catalogue",
            [
                "CREATE TABLE organisation_version (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)",
                """
                CREATE TABLE units (
                  id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL, name_en TEXT,
                  kind TEXT NOT NULL, parent_id INTEGER, area_code TEXT, valid_from TEXT, valid_to TEXT,
                  successor_id INTEGER, phone TEXT, address TEXT, hours TEXT, is_counter INTEGER NOT NULL)
                """,
                """
                CREATE TABLE staff (
                  id INTEGER PRIMARY KEY, sign_in_name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
                  unit_id INTEGER NOT NULL, is_active INTEGER NOT NULL, must_change_password INTEGER NOT NULL)
                """,
                """
                CREATE TABLE staff_grants (
                  staff_id INTEGER NOT NULL, role TEXT NOT NULL, unit_id INTEGER NOT NULL,
                  PRIMARY KEY (staff_id, role, unit_id))
                """,
                """
                CREATE TABLE staff_credentials (
                  staff_id INTEGER PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL, rounds INTEGER NOT NULL,
                  block_size INTEGER NOT NULL, parallelism INTEGER NOT NULL, set_at INTEGER NOT NULL)
                """,
                """
                CREATE TABLE areas (
                  code TEXT PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT, parent TEXT, is_retired INTEGER NOT NULL)
                """,
                """
                CREATE TABLE categories (
                  code TEXT PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT, parent TEXT, is_retired INTEGER NOT NULL)
                """,
                """
                CREATE TABLE catalogue_entries (
                  version INTEGER NOT NULL, id TEXT NOT NULL, category TEXT NOT NULL, area TEXT, unit_id INTEGER NOT NULL,
                  helpers TEXT NOT NULL, basis TEXT NOT NULL, effective_from TEXT NOT NULL, effective_to TEXT,
                  PRIMARY KEY (version, id))
                """,
                "INSERT INTO organisation_version (id, version) VALUES (1, 0)",
            ]),
        Migration(
            "organisation: sign-in and sessions",
            [
                """
                CREATE TABLE sign_in_attempts (
                  name_hash BLOB PRIMARY KEY, failures INTEGER NOT NULL, first_at INTEGER NOT NULL,
                  last_at INTEGER NOT NULL, blocked_until INTEGER NOT NULL)
                """,
                "CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at)",
                """
                CREATE TABLE staff_sessions (
                  token_hash BLOB PRIMARY KEY, staff_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
                  last_seen_at INTEGER NOT NULL)
                """,
                "CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id)",
                "CREATE INDEX staff_sessions_by_time ON staff_sessions (last_seen_at)",
                """
                CREATE TABLE reporter_sessions (
                  token_hash BLOB PRIMARY KEY, reporter_id INTEGER NOT NULL, case_id INTEGER NOT NULL,
                  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL)
                """,
                "CREATE INDEX reporter_sessions_by_time ON reporter_sessions (expires_at)",
                "CREATE INDEX reporter_sessions_by_reporter ON reporter_sessions (reporter_id)",
            ]),
        Migration(
            "organisation: stored rule packs and calendars",
            [
                """
                CREATE TABLE rule_packs (
                  reference TEXT PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL, last_day TEXT,
                  loaded_at INTEGER NOT NULL, loaded_by TEXT NOT NULL, seal BLOB NOT NULL)
                """,
                """
                CREATE TABLE calendars (
                  number INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE, body TEXT NOT NULL, hash TEXT NOT NULL,
                  loaded_at INTEGER NOT NULL, loaded_by TEXT NOT NULL, seal BLOB NOT NULL)
                """,
            ]),
        Migration(
            "organisation: second factor",
            [
                """
                CREATE TABLE second_factors (
                  staff_id INTEGER PRIMARY KEY, seed BLOB NOT NULL, last_step INTEGER NOT NULL, confirmed_at INTEGER)
                """,
                """
                CREATE TABLE recovery_codes (
                  staff_id INTEGER NOT NULL, code_hash BLOB NOT NULL, used_at INTEGER,
                  PRIMARY KEY (staff_id, code_hash))
                """,
                "ALTER TABLE staff ADD COLUMN has_second_factor INTEGER NOT NULL DEFAULT 0",
                "ALTER TABLE staff_sessions ADD COLUMN awaits_second_factor INTEGER NOT NULL DEFAULT 0",
            ]),
        Migration(
            "organisation: tags",
            [
                """
                CREATE TABLE tags (
                  id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, name_zh TEXT NOT NULL, name_en TEXT,
                  is_retired INTEGER NOT NULL)
                """
            ]),
        administration,
        rulebook,
        openID,
    ]
}
