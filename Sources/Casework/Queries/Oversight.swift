public import Kernel
public import Organisation
internal import Storage

/// What a leader sees first. Every number is the number of a list that can be opened.
public struct OversightReport: Sendable, Hashable {
    /// Due per day within the next seven days.
    public let dueByDay: [LocalDate: Int]
    /// Past their day.
    public let overdue: Int
    /// In the ledger and not yet accepted by anybody, due within seven days.
    public let dueUnassigned: Int
    /// Not solved, says the resident; newest first, a few.
    public let unsolved: [QueueRow]
    /// How many of these there are.
    public let unsolvedCount: Int
    /// Categories that rise: this four weeks against the eight before.
    public let rising: [RisingCategory]
    /// A line a unit, in the order of the organisation's code.
    public let units: [UnitLine]
    /// When it was counted.
    public let countedAt: Instant
}

/// A category with clearly more matters than usual.
public struct RisingCategory: Sendable, Hashable {
    /// Category code.
    public let category: String
    /// Matters in the last four weeks.
    public let recent: Int
    /// Matters in a usual four weeks, from the eight before.
    public let usual: Double
}

/// What a unit has in hand and how it was judged in the last 90 days.
public struct UnitLine: Sendable, Hashable {
    /// The unit.
    public let unit: UnitID
    /// Matters that somebody still owes something.
    public let open: Int
    /// Due within seven days.
    public let dueSoon: Int
    /// Past their day.
    public let overdue: Int
    /// Residents' verdicts: solved, partly, not solved.
    public let solved: Int
    /// Solved in part.
    public let partly: Int
    /// Not solved.
    public let notSolved: Int
    /// Matters answered.
    public let answered: Int
    /// Half were answered within so many calendar days; `nil` without answers.
    public let medianDays: Int?

    /// All verdicts.
    public var judged: Int { solved + partly + notSolved }
}

extension Casework {
    /// Counts within the viewer's units. Reads indexes only; the cost grows with open matters and with the answers of
    /// 90 days, not with the ledger.
    public func oversight(for viewer: Viewer) async throws -> OversightReport {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let now = clock.now()
        let today = self.today
        var unsolved = QueueRequest(.unsolved)
        unsolved.limit = 5
        let returned = try await queue(unsolved, for: viewer)
        let counts = try await queueCounts([.unsolved, .overdue], for: viewer)
        let lines = try await unitLines(viewer, today: today, now: now)
        return try await database.read { tx in
            let acting = reach(of: viewer, unit: "acting_unit", firstPlaceholder: 3)
            var byDay: [LocalDate: Int] = [:]
            var unassigned = 0
            for row in try tx.rows(
                """
                SELECT due_on, phase, COUNT(*) FROM cases
                WHERE due_on >= $1 AND due_on <= $2 AND restricted = 0 AND \(acting.sql) GROUP BY due_on, phase
                """, [today, today.adding(days: 7)] + acting.values)
            {
                byDay[try row.date(0), default: 0] += try row.int(2)
                if ["registered", "dispatched", "objected"].contains(try row.text(1)) { unassigned += try row.int(2) }
            }
            return OversightReport(
                dueByDay: byDay, overdue: counts[.overdue] ?? 0, dueUnassigned: unassigned, unsolved: returned.rows,
                unsolvedCount: counts[.unsolved] ?? 0, rising: try rising(now: now, in: tx), units: lines,
                countedAt: now)
        }
    }

    /// Matters within the viewer's units, without those that complain of the viewer: a number would tell of them.
    private func reach(
        of viewer: Viewer, unit: String, firstPlaceholder: Int
    ) -> (sql: String, values: [any SQLConvertible]) {
        let reach = viewer.visibility.condition(column: unit, firstPlaceholder: firstPlaceholder)
        let apart = viewer.visibility.apart("id", firstPlaceholder: firstPlaceholder + reach.values.count)
        return ("\(reach.sql) AND \(apart.sql)", reach.values + apart.values)
    }

    private func rising(now: Instant, in tx: any ReadTransaction) throws -> [RisingCategory] {
        let recentFrom = now.adding(days: -28)
        var recent: [String: Int] = [:]
        var before: [String: Int] = [:]
        for row in try tx.rows(
            """
            SELECT category, registered_at >= $1, COUNT(*) FROM cases
            WHERE registered_at >= $2 AND category IS NOT NULL AND restricted = 0
            GROUP BY category, registered_at >= $1
            """, [recentFrom, now.adding(days: -84)])
        {
            let isRecent: Bool
            // A comparison is 0/1 on SQLite and a boolean, decoded as 0/1, on PostgreSQL.
            isRecent = try row.bool(1)
            if isRecent { recent[try row.text(0)] = try row.int(2) } else { before[try row.text(0)] = try row.int(2) }
        }
        return recent.compactMap { category, count -> RisingCategory? in
            let usual = Double(before[category] ?? 0) / 2
            // At least five, and above what chance gives (two standard deviations of a Poisson count).
            guard count >= 5, Double(count) > usual + 2 * max(usual, 1).squareRoot() else { return nil }
            return RisingCategory(category: category, recent: count, usual: usual)
        }.sorted { ($1.recent, $0.category) < ($0.recent, $1.category) }
    }

    private func unitLines(_ viewer: Viewer, today: LocalDate, now: Instant) async throws -> [UnitLine] {
        let soon = today.adding(days: 7)
        let since = now.adding(days: -90)
        return try await database.read { tx in
            var tallies: [UnitID: Tally] = [:]
            let acting = reach(of: viewer, unit: "acting_unit", firstPlaceholder: 3)
            for row in try tx.rows(
                """
                SELECT acting_unit, COUNT(*), SUM(CASE WHEN due_on >= $1 AND due_on <= $2 THEN 1 ELSE 0 END),
                  SUM(CASE WHEN due_on < $1 THEN 1 ELSE 0 END)
                FROM cases WHERE phase IN ('registered', 'dispatched', 'objected', 'inHand', 'replied', 'delivered')
                  AND restricted = 0 AND \(acting.sql) GROUP BY acting_unit
                """, [today, soon] + acting.values)
            {
                tallies[try row.id(0), default: Tally()].open = try row.int(1)
                tallies[try row.id(0), default: Tally()].dueSoon = try row.int(2)
                tallies[try row.id(0), default: Tally()].overdue = try row.int(3)
            }
            let responsible = reach(of: viewer, unit: "responsible_unit", firstPlaceholder: 2)
            for row in try tx.rows(
                """
                SELECT responsible_unit, judgement, COUNT(*) FROM cases
                WHERE judged_at >= $1 AND \(responsible.sql) GROUP BY responsible_unit, judgement
                """, [since] + responsible.values)
            {
                let verdict = try row.optionalText(1).flatMap(Judgement.init)
                if let verdict { tallies[try row.id(0), default: Tally()].verdicts[verdict] = try row.int(2) }
            }
            try tx.forEach(
                """
                SELECT responsible_unit, replied_at - registered_at FROM cases
                WHERE replied_at >= $1 AND \(responsible.sql)
                """, [since] + responsible.values
            ) { row in
                tallies[try row.id(0), default: Tally()].days.append(Int(try row.int64(1) / 86_400_000))
                return true
            }
            let organisation = viewer.organisation
            return tallies.map { $1.line(of: $0) }.sorted {
                (organisation.unit($0.unit)?.code ?? "", $0.unit) < (organisation.unit($1.unit)?.code ?? "", $1.unit)
            }
        }
    }

    private struct Tally {
        var open = 0
        var dueSoon = 0
        var overdue = 0
        var verdicts: [Judgement: Int] = [:]
        var days: [Int] = []

        func line(of unit: UnitID) -> UnitLine {
            let sorted = days.sorted()
            return UnitLine(
                unit: unit, open: open, dueSoon: dueSoon, overdue: overdue, solved: verdicts[.solved] ?? 0,
                partly: verdicts[.partly] ?? 0, notSolved: verdicts[.notSolved] ?? 0, answered: days.count,
                medianDays: sorted.isEmpty ? nil : sorted[sorted.count / 2])
        }
    }
}
