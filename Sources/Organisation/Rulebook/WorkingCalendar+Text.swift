public import Kernel

extension WorkingCalendar {
    /// The facts as a file, in a fixed order: years with their sources, then the days of each year.
    public func text(version: String) -> String {
        var lines = ["version\t\(version)"]
        for year in knownYears { lines.append("year\t\(year)\t\(year)\t\(source(year: year) ?? "")") }
        guard let first = LocalDate(year: (knownYears.first ?? 1950) - 1, month: 1, day: 1),
            let last = LocalDate(year: (knownYears.last ?? 1950) + 1, month: 12, day: 31)
        else { return lines.joined(separator: "\n") + "\n" }
        lines += Self.spans(announcedDays(from: first, to: last))
        return lines.joined(separator: "\n") + "\n"
    }

    /// The calendar with one more year, or with a year told anew.
    ///
    /// - Parameters:
    ///   - days: one span a line: `off 2027-01-01 2027-01-03 元旦` or `work 2027-02-14 春节`; 休 and 班 are understood.
    ///   - today: makes the name of the version.
    /// - Throws: `PlainError` that names the line.
    public func text(adding year: Int, source: String, days: String, today: LocalDate) throws -> String {
        var added: [String] = []
        for (index, raw) in days.split(whereSeparator: \.isNewline).enumerated() {
            let parts = raw.split(maxSplits: 3, whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\u{3000}" })
                .map(String.init)
            guard let line = Self.line(parts, in: year) else {
                throw PlainError(
                    .invalid, "rulebook.dayLine", field: "days",
                    values: ["line": "\(index + 1)", "text": String(raw.prefix(60))])
            }
            added.append(line)
        }
        let years = knownYears.filter { $0 != year }.map { ($0, self.source(year: $0) ?? "") } + [(year, source)]
        var lines: [String] = []
        for (year, source) in years.sorted(by: { $0.0 < $1.0 }) { lines.append("year\t\(year)\t\(year)\t\(source)") }
        if let first = LocalDate(year: (knownYears.first ?? year) - 1, month: 1, day: 1),
            let last = LocalDate(year: (knownYears.last ?? year) + 1, month: 12, day: 31)
        {
            lines += Self.spans(announcedDays(from: first, to: last).filter { $0.date.parts.year != year })
        }
        // The same facts have the same name, so that sending a form twice makes one calendar.
        let hash = RulePack.hash(of: (lines + added).joined(separator: "\n")).prefix(4)
        lines.insert("version\tcounty-\(years.map(\.0).max() ?? year)-\(today).\(hash)", at: 0)
        let text = (lines + added).joined(separator: "\n") + "\n"
        do {
            _ = try WorkingCalendar(parsing: text)
        } catch {
            let own = error.line - lines.count
            throw PlainError(
                .invalid, "rulebook.dayLine", field: "days",
                values: [
                    "line": "\(max(1, own))", "text": own > 0 && own <= added.count ? added[own - 1] : error.reason,
                ])
        }
        return text
    }

    private static func line(_ parts: [String], in year: Int) -> String? {
        guard parts.count >= 2 else { return nil }
        let kind = ["off": "off", "休": "off", "放假": "off", "work": "work", "班": "work", "上班": "work"][parts[0]]
        guard let kind, let first = LocalDate(parts[1]) else { return nil }
        let second = parts.count > 2 ? LocalDate(parts[2]) : nil
        let name = parts.dropFirst(second == nil ? 2 : 3).joined(separator: " ")
        guard !name.isEmpty else { return nil }
        return "\(kind)\t\(first)\t\(second ?? first)\t\(name)"
    }

    private static func spans(_ days: [AnnouncedDay]) -> [String] {
        var out: [(first: AnnouncedDay, last: LocalDate)] = []
        for day in days {
            if let span = out.last, span.first.isOff == day.isOff, span.first.name == day.name,
                day.date.days(since: span.last) == 1
            {
                out[out.count - 1].last = day.date
            } else {
                out.append((day, day.date))
            }
        }
        return out.map { "\($0.first.isOff ? "off" : "work")\t\($0.first.date)\t\($0.last)\t\($0.first.name)" }
    }
}
