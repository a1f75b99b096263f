internal import Storage

extension CaseworkTables {
    /// What is open among all that ever was promised and asked for: its lists cost what is open, however long a county
    /// keeps its ledger. The condition stands among the columns too, without it SQLite would look at each row.
    static let openParts = Migration(
        "casework: open promises and open help",
        [
            "CREATE INDEX case_promises_waiting ON case_promises (due_on, case_id, settled) WHERE settled IS NULL",
            "CREATE INDEX case_units_helping ON case_units (case_id, helping) WHERE helping = 1",
        ])
}
