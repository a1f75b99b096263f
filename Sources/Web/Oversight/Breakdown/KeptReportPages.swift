internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Sheets

/// Weekly and monthly reports as they were counted then: a list, a page each, and files.
extension OversightPages {
    func keptReports(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let lines = try await casework.keptReports(for: viewer)
        let isOne = viewer.watchedUnits.count < 2
        let fields: Fields = [
            "submission": "", "hasRows": .flag(!lines.isEmpty), "isOneUnit": .flag(isOne),
            "rows": .list(
                lines.map { line in
                    [
                        "name": .text(KeptReportSheet.name(line.kind, line.days, words)),
                        "url": .text("/oversight/reports/\(line.id)"), "unit": .text(words.unit(line.unit)),
                        "counted": .text(words.words.fullDateTime(line.countedAt)),
                        "csvURL": .text("/oversight/reports/\(line.id)/csv"),
                        "xlsxURL": .text("/oversight/reports/\(line.id)/xlsx"),
                    ]
                }),
        ]
        return try await request.page("oversight/reports", title: words.text("kept.title"), fields)
    }

    func keptReport(_ request: PageRequest) async throws -> Response {
        let (sheet, id) = try await keptSheet(request)
        var fields = sheet.fields
        fields["csvURL"] = .text("/oversight/reports/\(id)/csv")
        fields["xlsxURL"] = .text("/oversight/reports/\(id)/xlsx")
        return try await request.page("oversight/kept", title: sheet.title, fields)
    }

    /// The report as a file, with what each column means.
    func keptReportFile(_ request: PageRequest) async throws -> Response {
        guard let format = SheetFormat(rawValue: request.parameter("format")) else {
            throw PlainError(.notFound, "route.missing")
        }
        let (sheet, _) = try await keptSheet(request)
        let book = try await sheet.workbook(format)
        let name = "report-\(sheet.report.kind.rawValue)-\(sheet.report.from)-\(sheet.report.to)"
        return await request.answer(book, named: name)
    }

    private func keptSheet(_ request: PageRequest) async throws -> (KeptReportSheet, KeptReportID) {
        let viewer = try request.staff
        guard let id = KeptReportID(request.parameter("id")) else { throw PlainError(.notFound, "route.missing") }
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        return (
            KeptReportSheet(
                report: try await casework.keptReport(id, for: viewer), words: words,
                seesVerdicts: viewer.may(.seeJudgement, on: nil)), id
        )
    }

    /// A word on the first screen while the newest report is a few days old.
    func reportHint(_ viewer: Viewer, _ words: MatterWords) async throws -> Fields {
        guard !viewer.watchedUnits.isEmpty,
            let newest = try await casework.keptReports(limit: 1, for: viewer).first,
            words.now < newest.countedAt.adding(days: 3)
        else { return ["reportHint": "", "reportHintURL": ""] }
        return [
            "reportHint": .text(
                words.text("kept.hint", ["name": KeptReportSheet.name(newest.kind, newest.days, words)])),
            "reportHintURL": .text("/oversight/reports/\(newest.id)"),
        ]
    }
}

/// A kept report in words: its numbers never change, the words follow the reader's language.
struct KeptReportSheet {
    let report: KeptReport
    let words: MatterWords
    let seesVerdicts: Bool

    static func name(_ kind: KeptReport.Kind, _ days: ClosedRange<LocalDate>, _ words: MatterWords) -> String {
        let (from, to) = (words.words.fullDate(days.lowerBound), words.words.fullDate(days.upperBound))
        return words.text("kept.name.\(kind.rawValue)", ["from": from, "to": to])
    }

    var title: String { Self.name(report.kind, report.days, words) }

    private var unitName: String { report.unitName.text(isEnglish: words.isEnglish) }
    private var measures: [CountedMeasure] {
        CountedMeasure.allCases.filter { $0 != .unsolved || (seesVerdicts && report.total.unsolved != nil) }
    }

    private func name(_ line: KeptReport.Line, _ by: BreakdownDimension) -> String {
        line.name?.text(isEnglish: words.isEnglish) ?? BreakdownNames(words: words).line(line.code, by, .month)
    }

    private func live(_ by: BreakdownDimension) -> String {
        "/oversight/by/\(by.rawValue)?\(Form(OversightPeriod(report.days).items).urlEncoded)"
    }

    private var promisesText: String {
        let (promises, words) = (report.promises, words.words)
        return words.text(
            "kept.promises",
            [
                "due": words.number(promises.due), "kept": words.number(promises.kept),
                "late": words.number(promises.late), "broken": words.number(promises.broken),
            ])
    }

    var fields: Fields {
        [
            "submission": "", "heading": .text(title), "unit": .text(unitName),
            "counted": .text(
                words.text("kept.counted", ["time": words.words.fullDateTime(report.countedAt)])),
            "definitions": .text(words.text("kept.definitions", ["n": "\(report.definitions)"])),
            "promisesText": .text(promisesText),
            "meanings": .list(meanings),
            "tables": .list(
                report.tables.map { table in
                    [
                        "heading": .text(words.text("by.title.\(table.by.rawValue)")),
                        "id": .text(table.by.rawValue), "liveURL": .text(live(table.by)),
                        "lineHeading": .text(words.text("by.column.\(table.by.rawValue)")),
                        "columns": .list(measures.map { ["name": .text(counted.name($0))] }),
                        "rows": .list(table.lines.map { row(name($0, table.by), $0.numbers) }),
                        "total": .list([row(words.text("by.total"), report.total)]),
                    ]
                }),
        ]
    }

    private var meanings: [Fields] {
        var out = measures.map { measure -> Fields in
            ["name": .text(counted.name(measure)), "text": .text(counted.meaning(measure))]
        }
        out.append(["name": .text(words.text("by.measure.median")), "text": .text(words.text("by.def.median"))])
        return out
    }

    private func row(_ name: String, _ numbers: CountedNumbers) -> Fields {
        var cells = measures.map { measure -> Fields in
            let count = measure.value(in: numbers) ?? 0
            return ["label": .text(counted.name(measure)), "value": .text(words.words.number(count))]
        }
        let median = numbers.medianDays.map { words.words.days($0) } ?? "–"
        cells.append(["label": .text(words.text("by.measure.median")), "value": .text(median)])
        return ["name": .text(name), "cells": .list(cells)]
    }

    private var counted: CountedColumns { CountedColumns(measures: measures, words: words) }

    /// A sheet for each table, and one in front that says what it is.
    func workbook(_ format: SheetFormat) async throws -> Workbook {
        let book = try Workbook(format, about: words.text("kept.about"), zone: words.book.zone)
        for table in report.tables {
            try await book.append(
                counted, by: table.by, table.lines.map { (name($0, table.by), $0.numbers) }, total: report.total)
        }
        try await book.finish(
            SheetAbout(
                name: words.text("kept.about"), title: title,
                facts: [
                    SheetAbout.Fact(words.text("by.column.unit"), unitName),
                    SheetAbout.Fact(words.text("kept.countedAt"), words.words.fullDateTime(report.countedAt)),
                    SheetAbout.Fact(
                        words.text("kept.definitionsLabel"),
                        words.text("kept.definitions", ["n": "\(report.definitions)"])),
                    SheetAbout.Fact(words.text("now.promisesTitle"), promisesText),
                ], columnsHeading: words.text("kept.columns")))
        return book
    }
}
