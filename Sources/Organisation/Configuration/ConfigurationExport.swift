internal import Kernel
internal import Storage

/// The columns of the files.
enum ConfigurationColumns {
    static let areas = ["code", "zh", "en", "parent", "retired"]
    static let categories = ["code", "zh", "en", "parent", "retired", "successor"]
    static let planned = ["from"] + categories
    static let units = [
        "code", "zh", "en", "kind", "parent", "area", "from", "to", "successor", "phone", "address", "hours", "counter",
    ]
    static let catalogue = ["version", "id", "category", "area", "unit", "helpers", "basis", "from", "to"]
    static let packs = ["reference", "file", "last"]
    static let calendars = ["number", "version", "file"]
    static let tags = ["unit", "zh", "en", "retired"]
    static let roles = ["role", "permissions"]
    static let staff = ["signIn", "name", "unit", "roles", "active"]
}

extension RulePackStore {
    /// The whole configuration as text; the same configuration gives the same bytes on every store.
    ///
    /// - Parameter withStaff: names of staff too, which are personal data.
    public func configuration(withStaff: Bool = false) async throws -> ConfigurationText {
        let (keys, parts) = (self.keys, self.parts)
        return try await organisation.database.read { tx in
            let records = try OrganisationTables.load(in: tx)
            var files = ConfigurationExport(records).files(withStaff: withStaff)
            var packs: [[String?]] = []
            for row in try RuleTables.packs(keys: keys, in: tx) {
                let file = "packs/\(row.key.replacing("/", with: "-")).yaml"
                files[file] = row.body
                packs.append([row.key, file, row.lastDay?.description])
            }
            files["packs.tsv"] = ConfigurationTable.text(ConfigurationColumns.packs, packs)
            var calendars: [[String?]] = []
            for (number, row) in try RuleTables.calendars(keys: keys, in: tx).enumerated() {
                let version = records.calendars[Int(row.key) ?? 0]?.version ?? row.key
                let file = "calendars/\(number + 1)-\(version).tsv"
                files[file] = row.body
                calendars.append(["\(number + 1)", version, file])
            }
            files["calendars.tsv"] = ConfigurationTable.text(ConfigurationColumns.calendars, calendars)
            for part in parts {
                files.merge(try part.files(code: { records.units[$0]?.code }, in: tx)) { _, own in own }
            }
            return ConfigurationText(files: files)
        }
    }
}

/// Makes the texts of what the organisation's records hold. Pure.
struct ConfigurationExport {
    let records: OrganisationRecords

    init(_ records: OrganisationRecords) { self.records = records }

    func files(withStaff: Bool) -> [String: String] {
        var files = [
            "format.txt": ConfigurationText.format, "areas.tsv": areas, "categories.tsv": categories,
            "units.tsv": units, "catalogue.tsv": catalogue, "roles.tsv": roles, "tags.tsv": tags,
        ]
        if let plan = records.categoryPlan {
            files["categories-planned.tsv"] = ConfigurationTable.text(
                ConfigurationColumns.planned,
                plan.categories.sorted { $0.code < $1.code }.map { ["\(plan.from)"] + Self.row($0) })
        }
        if withStaff { files["staff.tsv"] = staff }
        return files
    }

    private func code(_ id: UnitID?) -> String? { id.flatMap { records.units[$0]?.code } }
    private static func flag(_ value: Bool) -> String { value ? "yes" : "" }

    private var areas: String {
        ConfigurationTable.text(
            ConfigurationColumns.areas,
            records.areas.values.sorted { $0.code < $1.code }.map {
                [$0.code, $0.name.zh, $0.name.en, $0.parent, Self.flag($0.isRetired)]
            })
    }

    private static func row(_ node: Category) -> [String?] {
        [node.code, node.name.zh, node.name.en, node.parent, flag(node.isRetired), node.successor]
    }

    private var categories: String {
        ConfigurationTable.text(
            ConfigurationColumns.categories, records.categories.values.sorted { $0.code < $1.code }.map(Self.row))
    }

    private var units: String {
        ConfigurationTable.text(
            ConfigurationColumns.units,
            records.units.values.sorted { $0.code < $1.code }.map { unit in
                [
                    unit.code, unit.name.zh, unit.name.en, unit.kind.rawValue, code(unit.parent), unit.areaCode,
                    unit.validFrom?.description, unit.validTo?.description, code(unit.successor), unit.phone,
                    unit.address, unit.hours, Self.flag(unit.isPublicCounter),
                ]
            })
    }

    private var catalogue: String {
        ConfigurationTable.text(
            ConfigurationColumns.catalogue,
            records.catalogue.sorted { ($0.version, $0.id) < ($1.version, $1.id) }.map { entry in
                [
                    "\(entry.version)", entry.id, entry.category, entry.area, code(entry.unit),
                    entry.helpers.compactMap { code($0) }.joined(separator: " "), entry.basis,
                    "\(entry.effectiveFrom)", entry.effectiveTo?.description,
                ]
            })
    }

    private var tags: String {
        ConfigurationTable.text(
            ConfigurationColumns.tags,
            records.tags.values.map { (unit: code($0.unit) ?? "", tag: $0) }
                .sorted { ($0.unit, $0.tag.name.zh, $0.tag.id) < ($1.unit, $1.tag.name.zh, $1.tag.id) }
                .map { [$0.unit, $0.tag.name.zh, $0.tag.name.en, Self.flag($0.tag.isRetired)] })
    }

    private var roles: String {
        ConfigurationTable.text(
            ConfigurationColumns.roles,
            Role.allCases.map { role in
                [role.rawValue, role.allowed.map(\.rawValue).sorted().joined(separator: " ")]
            })
    }

    private var staff: String {
        ConfigurationTable.text(
            ConfigurationColumns.staff,
            records.staff.values.sorted { $0.signInName < $1.signInName }.map { member in
                [
                    member.signInName, member.displayName, code(member.unit),
                    member.grants.compactMap { grant in code(grant.unit).map { "\(grant.role.rawValue)@\($0)" } }
                        .sorted().joined(separator: " "), Self.flag(member.isActive),
                ]
            })
    }
}
