public import Kernel
internal import Storage

extension Named {
    /// A list that somebody narrowed and kept under a name.
    public enum SavedFilter {}
}

/// Identifies a saved filter.
public typealias SavedFilterID = Identifier<Named.SavedFilter>

/// A list that somebody narrowed and kept under a name. Conditions are about matters; there are none about persons.
public struct SavedFilter: Hashable, Sendable {
    /// Its identifier.
    public let id: SavedFilterID
    /// What it is called.
    public let name: String
    /// The list with its conditions, as it stands in addresses.
    public let address: String
    /// The unit whose people all have it; `nil` for an own one.
    public let unit: UnitID?
}

extension Workbench {
    /// So many own filters a person, and so many a unit.
    public static let mostFilters = 12
    /// The longest name, in characters.
    public static let longestFilterName = 24
    static let longestAddress = 400

    /// A person's filters: their own, then those of their unit, each in the order of making.
    public func filters(of staff: StaffID, in unit: UnitID) async throws -> [SavedFilter] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT id, name, address, unit_id FROM (
                  SELECT * FROM (SELECT id, name, address, unit_id FROM desk_filters
                    WHERE owner_id = $1 AND unit_id IS NULL ORDER BY id LIMIT $3) own
                  UNION ALL
                  SELECT * FROM (SELECT id, name, address, unit_id FROM desk_filters
                    WHERE unit_id = $2 ORDER BY id LIMIT $3) shared) f
                ORDER BY CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END, id LIMIT $4
                """, [staff, unit, Self.mostFilters, 2 * Self.mostFilters]
            ).map {
                SavedFilter(
                    id: try $0.id(0), name: try $0.text(1), address: try $0.text(2), unit: try $0.optionalID(3))
            }
        }
    }

    /// Keeps a list under a name. The same name again takes the place of the old one.
    ///
    /// - Parameter unit: shares it with the people of this unit.
    public func save(name: String, address: String, by staff: StaffID, sharedWith unit: UnitID?) async throws {
        let name = String(name.prefix(Self.longestFilterName))
        guard !name.isEmpty else { throw PlainError(.invalid, "filter.nameMissing", field: "name") }
        guard address.count <= Self.longestAddress else { throw PlainError(.invalid, "filter.tooLong", field: "name") }
        let now = clock.now()
        let id: SavedFilterID = ids.next()
        // Own and shared ones are told apart by the same column that their indexes are made of.
        let (condition, owner): (String, any SQLConvertible) =
            unit.map { ("unit_id = $1", $0) } ?? ("owner_id = $1 AND unit_id IS NULL", staff)
        try await database.write { tx in
            try tx.execute("DELETE FROM desk_filters WHERE \(condition) AND name = $2", [owner, name])
            let row = try tx.first("SELECT COUNT(*) FROM desk_filters WHERE \(condition)", [owner])
            guard try row?.int(0) ?? 0 < Self.mostFilters else {
                throw PlainError(
                    .conflict, "filter.tooMany", field: "name", values: ["n": "\(Self.mostFilters)"])
            }
            try tx.execute(
                """
                INSERT INTO desk_filters (id, owner_id, unit_id, name, address, made_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """, [id, staff, unit, name, address, now])
        }
    }

    /// Takes a filter away: one's own, or one of one's unit, which belongs to all its people.
    public func removeFilter(_ id: SavedFilterID, by staff: StaffID, in unit: UnitID) async throws {
        try await database.write { tx in
            try tx.execute(
                "DELETE FROM desk_filters WHERE id = $1 AND (unit_id = $2 OR (unit_id IS NULL AND owner_id = $3))",
                [id, unit, staff])
        }
    }
}
