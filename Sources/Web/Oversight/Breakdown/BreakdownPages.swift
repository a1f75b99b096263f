internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Sheets

/// Matters of a period by unit, area, category, channel and time, and the lists behind their numbers.
extension OversightPages {
    func breakdown(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let (dimension, period, filter) = try asked(request, viewer, words)
        let sheet = try await sheet(dimension, period, filter, viewer, words)
        var fields = sheet.fields
        fields.merge(
            BreakdownForm(dimension: dimension, period: period, filter: filter, words: words, viewer: viewer).fields(
                request))
        return try await request.page(
            "oversight/by", title: sheet.title, fields,
            status: period.errors.isEmpty ? .ok : .unprocessableContent, errors: period.errors)
    }

    /// The table as a file.
    func breakdownFile(_ request: PageRequest) async throws -> Response {
        guard let format = SheetFormat(rawValue: request.parameter("format")) else {
            throw PlainError(.notFound, "route.missing")
        }
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let (dimension, period, filter) = try asked(request, viewer, words)
        if let error = period.errors.first { throw error }
        let sheet = try await sheet(dimension, period, filter, viewer, words)
        let name = "by-\(dimension.rawValue)-\(period.days.lowerBound)-\(period.days.upperBound)"
        return await request.answer(try await sheet.workbook(format), named: name)
    }

    private func asked(
        _ request: PageRequest, _ viewer: Viewer, _ words: MatterWords
    ) throws -> (BreakdownDimension, OversightPeriod, CountFilter) {
        guard let dimension = BreakdownDimension(rawValue: request.parameter("by")) else {
            throw PlainError(.notFound, "route.missing")
        }
        return (dimension, OversightPeriod(request.query, today: words.today), CountFilter(request.query, viewer))
    }

    private func sheet(
        _ dimension: BreakdownDimension, _ period: OversightPeriod, _ filter: CountFilter, _ viewer: Viewer,
        _ words: MatterWords
    ) async throws -> BreakdownSheet {
        var wanted = BreakdownRequest(dimension, period.days)
        wanted.filter = filter
        let breakdown = try await casework.breakdown(wanted, for: viewer)
        return BreakdownSheet(
            dimension: dimension, step: wanted.step, period: period, filter: filter, breakdown: breakdown, words: words)
    }

    /// The matters behind a number of a breakdown.
    func counted(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let query = request.query
        let period = OversightPeriod(query, today: words.today)
        if let error = period.errors.first { throw error }
        let measure = query.value("measure", as: CountedMeasure.self) ?? .registered
        var wanted = CountedRequest(period.days, measure)
        wanted.filter = CountFilter(query, viewer)
        let list = NumberList.counted(wanted)
        wanted.after = query["after"].flatMap { QueueCursor($0) }
        let page = try await casework.countedMatters(wanted, for: viewer)
        let names = BreakdownNames(words: words)
        let heading = ([words.text("by.measure.\(measure.rawValue)")] + names.filter(wanted.filter)).joined(
            separator: " · ")
        let links = ListLinks(
            path: "/oversight/matters", query: query,
            kept: ["measure", "period", "from", "to", "unit", "area", "category", "channel"])
        var fields: Fields = [
            "submission": "", "heading": .text(heading), "hint": .text(period.name(words) + words.text("by.listHint")),
            "definitionURL": .text("/oversight/definitions#by-\(measure.rawValue)"),
            "backURL": .text(
                "/oversight/by/unit?\(Form(period.items + wanted.filter.items).urlEncoded)"),
            "backText": .text(words.text("by.back")),
            "hasRows": .flag(!page.rows.isEmpty), "rows": .list(page.rows.map { matter($0, viewer, words) }),
        ]
        fields.merge(links.paging(next: page.next?.description))
        fields.merge(request.exportFields(page.rows.isEmpty ? nil : .number(list)))
        return try await request.page("oversight/counted", title: heading, fields)
    }

    /// The matters behind what the first screen tells of the last 90 days, and a report of its units.
    func answered(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        guard var wanted = AnsweredRequest(request.query) else { throw PlainError(.notFound, "route.missing") }
        let list = NumberList.answered(wanted)
        wanted.after = request.query["after"].flatMap { ReceivedCursor($0) }
        let page = try await casework.answeredMatters(wanted, for: viewer)
        let heading = ([list.title(words)] + list.conditions(words).compactMap(\.1)).joined(separator: " · ")
        let links = ListLinks(path: "/oversight/answered", query: request.query, kept: AnsweredRequest.names)
        var fields: Fields = [
            "submission": "", "heading": .text(heading),
            "hint": .text(words.text("oversight.listHint.\(wanted.measure.rawValue)")),
            "definitionURL": "/oversight/definitions#units", "backURL": "", "backText": "",
            "hasRows": .flag(!page.rows.isEmpty), "rows": .list(page.rows.map { matter($0, viewer, words) }),
        ]
        if let period = wanted.period {
            fields["hint"] = .text(words.text("report.listHint.\(wanted.measure.rawValue)"))
            fields["definitionURL"] = .text("/oversight/definitions#report-\(wanted.measure.rawValue)")
            fields["backURL"] = .text("/oversight/report?period=\(period)#units")
            fields["backText"] = .text(words.text("report.back"))
        }
        fields.merge(links.paging(next: page.next?.description))
        fields.merge(request.exportFields(page.rows.isEmpty ? nil : .number(list)))
        return try await request.page("oversight/counted", title: heading, fields)
    }
}
