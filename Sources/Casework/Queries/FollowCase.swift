public import Kernel
internal import Ledger
internal import Storage

extension Casework {
    /// Finds the resident's part that number and code open. The same answer (`nil`) for every miss: unknown number,
    /// wrong code, malformed input. Always does the same work, so that time tells nothing either. The number of a merged
    /// matter leads to the one that carries it: a code is hashed with its own number, so it opens only the own part.
    public func findReporter(number: String, code: String) async throws -> (id: CaseID, reporter: ReporterID)? {
        let parsedNumber = MatterNumber(number)?.description ?? "0000-0000-0"
        let parsedCode = AccessCode(code)
        let wanted = keys.codeHash(parsedCode?.symbols ?? "", context: "reporter-code:\(parsedNumber)")
        let rows = try await database.read { tx in
            try tx.rows(
                """
                SELECT r.case_id, r.id, r.code_hash FROM cases c
                JOIN reporters r ON r.case_id = COALESCE(c.merged_into, c.id)
                WHERE c.number = $1 ORDER BY r.id
                """, [parsedNumber])
        }
        var found: (id: CaseID, reporter: ReporterID)?
        for row in rows {
            let stored = bytes(hexadecimal: try row.text(2)) ?? []
            if constantTimeEqual(stored, wanted), parsedCode != nil { found = (try row.id(0), try row.id(1)) }
        }
        return found
    }
}
