internal import Storage

enum SupervisionTables {
    static let migration = Migration(
        "supervision: tasks, suggestions, conferences",
        [
            """
            CREATE TABLE supervision_tasks (
              id INTEGER PRIMARY KEY, year INTEGER, sequence INTEGER, unit_id INTEGER NOT NULL,
              trigger_code TEXT NOT NULL, case_id INTEGER, matter_number TEXT, phase TEXT NOT NULL,
              unfinished INTEGER NOT NULL, due_on TEXT NOT NULL, reason_id INTEGER, listed INTEGER NOT NULL,
              urged INTEGER NOT NULL, measures INTEGER NOT NULL, opened_at INTEGER NOT NULL, answered_at INTEGER,
              answered_in_time INTEGER, closed_at INTEGER, result TEXT, last_at INTEGER NOT NULL,
              last_kind TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE (year, sequence))
            """,
            "CREATE INDEX supervision_tasks_by_due ON supervision_tasks (unfinished, due_on, id)",
            "CREATE INDEX supervision_tasks_by_unit ON supervision_tasks (unit_id, unfinished, due_on, id)",
            "CREATE INDEX supervision_tasks_by_opening ON supervision_tasks (opened_at)",
            "CREATE INDEX supervision_tasks_by_matter ON supervision_tasks (case_id, id)",
            """
            CREATE TABLE supervision_measures (
              task_id INTEGER NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, taken_at INTEGER NOT NULL,
              unit_id INTEGER NOT NULL, PRIMARY KEY (task_id, version))
            """,
            "CREATE INDEX supervision_measures_by_time ON supervision_measures (taken_at)",
            // One finding leads to one task, however many people press at once.
            """
            CREATE TABLE supervision_findings (
              task_id INTEGER NOT NULL, case_id INTEGER NOT NULL, trigger_code TEXT NOT NULL, since_on TEXT NOT NULL,
              PRIMARY KEY (case_id, trigger_code, since_on))
            """,
            "CREATE INDEX supervision_findings_by_task ON supervision_findings (task_id)",
            """
            CREATE TABLE supervision_suggestions (
              id INTEGER PRIMARY KEY, year INTEGER NOT NULL, sequence INTEGER NOT NULL, unit_id INTEGER NOT NULL,
              kind TEXT NOT NULL, phase TEXT NOT NULL, text_id INTEGER NOT NULL, answer_by TEXT,
              issued_at INTEGER NOT NULL, replied_at INTEGER, adoption TEXT, in_time INTEGER,
              last_at INTEGER NOT NULL, version INTEGER NOT NULL, UNIQUE (year, sequence))
            """,
            "CREATE INDEX supervision_suggestions_by_unit ON supervision_suggestions (unit_id, id)",
            "CREATE INDEX supervision_suggestions_by_issue ON supervision_suggestions (issued_at)",
            """
            CREATE TABLE supervision_suggestion_matters (
              suggestion_id INTEGER NOT NULL, position INTEGER NOT NULL, case_id INTEGER NOT NULL,
              matter_number TEXT NOT NULL, PRIMARY KEY (suggestion_id, position))
            """,
            """
            CREATE TABLE conferences (
              id INTEGER PRIMARY KEY, year INTEGER NOT NULL, sequence INTEGER NOT NULL, unit_id INTEGER NOT NULL,
              held_on TEXT NOT NULL, phase TEXT NOT NULL, place_id INTEGER NOT NULL, items INTEGER NOT NULL,
              convened_at INTEGER NOT NULL, last_at INTEGER NOT NULL, version INTEGER NOT NULL, UNIQUE (year, sequence))
            """,
            "CREATE INDEX conferences_by_day ON conferences (held_on, id)",
            """
            CREATE TABLE conference_units (
              conference_id INTEGER NOT NULL, unit_id INTEGER NOT NULL, PRIMARY KEY (conference_id, unit_id))
            """,
            "CREATE INDEX conference_units_by_unit ON conference_units (unit_id, conference_id)",
            """
            CREATE TABLE conference_items (
              conference_id INTEGER NOT NULL, item INTEGER NOT NULL, title_id INTEGER NOT NULL, case_id INTEGER,
              matter_number TEXT, decision_id INTEGER, owner_unit INTEGER, due_on TEXT, responsible_unit INTEGER,
              decided_at INTEGER, outcome TEXT, reported_at INTEGER, PRIMARY KEY (conference_id, item))
            """,
            "CREATE INDEX conference_items_by_matter ON conference_items (case_id, conference_id)",
            "CREATE INDEX conference_items_by_owner ON conference_items (owner_unit, due_on)",
            "CREATE INDEX conference_items_by_decision ON conference_items (decided_at)",
        ])
}
