internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import NIOCore
internal import Organisation
internal import Supervision

/// Monthly and yearly reports (Art. 41), and the lists behind their numbers.
extension OversightPages {
    func report(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let asked = request.query["period"].map { $0.filter { !$0.isWhitespace } }
        let present = ReportPeriod(monthOf: words.today)
        // What has not begun has no numbers; a page of zeros would look like an answer.
        let wanted = asked.flatMap { ReportPeriod($0) }.flatMap { $0.days.lowerBound <= words.today ? $0 : nil }
        let isWrong = asked.map { !$0.isEmpty } ?? false && wanted == nil
        let period = wanted ?? present.previous
        let sheet = try await sheet(period, viewer, words, at: request.now)
        let errors = isWrong ? [PlainError(.invalid, "report.period", field: "period")] : []
        var fields: Fields = [
            "submission": "", "heading": .text(sheet.title), "asOf": .text(sheet.asOf),
            "chapters": .list(sheet.chapters.map { chapter($0, period) }),
            "fileURL": .text("/oversight/report.csv?period=\(period)"),
            "periodValue": .text(isWrong ? asked : "\(period)"),
            "periodError": .text(request.message(errors, for: "period")),
        ]
        let months = (0..<12).reduce(into: [present]) { list, _ in list.append((list.last ?? present).previous) }
        let years = ReportPeriod(year: present.year).map { [$0, $0.previous, $0.previous.previous] } ?? []
        fields["periods"] = .list(
            (months + years).map { item in
                [
                    "value": .text("\(item)"), "label": .text(item.name(words)),
                    "selected": .flag(item == period),
                ]
            })
        fields["isListed"] = .flag((months + years).contains(period))
        return try await request.page(
            "oversight/report", title: sheet.title, fields, status: isWrong ? .unprocessableContent : .ok,
            errors: errors)
    }

    /// One table of a report, or all of them, as CSV.
    func reportFile(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        guard let period = request.query["period"].flatMap({ ReportPeriod($0) }) else {
            throw PlainError(.invalid, "report.period", field: "period")
        }
        let sheet = try await sheet(period, viewer, words, at: request.now)
        let table = request.query["table"].flatMap { $0.isEmpty ? nil : $0 }
        if let table, !sheet.tableIDs.contains(table) { throw PlainError(.notFound, "route.missing") }
        let name = (["report", "\(period)"] + (table.map { [$0] } ?? [])).joined(separator: "-")
        return request.file(sheet.csv(table: table), named: "\(name).csv")
    }

    /// The matters that the report counts.
    func received(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let query = request.query
        guard var wanted = ReceivedRequest(query)?.known(to: viewer) else {
            throw PlainError(.invalid, "report.period", field: "period")
        }
        let list = NumberList.received(wanted)
        guard list.isOpen(to: viewer) else { throw PlainError(.forbidden, "permission.missing") }
        wanted.after = query["after"].flatMap { ReceivedCursor($0) }
        let page = try await casework.receivedMatters(wanted, for: viewer)
        let heading = heading(wanted, words)
        let links = ListLinks(path: "/oversight/received", query: query, kept: ReceivedRequest.names)
        var fields: Fields = [
            "submission": "", "heading": .text(heading),
            "reportURL": .text("/oversight/report?period=\(wanted.period)"),
            "hasRows": .flag(!page.rows.isEmpty), "rows": .list(page.rows.map { matter($0, viewer, words) }),
        ]
        fields.merge(links.paging(next: page.next?.description))
        fields.merge(request.exportFields(page.rows.isEmpty ? nil : .number(list)))
        return try await request.page("oversight/received", title: heading, fields)
    }

    /// A line of a list behind a number.
    func matter(_ row: QueueRow, _ viewer: Viewer, _ words: MatterWords) -> Fields {
        let sees = viewer.seesJudgement(ofUnit: row.responsible)
        return [
            "number": .text(row.number), "url": .text("/desk/matter/\(row.number)"),
            "titleText": .text(row.title.isEmpty ? words.text("story.textErased") : row.title),
            "registered": .text(words.words.date(words.book.zone.date(of: row.registeredAt), today: words.today)),
            "channel": .text(words.words.name("channel", row.channel)), "category": .text(words.category(row.category)),
            "unit": .text(words.unit(row.responsible)), "phase": .text(words.phase(row.phase, seesJudgement: sees)),
        ]
    }

    private func heading(_ wanted: ReceivedRequest, _ words: MatterWords) -> String {
        let list = NumberList.received(wanted)
        return ([list.title(words)] + list.conditions(words).compactMap(\.1)).joined(separator: " · ")
    }

    private func sheet(
        _ period: ReportPeriod, _ viewer: Viewer, _ words: MatterWords, at now: Instant
    ) async throws -> ReportSheet {
        let key = ReportKey(
            period: period, visibility: viewer.visibility, seesVerdicts: viewer.may(.seeJudgement, on: nil))
        let numbers = try await reports.value(of: key, at: now) {
            ReportNumbers(
                report: try await casework.lawfulReport(period, for: viewer),
                supervision: try await supervision?.numbers(period.days, for: viewer))
        }
        return ReportSheet(numbers.report, numbers.supervision, words) { !viewer.seesJudgement(ofUnit: $0) }
    }

    private func chapter(_ chapter: ReportSheet.Chapter, _ period: ReportPeriod) -> Fields {
        [
            "id": .text(chapter.id), "heading": .text(chapter.title), "text": .text(chapter.note),
            "tables": .list(chapter.tables.map { table($0, period) }),
        ]
    }

    private func table(_ table: ReportSheet.Table, _ period: ReportPeriod) -> Fields {
        [
            "id": .text(table.id), "caption": .text(table.title), "note": .text(table.note),
            "csvURL": .text("/oversight/report.csv?period=\(period)&table=\(table.id)"),
            "isWide": .flag(table.columns.count > 5), "hasLines": .flag(!table.rows.isEmpty),
            "columns": .list(
                table.columns.map { column in
                    [
                        "label": .text(column.title), "align": .text(column.isNumber ? "num" : ""),
                        "definitionURL": .text(column.definition.map { "/oversight/definitions#\($0)" }),
                    ]
                }),
            "lines": .list(
                table.rows.map { row in
                    [
                        "name": .text(row.first?.text),
                        "cells": .list(
                            zip(row, table.columns).dropFirst().map { cell, column in
                                [
                                    "value": .text(cell.text), "url": .text(cell.url), "label": .text(column.title),
                                ]
                            }),
                    ]
                }),
        ]
    }
}

extension ReportPeriod {
    /// "2026 年 十月".
    func name(_ words: MatterWords) -> String {
        guard month != nil else { return words.text("report.year", ["year": "\(year)"]) }
        return words.text("report.month", ["year": "\(year)", "month": words.words.month(days.lowerBound)])
    }
}

extension PageRequest {
    /// A file for the visitor to keep.
    func file(_ text: String, named name: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"\(name)\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
