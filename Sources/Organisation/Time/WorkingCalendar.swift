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
        var version: String?
        var covered: [Int: String] = [:]
        var exceptions: [LocalDate: (isOff: Bool, name: String)] = [:]
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.last == "\r" ? raw.dropLast() : raw
            if line.isEmpty || line.hasPrefix("#") { continue }
            func fail(_ reason: String) -> FormatError { FormatError(line: index + 1, reason: reason) }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count >= 2 else { throw fail("a line has at least two columns, separated by a tab") }
            switch columns[0] {
            case "version": version = columns[1]
            case "year":
                guard columns.count == 4, let year = Int(columns[1]) else { throw fail("year, year, year, source") }
                covered[year] = columns[3]
            case "off", "work":
                guard columns.count == 4, let first = LocalDate(columns[1]), let last = LocalDate(columns[2]),
                    first <= last, last.days(since: first) < 60
                else { throw fail("\(columns[0]), first day, last day, name") }
                for offset in 0...last.days(since: first) {
                    exceptions[first.adding(days: offset)] = (columns[0] == "off", columns[3])
                }
            default: throw fail("a line begins with version, year, off or work")
            }
        }
        guard let version else { throw FormatError(line: 1, reason: "the version line is missing") }
        self.version = version
        self.coveredYears = covered
        self.exceptions = exceptions
        self.years = covered.keys.min().flatMap { first in covered.keys.max().map { first...$0 } }
    }

    /// The facts that come with the program.
    public static func builtIn() throws -> WorkingCalendar {
        try WorkingCalendar(parsing: try OrganisationResources.text("calendar-cn.tsv"))
    }

    /// Whether anything is known about a year.
    public func covers(year: Int) -> Bool { coveredYears[year] != nil }

    /// Where the facts about a year come from.
    public func source(year: Int) -> String? { coveredYears[year] }

    /// Whether a day is a working day; `nil` when its year is unknown.
    public func isWorkingDay(_ date: LocalDate) -> Bool? {
        covers(year: date.parts.year) ? probablyWorks(date) : nil
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
            if isWorkingDay(current) == nil { isProvisional = true }
            if probablyWorks(current) { remaining -= 1 }
        }
        return (current, isProvisional)
    }

    /// The day itself when it is a working day, else the next one.
    public func rollingForward(_ date: LocalDate) -> (date: LocalDate, isProvisional: Bool) {
        var current = date
        var isProvisional = isWorkingDay(current) == nil
        while !probablyWorks(current) {
            current = current.adding(days: 1)
            if isWorkingDay(current) == nil { isProvisional = true }
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
            if isWorkingDay(current) == nil { isProvisional = true }
            if probablyWorks(current) { count += 1 }
        }
        return (count, isProvisional)
    }

    /// The weekday's habit where nothing else is known; callers mark the result as provisional.
    private func probablyWorks(_ date: LocalDate) -> Bool {
        if let exception = exceptions[date] { return !exception.isOff }
        return date.weekday <= 5
    }
}
