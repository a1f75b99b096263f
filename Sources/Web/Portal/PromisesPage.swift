internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What became of promises, by unit, for everybody to see. Nothing in it leads to a person or to a matter.
extension Portal {
    /// A number below this could be about one person: it is told as "fewer than".
    static let fewestShown = 3

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
        let rows = lines.map { line -> Fields in
            let name = organisation.unit(line.unit)?.name.text(isEnglish: isEnglish)
            return [
                "unit": .text(name ?? words.text("story.unitUnknown")), "kept": cell(line.kept, words),
                "late": cell(line.late, words), "broken": cell(line.broken, words), "open": cell(line.open, words),
                "withdrawn": cell(line.withdrawn, words), "isBroken": .flag(line.broken > 0),
            ]
        }
        let values = ["from": words.fullDate(from), "to": words.fullDate(to)]
        let fields: Fields = [
            "hasLines": .flag(!rows.isEmpty), "lines": .list(rows), "fewest": .number(Self.fewestShown),
            "period": .text(words.text("remedies.boardPeriod", values)),
        ]
        return try await request.page("portal/promises", title: words.text("remedies.boardTitle"), fields)
    }

    private func cell(_ count: Int, _ words: Words) -> Field {
        guard (1..<Self.fewestShown).contains(count) else { return .text(words.number(count)) }
        return .text(words.text("remedies.boardFew", ["n": "\(Self.fewestShown)"]))
    }
}
