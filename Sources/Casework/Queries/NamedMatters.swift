public import Kernel
public import Organisation
internal import Storage

/// A matter by its number and title, as far as a viewer may know of it.
public struct NamedMatter: Sendable, Hashable {
    /// The readable number.
    public let number: String
    /// Its title; empty where it was erased.
    public let title: String
}

extension Casework {
    /// Whether nobody has decided yet what kind of matter some of these are.
    public func undecided(among ids: [CaseID]) async throws -> Bool {
        try await database.read { tx in
            var rest = ids[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(400))
                rest = rest.dropFirst(400)
                let marks = part.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
                let sql = "SELECT 1 FROM cases WHERE id IN (\(marks)) AND route IS NULL LIMIT 1"
                if try tx.first(sql, part) != nil { return true }
            }
            return false
        }
    }

    /// Numbers and titles of some matters; those that the viewer may not see now are left out.
    public func namedMatters(_ ids: [CaseID], for viewer: Viewer) async throws -> [CaseID: NamedMatter] {
        var out: [CaseID: NamedMatter] = [:]
        var rest = ids[...]
        let visibility = viewer.visibility
        while !rest.isEmpty {
            let part = Array(rest.prefix(200))
            rest = rest.dropFirst(200)
            let found = try await database.read { tx in
                let marks = part.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
                let apart = visibility.apart("c.id", firstPlaceholder: part.count + 1)
                let condition = visibility.condition(
                    column: "u.unit_id", firstPlaceholder: part.count + apart.values.count + 1)
                return try tx.rows(
                    """
                    SELECT c.id, c.number, t.body FROM cases c LEFT JOIN texts t ON t.id = c.title_id
                    WHERE c.id IN (\(marks)) AND c.restricted = 0 AND \(apart.sql)
                      AND EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND \(condition.sql))
                    ORDER BY c.id
                    """, part + apart.values + condition.values
                ).map { row in
                    (
                        try row.id(0, Named.Case.self),
                        NamedMatter(number: try row.text(1), title: try row.optionalText(2) ?? "")
                    )
                }
            }
            for (id, matter) in found { out[id] = matter }
        }
        return out
    }
}
