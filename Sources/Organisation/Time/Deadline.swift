public import Kernel

/// A date by which something must or may be done, with all that explains it.
public struct ComputedDeadline: Hashable, Sendable {
    /// Why it is this date, as data: pages make sentences of it.
    public struct Explanation: Hashable, Sendable {
        /// What set the clock going.
        public let starts: RuleMoment
        /// How long, with the extension.
        public let length: Int
        /// How it is counted.
        public let unit: RuleUnit
        /// How much of the length is an extension.
        public let extended: Int
        /// The instrument.
        public let source: String
        /// The article.
        public let article: String?
        /// How well the rule is known.
        public let evidence: RuleEvidence
        /// The holiday on which the nominal date falls, `劳动节`; `nil` on other days.
        public let holiday: String?
    }

    /// The rule, `XF-HANDLE`.
    public let ruleID: String
    /// Whose clock it is.
    public let owner: RuleOwner
    /// The day on which it was set going; not counted.
    public let start: LocalDate
    /// The nominal last day.
    public let due: LocalDate
    /// The next working day, when the nominal last day is a day off.
    public let rolledDue: LocalDate?
    /// Whether the rolled date holds rather than the nominal one.
    public let rolls: Bool
    /// The exact moment, for rules in hours.
    public let dueInstant: Instant?
    /// Whether it rests on a year of which no days off are known yet.
    public let isProvisional: Bool
    /// The facts that it rests on.
    public let calendarVersion: String
    /// Why it is this date.
    public let explanation: Explanation

    /// The date that holds.
    public var effectiveDue: LocalDate { rolls ? rolledDue ?? due : due }
}

/// Computes deadlines.
public enum Deadline {
    /// From a moment: hours run from it, days from its date on the wall.
    public static func compute(
        rule: Rule, startedAt start: Instant, extended: Int = 0, calendar: WorkingCalendar,
        zone: CivilZone = .shanghai
    ) -> ComputedDeadline {
        let date = zone.date(of: start)
        guard rule.unit == .hours else {
            return compute(rule: rule, startedOn: date, extended: extended, calendar: calendar)
        }
        let moment = start.adding(seconds: Int64(rule.length + extended) * 3600)
        return make(
            rule, date, zone.date(of: moment), moment: moment, isProvisional: false, extended: extended, calendar)
    }

    /// From a date, which is not counted.
    public static func compute(
        rule: Rule, startedOn date: LocalDate, extended: Int = 0, calendar: WorkingCalendar
    ) -> ComputedDeadline {
        let length = rule.length + extended
        switch rule.unit {
        case .calendarDays:
            return make(rule, date, date.adding(days: length), isProvisional: false, extended: extended, calendar)
        case .workingDays:
            let (due, isProvisional) = calendar.adding(workingDays: length, to: date)
            return make(rule, date, due, isProvisional: isProvisional, extended: extended, calendar)
        case .months:
            return make(rule, date, date.adding(months: length), isProvisional: false, extended: extended, calendar)
        case .hours:
            // Without a moment the whole day is given: hours run from its end.
            let days = (length + 23) / 24
            return make(rule, date, date.adding(days: days), isProvisional: false, extended: extended, calendar)
        }
    }

    private static func make(
        _ rule: Rule, _ start: LocalDate, _ due: LocalDate, moment: Instant? = nil, isProvisional: Bool,
        extended: Int, _ calendar: WorkingCalendar
    ) -> ComputedDeadline {
        let rolled = calendar.rollingForward(due)
        let rolls = rule.roll == .forward && rule.unit != .hours
        return ComputedDeadline(
            ruleID: rule.id, owner: rule.owner, start: start, due: due,
            rolledDue: rolled.date == due ? nil : rolled.date, rolls: rolls, dueInstant: moment,
            isProvisional: isProvisional || (rolls && rolled.isProvisional), calendarVersion: calendar.version,
            explanation: ComputedDeadline.Explanation(
                starts: rule.starts, length: rule.length + extended, unit: rule.unit, extended: extended,
                source: rule.source, article: rule.article, evidence: rule.evidence,
                holiday: calendar.isWorkingDay(due) == false ? calendar.name(of: due) : nil))
    }
}

/// How a clock looks to people.
public enum Urgency: String, CaseIterable, Codable, Sendable {
    /// More than three working days left.
    case plenty
    /// At most three working days left.
    case near
    /// It ends today.
    case today
    /// It is over.
    case overdue
    /// It stands still.
    case paused
    /// What it asked for is done.
    case done
}

/// The state of a clock on a day.
public struct ClockState: Hashable, Sendable {
    /// How it looks.
    public let urgency: Urgency
    /// Working days left; negative when it is overdue.
    public let remainingWorkingDays: Int
    /// Whether that number rests on an unknown year.
    public let isProvisional: Bool

    /// The state on `today` of a clock that ends on `due`.
    public init(
        due: LocalDate, today: LocalDate, calendar: WorkingCalendar, isPaused: Bool = false, isDone: Bool = false
    ) {
        let left = calendar.workingDays(from: today, to: due)
        remainingWorkingDays = left.count
        isProvisional = left.isProvisional
        urgency =
            if isDone {
                .done
            } else if isPaused {
                .paused
            } else if due < today {
                .overdue
            } else if due == today {
                .today
            } else if left.count <= 3 {
                .near
            } else {
                .plenty
            }
    }
}

extension LocalDate {
    /// The day of the same number so many months on; where there is none, the month's last (Civil Code, article 202).
    func adding(months: Int) -> LocalDate {
        let (year, month, day) = parts
        let total = year * 12 + month - 1 + months
        func first(of month: Int) -> LocalDate? { LocalDate(year: month / 12, month: month % 12 + 1, day: 1) }
        guard let start = first(of: total), let next = first(of: total + 1) else { return self }
        return start.adding(days: min(day, next.days(since: start)) - 1)
    }
}
