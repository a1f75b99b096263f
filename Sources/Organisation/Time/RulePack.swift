public import Kernel

/// A set of rules that holds from a day on. A matter keeps the pack that held when it arrived.
public struct RulePack: Hashable, Sendable {
    /// The stable name, `national-petition`.
    public let id: String
    /// Grows with every change of the file.
    public let version: Int
    /// Which matters it governs.
    public let kind: MatterKind
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
    /// The lawful routes among which a person decides; none where the kind of matter knows only one.
    public let routes: [PackRoute]
    /// Tiers of urgency with own limits, in the order of the file; none where all matters have the same.
    public let tiers: [PackTier]
    /// Who hears of a clock that has run out, by days after it; a local setting.
    public let escalation: [EscalationStep]
    /// When somebody calls the resident after the answer and asks how it went; nothing where the rule knows no such call.
    public let callBack: PackCallBack?
    /// Whether it is an example to be checked locally: the file says so, or a rule or route in it rests on a
    /// description only.
    public let isExample: Bool
    /// SHA-256 of the file, hexadecimal.
    public let hash: String

    /// The window where a matter's pack is unknown.
    public static let defaultJudgementWindowDays = 30

    /// A rule by its name.
    public func rule(_ id: String) -> Rule? { rules.first { $0.id == id } }

    /// A route by its name.
    public func route(_ id: LawfulRoute) -> PackRoute? { routes.first { $0.id == id } }

    /// The rules that a moment sets going.
    public func rules(startedBy moment: RuleMoment) -> [Rule] { rules.filter { $0.starts == moment } }

    /// Whether the pack holds on a day.
    public func isEffective(on date: LocalDate) -> Bool {
        effectiveFrom <= date && (effectiveTo.map { date <= $0 } ?? true)
    }

    /// `national-petition/1`, as a matter stores it.
    public var reference: String { "\(id)/\(version)" }

    /// The same pack with another last day.
    func ending(on date: LocalDate?) -> RulePack {
        RulePack(
            id: id, version: version, kind: kind, title: title, effectiveFrom: effectiveFrom, effectiveTo: date,
            source: source, judgementWindowDays: judgementWindowDays, rules: rules, routes: routes, tiers: tiers,
            escalation: escalation, callBack: callBack, isExample: isExample, hash: hash)
    }
}

/// The call to ask how it went, as a rule asks for it (回访).
public struct PackCallBack: Hashable, Sendable {
    /// So many calendar days after the answer arrived.
    public let afterDays: Int
    /// The article.
    public let article: String?
    /// The instrument.
    public let source: String
    /// How well it is known.
    public let evidence: RuleEvidence

    /// A call.
    public init(afterDays: Int, article: String? = nil, source: String, evidence: RuleEvidence) {
        self.afterDays = afterDays
        self.article = article
        self.source = source
        self.evidence = evidence
    }
}

/// All packs that are known.
public struct RulePacks: Sendable {
    /// By first day, then version.
    public let packs: [RulePack]

    /// Packs from anywhere.
    public init(_ packs: [RulePack]) {
        self.packs = packs.sorted { ($0.effectiveFrom, $0.version, $0.id) < ($1.effectiveFrom, $1.version, $1.id) }
    }

    /// The packs that hold without further ado; the examples beside them are loaded by an operator.
    static let builtInFiles = [
        "national-petition-2022.yaml", "national-petition-2022-2.yaml", "information-disclosure-2019.yaml",
    ]

    /// Packs to begin an own one with; never in force by themselves.
    static let exampleFiles = ["examples/hotline-five-days.yaml", "examples/hotline-tiers.yaml"]

    /// The packs that come with the program.
    public static func builtIn() throws -> RulePacks { RulePacks(try builtInTexts().map { try RulePack(yaml: $0) }) }

    /// The files of the packs that come with the program.
    public static func builtInTexts() throws -> [String] {
        try builtInFiles.map { try OrganisationResources.text("packs/\($0)") }
    }

    /// The files of the examples.
    public static func exampleTexts() throws -> [String] {
        try exampleFiles.map { try OrganisationResources.text("packs/\($0)") }
    }

    /// The pack that holds for a kind of matter on a day: the one that began last.
    public func pack(for kind: MatterKind, on date: LocalDate) -> RulePack? {
        packs.last { $0.kind == kind && $0.isEffective(on: date) }
    }

    /// A pack in the version that a matter names.
    public func pack(id: String, version: Int) -> RulePack? { packs.first { $0.id == id && $0.version == version } }

    /// A pack by its `reference`.
    public func pack(reference: String) -> RulePack? { packs.first { $0.reference == reference } }
}
