public import Organisation

/// Whether all are treated alike: acceptance, time and result by channel, area and category, to find unequal treatment
/// by units. Small numbers are hidden.
public struct EqualityAudit: Sendable, Hashable {
    /// What became of a matter, as far as this table tells it apart.
    public enum Result: String, Sendable, CaseIterable {
        /// Done as asked.
        case solved
        /// Done in part.
        case partly
        /// Explained.
        case explained
        /// Not supported.
        case notSupported
        /// Told another lawful route.
        case routed
        /// Taken back, or answered with a result that an old system did not state.
        case other
        /// Not answered yet.
        case waiting
    }

    /// One channel, area or category.
    public struct Line: Sendable, Hashable {
        /// Its code; nothing where a matter has none.
        public let code: String?
        /// Matters received; `nil` where there are too few to tell anything of them.
        public let received: Int?
        /// Of these: taken up by a unit.
        public let accepted: Int?
        /// Half of these were taken up within so many days.
        public let acceptanceDays: Int?
        /// Half of those that are answered were answered within so many days.
        public let answerDays: Int?
        /// What became of them; what is hidden is missing.
        public let results: [Result: Int]
    }

    /// By channel.
    public let channels: [Line]
    /// By the areas directly below the county.
    public let areas: [Line]
    /// By the first level of categories.
    public let categories: [Line]
}

/// Numbers of one group while they are counted.
struct EqualityTally {
    var received = 0
    var accepted = 0
    var acceptance = DayCounts()
    var answers = DayCounts()
    var results: [EqualityAudit.Result: Int] = [:]

    mutating func add(_ other: EqualityTally) {
        received += other.received
        accepted += other.accepted
        acceptance.add(other.acceptance)
        answers.add(other.answers)
        results.merge(other.results, uniquingKeysWith: +)
    }
}

/// How many took so many days; gives the middle without keeping each.
struct DayCounts: Sendable, Hashable {
    private(set) var counts: [Int: Int] = [:]
    private(set) var total = 0

    mutating func add(_ days: Int, times: Int = 1) {
        let count = counts[days, default: 0] + times
        counts[days] = count == 0 ? nil : count
        total += times
    }

    mutating func add(_ other: DayCounts) {
        for (days, times) in other.counts { add(days, times: times) }
    }

    /// The one in the middle; `nil` for fewer than `least`.
    func median(least: Int = 1) -> Int? {
        guard total >= max(1, least) else { return nil }
        var left = total / 2
        for (days, count) in counts.sorted(by: { $0.key < $1.key }) {
            if left < count { return days }
            left -= count
        }
        return nil
    }
}

extension EqualityAudit {
    /// - Parameters:
    ///   - channels, areas, categories: what was counted, by raw code.
    ///   - organisation: knows what lies above an area or category.
    init(
        channels: [String: EqualityTally], areas: [String: EqualityTally], categories: [String: EqualityTally],
        _ organisation: Organisation
    ) {
        self.channels = Self.lines(channels)
        self.areas = Self.lines(Self.rolledUp(areas) { Self.top(area: $0, organisation) })
        self.categories = Self.lines(
            Self.rolledUp(categories) { organisation.path(ofCategory: $0).first?.code ?? $0 })
    }

    /// The area directly below the county in which an area lies; the county itself for what lies nowhere else.
    public static func top(area code: String, _ organisation: Organisation) -> String {
        let path = organisation.path(ofArea: code)
        return (path.count > 1 ? path[1] : path.first)?.code ?? code
    }

    private static func rolledUp(
        _ tallies: [String: EqualityTally], _ top: (String) -> String
    ) -> [String: EqualityTally] {
        var out: [String: EqualityTally] = [:]
        for (code, tally) in tallies { out[code.isEmpty ? "" : top(code), default: EqualityTally()].add(tally) }
        return out
    }

    /// In the order of the codes, never of the numbers; matters without a code last.
    static func lines(_ tallies: [String: EqualityTally]) -> [Line] {
        let codes = tallies.keys.sorted { ($0.isEmpty ? 1 : 0, $0) < ($1.isEmpty ? 1 : 0, $1) }
        let rows = codes.compactMap { tallies[$0] }
        let totals = SmallCells.shown(rows.map(\.received))
        let accepted = shown(rows.map { [$0.accepted, $0.received - $0.accepted] }, totals)
        let results = shown(rows.map { row in Result.allCases.map { row.results[$0] ?? 0 } }, totals)
        return codes.indices.map { index in
            let isShown = totals[index] != nil
            let known = zip(Result.allCases, results[index]).compactMap { pair in pair.1.map { (pair.0, $0) } }
            return Line(
                code: codes[index].isEmpty ? nil : codes[index], received: totals[index], accepted: accepted[index][0],
                acceptanceDays: isShown ? rows[index].acceptance.median(least: SmallCells.fewest) : nil,
                answerDays: isShown ? rows[index].answers.median(least: SmallCells.fewest) : nil,
                results: Dictionary(uniqueKeysWithValues: known))
        }
    }

    /// Rows of hidden sums are hidden as a whole, before anything else is looked at.
    private static func shown(_ rows: [[Int]], _ totals: [Int?]) -> [[Int?]] {
        let open = rows.indices.filter { totals[$0] != nil }
        let table = SmallCells.shown(open.map { rows[$0] })
        var out = rows.map { $0.map { _ in nil as Int? } }
        for (place, index) in open.enumerated() { out[index] = table[place] }
        return out
    }
}
