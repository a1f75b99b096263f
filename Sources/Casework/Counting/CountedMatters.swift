public import Kernel
public import Organisation
internal import Storage

/// The list behind a number of a breakdown.
public struct CountedRequest: Hashable, Sendable {
    /// Registered on these days.
    public var days: ClosedRange<LocalDate>
    /// Of these.
    public var filter = CountFilter()
    /// Which number.
    public var measure: CountedMeasure
    /// Where the page begins: the last line of the one before.
    public var after: QueueCursor?
    /// Lines on a page.
    public var limit = 25

    /// All of a period.
    public init(_ days: ClosedRange<LocalDate>, _ measure: CountedMeasure = .registered) {
        self.days = days
        self.measure = measure
    }
}

extension Casework {
    /// The matters that a number of a breakdown counts, the newest first.
    public func countedMatters(
        _ request: CountedRequest, for viewer: Viewer
    ) async throws -> (rows: [QueueRow], next: QueueCursor?) {
        let (sql, values) = request.statement(try scope(request, viewer))
        let zone = deadlines.zone
        return try await database.read { tx in
            var rows = try tx.rows(sql, values).map { try QueueRow($0).shown(to: viewer) }
            guard rows.count > request.limit else { return (rows, nil) }
            rows.removeLast()
            return (rows, rows.last.map { QueueCursor(due: zone.date(of: $0.registeredAt), id: $0.id) })
        }
    }

    /// How many these are, counted up to a limit of the caller's.
    public func countedCount(_ request: CountedRequest, upTo cap: Int, for viewer: Viewer) async throws -> Int {
        var values: [any SQLConvertible] = []
        let condition = request.condition(try scope(request, viewer), &values)
        return try await capped("SELECT 1 FROM case_tallies t WHERE \(condition)", values, cap)
    }

    private func scope(_ request: CountedRequest, _ viewer: Viewer) throws -> CountScope {
        guard viewer.may(.oversee, on: nil), request.measure != .unsolved || viewer.may(.seeJudgement, on: nil) else {
            throw PlainError(.forbidden, "permission.missing")
        }
        var scope = CountScope(filter: request.filter, visibility: viewer.visibility, today: today)
        scope.hiddenVerdicts = viewer.unitsOfHiddenJudgement
        return scope
    }

    /// The rows of a statement, counted up to a limit.
    func capped(_ sql: String, _ values: [any SQLConvertible], _ cap: Int) async throws -> Int {
        try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM (\(sql) LIMIT \(cap)) x", values)?.int(0) ?? 0
        }
    }
}

extension CountedRequest {
    func statement(_ scope: CountScope) -> (sql: String, values: [any SQLConvertible]) {
        var values: [any SQLConvertible] = []
        let order = CountScope.day(measure)
        var condition = condition(scope, &values)
        if let after, after.fits(.due) {
            values += [after.value, after.id] as [any SQLConvertible]
            let (day, id) = ("$\(values.count - 1)", "$\(values.count)")
            condition += " AND \(order) <= \(day) AND (\(order), t.case_id) < (\(day), \(id))"
        }
        let sql = """
            SELECT \(QueueRow.columns)
            FROM (SELECT t.case_id, t.day FROM case_tallies t WHERE \(condition)
              ORDER BY \(order) DESC, t.case_id DESC LIMIT \(limit + 1)) k
            JOIN cases c ON c.id = k.case_id
            LEFT JOIN texts t ON t.id = c.title_id LEFT JOIN texts p ON p.id = c.place_id
            ORDER BY k.day DESC, k.case_id DESC
            """
        return (sql, values)
    }

    fileprivate func condition(_ scope: CountScope, _ values: inout [any SQLConvertible]) -> String {
        let condition = scope.condition(days, of: measure, &values)
        return scope.measure(measure, &values).map { "\(condition) AND \($0)" } ?? condition
    }
}
