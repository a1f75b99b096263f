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

    /// What the lawful process adds; the rows of matters that are there are written anew (`rebuildProjections`).
    static let lawful = Migration(
        "casework: routes, reviews, promises, escalation",
        [
            "ALTER TABLE cases ADD COLUMN kind TEXT NOT NULL DEFAULT 'petition'",
            "ALTER TABLE cases ADD COLUMN sort TEXT",
            "ALTER TABLE cases ADD COLUMN route TEXT",
            "ALTER TABLE cases ADD COLUMN review_stage INTEGER",
            "ALTER TABLE cases ADD COLUMN extension_asked INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE cases ADD COLUMN due_at INTEGER",
            "ALTER TABLE cases ADD COLUMN escalated INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE cases ADD COLUMN group_size INTEGER",
            "ALTER TABLE cases ADD COLUMN pack TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE cases ADD COLUMN pack_version INTEGER NOT NULL DEFAULT 0",
            "CREATE INDEX cases_by_wish ON cases (acting_unit, due_on, id, restricted, extension_asked) WHERE extension_asked = 1",
            "CREATE INDEX cases_by_wish_due ON cases (due_on, id, restricted, extension_asked) WHERE extension_asked = 1",
            "CREATE INDEX cases_by_kind ON cases (kind, registered_at, sort, route) WHERE kind <> 'petition'",
            "ALTER TABLE case_clocks ADD COLUMN rolled_on TEXT",
            "ALTER TABLE case_clocks ADD COLUMN extended INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE case_clocks ADD COLUMN rested INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE case_clocks ADD COLUMN calendar TEXT",
            "ALTER TABLE case_clocks ADD COLUMN escalates_on TEXT",
            // The sweep reads this alone: only clocks that somebody further up must still hear of are in it.
            "CREATE INDEX case_clocks_to_escalate ON case_clocks (escalates_on, case_id) WHERE escalates_on IS NOT NULL",
            """
            CREATE TABLE case_exclusions (
              case_id INTEGER NOT NULL REFERENCES cases (id), excluded_id INTEGER NOT NULL,
              PRIMARY KEY (case_id, excluded_id))
            """,
            // Staff and units alike: identifiers of both are made by one generator.
            "CREATE INDEX case_exclusions_by_excluded ON case_exclusions (excluded_id, case_id)",
            """
            CREATE TABLE case_promises (
              case_id INTEGER NOT NULL REFERENCES cases (id), id INTEGER NOT NULL, kind TEXT NOT NULL,
              unit_id INTEGER NOT NULL, due_on TEXT NOT NULL, made_at INTEGER NOT NULL, settled TEXT, settled_on TEXT,
              PRIMARY KEY (case_id, id))
            """,
            "CREATE INDEX case_promises_by_due ON case_promises (due_on, case_id, id, unit_id, settled, settled_on)",
            """
            CREATE TABLE casework_progress (
              name TEXT PRIMARY KEY, stand TEXT NOT NULL, after_id INTEGER NOT NULL, changed INTEGER NOT NULL,
              finished_at INTEGER)
            """,
        ])
}
