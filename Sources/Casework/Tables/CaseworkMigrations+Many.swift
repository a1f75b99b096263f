internal import Storage

extension CaseworkTables {
    /// Tags of matters, and where a matter was taken back from.
    static let many = Migration(
        "casework: tags, recalls",
        [
            """
            CREATE TABLE case_tags (
              case_id INTEGER NOT NULL REFERENCES cases (id), tag_id INTEGER NOT NULL, PRIMARY KEY (case_id, tag_id))
            """,
            "CREATE INDEX case_tags_by_tag ON case_tags (tag_id, case_id)",
            """
            CREATE TABLE case_recalls (
              case_id INTEGER NOT NULL REFERENCES cases (id), position INTEGER NOT NULL, unit_id INTEGER NOT NULL,
              recalled_at INTEGER NOT NULL, PRIMARY KEY (case_id, position))
            """,
            "CREATE INDEX case_recalls_by_unit ON case_recalls (unit_id, recalled_at, case_id)",
        ])
}
