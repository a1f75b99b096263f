public import Kernel

/// The organisation at one moment: units, staff, areas, categories and the duty catalogue. An immutable snapshot that
/// is cheap to copy; `OrganisationStore.current()` hands it out.
public struct Organisation: Sendable {
    /// What is shared between copies.
    private final class Content: Sendable {
        let records: OrganisationRecords
        let units: [Unit]
        let roots: [UnitID]
        let children: [UnitID: [UnitID]]
        let predecessors: [UnitID: [UnitID]]
        let staff: [StaffMember]
        let staffByName: [String: StaffID]
        let staffByUnit: [UnitID: [StaffID]]
        let areas: [Area]
        let areaChildren: [String?: [String]]
        let categories: [Category]
        let categoryChildren: [String?: [String]]
        let catalogueByCategory: [String: [CatalogueEntry]]
        /// Full path names: pages list all of them, so they are joined once.
        let categoryPathNames: [String: LocalizedName]
        let areaPathNames: [String: LocalizedName]

        init(_ records: OrganisationRecords) {
            self.records = records
            units = records.units.values.sorted { ($0.code, $0.id) < ($1.code, $1.id) }
            // A superior body stands beside the county, not above everything in it.
            roots = units.filter { $0.parent == nil && $0.successor == nil && $0.kind.takesMatters }.map(\.id)
            children = units.grouped { $0.parent }
            predecessors = units.grouped { $0.successor }
            staff = records.staff.values.sorted { ($0.signInName, $0.id) < ($1.signInName, $1.id) }
            staffByName = Dictionary(staff.map { ($0.signInName, $0.id) }, uniquingKeysWith: { first, _ in first })
            staffByUnit = staff.grouped { $0.unit }
            areas = records.areas.values.sorted { $0.code < $1.code }
            areaChildren = Dictionary(grouping: areas, by: \.parent).mapValues { $0.map(\.code) }
            categories = records.categories.values.sorted { $0.code < $1.code }
            categoryChildren = Dictionary(grouping: categories, by: \.parent).mapValues { $0.map(\.code) }
            catalogueByCategory = Dictionary(grouping: records.catalogue, by: \.category)
            categoryPathNames = Self.pathNames(categories.map { ($0.code, $0.name, $0.parent) })
            areaPathNames = Self.pathNames(areas.map { ($0.code, $0.name, $0.parent) })
        }

        private static func pathNames(_ nodes: [(code: String, name: LocalizedName, parent: String?)]) -> [String:
            LocalizedName]
        {
            let byCode = Dictionary(nodes.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
            return byCode.mapValues { node in
                var path = [node]
                while let parent = path[0].parent.flatMap({ byCode[$0] }), path.count < 10 {
                    path.insert(parent, at: 0)
                }
                return LocalizedName(
                    zh: path.map(\.name.zh).joined(separator: " / "),
                    en: path.map { $0.name.text(isEnglish: true) }.joined(separator: " / "))
            }
        }
    }

    private let content: Content

    init(_ records: OrganisationRecords) { content = Content(records) }

    /// An organisation with nobody in it.
    public static let empty = Organisation(OrganisationRecords())

    var records: OrganisationRecords { content.records }

    /// Grows with every change.
    public var version: Int { content.records.version }
}

// MARK: Units

extension Organisation {
    /// All units, also former ones, by code.
    public var units: [Unit] { content.units }

    /// Units without a parent; normally one, the county.
    public var roots: [UnitID] { content.roots }

    /// A unit.
    public func unit(_ id: UnitID) -> Unit? { content.records.units[id] }

    /// The unit with a code.
    public func unit(code: String) -> Unit? { content.units.first { $0.code == code } }

    /// The units directly below one, by code.
    public func children(of id: UnitID) -> [Unit] { (content.children[id] ?? []).compactMap(unit) }

    /// Names from the top down to the unit.
    public func path(of id: UnitID) -> [Unit] {
        var out: [Unit] = []
        var next: UnitID? = id
        while let current = next.flatMap(unit), !out.contains(where: { $0.id == current.id }) {
            out.append(current)
            next = current.parent
        }
        return out.reversed()
    }

    /// A unit with everything below it, and the former units whose duties any of them took over.
    public func subtree(of root: UnitID) -> Set<UnitID> {
        var out: Set<UnitID> = [root]
        var open = [root]
        while let id = open.popLast() {
            for next in (content.children[id] ?? []) + (content.predecessors[id] ?? [])
            where out.insert(next).inserted {
                open.append(next)
            }
        }
        return out
    }

    /// Whether a unit belongs to the subtree of another (or is it).
    public func isInside(_ unit: UnitID, _ root: UnitID) -> Bool { content.records.isInside(unit, root) }

    /// A unit and all to whose subtree it belongs.
    public func above(_ unit: UnitID) -> Set<UnitID> { content.records.above(unit) }

    /// Who has a unit's duties on a day: itself, or its successor after a merger.
    public func currentSuccessor(of id: UnitID, on date: LocalDate) -> UnitID {
        var current = id
        var seen: Set<UnitID> = [id]
        while let unit = unit(current), let next = unit.successor, unit.validTo.map({ $0 < date }) ?? true,
            seen.insert(next).inserted
        {
            current = next
        }
        return current
    }
}

// MARK: Staff

extension Organisation {
    /// Everybody, also former members, by sign-in name.
    public var allStaff: [StaffMember] { content.staff }

    /// A member of staff.
    public func staff(_ id: StaffID) -> StaffMember? { content.records.staff[id] }

    /// The member of staff with a sign-in name, however it is typed.
    public func staff(signInName: String) -> StaffMember? {
        content.staffByName[StaffMember.foldedSignInName(signInName)].flatMap(staff)
    }

    /// Who acts for a unit, without those who left.
    public func staffMembers(of unit: UnitID) -> [StaffMember] {
        (content.staffByUnit[unit] ?? []).compactMap(staff).filter(\.isActive)
    }
}

// MARK: Areas and categories

extension Organisation {
    /// All divisions, by code.
    public var areas: [Area] { content.areas }

    /// A division.
    public func area(_ code: String) -> Area? { content.records.areas[code] }

    /// The divisions directly inside one (`nil`: the outermost), without retired ones.
    public func areas(in parent: String?) -> [Area] {
        (content.areaChildren[parent] ?? []).compactMap(area).filter { !$0.isRetired }
    }

    /// The divisions from the outermost down to this one.
    public func path(ofArea code: String) -> [Area] { path(code, area, \.parent, \.code) }

    /// All categories, by code.
    public var categories: [Category] { content.categories }

    /// A category.
    public func category(_ code: String) -> Category? { content.records.categories[code] }

    /// The categories directly below one (`nil`: the first level), without retired ones.
    public func categories(in parent: String?) -> [Category] {
        (content.categoryChildren[parent] ?? []).compactMap(category).filter { !$0.isRetired }
    }

    /// The categories from the first level down to this one.
    public func path(ofCategory code: String) -> [Category] { path(code, category, \.parent, \.code) }

    /// The full name of a category, `城乡建设 / 路灯`; empty for an unknown code.
    public func pathName(ofCategory code: String, isEnglish: Bool = false) -> String {
        content.categoryPathNames[code]?.text(isEnglish: isEnglish) ?? ""
    }

    /// The full name of an area; empty for an unknown code.
    public func pathName(ofArea code: String, isEnglish: Bool = false) -> String {
        content.areaPathNames[code]?.text(isEnglish: isEnglish) ?? ""
    }

    private func path<T>(
        _ code: String, _ find: (String) -> T?, _ parent: KeyPath<T, String?>, _ key: KeyPath<T, String>
    ) -> [T] {
        var out: [T] = []
        var next: String? = code
        while let current = next.flatMap(find), !out.contains(where: { $0[keyPath: key] == current[keyPath: key] }) {
            out.append(current)
            next = current[keyPath: parent]
        }
        return out.reversed()
    }
}

// MARK: Catalogue

extension Organisation {
    /// The newest version of the duty catalogue; 0 when there is none.
    public var catalogueVersion: Int { content.records.catalogue.map(\.version).max() ?? 0 }

    /// All entries that hold on a day, in the order of their numbers.
    public func catalogueEntries(on date: LocalDate) -> [CatalogueEntry] {
        content.records.catalogue.filter { $0.isEffective(on: date) }
            .sorted { ($0.id.count, $0.id) < ($1.id.count, $1.id) }
    }

    /// One entry of one version, as an old matter cites it.
    public func catalogueEntry(id: String, version: Int) -> CatalogueEntry? {
        content.records.catalogue.first { $0.id == id && $0.version == version }
    }

    /// The entries that fit a category and an area on a day, the most specific first: the category's own entries
    /// before those of the categories above it, and among them the own area before the areas around it.
    public func catalogue(category: String?, area: String?, on date: LocalDate) -> [CatalogueMatch] {
        guard let category else { return [] }
        let areaSteps = Dictionary(
            (area.map { path(ofArea: $0).reversed().map(\.code) } ?? []).enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first })
        var matches: [CatalogueMatch] = []
        for (steps, node) in path(ofCategory: category).reversed().enumerated() {
            for entry in content.catalogueByCategory[node.code] ?? [] where entry.isEffective(on: date) {
                let areaFit: CatalogueMatch.Fit
                switch entry.area {
                case nil: areaFit = .all
                case let code?:
                    guard let above = areaSteps[code] else { continue }
                    areaFit = above == 0 ? .exact : .above(above)
                }
                matches.append(
                    CatalogueMatch(
                        entry: entry, categoryFit: steps == 0 ? .exact : .above(steps), areaFit: areaFit,
                        unit: currentSuccessor(of: entry.unit, on: date)))
            }
        }
        return matches.sorted {
            ($0.categoryFit, $0.areaFit, $0.entry.id.count, $0.entry.id)
                < ($1.categoryFit, $1.areaFit, $1.entry.id.count, $1.entry.id)
        }
    }
}

extension Sequence where Element: Identifiable {
    /// Identifiers by a key that may be missing, in the order of the sequence.
    fileprivate func grouped<Key: Hashable>(by key: (Element) -> Key?) -> [Key: [Element.ID]] {
        var out: [Key: [Element.ID]] = [:]
        for element in self {
            if let key = key(element) { out[key, default: []].append(element.id) }
        }
        return out
    }
}
