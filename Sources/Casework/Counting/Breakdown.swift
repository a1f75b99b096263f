public import Kernel
internal import Organisation

/// What matters are divided by.
public enum BreakdownDimension: String, CaseIterable, Sendable, Codable {
    /// By the unit that answers for them.
    case unit
    /// By township.
    case area
    /// By category.
    case category
    /// By how they arrived.
    case channel
    /// By when they were registered.
    case time
}

/// How long the parts of a period are.
public enum BreakdownStep: String, CaseIterable, Sendable {
    /// Day by day.
    case day
    /// Weeks from Monday.
    case week
    /// Month by month.
    case month

    /// The length that leaves a table a person can read.
    public static func fitting(_ days: ClosedRange<LocalDate>) -> BreakdownStep {
        switch days.upperBound.days(since: days.lowerBound) + 1 {
        case ...31: .day
        case ...126: .week
        default: .month
        }
    }

    /// The first day of the part in which a day lies.
    public func start(of day: LocalDate) -> LocalDate {
        switch self {
        case .day: day
        case .week: day.adding(days: 1 - day.weekday)
        case .month: day.adding(days: 1 - day.parts.day)
        }
    }

    /// The first day of the part after the one that begins on a day.
    public func next(after start: LocalDate) -> LocalDate {
        switch self {
        case .day: start.adding(days: 1)
        case .week: start.adding(days: 7)
        case .month: self.start(of: start.adding(days: 31))
        }
    }
}

/// Which of the matters of a period are meant; nothing means all.
public struct CountFilter: Hashable, Sendable {
    /// That this unit answers for.
    public var unit: UnitID?
    /// Of this township; `""` for those of which nobody said.
    public var area: String?
    /// Of this category and all below it; `""` for those of which nobody said, `03=` for those of `03` alone.
    public var category: String?
    /// That arrived this way.
    public var channel: Channel?

    /// All.
    public init() {}

    /// Whether the counts that are kept cannot answer it.
    var needsFacts: Bool { area != nil || category != nil || channel != nil }
}

/// The numbers of a group of matters that were registered in a period.
public struct CountedNumbers: Hashable, Sendable, Codable {
    /// Registered in the period.
    public var registered = 0
    /// Of these, answered by their day.
    public var inTime = 0
    /// Answered after it.
    public var late = 0
    /// Somebody still owes something.
    public var open = 0
    /// A day has passed without what was due.
    public var overdue = 0
    /// The resident says: not solved. Nothing where the viewer may not know.
    public var unsolved: Int?
    /// Half of those answered were answered within so many days.
    public var medianDays: Int?

    /// Nothing.
    public init() {}
}

/// One of the numbers, as lists name it.
public enum CountedMeasure: String, CaseIterable, Sendable {
    /// Registered.
    case registered
    /// Answered, by their day or after it.
    case answered
    /// Answered by their day.
    case inTime = "in-time"
    /// Answered after it.
    case late
    /// Still open.
    case open
    /// Overdue.
    case overdue
    /// Not solved.
    case unsolved

    /// The number in a line; nothing where it may not be known.
    public func value(in numbers: CountedNumbers) -> Int? {
        switch self {
        case .registered: numbers.registered
        case .answered: numbers.inTime + numbers.late
        case .inTime: numbers.inTime
        case .late: numbers.late
        case .open: numbers.open
        case .overdue: numbers.overdue
        case .unsolved: numbers.unsolved
        }
    }
}

/// Matters of a period, divided.
public struct Breakdown: Hashable, Sendable {
    /// One group.
    public struct Line: Hashable, Sendable {
        /// A unit's identifier, a code, a channel, or the first day of a part; empty where nobody said.
        public let code: String
        /// Its numbers.
        public let numbers: CountedNumbers
    }

    /// In the order of codes, channels or days; never of numbers.
    public let lines: [Line]
    /// All together.
    public let total: CountedNumbers
    /// When it was counted.
    public let countedAt: Instant
}

/// What is asked for.
public struct BreakdownRequest: Hashable, Sendable {
    /// What matters are divided by.
    public var by: BreakdownDimension
    /// Registered on these days.
    public var days: ClosedRange<LocalDate>
    /// Of these.
    public var filter = CountFilter()
    /// How long the parts are, where divided by time.
    public var step: BreakdownStep

    /// The longest period, in days.
    public static let mostDays = 3_660

    /// A question.
    public init(_ by: BreakdownDimension, _ days: ClosedRange<LocalDate>) {
        self.by = by
        self.days = days
        step = BreakdownStep.fitting(days)
    }
}
