internal import Storage

extension CaseworkTables {
    /// What reports, precedents and supervision read; the rows of matters that are there are written anew
    /// (`rebuildProjections`).
    static let history = Migration(
        "casework: rulings, moves, answers, reviews, owed notices",
        [
            "ALTER TABLE cases ADD COLUMN accepted_at INTEGER",
            "ALTER TABLE cases ADD COLUMN outcome TEXT",
            "ALTER TABLE case_clocks ADD COLUMN due_at INTEGER",
            "ALTER TABLE case_clocks ADD COLUMN duty TEXT",
            "ALTER TABLE case_clocks ADD COLUMN watched INTEGER NOT NULL DEFAULT 0",
            // Supervision reads this alone: only duties that run are in it.
            "CREATE INDEX case_clocks_watched ON case_clocks (duty, due_on, case_id, rule) WHERE watched = 1",
            "CREATE INDEX case_promises_open ON case_promises (kind, due_on, case_id, unit_id) WHERE settled IS NULL",
            """
            CREATE TABLE case_rulings (
              case_id INTEGER NOT NULL REFERENCES cases (id), position INTEGER NOT NULL, category TEXT, area TEXT,
              upheld INTEGER NOT NULL, from_unit INTEGER NOT NULL, to_unit INTEGER NOT NULL, ruled_at INTEGER NOT NULL,
              reason_id INTEGER NOT NULL, step TEXT NOT NULL, rejections INTEGER NOT NULL,
              PRIMARY KEY (case_id, position))
            """,
            "CREATE INDEX case_rulings_by_category ON case_rulings (category, ruled_at, case_id)",
            "CREATE INDEX case_rulings_by_time ON case_rulings (ruled_at, upheld, from_unit)",
            "CREATE INDEX case_rulings_upheld ON case_rulings (ruled_at, case_id) WHERE upheld = 1",
            "CREATE INDEX case_rulings_rejected ON case_rulings (ruled_at, case_id, from_unit, rejections) WHERE rejections > 1",
            """
            CREATE TABLE case_moves (
              case_id INTEGER NOT NULL REFERENCES cases (id), position INTEGER NOT NULL, kind TEXT NOT NULL,
              from_unit INTEGER NOT NULL, unit_id INTEGER NOT NULL, moved_at INTEGER NOT NULL,
              PRIMARY KEY (case_id, position))
            """,
            "CREATE INDEX case_moves_by_time ON case_moves (moved_at, kind, unit_id)",
            """
            CREATE TABLE case_answers (
              case_id INTEGER NOT NULL REFERENCES cases (id), position INTEGER NOT NULL, unit_id INTEGER NOT NULL,
              replied_at INTEGER NOT NULL, outcome TEXT NOT NULL, adoption TEXT, answer TEXT,
              withheld INTEGER NOT NULL, after_redo INTEGER NOT NULL, repeats INTEGER NOT NULL, unsolved_at INTEGER,
              weak INTEGER, PRIMARY KEY (case_id, position))
            """,
            "CREATE INDEX case_answers_by_time ON case_answers (replied_at, unit_id, outcome, adoption, answer)",
            "CREATE INDEX case_answers_weak ON case_answers (unsolved_at, case_id, unit_id) WHERE weak IS NOT NULL",
            """
            CREATE TABLE case_reviews (
              case_id INTEGER NOT NULL REFERENCES cases (id), position INTEGER NOT NULL, stage INTEGER NOT NULL,
              unit_id INTEGER NOT NULL, reply_unit INTEGER, asked_at INTEGER NOT NULL, late INTEGER NOT NULL,
              decided_at INTEGER, outcome TEXT, PRIMARY KEY (case_id, position))
            """,
            "CREATE INDEX case_reviews_by_request ON case_reviews (asked_at, stage, late, reply_unit)",
            "CREATE INDEX case_reviews_by_decision ON case_reviews (decided_at, stage, outcome, reply_unit)",
            """
            CREATE TABLE case_notices (
              case_id INTEGER NOT NULL REFERENCES cases (id), notice TEXT NOT NULL, due_on TEXT NOT NULL,
              rule TEXT NOT NULL, PRIMARY KEY (case_id, notice))
            """,
            "CREATE INDEX case_notices_by_due ON case_notices (due_on, case_id, notice, rule)",
        ])
}
