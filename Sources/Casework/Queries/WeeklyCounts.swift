internal import Kernel
public import Organisation
internal import Storage

extension Casework {
    /// Matters a week of some categories within the viewer's reach, the oldest week first; the last one ends today.
    /// Only ever asked for the few categories that rise.
    public func weeklyCounts(of categories: [String], weeks: Int, for viewer: Viewer) async throws -> [String: [Int]] {
        guard !categories.isEmpty, weeks > 0 else { return [:] }
        let scope = CountScope(filter: CountFilter(), visibility: viewer.visibility, today: today)
        let from = scope.today.adding(days: 1 - 7 * weeks)
        let wanted = Array(categories.prefix(20))
        return try await database.read { tx in
            var values: [any SQLConvertible] = []
            let condition = scope.condition(from...scope.today, &values)
            let marks = wanted.map { category -> String in
                values.append(category)
                return "$\(values.count)"
            }
            var counts: [String: [Int]] = [:]
            try tx.forEach(
                """
                SELECT t.category, t.day, COUNT(*) FROM case_tallies t
                WHERE \(condition) AND t.category IN (\(marks.joined(separator: ", "))) GROUP BY t.category, t.day
                """, values
            ) { row in
                let week = min(weeks - 1, max(0, try row.date(1).days(since: from) / 7))
                counts[try row.text(0), default: Array(repeating: 0, count: weeks)][week] += try row.int(2)
                return true
            }
            return counts
        }
    }
}
