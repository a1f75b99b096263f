public import Kernel
internal import Organisation

/// What a leader sees first. Every number is the number of a list that can be opened.
public struct OversightReport: Sendable, Hashable {
    /// What changes with every act.
    public let now: OversightNow
    /// What changes from day to day.
    public let trends: OversightTrends

    /// Both.
    public init(now: OversightNow, trends: OversightTrends) {
        self.now = now
        self.trends = trends
    }

    /// A line a unit, in the order of the organisation's code.
    public var units: [UnitLine] { trends.lines(with: now.units) }
    /// Past their day.
    public var overdue: Int { now.overdue }
    /// Due per day within the next seven days.
    public var dueByDay: [LocalDate: Int] { now.dueByDay }
    /// In the ledger and not yet accepted by anybody, due within seven days.
    public var dueUnassigned: Int { now.dueUnassigned }
    /// Not solved, says the resident; newest first, a few.
    public var unsolved: [QueueRow] { now.unsolved }
    /// How many of these there are.
    public var unsolvedCount: Int { now.unsolvedCount }
    /// When what waits was counted.
    public var countedAt: Instant { now.countedAt }
    /// Categories that rise.
    public var rising: [RisingCategory] { trends.rising }
}

/// What waits at this moment.
public struct OversightNow: Sendable, Hashable {
    /// What a unit has in hand.
    public struct Unit: Sendable, Hashable {
        /// Matters that somebody still owes something.
        public internal(set) var open = 0
        /// Due within seven days.
        public internal(set) var dueSoon = 0
        /// Past their day.
        public internal(set) var overdue = 0
    }

    /// Where somebody still owes the resident something, up to the judgement: what `Unit.open` counts.
    public static var openPhases: [CasePhase] { CaseFacts.openPhases }

    /// Due per day within the next seven days.
    public let dueByDay: [LocalDate: Int]
    /// Past their day.
    public let overdue: Int
    /// In the ledger and not yet accepted by anybody, due within seven days.
    public let dueUnassigned: Int
    /// Not solved, says the resident; newest first, a few.
    public let unsolved: [QueueRow]
    /// How many of these there are.
    public let unsolvedCount: Int
    /// Promises of replies for this week.
    public let promises: PromisesDue
    /// By unit.
    public let units: [UnitID: Unit]
    /// When it was counted.
    public let countedAt: Instant
}

/// What the last weeks were like.
public struct OversightTrends: Sendable, Hashable {
    /// Categories that rise: this four weeks against the eight before.
    public let rising: [RisingCategory]
    /// Verdicts and answers of 90 days, in the order of the organisation's code; nothing in hand.
    let units: [UnitLine]
    let codes: [UnitID: String]

    func lines(with now: [UnitID: OversightNow.Unit]) -> [UnitLine] {
        var lines = Dictionary(uniqueKeysWithValues: units.map { ($0.unit, $0) })
        for (unit, hand) in now {
            var line = lines[unit] ?? UnitLine(unit: unit)
            (line.open, line.dueSoon, line.overdue) = (hand.open, hand.dueSoon, hand.overdue)
            lines[unit] = line
        }
        return lines.values.sorted { (codes[$0.unit] ?? "~", $0.unit) < (codes[$1.unit] ?? "~", $1.unit) }
    }
}

/// A category with clearly more matters than usual.
public struct RisingCategory: Sendable, Hashable {
    /// Category code.
    public let category: String
    /// Matters in the last four weeks.
    public let recent: Int
    /// Matters in a usual four weeks, from the eight before.
    public let usual: Double
}

/// What a unit has in hand and how it was judged in the last 90 days.
public struct UnitLine: Sendable, Hashable {
    /// The unit.
    public let unit: UnitID
    /// Matters that somebody still owes something.
    public internal(set) var open = 0
    /// Due within seven days.
    public internal(set) var dueSoon = 0
    /// Past their day.
    public internal(set) var overdue = 0
    /// Residents' verdicts: solved, partly, not solved.
    public internal(set) var solved = 0
    /// Solved in part.
    public internal(set) var partly = 0
    /// Not solved.
    public internal(set) var notSolved = 0
    /// Matters answered.
    public internal(set) var answered = 0
    /// Half were answered within so many calendar days; `nil` without answers.
    public internal(set) var medianDays: Int?

    init(unit: UnitID) { self.unit = unit }

    /// All verdicts.
    public var judged: Int { solved + partly + notSolved }
}
