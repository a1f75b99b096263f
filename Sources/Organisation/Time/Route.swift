/// The three categories of petitions (《信访工作条例》 Art. 29, 30, 31).
public enum MatterSort: String, CaseIterable, Codable, Sendable {
    /// 建议意见: studied, adopted or not, and answered.
    case suggestion
    /// 检举控告: goes to the discipline organ under its own rules.
    case accusation
    /// 申诉求决: six branches.
    case claim
}

/// Where a matter lawfully leads. A person decides, with a reason; a machine never does.
public enum LawfulRoute: String, CaseIterable, Codable, Sendable {
    /// It is handled here: suggestions, Art. 31 (6), whatever is in the hotline's scope.
    case ordinary
    /// Courts, prosecution, police procedures: Art. 31 (1).
    case litigation
    /// Arbitration: Art. 31 (2).
    case arbitration
    /// Appeals inside the Party: Art. 31 (3).
    case party
    /// Administrative reconsideration, decision, confirmation, licence, penalty: Art. 31 (4).
    case administrative
    /// A request to investigate illegality or to perform a duty of protection: Art. 31 (5).
    case protection
    /// The discipline organ: Art. 22, 30.
    case discipline
    /// 110, 119, 120, 122: passed on at once.
    case emergency
    /// It asks for government information.
    case information
    /// It belongs to the petition system, or is there already.
    case petition
    /// The same matter is in hand within its time (Art. 19): progress is told, the contact is registered.
    case inHand
    /// Unlawful, secret, private or against public order: explained.
    case explain
}

/// One lawful route of a pack.
public struct PackRoute: Hashable, Sendable, Identifiable {
    /// Which.
    public let id: LawfulRoute
    /// The categories that may take it; empty: all.
    public let sorts: [MatterSort]
    /// What staff choose.
    public let name: LocalizedName
    /// What the resident is told, in plain words: what this route is, where to go, why.
    public let explanation: LocalizedName
    /// The article, `31(1)`.
    public let article: String?
    /// The instrument.
    public let source: String
    /// How well it is known.
    public let evidence: RuleEvidence

    /// A route.
    public init(
        id: LawfulRoute, sorts: [MatterSort] = [], name: LocalizedName, explanation: LocalizedName,
        article: String? = nil, source: String, evidence: RuleEvidence
    ) {
        self.id = id
        self.sorts = sorts
        self.name = name
        self.explanation = explanation
        self.article = article
        self.source = source
        self.evidence = evidence
    }

    /// Whether a category may take it.
    public func takes(_ sort: MatterSort?) -> Bool { sorts.isEmpty || sort.map(sorts.contains) ?? false }
}

/// A tier of urgency in a pack; decided from the content of the matter, never from who reports it.
public struct PackTier: Hashable, Sendable, Identifiable {
    /// Names it, `h2`.
    public let id: String
    /// What staff choose.
    public let name: LocalizedName

    /// A tier.
    public init(id: String, name: LocalizedName) {
        self.id = id
        self.name = name
    }
}

/// Who hears of a clock that has run out.
public struct EscalationStep: Hashable, Sendable {
    /// How long after the end of a clock somebody hears of it.
    public enum Delay: Hashable, Sendable {
        /// So many hours after the moment; of clocks that are counted in hours alone.
        case hours(Int)
        /// So many days after the last day.
        case days(Int)
    }

    /// How long after its end.
    public let after: Delay
    /// The role that hears of it.
    public let to: Role

    /// A step.
    public init(after: Delay, to: Role) {
        self.after = after
        self.to = to
    }

    /// A step in days.
    public init(afterDays: Int, to: Role) { self.init(after: .days(afterDays), to: to) }

    /// The delay in hours.
    public var hours: Int {
        switch after {
        case .hours(let hours): hours
        case .days(let days): days * 24
        }
    }

    /// The delay in whole days; `nil` for steps of clocks in hours.
    public var days: Int? { if case .days(let days) = after { days } else { nil } }
}

extension RulePack {
    /// The steps of a clock: those in hours concern only clocks that end at a moment.
    public func escalation(isHourly: Bool) -> [EscalationStep] {
        isHourly ? escalation : escalation.filter { $0.days != nil }
    }
}
