internal import Casework
internal import Kernel
internal import Organisation
internal import Sheets

/// Names of what matters are divided by.
struct BreakdownNames {
    let words: MatterWords

    func line(_ code: String, _ dimension: BreakdownDimension, _ step: BreakdownStep) -> String {
        guard !code.isEmpty else { return words.text("by.none.\(dimension.rawValue)") }
        switch dimension {
        case .unit: return UnitID(code).map { words.unit($0) } ?? code
        case .area: return area(code)
        case .category: return category(code)
        case .channel: return Channel(rawValue: code).map { words.words.name("channel", $0) } ?? code
        case .time: return LocalDate(code).map { part($0, step) } ?? code
        }
    }

    func area(_ code: String) -> String {
        words.organisation.area(code)?.name.text(isEnglish: words.isEnglish) ?? code
    }

    /// Its own name; the path stands in the heading. What belongs to a category itself is told apart from what is below.
    func category(_ code: String) -> String {
        let isOwn = code.hasSuffix("=")
        let plain = isOwn ? String(code.dropLast()) : code
        let name = words.organisation.category(plain)?.name.text(isEnglish: words.isEnglish) ?? plain
        return isOwn ? words.text("by.itself", ["name": name]) : name
    }

    private func part(_ start: LocalDate, _ step: BreakdownStep) -> String {
        switch step {
        case .day: return words.words.dateAndWeekday(start)
        case .week: return words.text("by.weekOf", ["date": words.words.date(start, today: words.today)])
        case .month:
            return words.text(
                "report.month", ["year": "\(start.parts.year)", "month": words.words.month(start)])
        }
    }

    /// What a list or table is narrowed to, in words.
    func filter(_ filter: CountFilter) -> [String] {
        var out: [String] = []
        if let unit = filter.unit { out.append(words.unit(unit)) }
        if let code = filter.area { out.append(code.isEmpty ? words.text("by.none.area") : area(code)) }
        if let code = filter.category {
            let plain = code.hasSuffix("=") ? String(code.dropLast()) : code
            let path = words.category(plain)
            out.append(
                code.isEmpty
                    ? words.text("by.none.category")
                    : code == plain ? path : words.text("by.itself", ["name": path]))
        }
        if let channel = filter.channel { out.append(words.words.name("channel", channel)) }
        return out
    }
}

/// A breakdown in words: what the page and the file show, made once from the numbers.
struct BreakdownSheet {
    let dimension: BreakdownDimension
    let step: BreakdownStep
    let period: OversightPeriod
    let filter: CountFilter
    let breakdown: Breakdown
    let words: MatterWords

    private var names: BreakdownNames { BreakdownNames(words: words) }
    private var seesVerdicts: Bool { breakdown.total.unsolved != nil }
    private var measures: [CountedMeasure] {
        CountedMeasure.allCases.filter { $0 != .unsolved || seesVerdicts }
    }

    var title: String {
        ([words.text("by.title.\(dimension.rawValue)")] + names.filter(filter)).joined(separator: " · ")
    }

    var fields: Fields {
        [
            "submission": "", "heading": .text(title), "periodText": .text(period.name(words)),
            "asOf": .text(
                words.text(
                    "work.asOf",
                    [
                        "date": words.words.dateAndWeekday(words.today),
                        "time": words.words.time(breakdown.countedAt),
                    ])),
            "lineHeading": .text(words.text("by.column.\(dimension.rawValue)")),
            "columns": .list(
                measures.map { measure in
                    [
                        "name": .text(words.text("by.measure.\(measure.rawValue)")), "id": .text(measure.rawValue),
                        "definitionURL": .text("/oversight/definitions#by-\(measure.rawValue)"),
                    ]
                }),
            "hasLines": .flag(!breakdown.lines.isEmpty),
            "rows": .list(breakdown.lines.map(line)), "total": .list([total]),
            "chartKind": .text(dimension == .time ? "columns" : "bars"),
            "chartWords": .text(words.text("by.chart.\(dimension.rawValue)")),
        ]
    }

    private func line(_ line: Breakdown.Line) -> Fields {
        let narrowed = filter.narrowed(to: line.code, by: dimension)
        let days = days(of: line.code)
        return [
            "name": .text(names.line(line.code, dimension, step)), "url": .text(deeper(line.code, narrowed)),
            "cells": .list(measures.map { cell($0, line.numbers, narrowed, days) }),
            "median": .text(line.numbers.medianDays.map { words.words.days($0) } ?? "–"),
            "medianURL": .text(url(.answered, line.numbers, narrowed, days)),
        ]
    }

    private var total: Fields {
        [
            "cells": .list(measures.map { cell($0, breakdown.total, filter, period.days) }),
            "median": .text(breakdown.total.medianDays.map { words.words.days($0) } ?? "–"),
            "medianURL": .text(url(.answered, breakdown.total, filter, period.days)),
        ]
    }

    private func cell(
        _ measure: CountedMeasure, _ numbers: CountedNumbers, _ filter: CountFilter, _ days: ClosedRange<LocalDate>
    ) -> Fields {
        let count = measure.value(in: numbers) ?? 0
        return [
            "label": .text(words.text("by.measure.\(measure.rawValue)")), "id": .text(measure.rawValue),
            "value": .text(words.words.number(count)), "plain": .text("\(count)"),
            "url": .text(url(measure, numbers, filter, days)), "isLate": .flag(measure == .overdue && count > 0),
        ]
    }

    /// The list behind a number; nothing for none.
    private func url(
        _ measure: CountedMeasure, _ numbers: CountedNumbers, _ filter: CountFilter, _ days: ClosedRange<LocalDate>
    ) -> String {
        guard measure.value(in: numbers) ?? 0 > 0 else { return "" }
        var wanted = CountedRequest(days, measure)
        wanted.filter = filter
        return NumberList.counted(wanted).url
    }

    /// The days of a line by time, within the period.
    private func days(of code: String) -> ClosedRange<LocalDate> {
        guard dimension == .time, let start = LocalDate(code) else { return period.days }
        let from = max(start, period.days.lowerBound)
        return from...max(from, min(step.next(after: start).adding(days: -1), period.days.upperBound))
    }

    /// Where a line leads: to the same matters, divided another way.
    private func deeper(_ code: String, _ narrowed: CountFilter) -> String {
        guard !code.isEmpty else { return "" }
        let next: BreakdownDimension
        switch dimension {
        case .unit, .area: next = .category
        case .category: next = words.organisation.categories(in: code).isEmpty ? .unit : .category
        case .channel: next = .unit
        case .time: return ""
        }
        return "/oversight/by/\(next.rawValue)?\(Form(period.items + narrowed.items).urlEncoded)"
    }

    // MARK: As a file

    /// The table, and in front of it what is counted.
    func workbook(_ format: SheetFormat) async throws -> Workbook {
        let book = try Workbook(format, about: words.text("kept.about"), zone: words.book.zone)
        let counted = CountedColumns(measures: measures, words: words)
        try await book.append(
            counted, by: dimension, breakdown.lines.map { (names.line($0.code, dimension, step), $0.numbers) },
            total: breakdown.total)
        let facts = [
            SheetAbout.Fact(words.text("by.periodLabel"), period.name(words)),
            SheetAbout.Fact(words.text("kept.countedAt"), words.words.fullDateTime(breakdown.countedAt)),
            SheetAbout.Fact(words.text("by.fileNoteLabel"), words.text("by.fileNote")),
        ]
        try await book.finish(
            SheetAbout(
                name: words.text("kept.about"), title: title, facts: facts, columnsHeading: words.text("kept.columns")))
        return book
    }
}
