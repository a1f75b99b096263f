public import Kernel
public import Organisation
internal import Storage

/// A list of the matters behind a number of the report: received in a period, narrowed in one or more ways.
public struct ReceivedRequest: Sendable, Hashable {
    /// The period.
    public var period: ReportPeriod
    /// Only these.
    public var channel: Channel?
    /// Only these.
    public var kind: MatterKind?
    /// Only these.
    public var sort: MatterSort?
    /// Only these.
    public var route: LawfulRoute?
    /// Only this category or one below it; `""` for matters without one.
    public var category: String?
    /// Only matters that this unit answers for.
    public var unit: UnitID?
    /// Only matters that stand here now.
    public var phase: CasePhase?
    /// Where the page begins: the last line of the one before.
    public var after: ReceivedCursor?
    /// Lines on a page.
    public var limit = 25

    /// All of a period.
    public init(_ period: ReportPeriod) { self.period = period }
}

/// A place in a list that is ordered by registration.
public struct ReceivedCursor: Sendable, Hashable, CustomStringConvertible {
    /// When the last line was registered.
    public let at: Instant
    /// The last line.
    public let id: CaseID

    /// A place.
    public init(at: Instant, id: CaseID) {
        self.at = at
        self.id = id
    }

    /// Reads `1779331320000.123`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let at = Int64(parts[0]), let id = CaseID(parts[1]) else { return nil }
        self.init(at: Instant(milliseconds: at), id: id)
    }

    /// The form in addresses.
    public var description: String { "\(at.milliseconds).\(id)" }
}

extension Casework {
    /// The matters that the report counts, in the order of their registration.
    public func receivedMatters(
        _ request: ReceivedRequest, for viewer: Viewer
    ) async throws -> (rows: [QueueRow], next: ReceivedCursor?) {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        return try await database.read { tx in
            let (sql, values) = request.statement(scope(request.period, viewer.visibility))
            var rows = try tx.rows(sql, values).map { try QueueRow($0).shown(to: viewer) }
            guard rows.count > request.limit else { return (rows, nil) }
            rows.removeLast()
            return (rows, rows.last.map { ReceivedCursor(at: $0.registeredAt, id: $0.id) })
        }
    }

    /// How many these are, counted up to a limit of the caller's.
    public func receivedCount(_ request: ReceivedRequest, upTo cap: Int, for viewer: Viewer) async throws -> Int {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let (condition, values) = request.condition(scope(request.period, viewer.visibility))
        return try await capped("SELECT 1 FROM cases c WHERE \(condition)", values, cap)
    }
}

extension ReceivedRequest {
    fileprivate func condition(_ scope: ReportScope) -> (sql: String, values: [any SQLConvertible]) {
        var (condition, values) = scope.received()
        func bind(_ value: any SQLConvertible) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        func narrow(_ column: String, _ value: (any SQLConvertible)?) {
            if let value { condition += " AND c.\(column) = \(bind(value))" }
        }
        narrow("channel", channel?.rawValue)
        narrow("kind", kind?.rawValue)
        narrow("sort", sort?.rawValue)
        narrow("route", route?.rawValue)
        narrow("responsible_unit", unit)
        narrow("phase", phase?.rawValue)
        if let category {
            condition +=
                category.isEmpty
                ? " AND c.category IS NULL"
                // "/" follows "." in the order of bytes: the category and all below it.
                : " AND (c.category = \(bind(category)) OR (c.category >= \(bind(category + ".")) AND c.category < \(bind(category + "/"))))"
        }
        if let after {
            let (at, id) = (bind(after.at), bind(after.id))
            condition += " AND c.registered_at >= \(at) AND (c.registered_at, c.id) > (\(at), \(id))"
        }
        return (condition, values)
    }

    func statement(_ scope: ReportScope) -> (sql: String, values: [any SQLConvertible]) {
        let (condition, values) = condition(scope)
        let sql = """
            SELECT \(QueueRow.columns)
            FROM cases c LEFT JOIN texts t ON t.id = c.title_id LEFT JOIN texts p ON p.id = c.place_id
            WHERE \(condition) ORDER BY c.registered_at, c.id LIMIT \(limit + 1)
            """
        return (sql, values)
    }
}
