internal import Kernel
public import Organisation
internal import Storage

extension Casework {
    /// The report of a month or a year within the viewer's units. Its cost grows with what was received and done in the
    /// period, not with the ledger.
    public func lawfulReport(_ period: ReportPeriod, for viewer: Viewer) async throws -> LawfulReport {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        return try await report(
            scope(period, viewer.visibility), viewer.organisation, seesVerdicts: viewer.may(.seeJudgement, on: nil))
    }

    /// The report of the whole store, for whoever runs it.
    package func lawfulReport(_ period: ReportPeriod, of organisation: Organisation) async throws -> LawfulReport {
        let all = Visibility(scope: .everything, staff: StaffID(rawValue: 0))
        return try await report(scope(period, all), organisation, seesVerdicts: true)
    }

    func scope(_ period: ReportPeriod, _ visibility: Visibility) -> ReportScope {
        ReportScope(period: period, zone: deadlines.zone, visibility: visibility, today: today)
    }

    private func report(
        _ scope: ReportScope, _ organisation: Organisation, seesVerdicts: Bool
    ) async throws -> LawfulReport {
        let reach = scope.visibility.condition(column: "unit_id", firstPlaceholder: 4)
        let board = try await promiseBoard(scope.period.days, reach.sql, reach.values)
        let now = clock.now()
        return try await database.read { tx in
            var count = ReportCount(scope: scope, report: LawfulReport(period: scope.period, countedAt: now))
            try count.received(tx)
            try count.clocks(tx)
            try count.answers(tx)
            try count.reviews(tx)
            if seesVerdicts {
                try count.verdicts(tx)
                try count.ratings(tx)
            }
            try count.moves(tx)
            try count.rulings(tx)
            return count.finished(board, organisation)
        }
    }
}

/// Counts in one snapshot of the store, in constant memory.
struct ReportCount {
    let scope: ReportScope
    var report: LawfulReport
    var units: [UnitID: LawfulReport.UnitLine] = [:]
    var rules: [String: (duty: ClockDuty, times: LawfulReport.Timeliness)] = [:]
    var channels: [String: EqualityTally] = [:]
    var areas: [String: EqualityTally] = [:]
    var categories: [String: EqualityTally] = [:]

    init(scope: ReportScope, report: LawfulReport) {
        self.scope = scope
        self.report = report
    }

    mutating func unit(_ id: UnitID, _ change: (inout LawfulReport.UnitLine) -> Void) {
        change(&units[id, default: LawfulReport.UnitLine(unit: id)])
    }

    func finished(_ board: PromiseBoard, _ organisation: Organisation) -> LawfulReport {
        func code(_ unit: UnitID) -> String { organisation.unit(unit)?.code ?? "" }
        var report = self.report
        report.units = units.values.sorted { (code($0.unit), $0.unit) < (code($1.unit), $1.unit) }
        report.promises = board.lines.sorted { (code($0.unit), $0.unit) < (code($1.unit), $1.unit) }
        report.clocks = rules.sorted { $0.key < $1.key }.map {
            LawfulReport.ClockLine(rule: $0.key, duty: $0.value.duty, times: $0.value.times)
        }
        report.equality = EqualityAudit(channels: channels, areas: areas, categories: categories, organisation)
        return report
    }

    // MARK: What was received

    mutating func received(_ tx: any ReadTransaction) throws {
        let (condition, values) = scope.received()
        var raw = RawCounts()
        try tx.forEach(
            """
            SELECT c.channel, c.kind, c.sort, c.route, c.phase, c.category, c.area, c.responsible_unit, c.anonymous,
              c.group_size, c.registered_at, c.accepted_at, c.replied_at, c.outcome
            FROM cases c WHERE \(condition)
            """, values
        ) { row in
            try raw.add(row)
            let kind = try row.text(1)
            unit(try row.id(7)) { $0.received += 1 }
            // Applications for information follow another law and have a section of their own.
            if kind != MatterKind.information.rawValue { try compare(row) }
            return true
        }
        raw.fill(&report.received)
        try information(tx)
    }

    private mutating func compare(_ row: Row) throws {
        let registered = try row.int64(10)
        let accepted = try row.optionalInt64(11)
        let replied = try row.optionalInt64(12)
        var one = EqualityTally()
        one.received = 1
        if let accepted {
            one.accepted = 1
            one.acceptance.add(Int((accepted - registered) / 86_400_000))
        }
        if let replied { one.answers.add(Int((replied - registered) / 86_400_000)) }
        one.results = [Self.result(try row.text(4), try row.optionalText(13)): 1]
        channels[try row.text(0), default: EqualityTally()].add(one)
        areas[try row.optionalText(6) ?? "", default: EqualityTally()].add(one)
        categories[try row.optionalText(5) ?? "", default: EqualityTally()].add(one)
    }

    static func result(_ phase: String, _ outcome: String?) -> EqualityAudit.Result {
        if phase == CasePhase.routed.rawValue { return .routed }
        let isElsewhere = [CasePhase.withdrawn.rawValue, CasePhase.merged.rawValue].contains(phase)
        guard let outcome else { return isElsewhere ? .other : .waiting }
        return EqualityAudit.Result(rawValue: outcome) ?? .other
    }

    // MARK: Duties

    mutating func clocks(_ tx: any ReadTransaction) throws {
        let (condition, values) = scope.received()
        var ends: [String: Int64] = [:]
        let (zone, today) = (scope.zone, "\(scope.today)")
        try tx.forEach(
            """
            SELECT k.rule, k.duty, k.due_on, k.due_at, k.ended_at, k.extended, c.responsible_unit, c.kind
            FROM cases c JOIN case_clocks k ON k.case_id = c.id
            WHERE \(condition) AND k.duty IS NOT NULL
            """, values
        ) { row in
            guard let duty = ClockDuty(rawValue: try row.text(1)) else { return true }
            let due = try row.text(2)
            // Days are few and rows many: each day is turned into its last moment once.
            let end: Int64
            if let known = ends[due] {
                end = known
            } else {
                let day = try row.date(2)
                end = zone.instant(of: day.adding(days: 1)).milliseconds - 1
                ends[due] = end
            }
            var times = LawfulReport.Timeliness()
            if let ended = try row.optionalInt64(4) {
                if ended <= (try row.optionalInt64(3) ?? end) { times.inTime = 1 } else { times.late = 1 }
            } else if due < today {
                times.overdue = 1
            } else {
                times.running = 1
            }
            times.extended = try row.int(5) > 0 ? 1 : 0
            rules[try row.text(0), default: (duty, LawfulReport.Timeliness())].times.add(times)
            unit(try row.id(6)) { $0.times.add(times) }
            if duty == .answer, try row.text(7) == MatterKind.information.rawValue {
                report.information.times.add(times)
            }
            return true
        }
    }
}

extension LawfulReport.Timeliness {
    mutating func add(_ other: Self) {
        inTime += other.inTime
        late += other.late
        overdue += other.overdue
        running += other.running
        extended += other.extended
    }
}

/// Counts by the codes as they stand in the rows.
private struct RawCounts {
    private var numbers = LawfulReport.Received()
    private var channels: [String: Int] = [:]
    private var kinds: [String: Int] = [:]
    private var sorts: [String: Int] = [:]
    private var routes: [String: Int] = [:]
    private var phases: [String: Int] = [:]

    mutating func add(_ row: Row) throws {
        numbers.total += 1
        channels[try row.text(0), default: 0] += 1
        kinds[try row.text(1), default: 0] += 1
        if let sort = try row.optionalText(2) { sorts[sort, default: 0] += 1 }
        if let route = try row.optionalText(3) { routes[route, default: 0] += 1 }
        phases[try row.text(4), default: 0] += 1
        numbers.categories[try row.optionalText(5) ?? "", default: 0] += 1
        numbers.areas[try row.optionalText(6) ?? "", default: 0] += 1
        numbers.units[try row.id(7), default: 0] += 1
        if try row.bool(8) { numbers.anonymous += 1 }
        if try row.optionalInt64(9).map({ $0 > 1 }) ?? false { numbers.groups += 1 }
    }

    func fill(_ received: inout LawfulReport.Received) {
        received = numbers
        received.channels = named(channels)
        received.kinds = named(kinds)
        received.sorts = named(sorts)
        received.routes = named(routes)
        received.phases = named(phases)
    }

    private func named<Code: RawRepresentable<String> & Hashable>(_ counts: [String: Int]) -> [Code: Int] {
        Dictionary(
            counts.compactMap { code, count in Code(rawValue: code).map { ($0, count) } }, uniquingKeysWith: +)
    }
}
