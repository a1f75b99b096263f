public import Kernel
internal import Storage

/// What the home page says about a month. Silence is not counted as satisfaction.
public struct PublicNumbers: Sendable, Hashable {
    /// The first day of the month.
    public let month: LocalDate
    /// Matters that came in.
    public let received: Int
    /// Of these, answered so far.
    public let answered: Int
    /// Of these, still unanswered after their day.
    public let late: Int
    /// Residents' verdicts on these.
    public let solved: Int
    /// Solved in part.
    public let partly: Int
    /// Not solved.
    public let notSolved: Int

    /// All verdicts.
    public var judged: Int { solved + partly + notSolved }
}

extension Casework {
    /// The numbers of the last whole month, over all units. The cost grows with a month's matters: callers keep the
    /// answer for a while.
    public func publicNumbers() async throws -> PublicNumbers? {
        let today = self.today
        let (year, month, _) = today.parts
        guard let thisMonth = LocalDate(year: year, month: month, day: 1),
            let first = LocalDate(
                year: month == 1 ? year - 1 : year, month: month == 1 ? 12 : month - 1, day: 1)
        else { return nil }
        let (from, to) = (deadlines.zone.instant(of: first), deadlines.zone.instant(of: thisMonth))
        return try await database.read { tx in
            guard
                let row = try tx.first(
                    """
                    SELECT COUNT(*), COUNT(replied_at),
                      SUM(CASE WHEN replied_at IS NULL AND due_on < $3 THEN 1 ELSE 0 END),
                      SUM(CASE WHEN judgement = 'solved' THEN 1 ELSE 0 END),
                      SUM(CASE WHEN judgement = 'partly' THEN 1 ELSE 0 END),
                      SUM(CASE WHEN judgement = 'notSolved' THEN 1 ELSE 0 END)
                    FROM cases WHERE registered_at >= $1 AND registered_at < $2
                    """, [from, to, today]),
                try row.int(0) > 0
            else { return nil }
            return PublicNumbers(
                month: first, received: try row.int(0), answered: try row.int(1), late: try row.int(2),
                solved: try row.int(3), partly: try row.int(4), notSolved: try row.int(5))
        }
    }
}
