public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// Another matter that may be the same one, with what speaks for it. Nothing about a person is compared: neither names
/// nor numbers, nor who wrote how often.
public struct MergeSuggestion: Sendable, Hashable {
    /// The matter.
    public let id: CaseID
    /// Its number.
    public let number: String
    /// Its title; empty where it was erased.
    public let title: String
    /// Where it is.
    public let place: String?
    /// Category code.
    public let category: String?
    /// Area code.
    public let area: String?
    /// Where it stands.
    public let phase: CasePhase
    /// The unit whose turn it is.
    public let unit: UnitID
    /// When it came in.
    public let registeredAt: Instant
    /// How they are linked already.
    public var link: LinkKind?
    /// Whether the resident said that one repeats the other.
    public var isRepeat = false
    /// Words that both have, the longest first.
    public var words: [String] = []
    /// Whether the place is the same.
    public var samePlace = false
    /// Whether area and category are the same.
    public var sameKind = false
}

extension Casework {
    /// Words of a matter that are looked up.
    static let lookedUpWords = 40
    /// The newest texts of each word; a word that more have says little.
    static let mostAlikeTexts = 30

    /// Open matters that may be the same as this one, the likeliest first. The cost is that of a fixed number of short
    /// index ranges, however many matters there are.
    public func mergeSuggestions(
        for state: CaseState, limit: Int = 8, viewer: Viewer
    ) async throws -> [MergeSuggestion] {
        let zone = deadlines.zone
        return try await database.read { tx in
            let place = try state.place.flatMap { try texts.body($0.id, in: tx) } ?? ""
            let title = try texts.body(state.title.id, in: tx) ?? ""
            let body = String((try texts.body(state.body.id, in: tx) ?? "").prefix(600))
            let places = Self.compared(place)
            let tokens = Array(
                (places + Self.compared("\(title)\n\(body)").filter { !places.contains($0) })
                    .prefix(Self.lookedUpWords))
            let matters = try mattersOfWords(tokens, in: tx)
            var scores = Self.scores(matters, places: Set(places))
            // Words that a full range of others has say nothing, whichever they are in this county.
            let usual = Set(matters.filter { $0.value.count >= Self.mostAlikeTexts }.keys).subtracting(places)
            let alike = try sameKind(as: state, in: tx)
            for id in alike { scores[id, default: (0, 0)].weight += 0.6 }
            let linked = Set(state.links.map(\.other))
            let repeated = try state.repeatOf.flatMap { try caseID(number: $0, in: tx) }
            let least = tokens.count < 6 ? 2 : 3
            var best = scores.filter { $0.value.words >= least && $0.value.weight >= 0.8 }
                .sorted { ($0.value.weight, $0.key.rawValue) > ($1.value.weight, $1.key.rawValue) }
                .prefix(limit * 2).map(\.key)
            best = Array(linked) + [repeated].compactMap { $0 } + best
            var seen: Set<CaseID> = [state.id]
            let wanted = best.filter { seen.insert($0).inserted }
            let rows = try candidates(wanted, for: viewer, in: tx)
            let own = "\(title)\n\(place)\n\(body)"
            let found = rows.filter { $0.parent != state.id && $0.suggestion.id != state.parent }.map { row in
                var one = row.suggestion
                one.link = state.links.first { $0.other == one.id }?.kind
                one.isRepeat = one.id == repeated
                one.words = CommonWords.of(
                    own, "\(one.title)\n\(one.place ?? "")\n\(row.body)", usual: usual)
                let here = PlainText.cleaned(place)
                one.samePlace = !here.isEmpty && CommonWords.isSame(here, one.place ?? "")
                one.sameKind =
                    state.category != nil && one.category == state.category && one.area == state.area
                    && state.area != nil
                return one
            }
            func rank(_ one: MergeSuggestion) -> (Int, Double, Int64) {
                let known = one.link == .sameMatter || one.isRepeat ? 2 : one.link != nil ? 1 : 0
                // What came in far apart in time is less often the same.
                let days = abs(zone.date(of: one.registeredAt).days(since: zone.date(of: state.registeredAt)))
                return (known, (scores[one.id]?.weight ?? 0) / (1 + Double(days) / 180), one.id.rawValue)
            }
            let ranked = found.filter { !$0.words.isEmpty || $0.link != nil || $0.isRepeat }
                .sorted { rank($0) > rank($1) }
            // Beside a clear one, faint ones only cost time.
            let clear = ranked.first { rank($0).0 == 0 }.map { rank($0).1 } ?? 0
            return ranked.filter { rank($0).0 > 0 || rank($0).1 >= clear * 0.35 }
                .prefix(limit).map(\.self)
        }
    }

    /// The newest matters with each word.
    private func mattersOfWords(_ tokens: [String], in tx: any ReadTransaction) throws -> [String: Set<CaseID>] {
        guard !tokens.isEmpty else { return [:] }
        let (sql, values) = alikeTexts(tokens, dialect: tx.dialect)
        var matters: [String: Set<CaseID>] = [:]
        for row in try tx.rows(sql, values) {
            matters[tokens[try row.int(0)], default: []].insert(try row.id(1))
        }
        return matters
    }

    /// A word that hardly any other matter has says more, one of the place twice as much.
    private static func scores(
        _ matters: [String: Set<CaseID>], places: Set<String>
    ) -> [CaseID: (weight: Double, words: Int)] {
        var scores: [CaseID: (weight: Double, words: Int)] = [:]
        for (token, found) in matters {
            let weight = (places.contains(token) ? 2.0 : 1) / (1 + Double(found.count) / 4)
            for id in found {
                let known = scores[id] ?? (0, 0)
                scores[id] = (known.weight + weight, known.words + 1)
            }
        }
        return scores
    }

    /// One short range of the index for each word, with the matters of the texts.
    func alikeTexts(_ tokens: [String], dialect: Dialect) -> (sql: String, values: [any SQLConvertible]) {
        var values: [any SQLConvertible] = []
        let parts = tokens.enumerated().compactMap { index, token -> String? in
            let clause = search.matchClause(
                [.token(token)], limit: Self.mostAlikeTexts, dialect: dialect, placeholderStart: values.count + 1)
            guard let clause else { return nil }
            values += clause.values
            return "SELECT \(index) AS place, t.stream_id AS matter FROM texts t WHERE t.id IN (\(clause.sql))"
        }
        return (parts.joined(separator: " UNION ALL "), values)
    }

    /// The newest open matters of the same category in the same area.
    private func sameKind(as state: CaseState, in tx: any ReadTransaction) throws -> [CaseID] {
        guard let category = state.category, let area = state.area else { return [] }
        return try tx.rows(Self.sameKind, [category, area]).map { try $0.id(0) }
    }

    static let sameKind = """
        SELECT id FROM cases WHERE category = $1 AND area = $2
          AND phase IN ('registered', 'dispatched', 'objected', 'inHand') ORDER BY id DESC LIMIT 60
        """

    private struct Candidate {
        let suggestion: MergeSuggestion
        let body: String
        let parent: CaseID?
    }

    private func candidates(
        _ ids: [CaseID], for viewer: Viewer, in tx: any ReadTransaction
    ) throws -> [Candidate] {
        guard !ids.isEmpty else { return [] }
        let marks = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let apart = viewer.visibility.apart("c.id", firstPlaceholder: ids.count + 1)
        let reach = viewer.visibility.condition(
            column: "u.unit_id", firstPlaceholder: ids.count + apart.values.count + 1)
        let rows = try tx.rows(
            """
            SELECT c.id, c.number, t.body, p.body, c.category, c.area, c.phase, c.acting_unit, c.registered_at,
              c.parent_id
            FROM cases c LEFT JOIN texts t ON t.id = c.title_id LEFT JOIN texts p ON p.id = c.place_id
            WHERE c.id IN (\(marks)) AND c.phase IN ('registered', 'dispatched', 'objected', 'inHand')
              AND c.restricted = 0 AND \(apart.sql)
              AND EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND \(reach.sql))
            """, ids + apart.values + reach.values)
        return try rows.map { row in
            let id: CaseID = try row.id(0)
            // The first texts of a matter are its title, its letter, its place.
            let letter = try tx.rows(
                "SELECT body FROM texts WHERE stream_id = $1 ORDER BY id LIMIT 3", [id]
            ).compactMap { try $0.optionalText(0) }.joined(separator: "\n")
            return Candidate(
                suggestion: MergeSuggestion(
                    id: id, number: try row.text(1), title: try row.optionalText(2) ?? "",
                    place: try row.optionalText(3), category: try row.optionalText(4),
                    area: try row.optionalText(5), phase: CasePhase(rawValue: try row.text(6)) ?? .registered,
                    unit: try row.id(7), registeredAt: try row.instant(8)),
                body: String(letter.prefix(700)), parent: try row.optionalID(9))
        }
    }
}

/// What two texts have in common, in words that a person can check.
enum CommonWords {
    /// The longest runs of characters that both have, at most three, none inside another, none of `usual` words alone.
    static func of(_ first: String, _ second: String, usual: Set<String> = [], least: Int = 3) -> [String] {
        let (a, b) = (letters(first), letters(second))
        guard !a.isEmpty, !b.isEmpty else { return [] }
        let blank = Unicode.Scalar(0x20)
        var runs: Set<String> = []
        var above = [Int](repeating: 0, count: b.count + 1)
        for i in a.indices {
            var row = [Int](repeating: 0, count: b.count + 1)
            for j in b.indices where a[i] == b[j] && a[i] != blank {
                row[j + 1] = above[j] + 1
                let length = row[j + 1]
                let goesOn = i + 1 < a.count && j + 1 < b.count && a[i + 1] == b[j + 1] && a[i + 1] != blank
                if length >= least, !goesOn { runs.insert(text(a[(i - length + 1)...i])) }
            }
            above = row
        }
        var kept: [String] = []
        for run in runs.sorted(by: { ($0.count, $1) > ($1.count, $0) }) where !isCommon(run, usual) {
            if kept.contains(where: { $0.contains(run) }) { continue }
            kept.append(String(run.prefix(16)))
            if kept.count == 3 { break }
        }
        return kept
    }

    /// Whether two places are the same as written, or one is inside the other.
    static func isSame(_ first: String, _ second: String) -> Bool {
        let (a, b) = (text(letters(first)[...]), text(letters(second)[...]))
        guard a.count >= 3, b.count >= 3 else { return false }
        return a == b || a.contains(b) || b.contains(a)
    }

    /// Runs that say nothing: what is left without the usual phrases is too short, or a part of an English word.
    private static func isCommon(_ run: String, _ usual: Set<String>) -> Bool {
        if run.unicodeScalars.allSatisfy({ $0.value < 0x80 }) { return run.count < 5 }
        return phrases.reduce(run) { $0.replacing($1, with: "") }.count < 3
            || Casework.compared(run).allSatisfy { usual.contains($0) }
    }

    private static let phrases = [
        "尊敬的", "工作人员", "领导", "市长", "书记", "同志", "贵单位", "您好", "你好", "谢谢", "感谢", "请问", "希望", "有关部门", "相关部门", "什么时候", "怎么办",
        "为什么", "能不能", "是不是",
        "是否", "能否", "我们", "我是", "目前", "现在", "这个", "一个", "问题", "解决", "情况", "反映",
    ]

    private static func letters(_ text: String) -> [Unicode.Scalar] {
        text.prefix(800).lowercased().unicodeScalars.map {
            $0.properties.isAlphabetic || $0.properties.numericType != nil ? $0 : " "
        }
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
