public import Kernel
public import Organisation
internal import Storage

extension Casework {
    /// Counts within the viewer's units: what waits, and what the last weeks were like.
    public func oversight(for viewer: Viewer) async throws -> OversightReport {
        OversightReport(now: try await oversightNow(for: viewer), trends: try await oversightTrends(for: viewer))
    }

    /// What waits at this moment, from indexes that hold what is open, due or unsolved alone: the cost grows with what
    /// is open, not with the ledger.
    public func oversightNow(for viewer: Viewer) async throws -> OversightNow {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let now = clock.now()
        let today = self.today
        var unsolved = QueueRequest(.unsolved)
        unsolved.limit = 5
        let returned = try await queue(unsolved, for: viewer)
        let counts = try await queueCounts([.unsolved, .overdue], for: viewer)
        let promises = try await promisesDue(for: viewer)
        return try await database.read { tx in
            let acting = reach(of: viewer, unit: "acting_unit", firstPlaceholder: 3)
            var byDay: [LocalDate: Int] = [:]
            var unassigned = 0
            for row in try tx.rows(
                """
                SELECT due_on, phase, COUNT(*) FROM cases
                WHERE due_on >= $1 AND due_on <= $2 AND restricted = 0
                  AND phase IN (\(Self.list(QueueFilter.allPhases))) AND \(acting.sql) GROUP BY due_on, phase
                """, [today, today.adding(days: 7)] + acting.values)
            {
                byDay[try row.date(0), default: 0] += try row.int(2)
                if ["registered", "dispatched", "objected"].contains(try row.text(1)) { unassigned += try row.int(2) }
            }
            return OversightNow(
                dueByDay: byDay, overdue: counts[.overdue] ?? 0, dueUnassigned: unassigned, unsolved: returned.rows,
                unsolvedCount: counts[.unsolved] ?? 0, promises: promises,
                units: try inHand(viewer, today: today, now: now, in: tx), countedAt: now)
        }
    }

    /// What the last weeks were like. The cost grows with the letters of 84 and the answers of 90 days: callers keep it
    /// for a while.
    public func oversightTrends(for viewer: Viewer) async throws -> OversightTrends {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let now = clock.now()
        let organisation = viewer.organisation
        let scope = CountScope(filter: CountFilter(), visibility: viewer.visibility, today: today)
        return try await database.read { tx in
            OversightTrends(
                rising: try rising(scope, in: tx), units: try judged(viewer, since: Self.answeredSince(now), in: tx),
                codes: Dictionary(uniqueKeysWithValues: organisation.units.map { ($0.id, $0.code) }))
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

    /// By days and within reach, so that the list behind it is as long as the number.
    private func rising(_ scope: CountScope, in tx: any ReadTransaction) throws -> [RisingCategory] {
        let recentFrom = Self.recentDays(scope.today).lowerBound
        var values: [any SQLConvertible] = []
        let condition = scope.condition(recentFrom.adding(days: -56)...scope.today, &values)
        values.append(recentFrom)
        let isRecent = "CASE WHEN t.day >= $\(values.count) THEN 1 ELSE 0 END"
        var recent: [String: Int] = [:]
        var before: [String: Int] = [:]
        for row in try tx.rows(
            """
            SELECT t.category, \(isRecent), COUNT(*) FROM case_tallies t
            WHERE \(condition) AND t.category <> '' GROUP BY t.category, \(isRecent)
            """, values)
        {
            if try row.bool(1) {
                recent[try row.text(0)] = try row.int(2)
            } else {
                before[try row.text(0)] = try row.int(2)
            }
        }
        return recent.compactMap { category, count -> RisingCategory? in
            let usual = Double(before[category] ?? 0) / 2
            // At least five, and above what chance gives (two standard deviations of a Poisson count).
            guard count >= 5, Double(count) > usual + 2 * max(usual, 1).squareRoot() else { return nil }
            return RisingCategory(category: category, recent: count, usual: usual)
        }.sorted { ($1.recent, $0.category) < ($0.recent, $1.category) }
    }

    /// The four weeks that end today.
    public static func recentDays(_ today: LocalDate) -> ClosedRange<LocalDate> { today.adding(days: -27)...today }

    private static func list(_ phases: some Sequence<CasePhase>) -> String {
        phases.map(\.rawValue).sorted().map { "'\($0)'" }.joined(separator: ", ")
    }

    private func inHand(
        _ viewer: Viewer, today: LocalDate, now: Instant, in tx: any ReadTransaction
    ) throws -> [UnitID: OversightNow.Unit] {
        var out: [UnitID: OversightNow.Unit] = [:]
        let acting = reach(of: viewer, unit: "acting_unit", firstPlaceholder: 3)
        for row in try tx.rows(
            """
            SELECT acting_unit, SUM(CASE WHEN phase IN (\(Self.list(CaseFacts.openPhases))) THEN 1 ELSE 0 END),
              SUM(CASE WHEN due_on >= $1 AND due_on <= $2 THEN 1 ELSE 0 END)
            FROM cases WHERE phase IN (\(Self.list(QueueFilter.allPhases))) AND restricted = 0 AND \(acting.sql)
            GROUP BY acting_unit
            """, [today, today.adding(days: 7)] + acting.values)
        {
            out[try row.id(0)] = OversightNow.Unit(open: try row.int(1), dueSoon: try row.int(2))
        }
        // As in the list: a clock in hours runs out within its day.
        for row in try tx.rows(
            """
            SELECT acting_unit, COUNT(*) FROM cases
            WHERE due_on <= $1 AND (due_on < $1 OR due_at < $2) AND restricted = 0 AND \(acting.sql)
            GROUP BY acting_unit
            """, [today, now] + acting.values)
        {
            out[try row.id(0), default: OversightNow.Unit()].overdue = try row.int(1)
        }
        return out
    }

    private func judged(_ viewer: Viewer, since: Instant, in tx: any ReadTransaction) throws -> [UnitLine] {
        var lines: [UnitID: UnitLine] = [:]
        var days: [UnitID: DayCounts] = [:]
        let responsible = reach(of: viewer, unit: "responsible_unit", firstPlaceholder: 2)
        for row in try tx.rows(
            """
            SELECT responsible_unit, judgement, COUNT(*) FROM cases
            WHERE judged_at >= $1 AND restricted = 0 AND \(responsible.sql) GROUP BY responsible_unit, judgement
            """, [since] + responsible.values)
        {
            let (unit, count): (UnitID, Int) = (try row.id(0), try row.int(2))
            var line = lines[unit] ?? UnitLine(unit: unit)
            switch try row.optionalText(1).flatMap(Judgement.init) {
            case .solved: line.solved = count
            case .partly: line.partly = count
            case .notSolved: line.notSolved = count
            case nil: break
            }
            lines[unit] = line
        }
        for row in try tx.rows(
            """
            SELECT responsible_unit, (replied_at - registered_at) / 86400000, COUNT(*) FROM cases
            WHERE replied_at >= $1 AND restricted = 0 AND \(responsible.sql)
            GROUP BY responsible_unit, (replied_at - registered_at) / 86400000
            """, [since] + responsible.values)
        {
            days[try row.id(0), default: DayCounts()].add(try row.int(1), times: try row.int(2))
        }
        for (unit, counts) in days {
            var line = lines[unit] ?? UnitLine(unit: unit)
            (line.answered, line.medianDays) = (counts.total, counts.median())
            lines[unit] = line
        }
        return Array(lines.values)
    }
}
