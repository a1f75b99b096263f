internal import Kernel
internal import Storage

/// The tables behind the snapshot: projections of the organisation's events.
enum OrganisationTables {
    static func version(in tx: any ReadTransaction, forUpdate: Bool = false) throws -> Int {
        let lock = forUpdate ? tx.dialect.forUpdate : ""
        return try tx.first("SELECT version FROM organisation_version WHERE id = 1\(lock)")?.int(0) ?? 0
    }

    static func setVersion(_ version: Int, in tx: any Transaction) throws {
        try tx.execute("UPDATE organisation_version SET version = $1 WHERE id = 1", [version])
    }

    static func load(in tx: any ReadTransaction) throws -> OrganisationRecords {
        var records = OrganisationRecords()
        records.version = try version(in: tx)
        for unit in try units(in: tx) { records.units[unit.id] = unit }
        let grants = try self.grants(in: tx)
        let links = try self.links(in: tx)
        for row in try tx.rows(
            """
            SELECT id, sign_in_name, display_name, unit_id, is_active, must_change_password, has_second_factor,
              leave_from, leave_to, deputy_id FROM staff
            """)
        {
            let id: StaffID = try row.id(0)
            records.staff[id] = StaffMember(
                id: id, signInName: try row.text(1), displayName: try row.text(2), unit: try row.id(3),
                grants: grants[id] ?? [], isActive: try row.bool(4), mustChangePassword: try row.bool(5),
                hasSecondFactor: try row.bool(6), openID: links[id], leave: try leave(row, 7))
        }
        for row in try tx.rows("SELECT code, name_zh, name_en, parent, is_retired FROM areas") {
            let area = Area(
                code: try row.text(0), name: try name(row, 1), parent: try row.optionalText(3),
                isRetired: try row.bool(4))
            records.areas[area.code] = area
        }
        for row in try tx.rows("SELECT code, name_zh, name_en, parent, is_retired, successor FROM categories") {
            let category = Category(
                code: try row.text(0), name: try name(row, 1), parent: try row.optionalText(3),
                isRetired: try row.bool(4), successor: try row.optionalText(5))
            records.categories[category.code] = category
        }
        records.categoryPlan = try categoryPlan(in: tx)
        records.catalogue = try catalogue(in: tx)
        records.rulePacks = try RuleTables.packFacts(in: tx)
        records.calendars = try RuleTables.calendarFacts(in: tx)
        for row in try tx.rows("SELECT id, unit_id, name_zh, name_en, is_retired FROM tags") {
            let tag = Tag(
                id: try row.id(0), unit: try row.id(1), name: try name(row, 2), isRetired: try row.bool(4))
            records.tags[tag.id] = tag
        }
        records.plans = try PlanTable.all(in: tx)
        return records
    }

    private static func leave(_ row: Row, _ column: Int) throws -> Leave? {
        guard let from = try row.optionalDate(column), let to = try row.optionalDate(column + 1),
            let deputy: StaffID = try row.optionalID(column + 2)
        else { return nil }
        return Leave(from: from, to: to, deputy: deputy)
    }

    private static func units(in tx: any ReadTransaction) throws -> [Organisation.Unit] {
        try tx.rows(
            """
            SELECT id, code, name_zh, name_en, kind, parent_id, area_code, valid_from, valid_to, successor_id, phone,
              address, hours, is_counter FROM units
            """
        ).map { row in
            guard let kind = UnitKind(rawValue: try row.text(4)) else {
                throw StorageError.corrupt("units.kind")
            }
            return Organisation.Unit(
                id: try row.id(0), code: try row.text(1), name: try name(row, 2), kind: kind,
                parent: try row.optionalID(5), areaCode: try row.optionalText(6), validFrom: try row.optionalDate(7),
                validTo: try row.optionalDate(8), successor: try row.optionalID(9), phone: try row.optionalText(10),
                address: try row.optionalText(11), hours: try row.optionalText(12), isPublicCounter: try row.bool(13))
        }
    }

    private static func grants(in tx: any ReadTransaction) throws -> [StaffID: [RoleGrant]] {
        var out: [StaffID: [RoleGrant]] = [:]
        for row in try tx.rows("SELECT staff_id, role, unit_id FROM staff_grants ORDER BY staff_id, role, unit_id") {
            guard let role = Role(rawValue: try row.text(1)) else { throw StorageError.corrupt("staff_grants.role") }
            out[try row.id(0), default: []].append(RoleGrant(role: role, unit: try row.id(2)))
        }
        return out
    }

    private static func links(in tx: any ReadTransaction) throws -> [StaffID: OpenIDIdentity] {
        var out: [StaffID: OpenIDIdentity] = [:]
        for row in try tx.rows("SELECT staff_id, issuer, subject FROM openid_links") {
            out[try row.id(0)] = OpenIDIdentity(issuer: try row.text(1), subject: try row.text(2))
        }
        return out
    }

    private static func catalogue(in tx: any ReadTransaction) throws -> [CatalogueEntry] {
        try tx.rows(
            """
            SELECT version, id, category, area, unit_id, helpers, basis, effective_from, effective_to
            FROM catalogue_entries ORDER BY version, id
            """
        ).map { row in
            CatalogueEntry(
                id: try row.text(1), version: try row.int(0), category: try row.text(2),
                area: try row.optionalText(3), unit: try row.id(4),
                helpers: try row.text(5).split(separator: " ").compactMap { UnitID($0) }, basis: try row.text(6),
                effectiveFrom: try row.date(7), effectiveTo: try row.optionalDate(8))
        }
    }

    private static func name(_ row: Row, _ column: Int) throws -> LocalizedName {
        LocalizedName(zh: try row.text(column), en: try row.optionalText(column + 1))
    }
}

// MARK: Writing

extension OrganisationTables {
    static func put(_ unit: Organisation.Unit, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO units (id, code, name_zh, name_en, kind, parent_id, area_code, valid_from, valid_to, successor_id,
              phone, address, hours, is_counter)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (id) DO UPDATE SET code = excluded.code, name_zh = excluded.name_zh, name_en = excluded.name_en,
              kind = excluded.kind, parent_id = excluded.parent_id, area_code = excluded.area_code,
              valid_from = excluded.valid_from, valid_to = excluded.valid_to, successor_id = excluded.successor_id,
              phone = excluded.phone, address = excluded.address, hours = excluded.hours,
              is_counter = excluded.is_counter
            """,
            [
                unit.id, unit.code, unit.name.zh, unit.name.en, unit.kind.rawValue, unit.parent, unit.areaCode,
                unit.validFrom, unit.validTo, unit.successor, unit.phone, unit.address, unit.hours,
                unit.isPublicCounter,
            ])
    }

    static func put(_ tag: Tag, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO tags (id, unit_id, name_zh, name_en, is_retired) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (id) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en,
              is_retired = excluded.is_retired
            """, [tag.id, tag.unit, tag.name.zh, tag.name.en, tag.isRetired])
    }

    static func put(_ area: Area, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO areas (code, name_zh, name_en, parent, is_retired) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (code) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en,
              parent = excluded.parent, is_retired = excluded.is_retired
            """, [area.code, area.name.zh, area.name.en, area.parent, area.isRetired])
    }

    static func put(_ member: StaffMember, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO staff (id, sign_in_name, display_name, unit_id, is_active, must_change_password,
              has_second_factor, leave_from, leave_to, deputy_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (id) DO UPDATE SET sign_in_name = excluded.sign_in_name,
              display_name = excluded.display_name, unit_id = excluded.unit_id, is_active = excluded.is_active,
              must_change_password = excluded.must_change_password, has_second_factor = excluded.has_second_factor,
              leave_from = excluded.leave_from, leave_to = excluded.leave_to, deputy_id = excluded.deputy_id
            """,
            [
                member.id, member.signInName, member.displayName, member.unit, member.isActive,
                member.mustChangePassword, member.hasSecondFactor, member.leave?.from, member.leave?.to,
                member.leave?.deputy,
            ])
        var statements: [(String, [any SQLConvertible])] = [
            ("DELETE FROM staff_grants WHERE staff_id = $1", [member.id]),
            ("DELETE FROM openid_links WHERE staff_id = $1", [member.id]),
        ]
        if let openID = member.openID {
            statements.append(
                (
                    "INSERT INTO openid_links (staff_id, issuer, subject) VALUES ($1, $2, $3)",
                    [member.id, openID.issuer, openID.subject]
                ))
        }
        for grant in member.grants {
            statements.append(
                (
                    "INSERT INTO staff_grants (staff_id, role, unit_id) VALUES ($1, $2, $3)",
                    [member.id, grant.role.rawValue, grant.unit]
                ))
        }
        try tx.executeAll(statements)
    }

    static func replace(_ areas: [Area], in tx: any Transaction) throws {
        try tx.execute("DELETE FROM areas")
        try tx.executeAll(
            areas.map { area in
                (
                    "INSERT INTO areas (code, name_zh, name_en, parent, is_retired) VALUES ($1, $2, $3, $4, $5)",
                    [area.code, area.name.zh, area.name.en, area.parent, area.isRetired] as [any SQLConvertible]
                )
            })
    }

    /// Adds the entries of a new version and ends the older ones.
    static func add(_ entries: [CatalogueEntry], endingOthers last: LocalDate, in tx: any Transaction) throws {
        guard let version = entries.first?.version else { return }
        try tx.execute(
            """
            UPDATE catalogue_entries SET effective_to = $1
            WHERE version < $2 AND (effective_to IS NULL OR effective_to > $1)
            """, [last, version])
        try tx.executeAll(
            entries.map { entry in
                (
                    """
                    INSERT INTO catalogue_entries
                      (version, id, category, area, unit_id, helpers, basis, effective_from, effective_to)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    """,
                    [
                        entry.version, entry.id, entry.category, entry.area, entry.unit,
                        entry.helpers.map(\.description).joined(separator: " "), entry.basis, entry.effectiveFrom,
                        entry.effectiveTo,
                    ] as [any SQLConvertible]
                )
            })
    }
}
