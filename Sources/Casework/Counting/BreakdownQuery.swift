internal import Kernel
public import Organisation
internal import Storage

extension Casework {
    /// Matters of a period within the viewer's reach, divided in one way.
    ///
    /// Whole months come from the counts that are kept, days at the edges and narrowed questions from an index of
    /// facts: the cost grows with the months and groups of the period and with 62 days of letters, or, where it is
    /// narrowed, with the letters of the period; never with the ledger.
    public func breakdown(_ request: BreakdownRequest, for viewer: Viewer) async throws -> Breakdown {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        var scope = CountScope(filter: request.filter, visibility: viewer.visibility, today: today)
        let seesVerdicts = viewer.may(.seeJudgement, on: nil)
        if seesVerdicts { scope.hiddenVerdicts = viewer.unitsOfHiddenJudgement }
        return try await breakdown(request, scope, viewer.organisation, seesVerdicts: seesVerdicts)
    }

    func breakdown(
        _ request: BreakdownRequest, _ scope: CountScope, _ organisation: Organisation, seesVerdicts: Bool
    ) async throws -> Breakdown {
        let now = clock.now()
        return try await database.read { tx in
            var count = BreakdownCount(request: request, scope: scope)
            try count.run(tx)
            return count.finished(organisation, seesVerdicts: seesVerdicts, at: now)
        }
    }
}

/// Counts in one snapshot of the store.
struct BreakdownCount {
    let request: BreakdownRequest
    let scope: CountScope
    private(set) var cells: [String: CountCell] = [:]
    private(set) var overdue: [String: Int] = [:]
    /// Verdicts that the viewer may know, where these are not all.
    private(set) var verdicts: [String: Int] = [:]

    init(request: BreakdownRequest, scope: CountScope) {
        self.request = request
        self.scope = scope
    }

    mutating func run(_ tx: any ReadTransaction) throws {
        let split = PeriodSplit(request, scope)
        if let months = split.months {
            try kept(months, tx)
            try waiting(months, tx)
            try leftOut(months, tx)
        }
        for days in split.days { try facts(days, tx) }
        try lateNow(tx)
        if !scope.hiddenVerdicts.isEmpty { try visibleVerdicts(tx) }
    }

    // MARK: Whole months

    private mutating func kept(_ months: MonthRange, _ tx: any ReadTransaction) throws {
        let (sql, values) = Self.keptStatement(request.by, scope, months)
        try tx.forEach(sql, values) { row in
            cells[group(try row.text(0)), default: CountCell()].add(try CountCell(row, from: 1))
            return true
        }
    }

    static func keptStatement(
        _ by: BreakdownDimension, _ scope: CountScope, _ months: MonthRange
    ) -> (sql: String, values: [any SQLConvertible]) {
        var values: [any SQLConvertible] = []
        func bind(_ value: any SQLConvertible) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        let units = scope.units
        let dimension: CountKey.Dimension =
            switch by {
            case .unit: units == nil ? .unit : .all
            case .area: .area
            case .category: .category
            case .channel: .channel
            case .time: months.isByDay ? .day : .all
            }
        let group =
            switch by {
            case .unit: units == nil ? "k.value" : "CAST(k.unit_id AS TEXT)"
            case .time: months.isByDay ? "k.value" : "k.month"
            default: "k.value"
            }
        let places = (units.map { $0.map(\.rawValue) } ?? [CountKey.everywhere]).map { bind($0) }
        let reach = places.isEmpty ? "1 = 0" : "k.unit_id IN (\(places.joined(separator: ", ")))"
        let sql = """
            SELECT \(group), \(CountCell.columns) FROM case_counts k
            WHERE k.dim = '\(dimension.rawValue)' AND \(reach) AND k.month >= \(bind(months.first))
              AND k.month <= \(bind(months.last))
            """
        guard months.isByDay else { return (sql, values) }
        let (from, to) = (bind(months.days.lowerBound), bind(months.days.upperBound))
        return ("\(sql) AND k.value >= \(from) AND k.value <= \(to)", values)
    }

    /// What changed since the counts were last added up.
    private mutating func waiting(_ months: MonthRange, _ tx: any ReadTransaction) throws {
        let units = scope.units.map { Set($0) }
        try tx.forEach("SELECT facts, n FROM case_count_changes", []) { row in
            guard let facts = CaseFacts(word: try row.text(0)), months.days.contains(facts.day),
                units?.contains(facts.unit) ?? true
            else { return true }
            cells[group(of: facts), default: CountCell()].add(facts, times: try row.int(1))
            return true
        }
    }

    /// Kept counts hold what the viewer must not learn of; it is taken away again.
    private mutating func leftOut(_ months: MonthRange, _ tx: any ReadTransaction) throws {
        var values: [any SQLConvertible] = []
        let sql = Self.leftOutStatement(scope, &values)
        let units = scope.units.map { Set($0) }
        try tx.forEach(sql, values) { row in
            let facts = try CaseFacts(row)
            guard months.days.contains(facts.day), units?.contains(facts.unit) ?? true else { return true }
            cells[group(of: facts), default: CountCell()].add(facts, times: -1)
            return true
        }
    }

    static func leftOutStatement(_ scope: CountScope, _ values: inout [any SQLConvertible]) -> String {
        var bound: [any SQLConvertible] = []
        let condition = scope.leftOut {
            bound.append($0)
            return "$\(bound.count)"
        }
        values = bound
        return "SELECT \(CaseFacts.read) FROM case_tallies t WHERE \(condition)"
    }

    // MARK: Facts

    private mutating func facts(_ days: ClosedRange<LocalDate>, _ tx: any ReadTransaction) throws {
        let (sql, values) = Self.factsStatement(request, scope, days)
        try tx.forEach(sql, values) { row in
            let (answeredAfter, count, late) = (try row.int(1), try row.int(2), try row.int(3))
            var cell = CountCell(
                registered: count, open: try row.int(4), unsolved: try row.int(5))
            if answeredAfter >= 0 {
                (cell.late, cell.inTime) = (late, count - late)
                cell.days.add(answeredAfter, times: count)
            }
            cells[group(try row.text(0)), default: CountCell()].add(cell)
            return true
        }
    }

    static func factsStatement(
        _ request: BreakdownRequest, _ scope: CountScope, _ days: ClosedRange<LocalDate>
    ) -> (sql: String, values: [any SQLConvertible]) {
        var values: [any SQLConvertible] = []
        let condition = scope.condition(days, &values)
        let key = column(request)
        let sql = """
            SELECT \(key), t.days, COUNT(*), SUM(CASE WHEN t.is_late = 1 THEN 1 ELSE 0 END),
              SUM(CASE WHEN t.is_open = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN t.is_unsolved = 1 THEN 1 ELSE 0 END)
            FROM case_tallies t WHERE \(condition) GROUP BY \(key), t.days
            """
        return (sql, values)
    }

    /// What is late changes by itself from one day to the next, so it is never kept.
    private mutating func lateNow(_ tx: any ReadTransaction) throws {
        let (sql, values) = Self.measureStatement(.overdue, request, scope)
        try tx.forEach(sql, values) { row in
            overdue[group(try row.text(0)), default: 0] += try row.int(1)
            return true
        }
    }

    private mutating func visibleVerdicts(_ tx: any ReadTransaction) throws {
        let (sql, values) = Self.measureStatement(.unsolved, request, scope)
        try tx.forEach(sql, values) { row in
            verdicts[group(try row.text(0)), default: 0] += try row.int(1)
            return true
        }
    }

    static func measureStatement(
        _ measure: CountedMeasure, _ request: BreakdownRequest, _ scope: CountScope
    ) -> (sql: String, values: [any SQLConvertible]) {
        var values: [any SQLConvertible] = []
        let condition = scope.condition(request.days, of: measure, &values)
        let more = scope.measure(measure, &values).map { " AND \($0)" } ?? ""
        let key = column(request)
        return ("SELECT \(key), COUNT(*) FROM case_tallies t WHERE \(condition)\(more) GROUP BY \(key)", values)
    }

    private static func column(_ request: BreakdownRequest) -> String {
        switch request.by {
        case .unit: "CAST(t.unit_id AS TEXT)"
        case .area: "t.area"
        case .category: "t.category"
        case .channel: "t.channel"
        case .time:  // Never the bare day: grouping would then follow the index by day and read all of it.
            request.step == .month ? "SUBSTR(t.day, 1, 7)" : "SUBSTR(t.day, 1, 10)"
        }
    }
}
