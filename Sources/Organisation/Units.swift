public import Kernel

/// A name in Chinese and, where there is one, in English.
public struct LocalizedName: Hashable, Sendable, Codable {
    /// The official name.
    public let zh: String
    /// The English name; `nil` where nobody has given one.
    public let en: String?

    /// A name; an empty English name becomes none.
    public init(zh: String, en: String? = nil) {
        self.zh = zh
        self.en = en.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The name for a reader; the Chinese one where the English is missing.
    public func text(isEnglish: Bool) -> String { isEnglish ? en ?? zh : zh }
}

/// What a unit is.
public enum UnitKind: String, CaseIterable, Codable, Sendable {
    /// The county's own offices: coordinating office, hotline, leaders.
    case countyOffice
    /// A department of the county.
    case department
    /// 乡镇
    case township
    /// 街道
    case street
    /// 村
    case village
    /// 社区
    case community
    /// 群众工作站
    case station
    /// 企业群众工作室
    case workplaceRoom
    /// A body above the county that decides second reviews; it has no part in ordinary work.
    case superior
    /// The organ of discipline and supervision: it receives sealed reports and has no part in ordinary work.
    case discipline

    /// Whether matters can be sent there in the ordinary way.
    public var takesMatters: Bool { self != .superior && self != .discipline }
}

extension Organisation {
    /// A body that can be responsible for a matter. A merged unit stays, with its successor.
    public struct Unit: Identifiable, Hashable, Sendable, Codable {
        /// Its identifier.
        public let id: UnitID
        /// The short code by which files refer to it, unique in the county.
        public var code: String
        /// What it is called.
        public var name: LocalizedName
        /// What it is.
        public var kind: UnitKind
        /// The unit above; `nil` for the county itself.
        public var parent: UnitID?
        /// The division that it serves.
        public var areaCode: String?
        /// Its first day; `nil` when it has always been.
        public var validFrom: LocalDate?
        /// Its last day; `nil` while it exists.
        public var validTo: LocalDate?
        /// Who took its duties over.
        public var successor: UnitID?
        /// Telephone of the counter.
        public var phone: String?
        /// Where it is.
        public var address: String?
        /// When it is open, in words.
        public var hours: String?
        /// Whether residents can come in.
        public var isPublicCounter: Bool

        /// A unit.
        public init(
            id: UnitID, code: String, name: LocalizedName, kind: UnitKind, parent: UnitID? = nil,
            areaCode: String? = nil, validFrom: LocalDate? = nil, validTo: LocalDate? = nil,
            successor: UnitID? = nil, phone: String? = nil, address: String? = nil, hours: String? = nil,
            isPublicCounter: Bool = false
        ) {
            self.id = id
            self.code = code
            self.name = name
            self.kind = kind
            self.parent = parent
            self.areaCode = areaCode
            self.validFrom = validFrom
            self.validTo = validTo
            self.successor = successor
            self.phone = phone
            self.address = address
            self.hours = hours
            self.isPublicCounter = isPublicCounter
        }

        /// Whether the unit exists on a day.
        public func isValid(on date: LocalDate) -> Bool {
            (validFrom.map { $0 <= date } ?? true) && (validTo.map { date <= $0 } ?? true)
        }
    }
}

/// A unit. Where Foundation is imported, which has another `Unit`, write `Organisation.Unit`.
public typealias Unit = Organisation.Unit

/// A division: county, township, village. Its code is an opaque text, because codes get abolished and reused.
public struct Area: Hashable, Sendable, Identifiable, Codable {
    /// The division code.
    public let code: String
    /// What it is called.
    public var name: LocalizedName
    /// The division that it lies in.
    public var parent: String?
    /// Whether it is kept only because old matters name it.
    public var isRetired: Bool

    /// The code.
    public var id: String { code }

    /// A division.
    public init(code: String, name: LocalizedName, parent: String? = nil, isRetired: Bool = false) {
        self.code = code
        self.name = name
        self.parent = parent
        self.isRetired = isRetired
    }
}

/// What a matter is about: one node of the category tree. A code never changes its meaning.
public struct Category: Hashable, Sendable, Identifiable, Codable {
    /// `03`, `03.02` or `03.02.01`: given at the first import and kept from then on.
    public let code: String
    /// What it is called.
    public var name: LocalizedName
    /// The category above.
    public var parent: String?
    /// Whether it is kept only because old matters name it.
    public var isRetired: Bool
    /// What takes its place where it is retired; shown beside it, never put into old matters.
    public var successor: String?

    /// The code.
    public var id: String { code }

    /// A category.
    public init(
        code: String, name: LocalizedName, parent: String? = nil, isRetired: Bool = false, successor: String? = nil
    ) {
        self.code = code
        self.name = name
        self.parent = parent
        self.isRetired = isRetired
        self.successor = successor
    }
}
