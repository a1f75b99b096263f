internal import Storage

extension CaseworkTables {
    /// Merged matters, parts of a whole, and what suggestions are found by.
    static let merging = Migration(
        "casework: merged matters, parts",
        [
            "ALTER TABLE cases ADD COLUMN merged_into INTEGER",
            "ALTER TABLE cases ADD COLUMN parent_id INTEGER",
            "CREATE INDEX cases_by_parent ON cases (parent_id, id, phase, number) WHERE parent_id IS NOT NULL",
            """
            CREATE INDEX cases_alike ON cases (category, area, id, restricted)
            WHERE phase IN ('registered', 'dispatched', 'objected', 'inHand')
            """,
        ])
}
