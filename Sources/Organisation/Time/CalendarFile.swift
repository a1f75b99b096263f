internal import Kernel

/// The lines of a calendar file, read and checked.
struct CalendarFile {
    var version: String?
    /// Where the facts about a year come from.
    var years: [Int: String] = [:]
    /// Announced days off and make-up days.
    var days: [LocalDate: (isOff: Bool, name: String)] = [:]
    private var lines: [LocalDate: Int] = [:]

    init(_ text: String) throws(WorkingCalendar.FormatError) {
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.last == "\r" ? raw.dropLast() : raw
            if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if let reason = read(columns, line: index + 1) {
                throw WorkingCalendar.FormatError(line: index + 1, reason: reason)
            }
        }
        guard version != nil else {
            throw WorkingCalendar.FormatError(line: 1, reason: "the version line is missing")
        }
        for (date, line) in lines.sorted(by: { $0.key < $1.key }) {
            // The New Year's holiday of one year may begin in the last days of the year before.
            let isKnown = [0, 7].contains { years[date.adding(days: $0).parts.year] != nil }
            if !isKnown {
                throw WorkingCalendar.FormatError(
                    line: line, reason: "\(date) has no year line; days of an unknown year would pass as known")
            }
        }
    }

    /// What is wrong with a line; `nil` when it was taken.
    private mutating func read(_ columns: [String], line: Int) -> String? {
        guard columns.count >= 2 else { return "a line has at least two columns, separated by a tab" }
        switch columns[0] {
        case "version":
            let isPlain = columns[1].unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "/" }
            guard columns.count == 2, !columns[1].isEmpty, columns[1].count <= 64, isPlain else {
                return "a version is one word of letters, digits, dots and hyphens"
            }
            guard version == nil else { return "a second version line" }
            version = columns[1]
        case "year":
            guard columns.count == 4, let year = Int(columns[1]), columns[2] == columns[1],
                (1949...2200).contains(year), !columns[3].isEmpty
            else { return "year, year, year, source" }
            guard years[year] == nil else { return "a second line for the year \(year)" }
            years[year] = columns[3]
        case "off", "work":
            guard columns.count == 4, let first = LocalDate(columns[1]), let last = LocalDate(columns[2]),
                first <= last, last.days(since: first) < 60, !columns[3].isEmpty
            else { return "\(columns[0]), first day, last day, name" }
            for offset in 0...last.days(since: first) {
                let date = first.adding(days: offset)
                if let other = lines[date] { return "\(date) stands in line \(other) already" }
                if columns[0] == "work", date.weekday <= 5 {
                    return "\(date) is no Saturday or Sunday, so it needs no line to be a working day"
                }
                days[date] = (columns[0] == "off", columns[3])
                lines[date] = line
            }
        default: return "a line begins with version, year, off or work"
        }
        return nil
    }
}
