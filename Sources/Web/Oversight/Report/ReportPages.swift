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
                    "value": .text("\(item)"), "label": .text(name(of: item, words)),
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
        guard let period = query["period"].flatMap({ ReportPeriod($0) }) else {
            throw PlainError(.invalid, "report.period", field: "period")
        }
        var wanted = ReceivedRequest(period)
        wanted.channel = query.value("channel", as: Channel.self)
        wanted.kind = query.value("kind", as: MatterKind.self)
        wanted.sort = query.value("sort", as: MatterSort.self)
        wanted.route = query.value("route", as: LawfulRoute.self)
        wanted.unit = query.id("unit", of: Named.Unit.self)
        wanted.phase = query.value("phase", as: CasePhase.self)
        if let phase = wanted.phase, [.judged, .unjudged].contains(phase), !viewer.may(.seeJudgement, on: nil) {
            throw PlainError(.forbidden, "permission.missing")
        }
        wanted.category = query["category"].flatMap { $0 == "-" ? "" : viewer.organisation.category($0)?.code }
        wanted.after = query["after"].flatMap { ReceivedCursor($0) }
        let page = try await casework.receivedMatters(wanted, for: viewer)
        let heading = heading(wanted, words)
        let kept = ["period", "channel", "kind", "sort", "route", "unit", "phase", "category"]
        let links = ListLinks(path: "/oversight/received", query: query, kept: kept)
        var fields: Fields = [
            "submission": "", "heading": .text(heading), "reportURL": .text("/oversight/report?period=\(period)"),
            "hasRows": .flag(!page.rows.isEmpty), "rows": .list(page.rows.map { row($0, viewer, words) }),
        ]
        fields.merge(links.paging(next: page.next?.description))
        return try await request.page("oversight/received", title: heading, fields)
    }

    private func row(_ row: QueueRow, _ viewer: Viewer, _ words: MatterWords) -> Fields {
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
        var parts = [words.text("report.listOf", ["period": name(of: wanted.period, words)])]
        if let channel = wanted.channel { parts.append(words.words.name("channel", channel)) }
        if let kind = wanted.kind { parts.append(words.words.name("matterKind", kind)) }
        if let sort = wanted.sort { parts.append(words.words.name("matterSort", sort)) }
        if let route = wanted.route { parts.append(words.words.name("lawfulRoute", route)) }
        if let unit = wanted.unit { parts.append(words.unit(unit)) }
        if let phase = wanted.phase { parts.append(words.words.name("phase", phase)) }
        if let category = wanted.category {
            parts.append(category.isEmpty ? words.text("report.none") : words.category(category))
        }
        return parts.joined(separator: " · ")
    }

    private func name(of period: ReportPeriod, _ words: MatterWords) -> String {
        guard period.month != nil else { return words.text("report.year", ["year": "\(period.year)"]) }
        return words.text(
            "report.month", ["year": "\(period.year)", "month": words.words.month(period.days.lowerBound)])
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
        return ReportSheet(numbers.report, numbers.supervision, words)
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
                table.columns.map { ["label": .text($0.title), "align": .text($0.isNumber ? "num" : "")] }),
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
