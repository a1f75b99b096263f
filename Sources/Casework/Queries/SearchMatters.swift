public import Kernel
public import Organisation
internal import Storage

/// A found text and its matter.
public struct SearchHit: Sendable, Hashable {
    /// The text that was found.
    public let text: TextID
    /// Its matter.
    public let number: String
    /// The matter's title.
    public let title: String
    /// The words around the hit.
    public let snippet: String
    /// Where the matter stands.
    public let phase: CasePhase
    /// The unit that answers for it.
    public let responsible: UnitID
    /// When it came in.
    public let registeredAt: Instant
}

/// A page of hits, newest first.
public struct SearchPage: Sendable, Hashable {
    /// At most a page of hits, one per matter and page.
    public let hits: [SearchHit]
    /// Where the next page begins.
    public let next: TextID?
    /// How many texts hold the query and may be seen, as `searchCount` tells; `nil` where nobody asked.
    public let count: Int?
}

extension Casework {
    /// Matters whose texts hold all words of the query, newest text first, within what the viewer may see.
    ///
    /// - Parameter cap: counts up to so many texts from the beginning, which costs less than asking for the page and
    ///   then for the count. Nothing is counted from the middle of a list.
    /// - Throws: `forbidden` without the permission to search.
    public func search(
        _ query: String, before: TextID? = nil, limit: Int = 20, countingUpTo cap: Int = 0, for viewer: Viewer
    ) async throws -> SearchPage {
        guard viewer.may(.search, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let terms = SearchText().terms(of: String(query.prefix(200)))
        let counts = cap > 0 && before == nil
        guard !terms.isEmpty else { return SearchPage(hits: [], next: nil, count: counts ? 0 : nil) }
        return try await database.read { tx in
            var found: [TextID] = []
            var seen: Set<String> = []
            var count: Int?
            var cursor = before
            var more = false
            // A narrow visibility may skip many texts; a few rounds bound the cost of one page.
            rounds: for round in 0..<8 {
                let most = round == 0 && counts ? max(cap, limit * 2) : limit * 2
                let matches = try matches(terms, before: cursor, limit: most, viewer: viewer, in: tx)
                if round == 0, counts { count = min(cap, matches.visible.count) }
                for match in matches.visible where !seen.contains(match.number) {
                    more = found.count == limit
                    if more { break rounds }
                    seen.insert(match.number)
                    found.append(match.text)
                }
                cursor = matches.last
                if cursor == nil || found.count == limit { break }
            }
            let next = found.count == limit && (more || cursor != nil) ? found.last : cursor
            return SearchPage(hits: try hits(found, terms, in: tx), next: next, count: count)
        }
    }

    /// So many texts the page of a search counts. Each one costs two looks into the store, because what a viewer may
    /// not know of is in no count; whoever has this many narrows the search.
    public static let searchCap = 200

    /// How many texts hold the query and may be seen, at most `cap`; of those beyond the cap none is looked at, so
    /// rather "about". What a viewer may not know of is in no count either.
    public func searchCount(_ query: String, upTo cap: Int, for viewer: Viewer) async throws -> Int {
        let terms = SearchText().terms(of: String(query.prefix(200)))
        guard viewer.may(.search, on: nil), !terms.isEmpty else { return 0 }
        return try await database.read { tx in
            guard let clause = search.matchClause(terms, limit: cap, dialect: tx.dialect) else { return 0 }
            let (condition, values) = seen(by: viewer, firstPlaceholder: clause.values.count + 1)
            return try tx.first(
                """
                SELECT COUNT(*) FROM texts t JOIN cases c ON c.id = t.stream_id
                WHERE t.id IN (\(clause.sql)) AND \(condition)
                """, clause.values + values)?.int(0) ?? 0
        }
    }

    /// Texts that hold the query, as far as a viewer may see them, and where the next round begins.
    private func matches(
        _ terms: [SearchText.Term], before: TextID?, limit: Int, viewer: Viewer, in tx: any ReadTransaction
    ) throws -> (visible: [(text: TextID, number: String)], last: TextID?) {
        guard let clause = search.matchClause(terms, before: before, limit: limit, dialect: tx.dialect) else {
            return ([], nil)
        }
        let ids = try tx.rows(clause.sql, clause.values).map { try $0.id(0, Named.Text.self) }
        guard !ids.isEmpty else { return ([], nil) }
        let marks = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let (condition, values) = seen(by: viewer, firstPlaceholder: ids.count + 1)
        let rows = try tx.rows(
            """
            SELECT t.id, c.number FROM texts t JOIN cases c ON c.id = t.stream_id
            WHERE t.id IN (\(marks)) AND \(condition) ORDER BY t.id DESC
            """, ids + values)
        return (try rows.map { (try $0.id(0), try $0.text(1)) }, ids.count < limit ? nil : ids.last)
    }

    /// What a page shows of texts, in their order.
    private func hits(
        _ texts: [TextID], _ terms: [SearchText.Term], in tx: any ReadTransaction
    ) throws -> [SearchHit] {
        guard !texts.isEmpty else { return [] }
        let marks = texts.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return try tx.rows(
            """
            SELECT t.id, c.number, h.body, t.body, c.phase, c.responsible_unit, c.registered_at
            FROM texts t JOIN cases c ON c.id = t.stream_id LEFT JOIN texts h ON h.id = c.title_id
            WHERE t.id IN (\(marks)) ORDER BY t.id DESC
            """, texts
        ).map { try SearchHit($0, terms: terms) }
    }

    /// The matters `c` that a search may show somebody.
    private func seen(by viewer: Viewer, firstPlaceholder: Int) -> (sql: String, values: [any SQLConvertible]) {
        let visibility = viewer.visibility
        let apart = visibility.apart("c.id", firstPlaceholder: firstPlaceholder)
        let open = "c.restricted = 0 AND \(apart.sql)"
        if visibility.scope == .everything { return (open, apart.values) }
        let reach = visibility.condition(
            column: "u.unit_id", firstPlaceholder: firstPlaceholder + apart.values.count)
        return (
            "\(open) AND EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND \(reach.sql))",
            apart.values + reach.values
        )
    }
}

extension SearchHit {
    init(_ row: Row, terms: [SearchText.Term]) throws {
        self.init(
            text: try row.id(0), number: try row.text(1), title: try row.optionalText(2) ?? "",
            snippet: Self.snippet(of: try row.optionalText(3) ?? "", terms: terms),
            phase: CasePhase(rawValue: try row.text(4)) ?? .registered, responsible: try row.id(5),
            registeredAt: try row.instant(6))
    }

    /// About 80 characters around the first term.
    static func snippet(of body: String, terms: [SearchText.Term]) -> String {
        let first =
            switch terms.first {
            case .token(let text), .prefix(let text): text
            case nil: ""
            }
        let found = offset(of: first, in: body).map { body.utf8.index(body.startIndex, offsetBy: $0) }
        let from = found.flatMap { body.index($0, offsetBy: -24, limitedBy: body.startIndex) } ?? body.startIndex
        let piece = body[from...].prefix(80).map { $0.isNewline || $0 == "\t" ? " " : $0 }
        return (from > body.startIndex ? "…" : "") + String(piece)
    }

    /// The first byte of a term in a text, capitals and small letters being the same; nowhere where they differ in
    /// more (accents, full width). Byte by byte: a page shows twenty letters.
    private static func offset(of term: String, in body: String) -> Int? {
        func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
        let wanted = Array(term.utf8)
        guard let head = wanted.first else { return nil }
        var text = body
        return text.withUTF8 { bytes in
            guard bytes.count >= wanted.count else { return nil }
            return (0...(bytes.count - wanted.count)).first { start in
                folded(bytes[start]) == head
                    && wanted.indices.dropFirst().allSatisfy { folded(bytes[start + $0]) == wanted[$0] }
            }
        }
    }
}
