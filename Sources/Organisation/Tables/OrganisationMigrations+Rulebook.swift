internal import Storage

extension Organisation {
    /// What the administration of rules adds.
    static let rulebook = Migration(
        "organisation: successors and plans of categories, drafts and trials of rules",
        [
            "ALTER TABLE categories ADD COLUMN successor TEXT",
            "CREATE TABLE category_plans (id INTEGER PRIMARY KEY, effective_from TEXT NOT NULL, body TEXT NOT NULL)",
            """
            CREATE TABLE rule_drafts (
              id INTEGER PRIMARY KEY, part TEXT NOT NULL, body TEXT NOT NULL, made_by INTEGER NOT NULL,
              made_at INTEGER NOT NULL)
            """,
            "CREATE INDEX rule_drafts_by_time ON rule_drafts (made_at)",
            """
            CREATE TABLE rule_trials (
              id INTEGER PRIMARY KEY, part TEXT NOT NULL, body TEXT NOT NULL, made_by INTEGER NOT NULL,
              made_at INTEGER NOT NULL, since INTEGER NOT NULL, after_id INTEGER NOT NULL, looked INTEGER NOT NULL,
              result TEXT NOT NULL, finished_at INTEGER, leased_until INTEGER NOT NULL)
            """,
            "CREATE INDEX rule_trials_by_part ON rule_trials (part, id)",
            "CREATE INDEX rule_trials_open ON rule_trials (id, leased_until) WHERE finished_at IS NULL",
            "CREATE INDEX rule_trials_by_time ON rule_trials (made_at)",
        ])
}
