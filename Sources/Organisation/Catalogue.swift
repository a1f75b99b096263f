public import Kernel

/// One line of the duty catalogue: who is responsible for a category in an area, and by which rule.
public struct CatalogueEntry: Hashable, Sendable, Codable {
    /// The number that people cite, `41`.
    public let id: String
    /// The version of the catalogue that it stands in.
    public let version: Int
    /// The category, with everything below it.
    public let category: String
    /// The area, with everything inside it; `nil` for the whole county.
    public let area: String?
    /// Who is responsible.
    public let unit: UnitID
    /// Who helps.
    public let helpers: [UnitID]
    /// The legal basis in words.
    public let basis: String
    /// Its first day.
    public let effectiveFrom: LocalDate
    /// Its last day; `nil` while it holds.
    public var effectiveTo: LocalDate?

    /// An entry.
    public init(
        id: String, version: Int, category: String, area: String? = nil, unit: UnitID, helpers: [UnitID] = [],
        basis: String, effectiveFrom: LocalDate, effectiveTo: LocalDate? = nil
    ) {
        self.id = id
        self.version = version
        self.category = category
        self.area = area
        self.unit = unit
        self.helpers = helpers
        self.basis = basis
        self.effectiveFrom = effectiveFrom
        self.effectiveTo = effectiveTo
    }

    /// Whether it holds on a day.
    public func isEffective(on date: LocalDate) -> Bool {
        effectiveFrom <= date && (effectiveTo.map { date <= $0 } ?? true)
    }
}

/// An entry that fits a matter, and why. The entry's own fields can be read on the match.
@dynamicMemberLookup
public struct CatalogueMatch: Hashable, Sendable {
    /// How an entry's category or area relates to the matter's.
    public enum Fit: Hashable, Sendable, Comparable {
        /// The same.
        case exact
        /// The entry names one that lies this many steps above.
        case above(Int)
        /// The entry names none: it holds for all.
        case all

        private var rank: Int {
            switch self {
            case .exact: 0
            case .above(let steps): steps
            case .all: Int.max
            }
        }

        /// The closer fit comes first.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
    }

    /// The entry as it stands in the catalogue.
    public let entry: CatalogueEntry
    /// How its category fits.
    public let categoryFit: Fit
    /// How its area fits.
    public let areaFit: Fit
    /// Who has the duty on the day: the entry's unit or, after a merger, its successor.
    public let unit: UnitID

    /// A field of the entry.
    public subscript<T>(dynamicMember path: KeyPath<CatalogueEntry, T>) -> T { entry[keyPath: path] }
}
