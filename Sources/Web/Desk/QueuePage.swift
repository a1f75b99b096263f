internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension Desk {
    /// A queue, grouped by clock.
    func queue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        guard let queue = WorkQueue(slug: request.parameter("queue")) else {
            throw PlainError(.notFound, "route.missing")
        }
        guard viewer.may(queue.permission, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        var wanted = QueueRequest(queue)
        wanted.category = request.query["category"].flatMap { viewer.organisation.category($0)?.code }
        wanted.unit = request.query.id("unit", of: Named.Unit.self)
        wanted.after = request.query["after"].flatMap { QueueCursor($0) }
        let page = try await casework.queue(wanted, for: viewer)
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let counts = try await counts.counts(for: viewer, at: request.now)
        let isNarrowed = wanted.category != nil || wanted.unit != nil
        let table = MatterTable(words: words, seesJudgement: viewer.may(.seeJudgement, on: nil), queue: queue)
        let links = ListLinks(path: queue.url, query: request.query, kept: ["category", "unit"])
        let name = words.words.name("queue", queue)
        var fields: Fields = [
            "submission": "", "heading": .text(name),
            "hint": .text(request.site.catalogue.find("queueHint.\(queue.rawValue)", request.language)),
            "sortText": .text(sortText(counts[queue], isNarrowed: isNarrowed, words.words)),
            "filters": .list(QueueFilters(words: words, viewer: viewer).fields(wanted)),
            "clearURL": .text(isNarrowed ? queue.url : ""), "hasRows": .flag(!page.rows.isEmpty),
            "groups": .list(table.groups(page)),
            "emptyText": .text(words.text(isNarrowed ? "work.emptyNarrowed" : "queueEmpty.\(queue.rawValue)")),
            "emptyNext": .text(words.text(isNarrowed ? "work.emptyNarrowedNext" : "work.emptyNext")),
            "emptyURL": .text(isNarrowed || queue == .unit ? "" : WorkQueue.unit.url),
            "emptyLink": .text(words.text("work.emptyLink")),
        ]
        fields.merge(links.paging(next: page.next?.description))
        return try await request.page("desk/queue", title: name, fields, notice: Self.notice(request))
    }

    /// Opens the matter that follows a place in a queue, or the queue when there is none.
    func nextInQueue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        guard let queue = WorkQueue(slug: request.parameter("queue")) else {
            throw PlainError(.notFound, "route.missing")
        }
        guard viewer.may(queue.permission, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        var wanted = QueueRequest(queue)
        wanted.after = request.query["after"].flatMap { QueueCursor($0) }
        wanted.limit = 1
        let done = request.query["done"].map { "&done=\(Form.escaped(String($0.prefix(40))))" } ?? ""
        guard let row = try await casework.queue(wanted, for: viewer).rows.first else {
            return request.redirect(
                to: done.isEmpty ? "\(queue.url)?done=queueEnd" : "\(queue.url)?\(done.dropFirst())")
        }
        return request.redirect(to: "/desk/matter/\(row.number)?queue=\(queue.slug)\(done)")
    }

    /// For members of staff whose roles show no matters.
    func emptyDesk(_ request: PageRequest) async throws -> Response {
        let words = request.words
        let fields: Fields = [
            "submission": "", "heading": .text(words.text("work.noMatters")), "hint": "", "sortText": "",
            "filters": .list([]), "clearURL": "", "hasRows": false, "groups": .list([]),
            "emptyText": .text(words.text("work.noMattersText")), "emptyNext": .text(words.text("work.noMattersNext")),
            "emptyURL": "", "emptyLink": "", "hasPaging": false, "firstURL": "", "nextURL": "",
        ]
        return try await request.page("desk/queue", title: words.text("work.noMatters"), fields)
    }

    private func sortText(_ count: Int?, isNarrowed: Bool, _ words: Words) -> String {
        guard let count, !isNarrowed else { return words.text("work.sorted") }
        return words.text("work.sortedCount", ["n": DeskQueues.count(count, words)])
    }
}

/// The selects above a list.
struct QueueFilters {
    let words: MatterWords
    let viewer: Viewer

    func fields(_ wanted: QueueRequest) -> [Fields] {
        var filters = [select("category", "work.filterCategory", categories(wanted.category))]
        let units = units(wanted.unit)
        if units.count > 1, wanted.queue != .mine { filters.append(select("unit", "work.filterUnit", units)) }
        return filters
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
