public import Kernel
public import Organisation
internal import Storage

/// A matter that another one is linked with, as far as a viewer may know of it.
public struct LinkedMatter: Sendable, Hashable {
    /// The matter.
    public let id: CaseID
    /// Its title; empty where it was erased.
    public let title: String
    /// Where it stands.
    public let phase: CasePhase
}

extension Casework {
    /// Titles and phases of some matters; those that the viewer may not see are left out.
    public func linkedMatters(_ ids: [CaseID], for viewer: Viewer) async throws -> [LinkedMatter] {
        guard !ids.isEmpty else { return [] }
        let wanted = Array(ids.prefix(50))
        return try await database.read { tx in
            let marks = wanted.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            let apart = viewer.visibility.apart("c.id", firstPlaceholder: wanted.count + 1)
            let condition = viewer.visibility.condition(
                column: "u.unit_id", firstPlaceholder: wanted.count + apart.values.count + 1)
            return try tx.rows(
                """
                SELECT c.id, t.body, c.phase FROM cases c LEFT JOIN texts t ON t.id = c.title_id
                WHERE c.id IN (\(marks)) AND c.restricted = 0 AND \(apart.sql)
                  AND EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND \(condition.sql))
                ORDER BY c.id
                """, wanted + apart.values + condition.values
            ).map { row in
                LinkedMatter(
                    id: try row.id(0), title: try row.optionalText(1) ?? "",
                    phase: CasePhase(rawValue: try row.text(2)) ?? .registered)
            }
        }
    }
}
