internal import Kernel
internal import Organisation
internal import Storage

/// What a trial reads of a matter.
struct TriedRow: Sendable {
    let id: CaseID
    let kind: MatterKind?
    let category: String?
    let area: String?
    let lead: UnitID?
    let received: UnitID
    let responsible: UnitID
    let acting: UnitID
    let isOpen: Bool
    let moments: ClockTrial.Moments
    /// Units that were asked for help and have not answered.
    var helping: [UnitID] = []
    /// Units with a promise that is not kept yet.
    var promising: [UnitID] = []
    /// Reviews in their order.
    var reviews: [(unit: UnitID, isDecided: Bool)] = []
    /// Who gave the answer that stands.
    var answeredBy: UnitID?
}

extension Casework {
    /// Matters that are kept to named people are in no number.
    static let triedStatement = """
        SELECT id, kind, category, area, lead_unit, sort, route, registered_at, accepted_at, replied_at,
          received_unit, responsible_unit, acting_unit, phase
        FROM cases WHERE id > $1 AND restricted = 0 ORDER BY id LIMIT $2
        """

    /// What trials of units ask besides, of the matters of one step; each reads a span of the table's own key.
    static let triedUnitStatements = [
        "SELECT case_id, unit_id, 1 FROM case_units WHERE case_id > $1 AND case_id <= $2 AND helping = 1",
        "SELECT case_id, unit_id, 1 FROM case_promises WHERE case_id > $1 AND case_id <= $2 AND settled IS NULL",
        """
        SELECT case_id, unit_id, CASE WHEN decided_at IS NULL THEN 0 ELSE 1 END FROM case_reviews
        WHERE case_id > $1 AND case_id <= $2 ORDER BY case_id, position
        """,
        "SELECT case_id, unit_id, 1 FROM case_answers WHERE case_id > $1 AND case_id <= $2 ORDER BY case_id, position",
    ]

    func triedRows(
        _ part: RulebookPart, after: Int64, limit: Int, in tx: any ReadTransaction
    ) throws -> [TriedRow] {
        var rows = try tx.rows(Self.triedStatement, [after, limit]).map { row in
            let facts = ClockFacts(
                receiver: .organ, route: try row.optionalText(6).flatMap(LawfulRoute.init) ?? .ordinary,
                sort: try row.optionalText(5).flatMap(MatterSort.init))
            return TriedRow(
                id: try row.id(0), kind: MatterKind(rawValue: try row.text(1)), category: try row.optionalText(2),
                area: try row.optionalText(3), lead: try row.optionalID(4), received: try row.id(10),
                responsible: try row.id(11), acting: try row.id(12),
                isOpen: CasePhase(rawValue: try row.text(13)).map(CaseFacts.openPhases.contains) ?? false,
                moments: ClockTrial.Moments(
                    registered: try row.instant(7), accepted: try row.optionalInstant(8),
                    replied: try row.optionalInstant(9), facts: facts))
        }
        guard part == .units, let last = rows.last?.id else { return rows }
        let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.id, $0) })
        for (index, sql) in Self.triedUnitStatements.enumerated() {
            for found in try tx.rows(sql, [after, last]) {
                guard let place = places[try found.id(0)] else { continue }
                let unit: UnitID = try found.id(1)
                switch index {
                case 0: rows[place].helping.append(unit)
                case 1: rows[place].promising.append(unit)
                case 2: rows[place].reviews.append((unit, try found.bool(2)))
                default: rows[place].answeredBy = unit
                }
            }
        }
        return rows
    }
}
