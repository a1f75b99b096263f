public import Kernel
public import Organisation

/// The numbers of a month or a year (《信访工作条例》 Art. 41; 《政府信息公开条例》 Art. 49–50), from the rows that the screens read.
/// Matters that are kept to named people are in none of them. Nothing here ranks units or people.
public struct LawfulReport: Sendable, Hashable {
    /// What was received in the period.
    public struct Received: Sendable, Hashable {
        /// Matters of all kinds.
        public internal(set) var total = 0
        /// Of these: without a name.
        public internal(set) var anonymous = 0
        /// Of these: visits by several.
        public internal(set) var groups = 0
        /// By how they arrived.
        public internal(set) var channels: [Channel: Int] = [:]
        /// By kind of case.
        public internal(set) var kinds: [MatterKind: Int] = [:]
        /// By the category of Art. 29–31; what nobody has decided is missing.
        public internal(set) var sorts: [MatterSort: Int] = [:]
        /// By lawful route; what nobody has decided is missing.
        public internal(set) var routes: [LawfulRoute: Int] = [:]
        /// By where they stand now.
        public internal(set) var phases: [CasePhase: Int] = [:]
        /// By category code; `""` for those without one.
        public internal(set) var categories: [String: Int] = [:]
        /// By area code; `""` for those without one.
        public internal(set) var areas: [String: Int] = [:]
        /// By the unit that answers for them.
        public internal(set) var units: [UnitID: Int] = [:]
    }

    /// How a duty was done: by its day, after it, not yet although its day is over, or it still runs.
    public struct Timeliness: Sendable, Hashable {
        /// Done by the last day.
        public internal(set) var inTime = 0
        /// Done after it.
        public internal(set) var late = 0
        /// Not done, and the last day is over.
        public internal(set) var overdue = 0
        /// Not done, and there is time.
        public internal(set) var running = 0
        /// Of all: extended.
        public internal(set) var extended = 0

        /// All whose last day is over or that are done.
        public var decided: Int { inTime + late + overdue }
    }

    /// A duty, by the rule that its clock follows.
    public struct ClockLine: Sendable, Hashable {
        /// The rule.
        public let rule: String
        /// What it asks.
        public let duty: ClockDuty
        /// How it was done.
        public let times: Timeliness
    }

    /// Answers that were signed in the period.
    public struct Answers: Sendable, Hashable {
        /// All of them.
        public internal(set) var total = 0
        /// By result, without those about information.
        public internal(set) var outcomes: [ReplyOutcome: Int] = [:]
        /// What became of suggestions (Art. 29).
        public internal(set) var adoptions: [Adoption: Int] = [:]
        /// By unit.
        public internal(set) var units: [UnitID: Int] = [:]
    }

    /// Reviews (1) or second reviews (2).
    public struct ReviewLine: Sendable, Hashable {
        /// Asked for in the period.
        public internal(set) var asked = 0
        /// Of these: after the last day.
        public internal(set) var askedLate = 0
        /// Decided in the period, by result.
        public internal(set) var outcomes: [ReviewOutcome: Int] = [:]

        /// Nothing yet.
        public init() {}

        /// All that were decided.
        public var decided: Int { outcomes.values.reduce(0, +) }
    }

    /// Applications for information that were received in the period.
    public struct Information: Sendable, Hashable {
        /// All of them.
        public internal(set) var received = 0
        /// Of these: answered, by the seven kinds of Art. 36.
        public internal(set) var answers: [InformationAnswer: Int] = [:]
        /// Of these: given in part, with parts kept back (Art. 37).
        public internal(set) var partial = 0
        /// Of these: told that they are no application (Art. 39), or taken back.
        public internal(set) var other = 0
        /// How the answers kept to their time.
        public internal(set) var times = Timeliness()

        /// All that are answered.
        public var answered: Int { answers.values.reduce(0, +) }
    }

    /// One unit's part.
    public struct UnitLine: Sendable, Hashable {
        /// The unit.
        public let unit: UnitID
        /// Matters received in the period that it answers for.
        public internal(set) var received = 0
        /// How its duties on these were done.
        public internal(set) var times = Timeliness()
        /// Answers that it signed in the period.
        public internal(set) var answered = 0
        /// Verdicts of the period.
        public internal(set) var verdicts: [Judgement: Int] = [:]
        /// How residents were treated by it where it answered, with the verdicts of the period.
        public internal(set) var treatment: [Attitude: Int] = [:]
        /// How it served where it took the matter in and another unit answered (Art. 21).
        public internal(set) var intake: [Attitude: Int] = [:]
        /// How often it was sent a matter or called, by way.
        public internal(set) var moves: [CaseMoveKind: Int] = [:]
        /// Its objections that were upheld in the period.
        public internal(set) var objectionsUpheld = 0
        /// Its objections that were not.
        public internal(set) var objectionsRejected = 0
        /// Reviews of its answers that did not let them stand.
        public internal(set) var corrected = 0
    }

    /// The period.
    public let period: ReportPeriod
    /// When it was counted.
    public let countedAt: Instant
    /// What was received.
    public internal(set) var received = Received()
    /// Duties on matters that were received in the period, in the order of the rules' names.
    public internal(set) var clocks: [ClockLine] = []
    /// Answers of the period.
    public internal(set) var answers = Answers()
    /// Reviews of the period, by stage.
    public internal(set) var reviews: [Int: ReviewLine] = [:]
    /// Verdicts of the period; nothing where the viewer may not see them.
    public internal(set) var verdicts: [Judgement: Int]?
    /// A line a unit, in the order of the organisation's code.
    public internal(set) var units: [UnitLine] = []
    /// How often matters went to a unit in the period, by way.
    public internal(set) var moves: [CaseMoveKind: Int] = [:]
    /// Promises whose day lies in the period, in the order of the organisation's code.
    public internal(set) var promises: [PromiseBoard.Line] = []
    /// Applications for information.
    public internal(set) var information = Information()
    /// Whether all are treated alike.
    public internal(set) var equality = EqualityAudit(channels: [], areas: [], categories: [])

    init(period: ReportPeriod, countedAt: Instant) {
        self.period = period
        self.countedAt = countedAt
    }
}
