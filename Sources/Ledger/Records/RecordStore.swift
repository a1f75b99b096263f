package import Kernel
package import Storage

/// Who changes a record, with which texts.
package struct RecordChange: Sendable {
    package let actor: Actor
    /// The version that the form carried; `nil` where a change in between does not matter.
    package let expected: Int?
    /// One-time name of the request; sent again, it changes nothing more.
    package let submission: String?
    package let texts: [NewText]
    /// More statements of the same transaction.
    package var also: [(String, [any SQLConvertible])] = []
    /// What must hold, or happen, in the same transaction.
    package var check: @Sendable (any Transaction) throws -> Void = { _ in }

    package init(actor: Actor, expected: Int? = nil, submission: String? = nil, texts: [NewText] = []) {
        self.actor = actor
        self.expected = expected
        self.submission = submission
        self.texts = texts
    }
}

/// Begins, changes and reads records: one door for all of them.
package struct RecordStore: Sendable {
    let database: any Database
    let events: EventStore
    let texts = TextStore()
    let submissions = Submissions()
    let ids: IdentifierGenerator
    let clock: any WallClock
    let zone: CivilZone
    /// What is told when somebody else was quicker.
    let changedMeanwhile: PlainError

    package init(
        database: any Database, events: EventStore, ids: IdentifierGenerator, clock: any WallClock, zone: CivilZone,
        changedMeanwhile: PlainError
    ) {
        self.database = database
        self.events = events
        self.ids = ids
        self.clock = clock
        self.zone = zone
        self.changedMeanwhile = changedMeanwhile
    }

    /// Begins a record, once for a submission.
    ///
    /// - Returns: the new record's identifier, or the one that the same request made before.
    package func begin<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ first: R.Event, then command: R.Command? = nil,
        _ change: RecordChange
    ) async throws -> Identifier<R.Entity> {
        let now = clock.now()
        guard var state = R(id: id, first: first, by: change.actor, at: now) else {
            throw PlainError(.unavailable, "unavailable")
        }
        var told = [first]
        if let command {
            for event in try decide(command, on: state, at: now) {
                told.append(event)
                state = state.evolved(by: event, actor: change.actor, at: now)
            }
        }
        let recorded = events.statements(
            for: try told.map { try $0.newEvent(at: now) }, by: change.actor, toNew: id.stream, kind: R.streamKind)
        let statements =
            recorded.statements + change.texts.map { texts.insertion($0, of: id.stream) }
            + state.statements(replacing: nil) + change.also
        guard let submission = change.submission else {
            try await database.write { tx in
                try change.check(tx)
                try tx.executeAll(statements)
            }
            return id
        }
        let answer = try await submissions.once(database, id: submission, at: now) { tx in
            try change.check(tx)
            try tx.executeAll(statements)
            return "\(id)"
        }
        return Identifier(answer.result) ?? id
    }

    /// What an earlier copy of the same request began; asked before a number is taken.
    package func begun<Entity>(_ submission: String?) async throws -> Identifier<Entity>? {
        guard let submission else { return nil }
        return try await database.read { tx in try submissions.find(tx, id: submission) }.flatMap { Identifier($0) }
    }

    /// Loads, checks, decides, appends and projects in one transaction.
    ///
    /// - Parameters:
    ///   - effect: what else happens in the transaction, from the state before and after.
    ///   - command: makes the command from the state; throws where the person may not.
    /// - Throws: `PlainError` (not found, forbidden, not now, changed meanwhile), `StorageError`.
    @discardableResult
    package func change<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ change: RecordChange,
        effect: @escaping @Sendable (_ before: R, _ after: R, _ tx: any Transaction) throws -> Void = { _, _, _ in },
        _ command: @escaping @Sendable (R) throws -> R.Command
    ) async throws -> R {
        let now = clock.now()
        return try await database.write { tx in
            guard let head = try events.head(of: id.stream, in: tx, forUpdate: true),
                let state = try history(type, id, in: tx)?.state
            else { throw R.notFound }
            if let submission = change.submission, try submissions.find(tx, id: submission) != nil { return state }
            let command = try command(state)
            if let expected = change.expected, expected != state.version { throw changedMeanwhile }
            let decided = try decide(command, on: state, at: now)
            let next = decided.reduce(state) { $0.evolved(by: $1, actor: change.actor, at: now) }
            try events.append(try decided.map { try $0.newEvent(at: now) }, by: change.actor, to: head, in: tx)
            try tx.executeAll(
                change.texts.map { texts.insertion($0, of: id.stream) } + next.statements(replacing: state)
                    + change.also)
            try effect(state, next, tx)
            try texts.erase(decided.flatMap(\.erased), in: tx)
            if let submission = change.submission {
                try submissions.record(tx, id: submission, result: "\(id)", at: now)
            }
            return next
        }
    }

    /// State and events of a record; `nil` when there is none.
    package func history<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, in tx: any ReadTransaction
    ) throws -> (state: R, entries: [RecordEntry<R.Event>])? {
        guard try events.head(of: id.stream, in: tx)?.kind == R.streamKind else { return nil }
        let entries = try events.events(of: id.stream, in: tx).map { stored in
            RecordEntry(stored: stored, event: try R.Event(kind: stored.kind, data: stored.data))
        }
        let state = R.replay(id, entries.map { ($0.event, $0.stored.actor, $0.stored.occurredAt) })
        return state.map { ($0, entries) }
    }

    func decide<R: LedgerRecord>(
        _ command: R.Command, on state: R, at now: Instant
    ) throws(PlainError) -> [R.Event] {
        do throws(R.Refusal) {
            return try state.decide(command, on: zone.date(of: now))
        } catch {
            throw error.plain
        }
    }
}
