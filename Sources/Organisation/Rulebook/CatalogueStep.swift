public import Kernel

/// Names one entry of one version of the duty catalogue.
public struct CatalogueKey: Hashable, Sendable, Codable {
    /// The version in which it came.
    public let version: Int
    /// The number that people cite.
    public let id: String

    /// A key.
    public init(version: Int, id: String) {
        self.version = version
        self.id = id
    }
}

extension CatalogueEntry {
    /// Its version and number.
    public var key: CatalogueKey { CatalogueKey(version: version, id: id) }

    /// Whether two entries say the same, whenever they hold.
    func saysTheSame(as other: CatalogueEntry) -> Bool {
        (id, category, area, unit, helpers, basis)
            == (other.id, other.category, other.area, other.unit, other.helpers, other.basis)
    }
}

/// One change of the duty catalogue: what comes and what ends on a day.
struct CatalogueStep: Hashable, Sendable, Codable {
    /// The number of the change.
    let version: Int
    /// Its first day.
    let effectiveFrom: LocalDate
    /// New entries, and changed ones in their new form.
    let entries: [CatalogueEntry]
    /// What holds no longer from that day on.
    let ended: [CatalogueKey]
}

/// A category tree that waits for its day.
public struct CategoryPlan: Hashable, Sendable {
    /// The day on which it takes the place of the present tree.
    public let from: LocalDate
    /// The whole tree.
    public let categories: [Category]
}

/// What a changed catalogue says otherwise than the one that holds on its first day.
public struct CatalogueDifference: Sendable, Hashable {
    /// An entry before and after.
    public struct Change: Sendable, Hashable {
        /// As it holds.
        public let before: CatalogueEntry
        /// As it would hold.
        public let after: CatalogueEntry
    }

    /// The day from which it would hold.
    public let from: LocalDate
    /// Entries that come.
    public internal(set) var added: [CatalogueEntry] = []
    /// Entries that say something else.
    public internal(set) var changed: [Change] = []
    /// Entries that end.
    public internal(set) var ended: [CatalogueEntry] = []
    /// How many go on as they are.
    public internal(set) var unchanged = 0
    /// Numbers of entries that send to a township what the catalogue gives to a department elsewhere.
    public internal(set) var toTownships: [String] = []

    /// Whether nothing would change.
    public var isEmpty: Bool { added.isEmpty && changed.isEmpty && ended.isEmpty }

    /// The catalogue as it would hold on its first day, for trying it out.
    public func applied(to organisation: Organisation) -> Organisation {
        var records = organisation.records
        records.evolve(.catalogueChanged(step(version: organisation.catalogueVersion + 1)))
        return Organisation(records)
    }

    func step(version: Int) -> CatalogueStep {
        CatalogueStep(
            version: version, effectiveFrom: from,
            entries: (added + changed.map(\.after)).map { $0.moved(to: version) },
            ended: changed.map(\.before.key) + ended.map(\.key))
    }
}

extension CatalogueEntry {
    fileprivate func moved(to version: Int) -> CatalogueEntry {
        CatalogueEntry(
            id: id, version: version, category: category, area: area, unit: unit, helpers: helpers, basis: basis,
            effectiveFrom: effectiveFrom)
    }
}
