internal import Kernel
internal import Organisation

/// Years and months of a calendar as blocks of a page.
struct CalendarModel {
    let calendar: WorkingCalendar
    let words: Words

    /// Every year that is known, with its source.
    func years(shown: Int) -> RulebookBlock {
        RulebookBlock(
            id: "years", heading: words.text("rulebook.years", ["version": calendar.version]),
            columns: [
                (words.text("rulebook.year"), false), (words.text("rulebook.source"), false),
                (words.text("rulebook.workingDays"), true),
            ],
            rows: calendar.knownYears.reversed().map { year in
                [
                    .init(
                        text: "\(year)", url: year == shown ? "" : "/admin/calendar?year=\(year)",
                        tag: year == shown ? words.text("rulebook.shown") : ""),
                    .init(text: calendar.source(year: year) ?? ""), .number("\(workingDays(year))"),
                ]
            })
    }

    /// The twelve months of a year: a day off carries a word and a shape, a make-up day another.
    func months(of year: Int) -> RulebookBlock {
        guard calendar.covers(year: year) else {
            return RulebookBlock(
                id: "months", heading: words.text("rulebook.monthsOf", ["year": "\(year)"]), tone: "wait",
                sentences: [words.text("rulebook.yearUnknown", ["year": "\(year)"])])
        }
        return RulebookBlock(
            id: "months", heading: words.text("rulebook.monthsOf", ["year": "\(year)"]),
            hint: words.text("rulebook.monthsHint"),
            months: (1...12).compactMap { month in
                LocalDate(year: year, month: month, day: 1).map { (words.month($0), weeks(from: $0)) }
            })
    }

    private func weeks(from first: LocalDate) -> [[RulebookBlock.Day]] {
        let blank = RulebookBlock.Day(number: "", kind: .none)
        var days = Array(repeating: blank, count: first.weekday - 1)
        var date = first
        while date.parts.month == first.parts.month {
            days.append(day(date))
            date = date.adding(days: 1)
        }
        while days.count % 7 != 0 { days.append(blank) }
        return stride(from: 0, to: days.count, by: 7).map { Array(days[$0..<$0 + 7]) }
    }

    private func day(_ date: LocalDate) -> RulebookBlock.Day {
        let number = "\(date.parts.day)"
        let isWeekend = date.weekday > 5
        switch (calendar.isWorkingDay(date), calendar.name(of: date)) {
        case (false, let name?):
            return .init(number: number, kind: .off, title: words.text("rulebook.dayOff", ["name": name]))
        case (true, let name?) where isWeekend:
            return .init(number: number, kind: .makeUp, title: words.text("rulebook.dayMakeUp", ["name": name]))
        default: return .init(number: number, kind: isWeekend ? .weekend : .work)
        }
    }

    private func workingDays(_ year: Int) -> Int {
        guard let first = LocalDate(year: year, month: 1, day: 1), let last = LocalDate(year: year, month: 12, day: 31)
        else { return 0 }
        return calendar.workingDays(from: first.adding(days: -1), to: last).count
    }

    /// New years, and days that are counted otherwise.
    func difference(from old: WorkingCalendar) -> RulebookBlock {
        var block = RulebookBlock(
            id: "difference", heading: words.text("rulebook.difference"),
            hint: words.text("rulebook.differenceCalendar", ["old": old.version, "new": calendar.version]))
        for year in calendar.knownYears where !old.covers(year: year) {
            let values = ["n": "\(workingDays(year))", "source": calendar.source(year: year) ?? ""]
            block.changes.append(
                .init(kind: .added, what: "\(year)", after: words.text("rulebook.yearAdded", values)))
        }
        for year in old.knownYears where !calendar.covers(year: year) {
            block.changes.append(
                .init(kind: .ended, what: "\(year)", before: words.text("rulebook.yearLost")))
        }
        for year in old.knownYears where calendar.covers(year: year) {
            guard var date = LocalDate(year: year, month: 1, day: 1) else { continue }
            while date.parts.year == year {
                if old.isWorkingDay(date) != calendar.isWorkingDay(date)
                    || old.name(of: date) != calendar.name(of: date)
                {
                    block.changes.append(
                        .init(
                            kind: .changed, what: words.fullDate(date), before: sort(of: date, in: old),
                            after: sort(of: date, in: calendar)))
                }
                date = date.adding(days: 1)
            }
        }
        if block.changes.isEmpty { block.sentences = [words.text("rulebook.noDifference")] }
        return block
    }

    private func sort(of date: LocalDate, in calendar: WorkingCalendar) -> String {
        let isOff = calendar.isWorkingDay(date) == false
        let word = words.text(isOff ? "rulebook.off" : "rulebook.working")
        return calendar.name(of: date).map { "\(word)（\($0)）" } ?? word
    }
}
