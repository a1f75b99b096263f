internal import Kernel
public import Organisation

/// Calendars in words.
public enum CalendarText {
    /// What a calendar knows.
    public static func summary(_ calendar: WorkingCalendar) -> String {
        "\(calendar.version): \(calendar.knownYears.map(String.init).joined(separator: ", "))"
    }

    /// The announced days of a year, one a line with tabs: date, weekday, `off` or `work`, name.
    ///
    /// - Throws: `Trouble` when nothing is known about it.
    public static func year(_ year: Int, of calendar: WorkingCalendar) throws(Trouble) -> [String] {
        guard let source = calendar.source(year: year), let first = LocalDate(year: year, month: 1, day: 1),
            let last = LocalDate(year: year, month: 12, day: 31)
        else {
            let known = calendar.knownYears.map(String.init).joined(separator: ", ")
            throw Trouble(
                .problemFound,
                "nothing is known about \(year) (known: \(known)); dates in it are provisional until its notice is loaded"
            )
        }
        let working = calendar.workingDays(from: first.adding(days: -1), to: last).count
        return ["# \(calendar.version), \(year): \(working) working days; \(source)"]
            + calendar.announcedDays(from: first, to: last).map(line)
    }

    private static func line(_ day: WorkingCalendar.AnnouncedDay) -> String {
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.date.weekday - 1]
        return "\(day.date)\t\(weekday)\t\(day.isOff ? "off" : "work")\t\(day.name)"
    }

    /// Days of years known to both that are counted otherwise; at most twenty lines.
    static func differences(_ old: WorkingCalendar, _ new: WorkingCalendar) -> [String] {
        var out: [String] = []
        for year in old.knownYears where new.covers(year: year) {
            guard let first = LocalDate(year: year, month: 1, day: 1) else { continue }
            var day = first
            while day.parts.year == year {
                if old.isWorkingDay(day) != new.isWorkingDay(day) {
                    out.append("\(day) is \(new.isWorkingDay(day) == true ? "a working day" : "off") now")
                }
                day = day.adding(days: 1)
            }
        }
        return out.count > 20 ? out.prefix(20) + ["and \(out.count - 20) more days"] : out
    }
}
