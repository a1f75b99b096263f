public import Kernel
public import Organisation
internal import Storage

/// What supervision did in a period, for the yearly report (Art. 41). Units stand in the order of the organisation's
/// code; nothing here ranks them, and nothing counts petitions.
public struct SupervisionNumbers: Sendable, Hashable {
    /// Numbers of one unit, or of all.
    public struct Line: Sendable, Hashable {
        /// Tasks opened in the period, by reason.
        public var tasks: [SupervisionTrigger: Int] = [:]
        /// Of these: answered by the agreed day.
        public var answeredInTime = 0
        /// Of these: answered later.
        public var answeredLate = 0
        /// Of these: not answered, and the day is over.
        public var unanswered = 0
        /// Of these: not answered, and there is still time.
        public var waiting = 0
        /// Of these: taken back.
        public var withdrawn = 0
        /// Of these: ended, by result.
        public var results: [TaskResult: Int] = [:]
        /// Measures taken in the period.
        public var measures: [TaskMeasure: Int] = [:]
        /// Suggestions made in the period, without those taken back.
        public var suggestions: [SuggestionKind: Replies] = [:]
        /// Decisions that the conference made in the period and that this unit carries out.
        public var decisions = 0
        /// Of these: how far they were carried out.
        public var carriedOut: [DecisionOutcome: Int] = [:]

        /// Nothing counted yet.
        public init() {}

        /// All tasks.
        public var allTasks: Int { tasks.values.reduce(0, +) }
    }

    /// What units said to suggestions of one kind.
    public struct Replies: Sendable, Hashable {
        /// Suggestions.
        public var made = 0
        /// Written replies, by what they say.
        public var replies: [SuggestionAdoption: Int] = [:]

        /// No suggestion yet.
        public init() {}

        /// Suggestions without a written reply.
        public var unanswered: Int { made - replies.values.reduce(0, +) }
    }

    /// The period.
    public let period: ClosedRange<LocalDate>
    /// A line a unit, in the order of the organisation's code; units without any number are left out.
    public let units: [(unit: UnitID, line: Line)]
    /// All units together.
    public let all: Line
    /// Meetings of the joint conference that were held in the period.
    public let conferences: Int

    /// Equal when all numbers are.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.period == rhs.period && lhs.all == rhs.all && lhs.conferences == rhs.conferences
            && lhs.units.elementsEqual(rhs.units) { $0 == $1 }
    }

    /// Hashes what identifies the numbers.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(period)
        hasher.combine(all)
        hasher.combine(conferences)
    }
}

extension Supervision {
    /// What supervision did in a period within the viewer's units.
    public func numbers(
        _ period: ClosedRange<LocalDate>, for viewer: Viewer
    ) async throws -> SupervisionNumbers {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        return try await numbers(period, SupervisionAccess.scope([.oversee], of: viewer), viewer.organisation)
    }

    /// What it did in the whole store, for whoever runs it.
    package func numbers(
        _ period: ClosedRange<LocalDate>, of organisation: Organisation
    ) async throws -> SupervisionNumbers {
        try await numbers(period, Visibility(scope: .everything, staff: StaffID(rawValue: 0)), organisation)
    }

    private func numbers(
        _ period: ClosedRange<LocalDate>, _ scope: Visibility, _ organisation: Organisation
    ) async throws -> SupervisionNumbers {
        let (start, end) = (zone.instant(of: period.lowerBound), zone.instant(of: period.upperBound.adding(days: 1)))
        let today = self.today
        let (lines, conferences) = try await database.read { tx in
            var tally = Tally(tx: tx, scope: scope, start: start, end: end, today: today)
            try tally.tasks()
            try tally.measures()
            try tally.suggestions()
            try tally.decisions()
            return (tally.lines, try tally.conferences(period))
        }
        let units = lines.sorted {
            (organisation.unit($0.key)?.code ?? "", $0.key) < (organisation.unit($1.key)?.code ?? "", $1.key)
        }
        return SupervisionNumbers(
            period: period, units: units.map { ($0.key, $0.value) },
            all: lines.values.reduce(into: .init()) { $0.add($1) },
            conferences: conferences)
    }
}

/// Counts in one snapshot of the store.
private struct Tally {
    let tx: any ReadTransaction
    let scope: Visibility
    let start: Instant
    let end: Instant
    let today: LocalDate
    var lines: [UnitID: SupervisionNumbers.Line] = [:]

    private func condition(_ column: String, first: Int) -> (sql: String, values: [any SQLConvertible]) {
        scope.condition(column: column, firstPlaceholder: first)
    }

    mutating func tasks() throws {
        let reach = condition("unit_id", first: 4)
        for row in try tx.rows(
            """
            SELECT unit_id, trigger_code, phase, result, answered_in_time, due_on < $3, COUNT(*)
            FROM supervision_tasks WHERE opened_at >= $1 AND opened_at < $2 AND phase <> 'setAside' AND \(reach.sql)
            GROUP BY unit_id, trigger_code, phase, result, answered_in_time, due_on < $3
            """, [start, end, today] + reach.values)
        {
            let unit: UnitID = try row.id(0)
            var line = lines[unit] ?? .init()
            let count = try row.int(6)
            if let trigger = SupervisionTrigger(rawValue: try row.text(1)) { line.tasks[trigger, default: 0] += count }
            if let result = try row.optionalText(3).flatMap(TaskResult.init) {
                line.results[result, default: 0] += count
            }
            switch (try row.text(2), try row.optionalInt64(4)) {
            case ("withdrawn", _): line.withdrawn += count
            case (_, 1?): line.answeredInTime += count
            case (_, .some): line.answeredLate += count
            // A comparison is 0/1 on SQLite and a boolean, decoded as 0/1, on PostgreSQL.
            case (_, nil): if try row.bool(5) { line.unanswered += count } else { line.waiting += count }
            }
            lines[unit] = line
        }
    }

    mutating func measures() throws {
        let reach = condition("unit_id", first: 3)
        for row in try tx.rows(
            """
            SELECT unit_id, kind, COUNT(*) FROM supervision_measures
            WHERE taken_at >= $1 AND taken_at < $2 AND \(reach.sql) GROUP BY unit_id, kind
            """, [start, end] + reach.values)
        {
            guard let kind = TaskMeasure(rawValue: try row.text(1)) else { continue }
            lines[try row.id(0), default: .init()].measures[kind, default: 0] += try row.int(2)
        }
    }

    mutating func suggestions() throws {
        let reach = condition("unit_id", first: 3)
        for row in try tx.rows(
            """
            SELECT unit_id, kind, adoption, COUNT(*) FROM supervision_suggestions
            WHERE issued_at >= $1 AND issued_at < $2 AND phase <> 'withdrawn' AND \(reach.sql)
            GROUP BY unit_id, kind, adoption
            """, [start, end] + reach.values)
        {
            guard let kind = SuggestionKind(rawValue: try row.text(1)) else { continue }
            let (unit, count): (UnitID, Int) = (try row.id(0), try row.int(3))
            lines[unit, default: .init()].suggestions[kind, default: .init()].made += count
            if let adoption = try row.optionalText(2).flatMap(SuggestionAdoption.init) {
                lines[unit, default: .init()].suggestions[kind, default: .init()].replies[adoption, default: 0] += count
            }
        }
    }

    mutating func decisions() throws {
        let reach = condition("owner_unit", first: 3)
        for row in try tx.rows(
            """
            SELECT owner_unit, outcome, COUNT(*) FROM conference_items
            WHERE decided_at >= $1 AND decided_at < $2 AND \(reach.sql) GROUP BY owner_unit, outcome
            """, [start, end] + reach.values)
        {
            let (unit, count): (UnitID, Int) = (try row.id(0), try row.int(2))
            lines[unit, default: .init()].decisions += count
            if let outcome = try row.optionalText(1).flatMap(DecisionOutcome.init) {
                lines[unit, default: .init()].carriedOut[outcome, default: 0] += count
            }
        }
    }

    func conferences(_ period: ClosedRange<LocalDate>) throws -> Int {
        let reach = condition("unit_id", first: 3)
        return try tx.first(
            "SELECT COUNT(*) FROM conferences WHERE phase = 'held' AND held_on >= $1 AND held_on <= $2 AND \(reach.sql)",
            [period.lowerBound, period.upperBound] + reach.values)?.int(0) ?? 0
    }
}

extension SupervisionNumbers.Line {
    fileprivate mutating func add(_ other: Self) {
        tasks.merge(other.tasks, uniquingKeysWith: +)
        answeredInTime += other.answeredInTime
        answeredLate += other.answeredLate
        unanswered += other.unanswered
        waiting += other.waiting
        withdrawn += other.withdrawn
        results.merge(other.results, uniquingKeysWith: +)
        measures.merge(other.measures, uniquingKeysWith: +)
        suggestions.merge(other.suggestions) { first, second in
            var both = first
            both.made += second.made
            both.replies.merge(second.replies, uniquingKeysWith: +)
            return both
        }
        decisions += other.decisions
        carriedOut.merge(other.carriedOut, uniquingKeysWith: +)
    }
}
