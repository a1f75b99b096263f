public import Kernel
internal import Ledger
internal import Storage

extension Reception {
    /// What ends by itself: appointments, and names and words of visits, after thirty days.
    ///
    /// - Returns: how many were forgotten.
    @discardableResult
    public func keepHouse() async throws -> Int {
        let last = today.adding(days: -Self.keptDays)
        var count = try await database.write { tx in
            try tx.execute("DELETE FROM appointment_slots WHERE day < $1", [last])
            let calls = try tx.execute("DELETE FROM missed_calls WHERE called_at < $1", [zone.instant(of: last)])
            return try tx.execute("DELETE FROM appointments WHERE day < $1", [last]) + calls
        }
        let old = try await database.read { tx in
            try tx.rows("SELECT id FROM visits WHERE kept = 1 AND day < $1 ORDER BY day, id LIMIT 200", [last])
                .map { row -> VisitID in try row.id(0) }
        }
        for id in old { count += try await forget(id) ? 1 : 0 }
        return count
    }

    /// Erases what visits and leaders' days hold of a resident of a matter who is erased: name, telephone, words.
    public func erase(matter: CaseID, reporter: ReporterID) async throws {
        let (visits, days) = try await database.read { tx in
            (
                try tx.rows(
                    """
                    SELECT id FROM visits
                    WHERE case_id = $1 AND kept = 1 AND (reporter_id IS NULL OR reporter_id = $2) ORDER BY id
                    """, [matter, reporter]
                ).map { row -> VisitID in try row.id(0) },
                try tx.rows(
                    "SELECT DISTINCT day_id FROM leader_day_entries WHERE case_id = $1 ORDER BY day_id", [matter]
                ).map { row -> LeaderDayID in try row.id(0) }
            )
        }
        for id in visits { _ = try await forget(id) }
        for id in days {
            try await records.change(LeaderDay.self, id, RecordChange(actor: .system("erasure"))) { _ in
                .erase(matter: matter)
            }
        }
    }

    private func forget(_ id: VisitID) async throws -> Bool {
        let now = clock.now()
        let vault = self.vault
        let state = try await records.change(
            Visit.self, id, RecordChange(actor: .system("forget")),
            effect: { before, after, tx in
                if let person = before.person, after.person == nil { try vault.erase(person, at: now, in: tx) }
            },
            { _ in .forget })
        return state.person == nil
    }
}
