internal import Kernel
internal import Storage

extension Casework {
    /// Matters a week of some categories, the oldest week first; the last one ends now. Only ever asked for the few
    /// categories that rise.
    public func weeklyCounts(of categories: [String], weeks: Int) async throws -> [String: [Int]] {
        guard !categories.isEmpty, weeks > 0 else { return [:] }
        let from = clock.now().adding(days: -7 * weeks)
        let wanted = Array(categories.prefix(20))
        return try await database.read { tx in
            let marks = wanted.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
            var counts: [String: [Int]] = [:]
            try tx.forEach(
                """
                SELECT category, registered_at FROM cases
                WHERE registered_at >= $1 AND category IN (\(marks)) AND restricted = 0
                """, [from] + wanted
            ) { row in
                let passed = try row.instant(1).milliseconds - from.milliseconds
                let week = min(weeks - 1, max(0, Int(passed / (7 * 86_400_000))))
                counts[try row.text(0), default: Array(repeating: 0, count: weeks)][week] += 1
                return true
            }
            return counts
        }
    }
}
