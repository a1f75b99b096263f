internal import Storage

extension CaseworkTables {
    /// Open work that goes from one person to others.
    static let handovers = Migration(
        "casework: handing over open work",
        [
            """
            CREATE TABLE handovers (
              id INTEGER PRIMARY KEY, staff_id INTEGER NOT NULL, made_by INTEGER NOT NULL, made_at INTEGER NOT NULL,
              reason TEXT NOT NULL)
            """,
            """
            CREATE TABLE handover_items (
              handover_id INTEGER NOT NULL, case_id INTEGER NOT NULL, staff_id INTEGER NOT NULL, state TEXT NOT NULL,
              reason TEXT, PRIMARY KEY (handover_id, case_id))
            """,
            "CREATE INDEX handover_items_waiting ON handover_items (handover_id, case_id) WHERE state = 'waiting'",
        ])
}
