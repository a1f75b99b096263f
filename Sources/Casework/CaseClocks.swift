public import Kernel
public import Organisation

/// What conditions of rules look at.
public struct ClockFacts: Hashable, Sendable {
    /// Who received the matter.
    public var receiver: Rule.Condition.Receiver?
    /// The tier that was decided.
    public var tier: String?
    /// The route that was decided.
    public var route: LawfulRoute?
    /// The category that was decided.
    public var sort: MatterSort?

    /// Facts.
    public init(
        receiver: Rule.Condition.Receiver? = nil, tier: String? = nil, route: LawfulRoute? = nil,
        sort: MatterSort? = nil
    ) {
        self.receiver = receiver
        self.tier = tier
        self.route = route
        self.sort = sort
    }
}

/// What a later decision about category, route and tier does to running clocks.
public struct RefittedClocks: Hashable, Sendable {
    /// Clocks whose rules no longer apply.
    public var ended: [ClockStart]
    /// What takes their place, counted from the same day.
    public var started: [ClockStart]

    /// A change; none unless stated.
    public init(ended: [ClockStart] = [], started: [ClockStart] = []) {
        self.ended = ended
        self.started = started
    }
}

/// Computes due dates for the lifecycle; the rule pack and the calendar stand behind it.
public protocol CaseClocks: Sendable {
    /// Whether a person must decide category and route before a unit takes the matter up.
    var asksTriage: Bool { get }
    /// Whether the category is part of that decision.
    var asksSort: Bool { get }
    /// Whether a category may take a route.
    func allows(_ route: LawfulRoute, for sort: MatterSort?) -> Bool
    /// Whether there is such a tier; where the pack has tiers, one must be chosen.
    func allows(tier: String?) -> Bool
    /// The clocks that a moment starts.
    func start(on moment: RuleMoment, at instant: Instant, _ facts: ClockFacts) -> [ClockStart]
    /// Running clocks that do not fit a later decision. Those that triage had started end; for those that had started
    /// with another moment, the rules that now apply are counted from the day on which they began.
    func refitted(_ running: [ClockStart], from old: ClockFacts, to new: ClockFacts) -> RefittedClocks
    /// How a rule may be extended.
    func `extension`(of rule: String) -> Rule.Extension?
    /// A clock that is longer by so much, in its rule's unit.
    func lengthened(_ start: ClockStart, by length: Int) -> ClockStart?
    /// A clock that runs on after it stood still.
    func resumed(_ start: ClockStart, since: LocalDate, on day: LocalDate) -> ClockStart
    /// A clock under the calendar as it is known now; `nil` where nothing changes.
    func recomputed(_ start: ClockStart) -> ClockStart?
    /// The version of the calendar.
    var calendarVersion: String { get }
    /// Who hears of it when a clock has run out, one step after the other.
    func escalation(step: Int, isHourly: Bool) -> Role?
    /// The last day on which a resident can judge (and change the judgement).
    func judgeUntil(deliveredAt instant: Instant) -> LocalDate
    /// From when somebody calls and asks how it went; `nil` where the pack knows no such call.
    func callBack(deliveredAt instant: Instant) -> LocalDate?
    /// The local date of a moment.
    func date(of instant: Instant) -> LocalDate
}
