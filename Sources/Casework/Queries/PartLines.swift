public import Kernel
public import Organisation
internal import Ledger
internal import Storage

/// A part of a whole, as far as a viewer may know of it.
public struct PartLine: Sendable, Hashable {
    /// Its number.
    public let number: String
    /// Its title; empty where it was erased.
    public let title: String
    /// Where it is.
    public let place: String?
    /// Where it stands.
    public let phase: CasePhase
    /// The unit whose turn it is.
    public let unit: UnitID
    /// The day the next clock ends.
    public let dueOn: LocalDate?
}

/// A part of a whole, for one of its residents.
public struct ResidentPart: Sendable {
    /// The resident's part in it.
    public let reporter: ReporterID
    /// Its file, as that resident may read it.
    public let file: CaseFile
}

extension Casework {
    /// The parts of a whole, by division or by link, in the order in which they came.
    public func parts(of id: CaseID, for viewer: Viewer) async throws -> [PartLine] {
        try await database.read { tx in
            let (sql, values) = Self.partLines(id, viewer.visibility)
            return try tx.rows(sql, values).map { row in
                let due = try row.date(5)
                return PartLine(
                    number: try row.text(0), title: try row.optionalText(1) ?? "", place: try row.optionalText(2),
                    phase: CasePhase(rawValue: try row.text(3)) ?? .registered, unit: try row.id(4),
                    dueOn: due == CaseProjection.noDueDate ? nil : due)
            }
        }
    }

    static func partLines(_ id: CaseID, _ visibility: Visibility) -> (sql: String, values: [any SQLConvertible]) {
        let apart = visibility.apart("c.id", firstPlaceholder: 2)
        let reach = visibility.condition(column: "u.unit_id", firstPlaceholder: 2 + apart.values.count)
        let sql = """
            SELECT c.number, t.body, p.body, c.phase, c.acting_unit, c.due_on FROM cases c
            LEFT JOIN texts t ON t.id = c.title_id LEFT JOIN texts p ON p.id = c.place_id
            WHERE c.parent_id = $1 AND c.restricted = 0 AND \(apart.sql)
              AND EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND \(reach.sql))
            ORDER BY c.id LIMIT 50
            """
        return (sql, [id] + apart.values + reach.values)
    }

    /// The parts of a whole as one of its residents reads them.
    public func parts(of state: CaseState, for reporter: ReporterID) async throws -> [ResidentPart] {
        guard !state.parts.isEmpty else { return [] }
        return try await database.read { tx in
            try state.parts.compactMap { part in
                guard let file = try file(part.id, in: tx),
                    let own = file.state.part?.reporters.first(where: { $0.whole == reporter })
                else { return nil }
                return ResidentPart(reporter: own.part, file: file.shown(to: own.part))
            }
        }
    }

    /// The number of a part that is not done yet; nothing where all are.
    func openPart(of id: CaseID, in tx: any ReadTransaction) throws -> String? {
        try tx.first(Self.openParts, [id])?.text(0)
    }

    static let openParts = """
        SELECT number FROM cases WHERE parent_id = $1 AND phase NOT IN ('closed', 'withdrawn', 'concluded', 'merged')
        ORDER BY id LIMIT 1
        """
}
