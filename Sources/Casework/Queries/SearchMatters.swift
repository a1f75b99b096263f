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
}

extension Casework {
    /// Matters whose texts hold all words of the query, newest text first, within what the viewer may see.
    ///
    /// - Throws: `forbidden` without the permission to search.
    public func search(
        _ query: String, before: TextID? = nil, limit: Int = 20, for viewer: Viewer
    ) async throws -> SearchPage {
        guard viewer.may(.search, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let terms = SearchText().terms(of: String(query.prefix(200)))
        guard !terms.isEmpty else { return SearchPage(hits: [], next: nil) }
        return try await database.read { tx in
            var hits: [SearchHit] = []
            var seen: Set<String> = []
            var cursor = before
            // A narrow visibility may skip many texts; a few rounds bound the cost of one page.
            for _ in 0..<8 {
                let rows = try matches(terms, before: cursor, limit: limit * 2, viewer: viewer, in: tx)
                for row in rows.visible {
                    cursor = try row.id(0)
                    if seen.insert(try row.text(1)).inserted { hits.append(try SearchHit(row, terms: terms)) }
                    if hits.count == limit { return SearchPage(hits: hits, next: cursor) }
                }
                guard let last = rows.last else { return SearchPage(hits: hits, next: nil) }
                cursor = last
            }
            return SearchPage(hits: hits, next: cursor)
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

    private func matches(
        _ terms: [SearchText.Term], before: TextID?, limit: Int, viewer: Viewer, in tx: any ReadTransaction
    ) throws -> (visible: [Row], last: TextID?) {
        guard let clause = search.matchClause(terms, before: before, limit: limit, dialect: tx.dialect) else {
            return ([], nil)
        }
        let ids = try tx.rows(clause.sql, clause.values).map { try $0.id(0, Named.Text.self) }
        guard !ids.isEmpty else { return ([], nil) }
        let marks = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let (condition, values) = seen(by: viewer, firstPlaceholder: ids.count + 1)
        let rows = try tx.rows(
            """
            SELECT t.id, c.number, h.body, t.body, c.phase, c.responsible_unit, c.registered_at
            FROM texts t JOIN cases c ON c.id = t.stream_id LEFT JOIN texts h ON h.id = c.title_id
            WHERE t.id IN (\(marks)) AND \(condition) ORDER BY t.id DESC
            """, ids + values)
        return (rows, ids.count < limit ? nil : ids.last)
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
    private static func snippet(of body: String, terms: [SearchText.Term]) -> String {
        let flat = String(body.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        let first =
            switch terms.first {
            case .token(let text), .prefix(let text): text
            case nil: ""
            }
        let lowered = flat.lowercased()
        guard !first.isEmpty, let range = lowered.firstRange(of: first) else { return String(flat.prefix(80)) }
        let offset = lowered.distance(from: lowered.startIndex, to: range.lowerBound)
        let start = max(0, offset - 24)
        return (start > 0 ? "…" : "") + String(flat.dropFirst(start).prefix(80))
    }
}
