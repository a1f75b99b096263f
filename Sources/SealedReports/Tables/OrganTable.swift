internal import Organisation
internal import Storage

/// Every public key that reports were ever sealed to. A key that leaves the settings receives nothing new; what was
/// sealed to it stays with its organ.
enum OrganTable {
    /// Notes the configured keys and gives all that are known.
    static func remember(_ organs: [OrganKey], in database: any Database) async throws -> [String: OrganKey] {
        try await database.write { tx in
            for organ in organs {
                try tx.execute(
                    """
                    INSERT INTO sealed_organs (id, point, name, name_english, unit) VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_english = excluded.name_english,
                      unit = excluded.unit
                    """, [organ.id, organ.point, organ.name?.zh, organ.name?.en, organ.unit])
            }
            var known: [String: OrganKey] = [:]
            for row in try tx.rows("SELECT id, point, name, name_english, unit FROM sealed_organs ORDER BY id") {
                let name = try row.optionalText(2)
                let english = try row.optionalText(3)
                known[try row.text(0)] = try OrganKey(
                    point: try row.blob(1), name: name.map { LocalizedName(zh: $0, en: english) },
                    unit: try row.optionalText(4))
            }
            return known
        }
    }
}
