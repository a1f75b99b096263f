public import Kernel

/// What sets a clock going.
public enum RuleStart: String, CaseIterable, Codable, Sendable {
    /// A matter arrives.
    case receipt
    /// A unit receives a matter from another.
    case transfer
    /// A unit accepts a matter.
    case acceptance
    /// The reply reaches the resident.
    case delivery
    /// A request for review arrives.
    case reviewRequest
    /// The answer to a review reaches the resident.
    case reviewDelivery
    /// A request for a second review arrives.
    case rereviewRequest
}

/// How a length is counted.
public enum RuleUnit: String, CaseIterable, Codable, Sendable {
    /// Every day counts (自然日).
    case calendarDays
    /// Only working days count (工作日).
    case workingDays
    /// Hours from the moment.
    case hours
}

/// What happens when the last day is a day off.
public enum RuleRoll: String, CaseIterable, Codable, Sendable {
    /// Nothing: the earlier date holds. For duties of the authority.
    case none
    /// The next working day holds. For rights of the resident.
    case forward
}

/// Whose clock it is.
public enum RuleOwner: String, CaseIterable, Codable, Sendable {
    /// The authority must act.
    case authority
    /// The resident may act.
    case citizen
}

/// How well the rule's text is known.
public enum RuleEvidence: String, CaseIterable, Codable, Sendable {
    /// The articles were read in full.
    case text = "T"
    /// Part of the text was read.
    case part = "P"
    /// Only a description was read: check locally.
    case secondary = "S"
    /// No law: a local setting.
    case local = "D"
}

/// One deadline of a rule pack.
public struct Rule: Hashable, Sendable, Identifiable {
    /// How a deadline can be made longer.
    public struct Extension: Hashable, Sendable {
        /// At most so much, in the rule's unit.
        public let max: Int
        /// Who approves it.
        public let approver: Role

        /// An extension.
        public init(max: Int, approver: Role) {
            self.max = max
            self.approver = approver
        }
    }

    /// The stable name, `XF-HANDLE`.
    public let id: String
    /// What it is called.
    public let name: LocalizedName
    /// What sets it going.
    public let starts: RuleStart
    /// How long, in `unit`.
    public let length: Int
    /// How it is counted.
    public let unit: RuleUnit
    /// What happens on a day off.
    public let roll: RuleRoll
    /// Whose clock it is.
    public let owner: RuleOwner
    /// How it can be made longer; `nil` when it cannot.
    public let `extension`: Extension?
    /// The article, `34`.
    public let article: String?
    /// The instrument.
    public let source: String
    /// How well it is known.
    public let evidence: RuleEvidence

    /// A rule.
    public init(
        id: String, name: LocalizedName, starts: RuleStart, length: Int, unit: RuleUnit, roll: RuleRoll,
        owner: RuleOwner, extension: Extension? = nil, article: String? = nil, source: String, evidence: RuleEvidence
    ) {
        self.id = id
        self.name = name
        self.starts = starts
        self.length = length
        self.unit = unit
        self.roll = roll
        self.owner = owner
        self.extension = `extension`
        self.article = article
        self.source = source
        self.evidence = evidence
    }
}

/// A set of rules that holds from a day on. A matter keeps the pack that held when it arrived.
public struct RulePack: Hashable, Sendable {
    /// The stable name, `national-petition`.
    public let id: String
    /// Grows with every change of the file.
    public let version: Int
    /// What it is called.
    public let title: LocalizedName
    /// Its first day.
    public let effectiveFrom: LocalDate
    /// Its last day; `nil` while it holds.
    public let effectiveTo: LocalDate?
    /// Where it comes from.
    public let source: String
    /// For how many days after delivery a resident can judge; a local setting, no law.
    public let judgementWindowDays: Int
    /// The rules, in the order of the file.
    public let rules: [Rule]

    /// The window where a matter's pack is unknown.
    public static let defaultJudgementWindowDays = 30

    /// A rule by its name.
    public func rule(_ id: String) -> Rule? { rules.first { $0.id == id } }

    /// Whether the pack holds on a day.
    public func isEffective(on date: LocalDate) -> Bool {
        effectiveFrom <= date && (effectiveTo.map { date <= $0 } ?? true)
    }

    /// `national-petition/1`, as a matter stores it.
    public var reference: String { "\(id)/\(version)" }
}

/// All packs that are known.
public struct RulePacks: Sendable {
    /// By first day, then version.
    public let packs: [RulePack]

    /// Packs from anywhere.
    public init(_ packs: [RulePack]) {
        self.packs = packs.sorted { ($0.effectiveFrom, $0.version, $0.id) < ($1.effectiveFrom, $1.version, $1.id) }
    }

    /// The packs that come with the program.
    public static func builtIn() throws -> RulePacks {
        let yaml = try OrganisationResources.text("packs/national-petition-2022.yaml")
        return RulePacks([try RulePack(yaml: yaml)])
    }

    /// The pack that holds on a day: the one that began last.
    public func pack(on date: LocalDate) -> RulePack? { packs.last { $0.isEffective(on: date) } }

    /// A pack in the version that a matter names.
    public func pack(id: String, version: Int) -> RulePack? { packs.first { $0.id == id && $0.version == version } }

    /// A pack by its `reference`.
    public func pack(reference: String) -> RulePack? { packs.first { $0.reference == reference } }
}
