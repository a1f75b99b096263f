internal import Storage

enum CaseworkTables {
    static let migration = Migration(
        "casework: matters, residents, clocks",
        [
            """
            CREATE TABLE cases (
              id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, channel TEXT NOT NULL,
              title_id INTEGER NOT NULL, place_id INTEGER, category TEXT, area TEXT, urgency TEXT NOT NULL,
              received_unit INTEGER NOT NULL, responsible_unit INTEGER NOT NULL, lead_unit INTEGER,
              acting_unit INTEGER NOT NULL, handler_id INTEGER, due_on TEXT NOT NULL, due_rule TEXT,
              registered_at INTEGER NOT NULL, replied_at INTEGER, last_at INTEGER NOT NULL, last_kind TEXT NOT NULL,
              reporters INTEGER NOT NULL, anonymous INTEGER NOT NULL, judgement TEXT, judged_at INTEGER,
              judge_until TEXT, reopenings INTEGER NOT NULL, restricted INTEGER NOT NULL, publishable INTEGER NOT NULL,
              source TEXT UNIQUE, version INTEGER NOT NULL)
            """,
            // Lists and counts read these alone; `restricted` is in each so that counting needs no row.
            "CREATE INDEX cases_by_phase ON cases (phase, due_on, id, restricted)",
            "CREATE INDEX cases_by_due ON cases (due_on, id, restricted)",
            "CREATE INDEX cases_by_unit_phase ON cases (acting_unit, phase, due_on, id, restricted)",
            "CREATE INDEX cases_by_unit_due ON cases (acting_unit, due_on, id, restricted)",
            "CREATE INDEX cases_by_handler ON cases (handler_id, phase, due_on, id, restricted)",
            "CREATE INDEX cases_by_judgement ON cases (judgement, phase, due_on, id, restricted, acting_unit)",
            "CREATE INDEX cases_by_registration ON cases (registered_at, category, restricted)",
            "CREATE INDEX cases_by_reply ON cases (replied_at, responsible_unit, registered_at)",
            "CREATE INDEX cases_by_verdict ON cases (judged_at, responsible_unit, judgement)",
            "CREATE INDEX cases_by_window ON cases (judge_until, id)",
            """
            CREATE TABLE reporters (
              id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), person_id INTEGER,
              code_hash TEXT NOT NULL, delivered_at INTEGER, judgement TEXT, withdrawn INTEGER NOT NULL,
              erased INTEGER NOT NULL)
            """,
            "CREATE INDEX reporters_by_case ON reporters (case_id)",
            "CREATE INDEX reporters_by_person ON reporters (person_id)",
            """
            CREATE TABLE case_clocks (
              case_id INTEGER NOT NULL REFERENCES cases (id), position INTEGER NOT NULL, rule TEXT NOT NULL,
              from_on TEXT NOT NULL, due_on TEXT NOT NULL, provisional INTEGER NOT NULL, ended_at INTEGER,
              PRIMARY KEY (case_id, position))
            """,
            """
            CREATE TABLE case_units (
              case_id INTEGER NOT NULL REFERENCES cases (id), unit_id INTEGER NOT NULL, helping INTEGER NOT NULL,
              PRIMARY KEY (case_id, unit_id))
            """,
            "CREATE INDEX case_units_by_unit ON case_units (unit_id, helping, case_id)",
            """
            CREATE TABLE case_access (
              case_id INTEGER NOT NULL REFERENCES cases (id), staff_id INTEGER NOT NULL, PRIMARY KEY (case_id, staff_id))
            """,
        ])
}
