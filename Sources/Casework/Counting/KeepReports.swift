internal import Crypto
public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// A kept report in a list.
public struct KeptReportLine: Hashable, Sendable {
    /// The report.
    public let id: KeptReportID
    /// How long its period is.
    public let kind: KeptReport.Kind
    /// The unit that it is about.
    public let unit: UnitID
    /// Its days.
    public let days: ClosedRange<LocalDate>
    /// When it was counted.
    public let countedAt: Instant
}

/// Reports that are made at a set time. Several processes may try at once: each report is made by one.
extension Casework {
    /// After a longer time without the program, so many of the missing ones are made up for, the newest first.
    static let mostMissing = 12

    /// Makes the reports whose time has come: of the last week from Monday, of the last month from the first, each for
    /// every unit for which somebody watches. Reports that were due while nobody made them follow.
    ///
    /// - Parameters:
    ///   - hour: from which hour of the day.
    ///   - organisation: who watches over which units.
    /// - Returns: how many were made.
    @discardableResult
    public func makeDueReports(fromHour hour: Int, _ organisation: Organisation) async throws -> Int {
        let now = clock.now()
        let (today, time) = (deadlines.zone.date(of: now), deadlines.zone.timeOfDay(of: now))
        // Before its hour the day has not begun, for reports.
        let day = time.hour >= hour ? today : today.adding(days: -1)
        var made = 0
        for unit in organisation.watchedUnits {
            for kind in KeptReport.Kind.allCases {
                for days in try await missing(kind, of: unit, on: day) where !Task.isCancelled {
                    if try await make(kind, days, of: unit, organisation) { made += 1 }
                }
            }
        }
        return made
    }

    private func missing(
        _ kind: KeptReport.Kind, of unit: UnitID, on day: LocalDate
    ) async throws -> [ClosedRange<LocalDate>] {
        let last = kind.last(before: day)
        let newest = try await database.read { tx in
            try tx.first(
                "SELECT MAX(from_on) FROM kept_reports WHERE unit_id = $1 AND kind = $2", [unit, kind.rawValue])?
                .optionalDate(0)
        }
        guard let newest else { return [last] }
        var out: [ClosedRange<LocalDate>] = []
        var next = kind.period(from: kind.period(from: newest).upperBound.adding(days: 1))
        while next.lowerBound <= last.lowerBound {
            out.append(next)
            next = kind.period(from: next.upperBound.adding(days: 1))
        }
        return Array(out.suffix(Self.mostMissing))
    }

    private func make(
        _ kind: KeptReport.Kind, _ days: ClosedRange<LocalDate>, of unit: UnitID, _ organisation: Organisation
    ) async throws -> Bool {
        let report = try await count(kind, days, of: unit, organisation)
        let (id, body): (KeptReportID, String) = (ids.next(), try report.body())
        let seal = seal(of: body, id)
        do {
            try await database.write { tx in
                try tx.execute(
                    """
                    INSERT INTO kept_reports (id, unit_id, kind, from_on, to_on, counted_at, body, seal)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    """,
                    [
                        id, unit, kind.rawValue, days.lowerBound, days.upperBound, report.countedAt, body, seal,
                    ])
            }
            return true
        } catch StorageError.duplicate {
            return false  // Another process was faster.
        }
    }

    private func count(
        _ kind: KeptReport.Kind, _ days: ClosedRange<LocalDate>, of unit: UnitID, _ organisation: Organisation
    ) async throws -> KeptReport {
        let isAll = organisation.roots == [unit]
        let visibility = Visibility(
            scope: isAll ? .everything : .units(organisation.subtree(of: unit).sorted()), staff: StaffID(rawValue: 0))
        var scope = CountScope(filter: CountFilter(), visibility: visibility, today: today)
        // Who will read it nobody knows: whatever complains of anybody is left out.
        scope.leavesOutAccusations = true
        var tables: [KeptReport.Table] = []
        var total = CountedNumbers()
        for by in BreakdownDimension.allCases where by != .time {
            let found = try await breakdown(BreakdownRequest(by, days), scope, organisation, seesVerdicts: true)
            total = found.total
            tables.append(
                KeptReport.Table(
                    by: by,
                    lines: found.lines.map {
                        KeptReport.Line(code: $0.code, name: organisation.name(of: $0.code, by), numbers: $0.numbers)
                    }))
        }
        let reach = visibility.condition(column: "unit_id", firstPlaceholder: 4)
        let board = try await promiseBoard(days, reach.sql, reach.values).lines
        return KeptReport(
            definitions: KeptReport.currentDefinitions, kind: kind, from: days.lowerBound, to: days.upperBound,
            unit: unit, unitName: organisation.unit(unit)?.name ?? LocalizedName(zh: ""), countedAt: clock.now(),
            total: total, tables: tables,
            promises: KeptReport.Promises(
                due: board.reduce(0) { $0 + $1.all }, kept: board.reduce(0) { $0 + $1.kept },
                late: board.reduce(0) { $0 + $1.late }, broken: board.reduce(0) { $0 + $1.broken }))
    }

    // MARK: Reading

    /// The newest reports of the units over which a person watches.
    public func keptReports(limit: Int = 60, for viewer: Viewer) async throws -> [KeptReportLine] {
        let units = viewer.watchedUnits
        guard !units.isEmpty else { throw PlainError(.forbidden, "permission.missing") }
        let marks = units.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return try await database.read { tx in
            try tx.rows(
                """
                SELECT id, kind, unit_id, from_on, to_on, counted_at FROM kept_reports WHERE unit_id IN (\(marks))
                ORDER BY from_on DESC, id DESC LIMIT \(limit)
                """, units
            ).compactMap { row in
                guard let kind = KeptReport.Kind(rawValue: try row.text(1)) else { return nil }
                let (from, to) = (try row.date(3), try row.date(4))
                return KeptReportLine(
                    id: try row.id(0), kind: kind, unit: try row.id(2), days: from...max(from, to),
                    countedAt: try row.instant(5))
            }
        }
    }

    /// A kept report, for whoever watches over its unit.
    public func keptReport(_ id: KeptReportID, for viewer: Viewer) async throws -> KeptReport {
        let body = try await database.read { tx in
            try tx.first("SELECT body FROM kept_reports WHERE id = $1", [id])?.text(0)
        }
        guard let report = try body.map({ try KeptReport.read($0) }), viewer.may(.oversee, on: report.unit) else {
            throw PlainError(.notFound, "route.missing")
        }
        return report
    }

    /// What stands beside a report, so that a changed one is found.
    private func seal(of body: String, _ id: KeptReportID) -> [UInt8] {
        keys.codeHash(hexadecimal(SHA256.hash(data: Array(body.utf8))), context: "kept-report:\(id)")
    }

    /// Kept reports that are not what was counted.
    func reportFindings() async throws -> [LedgerFinding] {
        try await database.read { tx in
            var findings: [LedgerFinding] = []
            try tx.forEach("SELECT id, body, seal FROM kept_reports ORDER BY id", []) { row in
                let id: KeptReportID = try row.id(0)
                if try row.blob(2) != seal(of: try row.text(1), id) {
                    findings.append(LedgerFinding(.projection, StreamID(rawValue: id.rawValue), "table kept_reports"))
                }
                return findings.count < 100
            }
            return findings
        }
    }
}

extension Organisation {
    /// The units over which somebody watches, by code.
    var watchedUnits: [UnitID] {
        let all = Set(allStaff.filter(\.isActive).flatMap { Viewer(staff: $0, organisation: self).watchedUnits })
        return units.map(\.id).filter(all.contains)
    }

    /// The name of a line at this moment.
    fileprivate func name(of code: String, _ by: BreakdownDimension) -> LocalizedName? {
        switch by {
        case .unit: UnitID(code).flatMap { unit($0)?.name }
        case .area: area(code)?.name
        case .category: category(code)?.name
        case .channel, .time: nil
        }
    }
}

extension Viewer {
    /// The units on which a role lets this person watch over matters; those below belong to them.
    public var watchedUnits: [UnitID] {
        Set(staff.grants.filter { $0.role.allowed.contains(.oversee) && may(.oversee, on: $0.unit) }.map(\.unit))
            .sorted()
    }
}
