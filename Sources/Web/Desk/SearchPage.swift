internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension Desk {
    /// Looks for words; a number leads straight to its matter.
    func search(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let query = String(request.query.text("q").prefix(100))
        if let number = MatterNumber(query),
            let path = try? await casework.file(number: number.description, for: viewer)
        {
            return request.redirect(to: "/desk/matter/\(path.state.number)")
        }
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let after = request.query.id("after", of: Named.Text.self)
        let cap = Casework.searchCap
        let page = try await casework.search(query, before: after, countingUpTo: cap, for: viewer)
        let count =
            if let count = page.count { count } else if page.hits.isEmpty { 0 } else {
                try await casework.searchCount(query, upTo: cap, for: viewer)
            }
        let seesJudgement = viewer.may(.seeJudgement, on: nil)
        let links = ListLinks(path: "/desk/search", query: request.query, kept: ["q"])
        var fields: Fields = [
            "submission": "", "query": .text(query),
            "totalText": .text(page.hits.isEmpty ? "" : total(max(count, page.hits.count), words.words)),
            "hasRows": .flag(!page.hits.isEmpty),
            "results": .list(page.hits.map { result($0, query, words, seesJudgement: seesJudgement) }),
            "emptyText": .text(
                query.isEmpty
                    ? words.text("work.searchNothing")
                    : words.text(page.next == nil ? "work.searchNone" : "work.searchNoneYet", ["query": query])),
        ]
        fields.merge(links.paging(next: page.next?.description))
        fields.merge(request.exportFields(page.hits.isEmpty ? nil : .search(query)))
        let title = query.isEmpty ? words.text("desk.searchTitle") : words.text("work.searchTitle", ["query": query])
        return try await request.page("desk/search", title: title, fields)
    }

    /// Counted up to a limit of texts: so it says "about".
    private func total(_ count: Int, _ words: Words) -> String {
        words.text("work.searchTotal", ["n": DeskQueues.count(count, upTo: Casework.searchCap, words)])
    }

    private func result(_ hit: SearchHit, _ query: String, _ words: MatterWords, seesJudgement: Bool) -> Fields {
        [
            "url": .text("/desk/matter/\(hit.number)"), "number": .text(hit.number),
            "titleText": .text(hit.title.isEmpty ? words.text("story.textErased") : hit.title),
            "phase": .text(words.phase(hit.phase, seesJudgement: seesJudgement)), "isUnsolved": false, "foundIn": "",
            "unit": .text(words.unit(hit.responsible)),
            "date": .text(words.words.fullDate(words.book.zone.date(of: hit.registeredAt))),
            "snippet": .list(Self.marked(hit.snippet, query)),
        ]
    }

    /// The snippet in pieces, so that what was looked for can be marked.
    static func marked(_ snippet: String, _ query: String) -> [Fields] {
        let wanted = query.split(whereSeparator: \.isWhitespace).map { word in word.map { $0.lowercased() } }
        let text = Array(snippet)
        let folded = text.map { $0.lowercased() }
        var pieces: [Fields] = []
        var plain = ""
        var index = 0
        while index < text.count {
            let hit = wanted.first { folded[index...].starts(with: $0) }
            if let hit {
                if !plain.isEmpty { pieces.append(["text": .text(plain), "isHit": false]) }
                plain = ""
                pieces.append(["text": .text(String(text[index..<index + hit.count])), "isHit": true])
                index += hit.count
            } else {
                plain.append(text[index])
                index += 1
            }
        }
        if !plain.isEmpty { pieces.append(["text": .text(plain), "isHit": false]) }
        return pieces
    }
}
