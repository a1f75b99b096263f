internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What became of promises, by unit, for everybody to see. Nothing in it leads to a person or to a matter.
extension Portal {
    /// A number below this could be about one person: it is told as "fewer than".
    static let fewestShown = 3
    /// Units on a page: short enough for a telephone.
    static let promiseUnits = 15

    func promiseBoard(_ request: PageRequest) async throws -> Response {
        let words = request.words
        let today = request.site.today
        // A year back, and as far ahead as promises are made.
        let (from, to) = (today.adding(days: -365), today.adding(days: 365))
        let board = try await promises.value(at: request.now) { try await casework.promiseBoard(from: from, to: to) }
        let organisation = try await request.site.organisation.current()
        let isEnglish = request.language.isEnglish
        // In the order of the organisation, never by who has more.
        let order = Dictionary(
            organisation.units.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let lines = board.lines.filter { $0.all > 0 }.sorted {
            (order[$0.unit] ?? .max, $0.unit) < (order[$1.unit] ?? .max, $1.unit)
        }
        // After the unit that the page before ended with; an address that nobody wrote begins anew.
        let after = request.query.id("after", of: Named.Unit.self)
        let start = lines.firstIndex { $0.unit == after }.map { $0 + 1 } ?? 0
        let shown = lines.dropFirst(start).prefix(Self.promiseUnits)
        let next = start + shown.count < lines.count ? shown.last.map { "\($0.unit)" } : nil
        let rows = shown.map { line -> Fields in
            let name = organisation.unit(line.unit)?.name.text(isEnglish: isEnglish)
            return [
                "unit": .text(name ?? words.text("story.unitUnknown")), "kept": cell(line.kept, words),
                "late": cell(line.late, words), "broken": cell(line.broken, words), "open": cell(line.open, words),
                "withdrawn": cell(line.withdrawn, words), "isBroken": .flag(line.broken > 0),
            ]
        }
        let values = [
            "from": words.fullDate(from), "to": words.fullDate(to), "first": words.number(start + 1),
            "last": words.number(start + shown.count), "all": words.number(lines.count),
        ]
        var fields: Fields = [
            "hasLines": .flag(!rows.isEmpty), "lines": .list(rows), "fewest": .number(Self.fewestShown),
            "period": .text(words.text("remedies.boardPeriod", values)),
            "place": .text(next == nil && start == 0 ? "" : words.text("remedies.boardPlace", values)),
        ]
        fields.merge(ListLinks(path: "/promises", query: request.query, kept: []).paging(next: next))
        return try await request.page("portal/promises", title: words.text("remedies.boardTitle"), fields)
    }

    private func cell(_ count: Int, _ words: Words) -> Field {
        guard (1..<Self.fewestShown).contains(count) else { return .text(words.number(count)) }
        return .text(words.text("remedies.boardFew", ["n": "\(Self.fewestShown)"]))
    }
}
