public import Kernel

/// Which days are working days. Facts come from a file, a year at a time; of a year that the file does not cover
/// nothing is known, and every date that depends on it is provisional.
public struct WorkingCalendar: Sendable {
    /// Names the state of the facts, so that a computed date can say what it rests on.
    public let version: String
    /// The years that are known.
    public let years: ClosedRange<Int>?
    private let coveredYears: [Int: String]
    /// Only days that differ from their weekday's habit, and every announced day off.
    private let exceptions: [LocalDate: (isOff: Bool, name: String)]
    /// Every day from the first known year to the last: pages count working days for each line of a list.
    private let days: [Day]
    private let firstDay: LocalDate

    private struct Day { let works, isKnown: Bool }

    /// A line of the file that cannot be read.
    public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line, from 1.
        public let line: Int
        /// What is wrong with it.
        public let reason: String
        /// Line and reason.
        public var description: String { "line \(line): \(reason)" }
    }

    /// Reads the facts: `version`, `year`, `off` and `work` lines with tabs between the columns what, first, last,
    /// name.
    public init(parsing text: String) throws(FormatError) {
        let file = try CalendarFile(text)
        version = file.version ?? ""
        coveredYears = file.years
        exceptions = file.days
        years = file.years.keys.min().flatMap { first in file.years.keys.max().map { first...$0 } }
        let newYear = years.flatMap { LocalDate(year: $0.lowerBound, month: 1, day: 1) }
        // The notice of a year may announce days of the last week before it.
        firstDay = [newYear, file.days.keys.min()].compactMap { $0 }.min() ?? LocalDate(daysSinceEpoch: 0)
        let end = years.flatMap { LocalDate(year: $0.upperBound + 1, month: 1, day: 1) } ?? firstDay
        days = (firstDay.daysSinceEpoch..<end.daysSinceEpoch).map { number in
            let date = LocalDate(daysSinceEpoch: number)
            return Day(
                works: file.days[date].map { !$0.isOff } ?? date.isOnWeekday,
                isKnown: file.years[date.parts.year] != nil)
        }
    }

    /// A day off or a make-up working day that was announced.
    public struct AnnouncedDay: Hashable, Sendable {
        /// The day.
        public let date: LocalDate
        /// Whether it is off; else it is a working day on a weekend.
        public let isOff: Bool
        /// The holiday.
        public let name: String
    }

    /// The years that are known, in order; the notices of each year come one at a time, so there may be gaps.
    public var knownYears: [Int] { coveredYears.keys.sorted() }

    /// What was announced for a span of days, in order.
    public func announcedDays(from first: LocalDate, to last: LocalDate) -> [AnnouncedDay] {
        exceptions.filter { first <= $0.key && $0.key <= last }
            .map { AnnouncedDay(date: $0.key, isOff: $0.value.isOff, name: $0.value.name) }
            .sorted { $0.date < $1.date }
    }

    /// The facts that come with the program.
    public static func builtIn() throws -> WorkingCalendar { try WorkingCalendar(parsing: try builtInText()) }

    /// The file of the facts that come with the program; a start for an own one.
    public static func builtInText() throws -> String { try OrganisationResources.text("calendar-cn.tsv") }

    /// Whether anything is known about a year.
    public func covers(year: Int) -> Bool { coveredYears[year] != nil }

    /// Where the facts about a year come from.
    public func source(year: Int) -> String? { coveredYears[year] }

    /// Whether a day is a working day; `nil` when its year is unknown.
    public func isWorkingDay(_ date: LocalDate) -> Bool? {
        let day = day(date)
        return day.isKnown ? day.works : nil
    }

    /// The holiday's name on a day off or make-up day.
    public func name(of date: LocalDate) -> String? { exceptions[date]?.name }

    /// The date so many working days after `date`, which itself is not counted (Civil Code, article 201).
    public func adding(workingDays count: Int, to date: LocalDate) -> (date: LocalDate, isProvisional: Bool) {
        var current = date
        var remaining = count
        var isProvisional = false
        while remaining > 0 {
            current = current.adding(days: 1)
            let day = day(current)
            if !day.isKnown { isProvisional = true }
            if day.works { remaining -= 1 }
        }
        return (current, isProvisional)
    }

    /// The day itself when it is a working day, else the next one.
    public func rollingForward(_ date: LocalDate) -> (date: LocalDate, isProvisional: Bool) {
        var current = date
        var isProvisional = !day(current).isKnown
        while !day(current).works {
            current = current.adding(days: 1)
            if !day(current).isKnown { isProvisional = true }
        }
        return (current, isProvisional)
    }

    /// How many working days lie after `start` up to and with `end`; negative when `end` comes first.
    public func workingDays(from start: LocalDate, to end: LocalDate) -> (count: Int, isProvisional: Bool) {
        guard start <= end else {
            let turned = workingDays(from: end, to: start)
            return (-turned.count, turned.isProvisional)
        }
        var count = 0
        var isProvisional = false
        var current = start
        while current < end {
            current = current.adding(days: 1)
            let day = day(current)
            if !day.isKnown { isProvisional = true }
            if day.works { count += 1 }
        }
        return (count, isProvisional)
    }

    /// The weekday's habit where nothing else is known; callers mark the result as provisional.
    private func day(_ date: LocalDate) -> Day {
        let index = date.days(since: firstDay)
        return days.indices.contains(index) ? days[index] : Day(works: date.isOnWeekday, isKnown: false)
    }
}

extension LocalDate {
    /// Monday to Friday.
    fileprivate var isOnWeekday: Bool { weekday <= 5 }
}
