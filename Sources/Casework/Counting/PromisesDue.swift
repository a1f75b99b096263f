public import Kernel
public import Organisation
internal import Storage

/// What was promised in replies for this week.
public struct PromisesDue: Sendable, Hashable {
    /// The days of the week.
    public let week: ClosedRange<LocalDate>
    /// Promises whose day lies in the week.
    public let due: Int
    /// Of these, carried out.
    public let kept: Int
    /// Of these, still to be carried out, with time left.
    public let open: Int
    /// Not carried out, and the day is over; of any week.
    public let late: Int
}

/// A promise in a list.
public struct DuePromise: Sendable, Hashable {
    /// The matter's number.
    public let number: String
    /// Its title; empty when erased.
    public let title: String
    /// Who promised.
    public let unit: UnitID
    /// For which day.
    public let due: LocalDate
    /// What became of it.
    public let settled: PromiseEnd?
    /// The matter.
    public let matter: CaseID
    /// The promise.
    public let id: PromiseID
}

/// Which promises a list shows.
public enum PromiseList: String, CaseIterable, Sendable {
    /// Of this week, whatever became of them.
    case week
    /// Of this week, carried out.
    case kept
    /// Of this week, still to be carried out.
    case open
    /// Past their day and not carried out.
    case late
}

extension Casework {
    /// Counts promises of the week, from Monday to Sunday, within the viewer's reach. Reads two indexes: a week's
    /// promises and those that are late.
    public func promisesDue(for viewer: Viewer) async throws -> PromisesDue {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let today = self.today
        let week = Self.week(of: today)
        return try await database.read { tx in
            func count(_ list: PromiseList) throws -> Int {
                var values: [any SQLConvertible] = []
                let condition = Self.promiseCondition(list, today, viewer.visibility, &values)
                return try tx.first(
                    "SELECT COUNT(*) FROM case_promises p JOIN cases c ON c.id = p.case_id WHERE \(condition)", values)?
                    .int(0) ?? 0
            }
            return PromisesDue(
                week: week, due: try count(.week), kept: try count(.kept), open: try count(.open),
                late: try count(.late))
        }
    }

    /// The promises behind a number, by day.
    ///
    /// - Parameter last: the last line before; nothing for the beginning.
    public func duePromises(
        _ list: PromiseList, after last: DuePromise? = nil, limit: Int = 200, for viewer: Viewer
    ) async throws -> [DuePromise] {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let today = self.today
        return try await database.read { tx in
            var values: [any SQLConvertible] = []
            var condition = Self.promiseCondition(list, today, viewer.visibility, &values)
            if let last {
                values += [last.due, last.matter, last.id] as [any SQLConvertible]
                let marks = (values.count - 2...values.count).map { "$\($0)" }.joined(separator: ", ")
                condition += " AND (p.due_on, p.case_id, p.id) > (\(marks))"
            }
            return try tx.rows(
                """
                SELECT c.number, x.body, p.unit_id, p.due_on, p.settled, p.case_id, p.id
                FROM case_promises p JOIN cases c ON c.id = p.case_id LEFT JOIN texts x ON x.id = c.title_id
                WHERE \(condition) ORDER BY p.due_on, p.case_id, p.id LIMIT \(limit)
                """, values
            ).map { row in
                DuePromise(
                    number: try row.text(0), title: try row.optionalText(1) ?? "", unit: try row.id(2),
                    due: try row.date(3), settled: try row.optionalText(4).flatMap(PromiseEnd.init),
                    matter: try row.id(5), id: try row.id(6))
            }
        }
    }

    /// How many promises a list holds, counted up to a limit of the caller's.
    public func promiseCount(_ list: PromiseList, upTo cap: Int, for viewer: Viewer) async throws -> Int {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        var values: [any SQLConvertible] = []
        let condition = Self.promiseCondition(list, today, viewer.visibility, &values)
        return try await capped(
            "SELECT 1 FROM case_promises p JOIN cases c ON c.id = p.case_id WHERE \(condition)", values, cap)
    }

    /// Monday to Sunday.
    public static func week(of day: LocalDate) -> ClosedRange<LocalDate> {
        let monday = BreakdownStep.week.start(of: day)
        return monday...monday.adding(days: 6)
    }

    static func promiseCondition(
        _ list: PromiseList, _ today: LocalDate, _ visibility: Visibility, _ values: inout [any SQLConvertible]
    ) -> String {
        let week = week(of: today)
        var parts: [String]
        switch list {
        case .week:
            values = [week.lowerBound, week.upperBound]
            parts = ["p.due_on >= $1 AND p.due_on <= $2"]
        case .kept:
            values = [week.lowerBound, week.upperBound]
            parts = ["p.due_on >= $1 AND p.due_on <= $2 AND p.settled = 'kept'"]
        case .open:
            values = [max(today, week.lowerBound), week.upperBound]
            parts = ["p.due_on >= $1 AND p.due_on <= $2 AND p.settled IS NULL"]
        case .late:
            values = [today]
            // The index of what is open begins with the kind.
            let kinds = PromiseKind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            parts = ["p.kind IN (\(kinds)) AND p.due_on < $1 AND p.settled IS NULL"]
        }
        let reach = visibility.condition(column: "p.unit_id", firstPlaceholder: values.count + 1)
        values += reach.values
        let apart = visibility.apart("p.case_id", firstPlaceholder: values.count + 1)
        values += apart.values
        parts += ["c.restricted = 0", reach.sql, apart.sql]
        return parts.joined(separator: " AND ")
    }
}
