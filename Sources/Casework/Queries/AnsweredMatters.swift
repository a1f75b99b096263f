public import Kernel
public import Organisation
internal import Storage

/// The list behind what the first screen tells of a unit's last 90 days, and a report of its units.
public struct AnsweredRequest: Hashable, Sendable {
    /// What happened in these days.
    public enum Measure: String, CaseIterable, Sendable {
        /// A reply was sent: what the days to a reply are the middle of.
        case answered
        /// The writer judged: what the share of those solved is a share of.
        case judged
    }

    /// What happened.
    public var measure: Measure
    /// Only what this unit answered, or matters that it answers for.
    public var unit: UnitID?
    /// In this period; in the last 90 days without one. Reports count each answer, so a matter that was answered twice
    /// stands in the list twice.
    public var period: ReportPeriod?
    /// Where the page begins: the last line of the one before.
    public var after: ReceivedCursor?
    /// Lines on a page.
    public var limit = 25

    /// Of all units.
    public init(_ measure: Measure) { self.measure = measure }
}

extension Casework {
    /// So many days the first screen looks back for replies and judgements.
    public static let answeredDays = 90

    /// Since when replies and judgements are counted on the first screen.
    static func answeredSince(_ now: Instant) -> Instant { now.adding(days: -answeredDays) }

    /// Matters answered or judged in the last 90 days, or in a period, the latest first. Reads one index, at most as far as
    /// the number does.
    ///
    /// - Throws: `forbidden` for judgements where the viewer may not know any.
    public func answeredMatters(
        _ request: AnsweredRequest, for viewer: Viewer
    ) async throws -> (rows: [QueueRow], next: ReceivedCursor?) {
        let (inner, values) = request.statement(try answeredScope(request, viewer))
        return try await database.read { tx in
            let found = try tx.rows(
                """
                SELECT \(QueueRow.columns), k.happened_at FROM (\(inner)) k JOIN cases c ON c.id = k.id
                LEFT JOIN texts t ON t.id = c.title_id LEFT JOIN texts p ON p.id = c.place_id
                ORDER BY k.happened_at DESC, k.id DESC
                """, values)
            let rows = try found.prefix(request.limit).map { try QueueRow($0).shown(to: viewer) }
            guard found.count > request.limit, let last = rows.last else { return (rows, nil) }
            let row = found[request.limit - 1]
            return (rows, ReceivedCursor(at: try row.instant(row.values.count - 1), id: last.id))
        }
    }

    /// How many these are, counted up to a limit of the caller's.
    public func answeredCount(_ request: AnsweredRequest, upTo cap: Int, for viewer: Viewer) async throws -> Int {
        var values: [any SQLConvertible] = []
        let condition = request.condition(try answeredScope(request, viewer), &values)
        return try await capped("SELECT 1 FROM \(request.source.table) WHERE \(condition)", values, cap)
    }

    private func answeredScope(_ request: AnsweredRequest, _ viewer: Viewer) throws -> AnsweredScope {
        guard viewer.may(.oversee, on: nil), request.measure != .judged || viewer.may(.seeJudgement, on: nil) else {
            throw PlainError(.forbidden, "permission.missing")
        }
        let span = request.period?.instants(deadlines.zone)
        return AnsweredScope(
            since: span?.from ?? Self.answeredSince(clock.now()), until: span?.to, visibility: viewer.visibility,
            hidden: request.measure == .judged ? viewer.unitsOfHiddenJudgement : [])
    }
}

/// Which of them somebody may see.
struct AnsweredScope {
    let since: Instant
    var until: Instant?
    let visibility: Visibility
    /// Units of which the viewer learns numbers, but not which matters were judged.
    var hidden: [UnitID] = []
}

extension AnsweredRequest {
    /// Where these are found: reports count answers one by one, by the unit that gave each.
    fileprivate var source: (table: String, moment: String, unit: String, id: String) {
        switch (measure, period) {
        case (.answered, .some):
            ("case_answers h JOIN cases c ON c.id = h.case_id", "h.replied_at", "h.unit_id", "h.case_id")
        case (.answered, nil): ("cases c", "c.replied_at", "c.responsible_unit", "c.id")
        case (.judged, _): ("cases c", "c.judged_at", "c.responsible_unit", "c.id")
        }
    }

    func statement(_ scope: AnsweredScope) -> (sql: String, values: [any SQLConvertible]) {
        var values: [any SQLConvertible] = []
        let condition = condition(scope, &values)
        let (table, moment, _, id) = source
        let sql = """
            SELECT \(id) AS id, \(moment) AS happened_at FROM \(table) WHERE \(condition)
            ORDER BY \(moment) DESC, \(id) DESC LIMIT \(limit + 1)
            """
        return (sql, values)
    }

    fileprivate func condition(_ scope: AnsweredScope, _ values: inout [any SQLConvertible]) -> String {
        let (_, moment, unitColumn, idColumn) = source
        values.append(scope.since)
        var parts = ["\(moment) >= $\(values.count)", "c.restricted = 0"]
        let reach = scope.visibility.condition(column: unitColumn, firstPlaceholder: values.count + 1)
        values += reach.values
        let apart = scope.visibility.apart(idColumn, firstPlaceholder: values.count + 1)
        values += apart.values
        parts += [reach.sql, apart.sql]
        func bind(_ value: any SQLConvertible) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        if let until = scope.until { parts.append("\(moment) < \(bind(until))") }
        // As reports count: a judgement that was taken back is none.
        if period != nil, measure == .judged { parts.append("c.judgement IS NOT NULL") }
        if let unit { parts.append("\(unitColumn) = \(bind(unit))") }
        if !scope.hidden.isEmpty {
            let marks = scope.hidden.map { bind($0) }.joined(separator: ", ")
            parts.append("\(unitColumn) NOT IN (\(marks))")
        }
        if let after {
            let (at, id) = (bind(after.at), bind(after.id))
            parts.append("\(moment) <= \(at) AND (\(moment), \(idColumn)) < (\(at), \(id))")
        }
        return parts.joined(separator: " AND ")
    }
}
