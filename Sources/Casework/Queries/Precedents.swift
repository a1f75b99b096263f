public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// An earlier ruling on an objection, for whoever has to rule on the next one.
public struct Precedent: Sendable, Hashable {
    /// The number of the matter; nothing where the viewer may not see it.
    public let number: String?
    /// Whether the unit that objected was right.
    public let upheld: Bool
    /// The unit that objected.
    public let from: UnitID
    /// The unit that answers for such matters after it: another one, or the same.
    public let to: UnitID
    /// The category.
    public let category: String
    /// The area.
    public let area: String?
    /// When.
    public let at: Instant
    /// Who decided: by agreement, the superior, the joint conference.
    public let step: DisputeStep
    /// Why; nothing where the viewer may not see the matter, or where it was erased.
    public let reason: String?
}

extension Casework {
    /// Earlier rulings on objections about a category, those of the same area first, then the newest. Rulings in
    /// matters that are kept to named people are left out.
    public func precedents(
        category: String, area: String? = nil, limit: Int = 5, for viewer: Viewer
    ) async throws -> [Precedent] {
        guard viewer.may(.seeMatters, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        return try await database.read { tx in
            var asked = PrecedentQuery(viewer: viewer, limit: limit)
            asked.category = category
            guard let area else { return try asked.run(tx) }
            asked.area = area
            let near = try asked.run(tx)
            guard near.count < limit else { return near }
            asked.area = nil
            let others = try asked.run(tx).filter { $0.area != area }
            return near + others.prefix(limit - near.count)
        }
    }

    /// Objections that were upheld since a moment, newest first.
    func upheldRulings(since: Instant, limit: Int, for viewer: Viewer) async throws -> [Precedent] {
        try await database.read { tx in
            var asked = PrecedentQuery(viewer: viewer, limit: limit)
            asked.upheldSince = since
            return try asked.run(tx)
        }
    }
}

/// Rulings as rows, with what the viewer may see of their matters.
struct PrecedentQuery {
    let viewer: Viewer
    let limit: Int
    var category: String?
    var area: String?
    var upheldSince: Instant?

    func run(_ tx: any ReadTransaction) throws -> [Precedent] {
        let (sql, values) = statement
        return try tx.rows(sql, values).map { row in
            let isVisible = try row.bool(8)
            return Precedent(
                number: isVisible ? try row.text(0) : nil, upheld: try row.bool(1), from: try row.id(2),
                to: try row.id(3), category: try row.optionalText(4) ?? "", area: try row.optionalText(5),
                at: try row.instant(6), step: DisputeStep(rawValue: try row.text(7)) ?? .agree,
                reason: isVisible ? try row.optionalText(9) : nil)
        }
    }

    var statement: (sql: String, values: [any SQLConvertible]) {
        let reach = viewer.visibility.condition(column: "u.unit_id", firstPlaceholder: 1)
        var values = reach.values
        var parts: [String] = []
        func add(_ sql: String, _ value: any SQLConvertible) {
            values.append(value)
            parts.append("\(sql) $\(values.count)")
        }
        if let category { add("r.category =", category) }
        if let area { add("r.area =", area) }
        if let upheldSince {
            parts.append("r.upheld = 1 AND r.category IS NOT NULL")
            add("r.ruled_at >=", upheldSince)
        }
        let apart = viewer.visibility.apart("r.case_id", firstPlaceholder: values.count + 1)
        values += apart.values
        parts.append(apart.sql)
        let sql = """
            SELECT c.number, r.upheld, r.from_unit, r.to_unit, r.category, r.area, r.ruled_at, r.step,
              CASE WHEN EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = r.case_id AND \(reach.sql))
                THEN 1 ELSE 0 END, t.body
            FROM case_rulings r JOIN cases c ON c.id = r.case_id LEFT JOIN texts t ON t.id = r.reason_id
            WHERE \(parts.joined(separator: " AND ")) AND c.restricted = 0
            ORDER BY r.ruled_at DESC, r.case_id DESC LIMIT \(limit)
            """
        return (sql, values)
    }
}
