internal import Kernel
public import Organisation

/// A question about a date: from when, how long, counted how.
public struct DueQuestion: Sendable, Hashable {
    /// The day that sets the clock going; it is not counted.
    let day: LocalDate
    /// Hour and minute, for lengths in hours.
    let time: Time?
    let length: Int
    let unit: RuleUnit
    let rolls: Bool

    struct Time: Sendable, Hashable {
        let hour: Int
        let minute: Int
    }

    /// The words for units on the command line.
    public static let units: [(word: String, unit: RuleUnit)] = [
        ("working-days", .workingDays), ("calendar-days", .calendarDays), ("hours", .hours), ("months", .months),
    ]

    /// Checks what was typed.
    ///
    /// - Throws: `Trouble` with one sentence.
    public init(from text: String, length: Int, unit: RuleUnit, rolls: Bool) throws(Trouble) {
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let day = parts.first.flatMap({ LocalDate($0) }), (1949...2200).contains(day.parts.year) else {
            throw Trouble(.usage, "\(text) is no date from 1949 to 2200 such as 2026-09-28")
        }
        var time: Time?
        if parts.count == 2 {
            let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
            guard clock.count == 2, clock.allSatisfy({ $0.count == 2 }), let hour = Int(clock[0]),
                let minute = Int(clock[1]), (0...23).contains(hour), (0...59).contains(minute)
            else { throw Trouble(.usage, "\(text) is no moment such as 2026-09-28T15:30") }
            time = Time(hour: hour, minute: minute)
        }
        guard unit.lengths.contains(length) else {
            let word = Self.units.first { $0.unit == unit }?.word ?? unit.rawValue
            throw Trouble(
                .usage, "\(word) can be \(unit.lengths.lowerBound) to \(unit.lengths.upperBound), not \(length)")
        }
        if rolls, unit == .hours { throw Trouble(.usage, "hours run on days off too, so they do not roll") }
        self.day = day
        self.time = unit == .hours ? time : nil
        self.length = length
        self.unit = unit
        self.rolls = rolls
    }

    /// Reads `2026-09-28 working-days 5`, with `roll` at the end where it is wanted.
    public init(line: String) throws(Trouble) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3 || (words.count == 4 && words[3] == "roll"),
            let unit = Self.units.first(where: { $0.word == words[1] })?.unit, let length = Int(words[2])
        else {
            let units = Self.units.map(\.word).joined(separator: ", ")
            throw Trouble(.usage, "a line is: date, one of \(units), a number, and roll where it is wanted")
        }
        try self.init(from: words[0], length: length, unit: unit, rolls: words.count == 4)
    }

    /// The answer under a calendar.
    public func answer(_ calendar: WorkingCalendar) -> DueAnswer {
        let rule = Rule(
            id: "question", name: LocalizedName(zh: "问"), starts: .receipt, length: length, unit: unit,
            roll: rolls ? .forward : .none, owner: rolls ? .citizen : .authority, source: "", evidence: .local)
        let zone = CivilZone.shanghai
        let due: ComputedDeadline
        if let time {
            let start = zone.instant(of: day, hour: time.hour, minute: time.minute)
            due = Deadline.compute(rule: rule, startedAt: start, calendar: calendar, zone: zone)
        } else {
            due = Deadline.compute(rule: rule, startedOn: day, calendar: calendar)
        }
        return DueAnswer(question: self, due: due, calendar: calendar)
    }
}

/// A date, and why it is that one.
public struct DueAnswer: Sendable {
    let question: DueQuestion
    let due: ComputedDeadline
    let calendar: WorkingCalendar

    /// The date, or date and time for hours from a moment.
    public var text: String {
        guard let moment = due.dueInstant else { return due.effectiveDue.description }
        let (hour, minute, _) = CivilZone.shanghai.timeOfDay(of: moment)
        return "\(due.due)T\(Self.two(hour)):\(Self.two(minute))"
    }

    /// Whether it rests on a year of which no days off are known yet.
    public var isProvisional: Bool { due.isProvisional }

    /// The years without facts on which it rests.
    public var unknownYears: [Int] {
        let last = max(due.effectiveDue, due.due)
        return (question.day.parts.year...last.parts.year).filter { !calendar.covers(year: $0) }
    }

    /// Why it is this date, one fact a line.
    public var explanation: [String] {
        var out = [line("start", "\(Self.named(question.day)), not counted (Civil Code 201)")]
        let length = question.length
        switch question.unit {
        case .workingDays:
            out.append(line("counted", "\(length) working days: \(Self.spans(working))"))
            out += off(through: due.due)
        case .calendarDays: out.append(line("counted", "\(length) days, also those off"))
        case .months:
            out.append(line("counted", "\(length) months: the same day of the month, else its last (Civil Code 202)"))
        case .hours where due.dueInstant == nil:
            out.append(line("counted", "\(length) hours from the end of the day, as no time was given"))
        case .hours: out.append(line("counted", "\(length) hours, also at night and on days off (Civil Code 201)"))
        }
        out += rolling
        out.append(line("due", text))
        out.append(line("calendar", calendar.version))
        if isProvisional {
            let years = unknownYears.map(String.init).joined(separator: ", ")
            out.append(line("provisional", "the days off of \(years) are not known yet; weekends are assumed off"))
        }
        return out
    }

    private var rolling: [String] {
        guard question.unit != .hours, question.unit != .workingDays else { return [] }
        guard let rolled = due.rolledDue else { return [] }
        let why = due.explanation.holiday ?? "weekend"
        let last = "\(Self.named(due.due)) is a day off (\(why))"
        guard due.rolls else {
            return [line("last day", "\(last); a duty does not roll. With --roll it would be \(rolled)")]
        }
        return [line("last day", "\(last), so the next working day holds (Civil Code 203)")]
            + off(through: rolled, from: due.due)
    }

    private var working: [LocalDate] {
        days(question.day.adding(days: 1), due.due).filter { isWorking($0) }
    }

    /// Announced days off, and weekends that were made working days.
    private func off(through last: LocalDate, from first: LocalDate? = nil) -> [String] {
        let announced = calendar.announcedDays(from: first ?? question.day.adding(days: 1), to: last)
        let off = announced.filter(\.isOff)
        var out: [String] = []
        for name in off.map(\.name).uniqued {
            out.append(line("off", "\(Self.spans(off.filter { $0.name == name }.map(\.date))) \(name)"))
        }
        let weekends = days(first ?? question.day.adding(days: 1), last)
            .filter { day in !isWorking(day) && !off.contains { $0.date == day } }
        if !weekends.isEmpty { out.append(line("off", "\(Self.spans(weekends)) weekend")) }
        out += announced.filter { !$0.isOff }
            .map { line("made up", "\(Self.named($0.date)) is a working day (\($0.name))") }
        return out
    }

    private func isWorking(_ date: LocalDate) -> Bool { calendar.isWorkingDay(date) ?? (date.weekday <= 5) }

    private func days(_ first: LocalDate, _ last: LocalDate) -> [LocalDate] {
        first <= last ? (0...last.days(since: first)).map { first.adding(days: $0) } : []
    }

    private func line(_ what: String, _ text: String) -> String { what.padded(to: 12) + text }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    private static func named(_ date: LocalDate) -> String { "\(date) (\(weekdays[date.weekday - 1]))" }

    private static func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }

    /// `2026-10-01 to 2026-10-07, 2026-10-10`.
    static func spans(_ dates: [LocalDate]) -> String {
        var spans: [(first: LocalDate, last: LocalDate)] = []
        for date in dates {
            if let last = spans.last?.last, date.days(since: last) == 1 {
                spans[spans.count - 1].last = date
            } else {
                spans.append((date, date))
            }
        }
        return spans.map { $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)" }.joined(separator: ", ")
    }
}

extension Sequence where Element: Hashable {
    /// Each element once, in the order of the first.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension String {
    /// Filled with blanks, for columns on a terminal.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }
}
