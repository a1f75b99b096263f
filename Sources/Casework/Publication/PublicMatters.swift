public import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// What everybody asks for; all of it stands in the address.
public struct PublicFilter: Hashable, Sendable {
    /// A top category.
    public var category: String?
    /// A township or street.
    public var area: String?
    /// Where it stands.
    public var standing: OpenStanding?
    /// The year in which the letter came.
    public var year: Int?
    /// Words that must all be there.
    public var words = ""

    /// Everything.
    public init() {}
}

/// A line of the public list.
public struct PublicMatter: Hashable, Sendable {
    /// The matter; for the house's own use, never on a page.
    public let id: CaseID
    /// The public number.
    public let number: String
    /// The approved title.
    public let title: String
    /// The approved text.
    public let body: String
    /// The approved reply; nothing while there is none.
    public let reply: String?
    /// A new reply is being prepared for everybody.
    public let isReplyAwaited: Bool
    /// The top category.
    public let category: String?
    /// The township.
    public let area: String?
    /// Where it stands.
    public let standing: OpenStanding
    /// The day on which the letter came.
    public let registeredOn: LocalDate
    /// When it was shown.
    public let publishedAt: Instant
    /// When something last changed that everybody may know.
    public let changedAt: Instant
    /// How many steps everybody may know.
    public let steps: Int
    /// How many residents wrote about it.
    public let reporters: Int
    /// The verdict, once it is closed.
    public let judgement: Judgement?
    /// The unit that answers for it.
    public let unit: UnitID
    /// Its place in the list.
    let order: Int64
}

/// A page of the public list.
public struct PublicMatterList: Hashable, Sendable {
    /// The lines.
    public let rows: [PublicMatter]
    /// Where the next page begins; nothing at the end.
    public let next: String?
    /// Whether the look through was broken off before the page was full: then more may stand behind `next`, or nothing.
    public let isUnfinished: Bool

    init(rows: [PublicMatter], next: String?, isUnfinished: Bool) {
        (self.rows, self.next, self.isUnfinished) = (rows, next, isUnfinished)
    }

    /// A page, where one line more than it holds was asked for.
    init(_ found: [PublicMatter], limit: Int) {
        self.init(
            rows: Array(found.prefix(limit)), next: found.count > limit ? found[limit - 1].number : nil,
            isUnfinished: false)
    }
}

/// The page of a public matter.
public struct PublicMatterPage: Sendable {
    /// The matter.
    public let matter: PublicMatter
    /// What was done.
    public let steps: [CaseState.OpenStep]
    /// Promises: by whom, until when, and how they stand. Never their words: nobody approved those for everybody.
    public let promises: [PublicPromise]
}

/// A promise without its words.
public struct PublicPromise: Hashable, Sendable {
    /// Who promised.
    public let unit: UnitID
    /// Until when.
    public let due: LocalDate
    /// How it stands.
    public let standing: PromiseStanding
    /// When it was settled.
    public let settledOn: LocalDate?
}

extension Casework {
    private static let publicColumns = """
        p.case_id, p.number, t.body, b.body, r.body, p.reply_waits, p.category, p.area, p.standing, p.registered_on,
        p.published_at, p.changed_at, p.steps, p.reporters, p.judgement, p.unit_id, p.text_id
        """
    private static let publicTables = """
        public_matters p JOIN texts t ON t.id = p.title_id JOIN texts b ON b.id = p.text_id
        LEFT JOIN texts r ON r.id = p.reply_id
        """

    /// A page of the public list, newest first.
    ///
    /// - Parameters:
    ///   - after: the public number of the last line before, or where a look through broken off goes on; one that is
    ///     gone begins anew.
    ///   - step: so many texts with the words are compared with the filters at once, four times a page.
    public func publicMatters(
        _ filter: PublicFilter, after: String? = nil, limit: Int = 20, step: Int = 100
    ) async throws -> PublicMatterList {
        let terms = SearchText().terms(of: String(filter.words.prefix(200)))
        return try await database.read { tx in
            let cursor = try after.flatMap { number in
                try tx.first("SELECT text_id FROM public_matters WHERE number = $1", [number])?.int64(0)
            }
            guard !terms.isEmpty else {
                let rows = try publicRows(try listed(filter, before: cursor, limit: limit + 1, in: tx), in: tx)
                return PublicMatterList(rows, limit: limit)
            }
            let found = try searched(
                filter, terms, before: cursor.map { TextID(rawValue: $0) }, limit: limit + 1, step: step, in: tx)
            let rows = try publicRows(found.texts, in: tx)
            guard rows.count <= limit, let last = found.last else { return PublicMatterList(rows, limit: limit) }
            let place = try tx.first("SELECT number FROM public_matters WHERE text_id = $1", [last])?.text(0)
            return PublicMatterList(rows: rows, next: place, isUnfinished: place != nil)
        }
    }

    /// The newest under a combination of filters: one range of one index.
    static let publicList = """
        SELECT text_id FROM public_facets WHERE facet = $1 AND text_id < $2 ORDER BY text_id DESC LIMIT $3
        """

    private func listed(
        _ filter: PublicFilter, before: Int64?, limit: Int, in tx: any ReadTransaction
    ) throws -> [Int64] {
        let facet = PublicFacet.name(
            category: filter.category, area: filter.area, standing: filter.standing?.rawValue, year: filter.year)
        return try tx.rows(Self.publicList, [facet, before ?? .max, limit]).map { try $0.int64(0) }
    }

    /// Texts with all words under the filters, and the last text that was looked at where the look was broken off: a
    /// rare combination may skip many texts, so a few rounds bound the cost of one page.
    private func searched(
        _ filter: PublicFilter, _ terms: [SearchText.Term], before: TextID?, limit: Int, step: Int,
        in tx: any ReadTransaction
    ) throws -> (texts: [Int64], last: Int64?) {
        let facet = PublicFacet.name(
            category: filter.category, area: filter.area, standing: filter.standing?.rawValue, year: filter.year)
        var found: [Int64] = []
        var cursor = before
        for _ in 0..<4 {
            guard
                let clause = Self.publicSearch.matchClause(terms, before: cursor, limit: step, dialect: tx.dialect)
            else { return (found, nil) }
            let hits = try tx.rows(clause.sql, clause.values).map { try $0.int64(0) }
            guard let last = hits.last else { return (found, nil) }
            let marks = hits.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
            found += try tx.rows(
                """
                SELECT text_id FROM public_facets WHERE facet = $1 AND text_id IN (\(marks)) ORDER BY text_id DESC
                """, [facet] + hits
            ).map { try $0.int64(0) }
            if found.count >= limit { return (Array(found.prefix(limit)), nil) }
            if hits.count < step { return (found, nil) }
            cursor = TextID(rawValue: last)
        }
        return (found, cursor?.rawValue)
    }

    func publicRows(_ texts: [Int64], in tx: any ReadTransaction) throws -> [PublicMatter] {
        guard !texts.isEmpty else { return [] }
        let marks = texts.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return try tx.rows(
            """
            SELECT \(Self.publicColumns) FROM \(Self.publicTables)
            WHERE p.text_id IN (\(marks)) ORDER BY p.text_id DESC
            """, texts
        ).map { try PublicMatter($0) }
    }

    /// The page of one public matter; nothing when there is none, or none any more.
    public func publicMatter(_ number: String) async throws -> PublicMatterPage? {
        let today = self.today
        return try await database.read { tx in
            guard
                let row = try tx.first(
                    "SELECT \(Self.publicColumns) FROM \(Self.publicTables) WHERE p.number = $1", [number])
            else { return nil }
            let matter = try PublicMatter(row)
            let steps = try tx.rows(
                "SELECT kind, at, unit_id FROM public_steps WHERE case_id = $1 ORDER BY position", [matter.id])
            let promises = try tx.rows(
                """
                SELECT unit_id, due_on, settled, settled_on FROM case_promises
                WHERE case_id = $1 ORDER BY due_on, id
                """, [matter.id])
            return PublicMatterPage(
                matter: matter, steps: try steps.compactMap { try CaseState.OpenStep($0) },
                promises: try promises.map { try PublicPromise($0, today: today) })
        }
    }

    /// The years of which there are public matters, newest first.
    public func publicYears(from first: Int) async throws -> [Int] {
        let last = today.parts.year
        return try await database.read { tx in
            try (min(first, last)...last).reversed().filter { year in
                let facet = PublicFacet.name(category: nil, area: nil, standing: nil, year: year)
                return try tx.first("SELECT 1 FROM public_facets WHERE facet = $1 LIMIT 1", [facet]) != nil
            }
        }
    }
}

extension PublicMatter {
    init(_ row: Row) throws {
        self.init(
            id: try row.id(0), number: try row.text(1), title: try row.optionalText(2) ?? "",
            body: try row.optionalText(3) ?? "", reply: try row.optionalText(4), isReplyAwaited: try row.bool(5),
            category: try row.optionalText(6), area: try row.optionalText(7),
            standing: OpenStanding(rawValue: try row.text(8)) ?? .open, registeredOn: try row.date(9),
            publishedAt: try row.instant(10), changedAt: try row.instant(11), steps: try row.int(12),
            reporters: try row.int(13), judgement: try row.optionalText(14).flatMap { Judgement(rawValue: $0) },
            unit: try row.id(15), order: try row.int64(16))
    }
}

extension CaseState.OpenStep {
    init?(_ row: Row) throws {
        guard let kind = OpenStepKind(rawValue: try row.text(0)) else { return nil }
        self.init(kind: kind, at: try row.instant(1), unit: try row.optionalID(2))
    }
}

extension PublicPromise {
    init(_ row: Row, today: LocalDate) throws {
        let due = try row.date(1)
        let settledOn = try row.optionalDate(3)
        let standing: PromiseStanding =
            switch try row.optionalText(2).flatMap({ PromiseEnd(rawValue: $0) }) {
            case .withdrawn: .withdrawn
            case .kept: settledOn.map { $0 > due } ?? false ? .late : .kept
            case nil: today > due ? .broken : .open
            }
        self.init(unit: try row.id(0), due: due, standing: standing, settledOn: settledOn)
    }
}
