public import Kernel
internal import Yams

/// A whole county as plain data, for the demo and for tests. Units name each other by code.
///
/// As YAML:
///
/// ```yaml
/// areas:
///   - { code: "990101", zh: 青禾县, en: Qinghe County }
///   - { code: "990101100", zh: 柳溪镇, en: Liuxi Town, parent: "990101" }
/// units:                               # a parent stands before its children
///   - { code: county, zh: 青禾县, en: Qinghe County, kind: countyOffice, area: "990101" }
///   - { code: water, zh: 县水务局, en: Water Bureau, kind: department, parent: county, phone: 0990-1234567,
///       address: 文明路 3 号, hours: 工作日 8:30–17:30, counter: true }
/// staff:
///   - { signIn: lin, name: 林清, unit: water, roles: [handler, leader@county], login: true }
/// categories: |                        # CSV as for `importCategories`; left out: the built-in tree
///   一级,二级,三级
/// catalogueFrom: 2024-01-01
/// catalogue:
///   - { id: "41", category: 供水排水/停水, area: "990101100", unit: water, helpers: [], basis: 城市供水条例 }
/// ```
///
/// `kind` is a `UnitKind`. A role is `role` (on the own unit) or `role@unitCode`. Who has `login: true` gets a one-time
/// password, which `apply` returns; the others cannot sign in.
public struct OrganisationSeed: Sendable, Codable, Hashable {
    /// A division.
    public struct AreaSeed: Sendable, Codable, Hashable {
        /// The division code.
        public var code: String
        /// The Chinese name.
        public var zh: String
        /// The English name.
        public var en: String?
        /// The division around it.
        public var parent: String?
    }

    /// A unit.
    public struct UnitSeed: Sendable, Codable, Hashable {
        /// The code by which the rest of the seed names it.
        public var code: String
        /// The Chinese name.
        public var zh: String
        /// The English name.
        public var en: String?
        /// What it is.
        public var kind: UnitKind
        /// The code of the unit above.
        public var parent: String?
        /// The division that it serves.
        public var area: String?
        /// Telephone of the counter.
        public var phone: String?
        /// Where it is.
        public var address: String?
        /// When it is open.
        public var hours: String?
        /// Whether residents can come in.
        public var counter: Bool?
    }

    /// A member of staff.
    public struct StaffSeed: Sendable, Codable, Hashable {
        /// What they type to sign in.
        public var signIn: String
        /// How colleagues and letters name them.
        public var name: String
        /// The code of their unit.
        public var unit: String
        /// `handler` or `leader@county`.
        public var roles: [String]
        /// Whether they get a one-time password.
        public var login: Bool?
    }

    /// Divisions.
    public var areas: [AreaSeed]?
    /// Units, parents first.
    public var units: [UnitSeed]
    /// Staff.
    public var staff: [StaffSeed]?
    /// The category tree as CSV; the built-in tree when missing.
    public var categories: String?
    /// From when the catalogue holds; 2020-01-01 when missing.
    public var catalogueFrom: LocalDate?
    /// The duty catalogue.
    public var catalogue: [CatalogueLine]?

    /// A seed made in code.
    public init(
        areas: [AreaSeed]? = nil, units: [UnitSeed], staff: [StaffSeed]? = nil, categories: String? = nil,
        catalogueFrom: LocalDate? = nil, catalogue: [CatalogueLine]? = nil
    ) {
        self.areas = areas
        self.units = units
        self.staff = staff
        self.categories = categories
        self.catalogueFrom = catalogueFrom
        self.catalogue = catalogue
    }

    /// Reads the YAML form.
    ///
    /// - Throws: a decoding error that names the field.
    public init(yaml: String) throws {
        self = try YAMLDecoder().decode(OrganisationSeed.self, from: yaml)
    }

    /// A name and its one-time password, to be shown once.
    public struct Login: Sendable, Hashable {
        /// Who.
        public let staff: StaffID
        /// What they type to sign in.
        public let signInName: String
        /// How colleagues name them.
        public let displayName: String
        /// The password; stored nowhere.
        public let password: String

        /// A login that was just made.
        public init(staff: StaffID, signInName: String, displayName: String, password: String) {
            self.staff = staff
            self.signInName = signInName
            self.displayName = displayName
            self.password = password
        }
    }

    /// Loads the seed into an organisation that has no units yet, in one transaction.
    ///
    /// - Parameters:
    ///   - store: where to.
    ///   - password: the password of a sign-in name; a random one by default.
    ///   - actor: in whose name, `.system("demo")`.
    /// - Returns: the one-time logins, in the order of the seed.
    public func apply(
        to store: OrganisationStore, password: @Sendable (String) -> String = { _ in PasswordRules.random() },
        by actor: Actor
    ) async throws -> [Login] {
        var passwords: [String: String] = [:]
        var credentials: [String: Credential] = [:]
        for member in staff ?? [] where member.login ?? false {
            let chosen = password(member.signIn)
            passwords[member.signIn] = chosen
            credentials[member.signIn] = try await store.credential(chosen, signInName: member.signIn)
        }
        let paths = try CategoryFile.paths(
            try categories ?? OrganisationResources.text("categories-default.csv"))
        let made = credentials
        let ids = try await store.change(by: actor) { change in
            try load(into: change, categories: paths, credentials: made)
        }
        return (staff ?? []).compactMap { member in
            guard let password = passwords[member.signIn], let id = ids[member.signIn] else { return nil }
            return Login(
                staff: id, signInName: StaffMember.foldedSignInName(member.signIn), displayName: member.name,
                password: password)
        }
    }

    private func load(
        into change: OrganisationChange, categories: [[LocalizedName]], credentials: [String: Credential]
    ) throws -> [String: StaffID] {
        guard change.records.units.isEmpty else { throw PlainError(.conflict, "organisation.notEmpty") }
        if let areas {
            _ = try change.importAreas(
                areas.map { Area(code: $0.code, name: LocalizedName(zh: $0.zh, en: $0.en), parent: $0.parent) })
        }
        _ = try change.importCategories(categories)
        var codes: [String: UnitID] = [:]
        func unit(_ code: String) throws -> UnitID {
            guard let id = codes[code] else {
                throw PlainError(.invalid, "unit.unknown", field: "unit", values: ["code": code])
            }
            return id
        }
        for seed in units {
            codes[seed.code] = try change.addUnit(
                NewUnit(
                    code: seed.code, name: LocalizedName(zh: seed.zh, en: seed.en), kind: seed.kind,
                    parent: try seed.parent.map(unit), areaCode: seed.area, phone: seed.phone, address: seed.address,
                    hours: seed.hours, isPublicCounter: seed.counter ?? false))
        }
        var ids: [String: StaffID] = [:]
        for seed in staff ?? [] {
            let grants = try seed.roles.map { text in
                let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
                guard let role = parts.first.flatMap(Role.init(rawValue:)) else {
                    throw PlainError(.invalid, "role.unknown", field: "roles", values: ["role": text])
                }
                return RoleGrant(role: role, unit: try unit(parts.count > 1 ? parts[1] : seed.unit))
            }
            ids[seed.signIn] = try change.addStaff(
                NewStaff(
                    signInName: seed.signIn, displayName: seed.name, unit: try unit(seed.unit), grants: grants),
                credential: credentials[seed.signIn], mustChangePassword: false)
        }
        if let catalogue, !catalogue.isEmpty {
            _ = try change.importCatalogue(
                catalogue, lineNumbers: Array(1...catalogue.count),
                effectiveFrom: catalogueFrom ?? LocalDate(year: 2020, month: 1, day: 1) ?? LocalDate(daysSinceEpoch: 0))
        }
        return ids
    }
}
