public import Kernel
public import Storage

extension Named {
    /// A change of rules that is tried on matters of the past.
    public enum RuleTrial {}
}

/// Identifies a trial.
public typealias RuleTrialID = Identifier<Named.RuleTrial>

/// A change that is tried on matters of the past: what was asked, how far it is, what came of it. It changes nothing.
public struct RuleTrial: Sendable, Hashable, Identifiable {
    /// Its identifier.
    public let id: RuleTrialID
    /// What would change.
    public let part: RulebookPart
    /// The draft as it was.
    public let body: String
    /// Who asked.
    public let madeBy: StaffID
    /// When.
    public let madeAt: Instant
    /// Matters registered since then are looked at.
    public let since: Instant
    /// The last matter that was looked at.
    public internal(set) var after: Int64
    /// How many were looked at.
    public internal(set) var looked: Int
    /// What came of it so far, as the room that runs it writes it.
    public internal(set) var result: String
    /// When it was done.
    public internal(set) var finishedAt: Instant?
}

/// Trials and their progress. Any server takes one that nobody works on; one that is left half goes on there.
public struct RuleTrials: Sendable {
    /// A server that was not heard of for so long works on it no longer.
    static let leaseSeconds: Int64 = 30
    static let days = 90

    private let database: any Database
    private let ids: IdentifierGenerator
    private let clock: any WallClock

    /// - Parameters:
    ///   - database: the store.
    ///   - ids: makes identifiers.
    ///   - clock: tells how long a trial is left alone.
    public init(database: any Database, ids: IdentifierGenerator, clock: any WallClock) {
        self.database = database
        self.ids = ids
        self.clock = clock
    }

    /// Asks for a trial of a draft; the same form sent twice gives the same one.
    public func ask(
        _ draft: RuleDraft, since: Instant, submission: String, by staff: StaffID
    ) async throws -> RuleTrialID {
        try await ask(draft.part, draft.body, since: since, submission: submission, by: staff)
    }

    /// Asks for a trial of a change that is not kept as a draft.
    public func ask(
        _ part: RulebookPart, _ body: String, since: Instant, submission: String, by staff: StaffID
    ) async throws -> RuleTrialID {
        let (id, now) = (ids.next(Named.RuleTrial.self), clock.now())
        let made = try await Submissions().once(database, id: "trial:\(submission)", at: now) { tx in
            try tx.execute(
                """
                INSERT INTO rule_trials
                  (id, part, body, made_by, made_at, since, after_id, looked, result, leased_until)
                VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '', 0)
                """, [id, part.rawValue, body, staff, now, since])
            return "\(id)"
        }
        return RuleTrialID(made.result) ?? id
    }

    /// A trial.
    ///
    /// - Throws: `rulebook.noTrial`.
    public func trial(_ id: RuleTrialID) async throws -> RuleTrial {
        guard let found = try await database.read({ tx in try Self.rows("id = $1", [id], in: tx).first }) else {
            throw PlainError(.notFound, "rulebook.noTrial")
        }
        return found
    }

    /// The newest trials of a part.
    public func latest(_ part: RulebookPart) async throws -> [RuleTrial] {
        try await database.read { tx in
            try Self.rows("part = $1 ORDER BY id DESC LIMIT 5", [part.rawValue], in: tx)
        }
    }

    /// Takes a trial that is not done and that nobody works on.
    public func take() async throws -> RuleTrial? {
        let now = clock.now()
        let lease = now.adding(seconds: Self.leaseSeconds)
        // Looked for first: there is nearly never one, and a write would wait for others.
        let open = "finished_at IS NULL AND leased_until < $1 ORDER BY id LIMIT 1"
        guard try await database.read({ tx in try Self.rows(open, [now], in: tx).first }) != nil else { return nil }
        return try await database.write { tx in
            guard let trial = try Self.rows(open, [now], in: tx).first else { return nil }
            let taken = try tx.execute(
                "UPDATE rule_trials SET leased_until = $1 WHERE id = $2 AND finished_at IS NULL AND leased_until < $3",
                [lease, trial.id, now])
            return taken == 1 ? trial : nil
        }
    }

    /// Keeps how far it is, and the lease.
    public func keep(_ trial: RuleTrial, after: Int64, looked: Int, result: String, isDone: Bool) async throws {
        let now = clock.now()
        try await database.write { tx in
            try tx.execute(
                """
                UPDATE rule_trials SET after_id = $1, looked = $2, result = $3, finished_at = $4, leased_until = $5
                WHERE id = $6
                """,
                [
                    after, looked, result, isDone ? now : Instant?.none, now.adding(seconds: Self.leaseSeconds),
                    trial.id,
                ])
        }
    }

    /// Forgets old ones.
    public func keepHouse() async throws -> Int {
        let old = clock.now().adding(days: -Self.days)
        return try await database.write { tx in
            try tx.execute("DELETE FROM rule_trials WHERE made_at < $1", [old])
        }
    }

    private static func rows(
        _ condition: String, _ values: [any SQLConvertible], in tx: any ReadTransaction
    ) throws -> [RuleTrial] {
        try tx.rows(
            """
            SELECT id, part, body, made_by, made_at, since, after_id, looked, result, finished_at FROM rule_trials
            WHERE \(condition)
            """, values
        ).map { row in
            guard let part = RulebookPart(rawValue: try row.text(1)) else {
                throw StorageError.corrupt("rule_trials.part")
            }
            return RuleTrial(
                id: try row.id(0), part: part, body: try row.text(2), madeBy: try row.id(3),
                madeAt: try row.instant(4), since: try row.instant(5), after: try row.int64(6),
                looked: try row.int(7), result: try row.text(8), finishedAt: try row.optionalInstant(9))
        }
    }
}
