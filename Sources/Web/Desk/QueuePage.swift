internal import Bulk
internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Workbench

extension Desk {
    /// A queue, grouped by clock where that is its order.
    func queue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let queue = try self.queue(of: request, viewer)
        let place = ListPlace(queue, query: request.query)
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let page = try await casework.queue(
            place.request(for: viewer, casework.deadlines, today: casework.today), for: viewer)
        let frame = try await counts.frame(for: viewer, at: request.now)
        var table = MatterTable(words: words, seesJudgement: viewer.may(.seeJudgement, on: nil), place: place)
        table.hasTicks = queue != .restricted
        let saved = frame.filters.first { $0.filter.address == place.saved }?.filter
        let name = saved?.name ?? words.words.name("queue", queue)
        let count =
            saved == nil && place.isNarrowed ? nil : saved.flatMap { frame.count(of: $0) } ?? frame.counts[queue]
        let emptyKey = place.isNarrowed ? "work.emptyNarrowed" : "queueEmpty.\(queue.rawValue)"
        var fields: Fields = [
            "submission": request.newSubmission(), "heading": .text(name),
            "hint": .text(request.site.catalogue.find("queueHint.\(queue.rawValue)", request.language)),
            "sortText": .text(sortText(count, place, words.words)),
            "filters": .list(QueueFilters(words: words, viewer: viewer).fields(place)),
            "clearURL": .text(place.isNarrowed ? queue.url : ""), "hasRows": .flag(!page.rows.isEmpty),
            "groups": .list(table.groups(page)), "emptyText": .text(words.text(emptyKey)),
            "emptyNext": .text(words.text(place.isNarrowed ? "work.emptyNarrowedNext" : "work.emptyNext")),
            "emptyURL": .text(place.isNarrowed || queue == .unit ? "" : WorkQueue.unit.url),
            "emptyLink": .text(words.text("work.emptyLink")),
            "saveFilter": .optional(saveFilter(place, saved, viewer, words)),
            "hasPaging": .flag(place.after != nil || page.next != nil),
            "firstURL": .text(place.after == nil ? "" : place.firstURL),
            "nextURL": .text(page.next.map { place.page(after: $0).url }),
        ]
        let isOffered = !page.rows.isEmpty && queue != .restricted
        fields.merge(request.exportFields(isOffered ? .queue(place) : nil))
        fields["bulk"] = .optional(isOffered ? BulkBar(words: words, viewer: viewer).fields(place, count) : nil)
        fields["recalled"] = .list(
            queue == .incoming ? try await recalled(words, viewer) : [])
        if let error = request.query["error"].flatMap({ FilterProblem(rawValue: $0) }) {
            fields["hasErrors"] = true
            fields["errors"] = .list([["field": "filter-name", "text": .text(words.text(error.key, error.values))]])
        }
        if let code = request.query["error"], ["bulk-nothingTicked", "bulk-tooMany"].contains(code) {
            let text = words.text("error.bulk.\(code.dropFirst(5))", ["most": "\(Bulk.mostMatters)"])
            fields["hasErrors"] = true
            fields["errors"] = .list([["field": "bulk", "text": .text(text)]])
        }
        return try await request.page("desk/queue", title: name, fields, notice: Self.notice(request))
    }

    private func queue(of request: PageRequest, _ viewer: Viewer) throws -> WorkQueue {
        guard let queue = WorkQueue(slug: request.parameter("queue")) else {
            throw PlainError(.notFound, "route.missing")
        }
        guard viewer.may(queue.permission, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        return queue
    }

    /// Opens the matter that follows a place in a list, or the list when there is none.
    func nextInQueue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        var place = ListPlace(try queue(of: request, viewer), query: request.query)
        var wanted = place.request(for: viewer, casework.deadlines, today: casework.today)
        // A line that was just dealt with may have left the list; what followed its place then has its number.
        wanted.after = place.at ?? place.after
        wanted.limit = 1
        let done = request.query["done"].map { "&done=\(Form.escaped(String($0.prefix(40))))" } ?? ""
        guard let row = try await casework.queue(wanted, for: viewer).rows.first else {
            place.at = nil
            return request.redirect(to: place.url(done: String((request.query["done"] ?? "queueEnd").prefix(40))))
        }
        let hasLeft = request.query.flag("left")
        let line = (place.line ?? 0) + (hasLeft && place.line != nil ? 0 : 1)
        if let at = place.at, !hasLeft, (line - 1) % ListPlace.pageLength == 0 { place.after = at }
        return request.redirect(to: place.opening(row, line: line).matterURL(row.number) + done)
    }

    /// Opens the matter before a place in a list, or the list when there is none.
    func previousInQueue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        var place = ListPlace(try queue(of: request, viewer), query: request.query)
        var wanted = place.request(for: viewer, casework.deadlines, today: casework.today)
        wanted.after = place.at
        wanted.isBackward = true
        let turnsBack = place.line.map { ($0 - 1) % ListPlace.pageLength == 0 } ?? false
        // Back over the edge of a page: its first line tells where the page before begins.
        wanted.limit = turnsBack ? ListPlace.pageLength + 1 : 1
        let rows = place.at == nil ? [] : try await casework.queue(wanted, for: viewer).rows
        guard let row = rows.last else {
            place.at = nil
            return request.redirect(to: place.firstURL)
        }
        if turnsBack { place.after = rows.count > ListPlace.pageLength ? rows[0].cursor(in: place.sort) : nil }
        return request.redirect(to: place.opening(row, line: max((place.line ?? 2) - 1, 1)).matterURL(row.number))
    }

    /// For members of staff whose roles show no matters.
    func emptyDesk(_ request: PageRequest) async throws -> Response {
        let words = request.words
        let fields: Fields = [
            "submission": "", "heading": .text(words.text("work.noMatters")), "hint": "", "sortText": "",
            "filters": .list([]), "clearURL": "", "hasRows": false, "groups": .list([]),
            "emptyText": .text(words.text("work.noMattersText")), "emptyNext": .text(words.text("work.noMattersNext")),
            "emptyURL": "", "emptyLink": "", "hasPaging": false, "firstURL": "", "nextURL": "", "saveFilter": false,
            "exportList": "", "exportSubmission": "", "bulk": false,
            "recalled": .list([]),
        ]
        return try await request.page("desk/queue", title: words.text("work.noMatters"), fields)
    }

    /// What was taken back from the viewer's units in the last day.
    private func recalled(_ words: MatterWords, _ viewer: Viewer) async throws -> [Fields] {
        try await casework.recalledLately(for: viewer).map { matter in
            [
                "text": .text(
                    words.text(
                        "bulk.recalledFrom",
                        [
                            "number": matter.number, "unit": words.unit(matter.unit),
                            "time": words.words.dateTime(matter.at),
                        ]))
            ]
        }
    }

    private func sortText(_ count: Int?, _ place: ListPlace, _ words: Words) -> String {
        let sorted = words.text("work.sort.\(place.sort.rawValue)")
        guard let count else { return sorted }
        return words.text("work.sortedCount", ["sort": sorted, "n": DeskQueues.count(count, words)])
    }
}

/// The selects above a list.
struct QueueFilters {
    let words: MatterWords
    let viewer: Viewer

    func fields(_ place: ListPlace) -> [Fields] {
        var filters = [select("category", "work.filterCategory", categories(place.category))]
        let units = units(place.unit)
        if units.count > 1, place.queue != .mine { filters.append(select("unit", "work.filterUnit", units)) }
        filters.append(
            select(
                "channel", "work.filterChannel",
                Channel.allCases.map {
                    Self.option($0.rawValue, words.words.name("channel", $0), isSelected: $0 == place.channel)
                }))
        let areas = areas(place.area)
        if areas.count > 1 { filters.append(select("area", "work.filterArea", areas)) }
        if ![.overdue, .today, .soon].contains(place.queue) {
            filters.append(
                select(
                    "clock", "work.filterClock",
                    ClockTone.allCases.map {
                        Self.option(
                            $0.rawValue, words.text("work.group.\($0.rawValue)"), isSelected: $0 == place.clock)
                    }))
        }
        let tags = tags(place.tag)
        if !tags.isEmpty { filters.append(select("mark", "bulk.filterTag", tags)) }
        if place.queue.sorts.count > 1 { filters.append(sorts(place)) }
        return filters
    }

    private func tags(_ selected: TagID?) -> [Fields] {
        viewer.organisation.tags.filter { !$0.isRetired || $0.id == selected }.map {
            Self.option("\($0.id)", $0.name.text(isEnglish: words.isEnglish), isSelected: $0.id == selected)
        }
    }

    private func sorts(_ place: ListPlace) -> Fields {
        let options = place.queue.sorts.map {
            Self.option(
                $0 == .due ? "" : $0.rawValue, words.text("work.sort.\($0.rawValue)"), isSelected: $0 == place.sort)
        }
        return ["name": "sort", "label": .text(words.text("work.filterSort")), "options": .list(options)]
    }

    /// Areas down to what a clerk of this county tells apart: townships and what lies in them.
    private func areas(_ selected: String?) -> [Fields] {
        viewer.organisation.areas.filter { !$0.isRetired && $0.parent != nil }.map {
            Self.option($0.code, $0.name.text(isEnglish: words.isEnglish), isSelected: $0.code == selected)
        }
    }

    /// A select with "all" as its first choice.
    func select(_ name: String, _ label: String, _ options: [Fields]) -> Fields {
        let isChosen = options.contains { $0["selected"]?.isTrue == true }
        let all = Self.option("", words.text("work.filterAll"), isSelected: !isChosen)
        return ["name": .text(name), "label": .text(words.text(label)), "options": .list([all] + options)]
    }

    func units(_ selected: UnitID?) -> [Fields] {
        let visibility = viewer.visibility
        return viewer.organisation.units.filter { $0.validTo == nil && visibility.includes($0.id) }.map {
            Self.option("\($0.id)", $0.name.text(isEnglish: words.isEnglish), isSelected: $0.id == selected)
        }
    }

    private func categories(_ selected: String?) -> [Fields] {
        viewer.organisation.categories(in: nil).map {
            Self.option($0.code, $0.name.text(isEnglish: words.isEnglish), isSelected: $0.code == selected)
        }
    }

    static func option(_ value: String, _ label: String, isSelected: Bool) -> Fields {
        ["value": .text(value), "label": .text(label), "selected": .flag(isSelected)]
    }
}

/// Links of a list that keep its filter.
struct ListLinks {
    let path: String
    let query: Form
    let kept: [String]

    /// The first page, with the filter.
    var first: String { address([]) }

    /// `hasPaging`, `firstURL`, `nextURL`.
    func paging(next: String?) -> Fields {
        let isFirst = query["after"] == nil
        return [
            "hasPaging": .flag(!isFirst || next != nil), "firstURL": .text(isFirst ? "" : first),
            "nextURL": .text(next.map { address([Form.Item(name: "after", value: $0)]) }),
        ]
    }

    private func address(_ more: [Form.Item]) -> String {
        let items = query.items.filter { kept.contains($0.name) && !$0.value.isEmpty } + more
        return items.isEmpty ? path : "\(path)?\(Form(items).urlEncoded)"
    }
}
