public import Kernel
internal import Organisation
internal import Storage

/// What became of promises, a line a unit. Public: a promise to a resident is a promise to everybody.
public struct PromiseBoard: Sendable, Hashable {
    /// The promises of one unit.
    public struct Line: Sendable, Hashable {
        /// The unit.
        public let unit: UnitID
        /// Kept by their day.
        public let kept: Int
        /// Kept after it.
        public let late: Int
        /// Not kept, and the day is over.
        public let broken: Int
        /// Not kept yet, and there is time.
        public let open: Int
        /// Withdrawn, with a reason that the resident reads.
        public let withdrawn: Int

        /// All of them.
        public var all: Int { kept + late + broken + open + withdrawn }
    }

    /// A line for each unit that promised something, in the order of their identifiers.
    public let lines: [Line]
}

extension Casework {
    /// Promises whose day lies between two days, both included, by unit. Reads one index.
    public func promiseBoard(from: LocalDate, to: LocalDate) async throws -> PromiseBoard {
        try await promiseBoard(from...max(from, to), "1 = 1", [])
    }

    func promiseBoard(
        _ days: ClosedRange<LocalDate>, _ reach: String, _ values: [any SQLConvertible]
    ) async throws -> PromiseBoard {
        let today = self.today
        return try await database.read { tx in
            PromiseBoard(
                lines: try tx.rows(
                    Self.promiseCounts + " AND \(reach) GROUP BY unit_id ORDER BY unit_id",
                    [days.lowerBound, days.upperBound, today] + values
                ).map { row in
                    PromiseBoard.Line(
                        unit: try row.id(0), kept: try row.int(1), late: try row.int(2), broken: try row.int(3),
                        open: try row.int(4), withdrawn: try row.int(5))
                })
        }
    }

    /// Counted as `CaseState.Promise.standing` has it.
    static let promiseCounts = """
        SELECT unit_id,
          SUM(CASE WHEN settled = 'kept' AND settled_on <= due_on THEN 1 ELSE 0 END),
          SUM(CASE WHEN settled = 'kept' AND settled_on > due_on THEN 1 ELSE 0 END),
          SUM(CASE WHEN settled IS NULL AND due_on < $3 THEN 1 ELSE 0 END),
          SUM(CASE WHEN settled IS NULL AND due_on >= $3 THEN 1 ELSE 0 END),
          SUM(CASE WHEN settled = 'withdrawn' THEN 1 ELSE 0 END)
        FROM case_promises WHERE due_on >= $1 AND due_on <= $2
        """
}
