public import Kernel
public import Organisation
internal import Storage

/// One line of the list of meetings.
public struct ConferenceRow: Sendable, Hashable {
    /// The meeting.
    public let id: ConferenceID
    /// Its number.
    public let number: DocumentNumber
    /// The unit that called it.
    public let unit: UnitID
    /// The day.
    public let on: LocalDate
    /// Where it stands.
    public let phase: ConferencePhase
    /// Where it is, in words; empty when erased.
    public let place: String
    /// How many items its agenda has.
    public let items: Int
    /// How many of them have a decision.
    public let decided: Int
    /// How many of these were carried out.
    public let done: Int
}

/// A decision that a unit has to carry out.
public struct OwedDecision: Sendable, Hashable {
    /// The meeting.
    public let conference: ConferenceID
    /// The item.
    public let item: Int
    /// The meeting's number.
    public let number: DocumentNumber
    /// Who carries it out.
    public let owner: UnitID
    /// By when.
    public let due: LocalDate
    /// How far, as last reported.
    public let outcome: DecisionOutcome?
    /// The words; empty when erased.
    public let text: String
}

extension Supervision {
    /// Meetings that a viewer may know of, the latest day first.
    public func conferences(
        after: DueCursor? = nil, limit: Int = 25, for viewer: Viewer
    ) async throws -> SupervisionPage<ConferenceRow> {
        let watching = SupervisionAccess.scope(SupervisionAccess.watching, of: viewer)
        let reach = watching.condition(column: "c.unit_id", firstPlaceholder: 1)
        var values = reach.values
        var sql = reach.sql
        if case .units(let units) = watching.scope {
            // Those who watch a part of the county see the meetings to which its units were called.
            let invited = watching.condition(column: "u.unit_id", firstPlaceholder: units.count + 1)
            values += invited.values
            sql =
                "(\(sql) OR c.id IN (SELECT u.conference_id FROM conference_units u WHERE \(invited.sql)))"
        }
        if let after {
            values += [after.due, after.id] as [any SQLConvertible]
            sql += " AND (c.held_on, c.id) < ($\(values.count - 1), $\(values.count))"
        }
        let (condition, bound) = (sql, values)
        let rows = try await database.read { tx in
            try tx.rows(
                """
                SELECT c.id, c.year, c.sequence, c.unit_id, c.held_on, c.phase, x.body, c.items,
                  (SELECT COUNT(i.decided_at) FROM conference_items i WHERE i.conference_id = c.id),
                  (SELECT COUNT(*) FROM conference_items i WHERE i.conference_id = c.id AND i.outcome = 'done')
                FROM conferences c LEFT JOIN texts x ON x.id = c.place_id
                WHERE \(condition) ORDER BY c.held_on DESC, c.id DESC LIMIT \(limit + 1)
                """, bound
            ).map(ConferenceRow.init)
        }
        let shown = Array(rows.prefix(limit))
        let last = rows.count > limit ? shown.last : nil
        return SupervisionPage(rows: shown, next: last.map { DueCursor(due: $0.on, id: $0.id.rawValue) })
    }

    /// Decisions that the units for which somebody answers have to carry out, by day; the first hundred.
    public func decisionsToCarryOut(for viewer: Viewer) async throws -> [OwedDecision] {
        let scope = SupervisionAccess.scope([.answerSupervision], of: viewer)
        let reach = scope.condition(column: "i.owner_unit", firstPlaceholder: 1)
        return try await database.read { tx in
            try tx.rows(
                """
                SELECT i.conference_id, i.item, c.year, c.sequence, i.owner_unit, i.due_on, i.outcome, x.body
                FROM conference_items i JOIN conferences c ON c.id = i.conference_id
                LEFT JOIN texts x ON x.id = i.decision_id
                WHERE i.owner_unit IS NOT NULL AND (i.outcome IS NULL OR i.outcome <> 'done') AND \(reach.sql)
                ORDER BY i.due_on, i.conference_id, i.item LIMIT 100
                """, reach.values
            ).map { row in
                OwedDecision(
                    conference: try row.id(0), item: try row.int(1),
                    number: DocumentNumber(year: try row.int(2), sequence: try row.int(3)), owner: try row.id(4),
                    due: try row.date(5), outcome: try row.optionalText(6).flatMap(DecisionOutcome.init),
                    text: try row.optionalText(7) ?? "")
            }
        }
    }
}

extension ConferenceRow {
    init(_ row: Row) throws {
        self.init(
            id: try row.id(0), number: DocumentNumber(year: try row.int(1), sequence: try row.int(2)),
            unit: try row.id(3), on: try row.date(4), phase: ConferencePhase(rawValue: try row.text(5)) ?? .planned,
            place: try row.optionalText(6) ?? "", items: try row.int(7), decided: try row.int(8),
            done: try row.int(9))
    }
}
