internal import Kernel
public import Ledger
internal import Organisation
internal import Storage

/// Who changes a record, with which texts. One door for all of them.
struct RecordChange: Sendable {
    let actor: Actor
    /// The version that the form carried; `nil` where a change in between does not matter.
    var expected: Int?
    /// One-time name of the request; sent again, it changes nothing more.
    var submission: String?
    var texts: [NewText] = []
    /// More statements of the same transaction.
    var also: [(String, [any SQLConvertible])] = []
    /// What must hold, or happen, in the same transaction.
    var check: @Sendable (any Transaction) throws -> Void = { _ in }
}

/// An event of this room with its frame.
public struct ReceptionEntry<Event: Sendable>: Sendable {
    /// Who, when, hash.
    public let stored: StoredEvent
    /// What.
    public let event: Event
}

extension Reception {
    /// Begins a record, once for a submission.
    ///
    /// - Returns: the new record's identifier, or the one that the same request made before.
    func begin<R: ReceptionRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ first: R.Event, then command: R.Command? = nil,
        _ change: RecordChange
    ) async throws -> Identifier<R.Entity> {
        let now = clock.now()
        guard var state = R(id: id, first: first, by: change.actor, at: now) else {
            throw PlainError(.unavailable, "unavailable")
        }
        var told = [first]
        if let command {
            for event in try plain({ () throws(ReceptionError) in try state.decide(command, on: today) }) {
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

    /// What an earlier copy of the same request made; asked before a number is taken.
    func begun<Entity>(_ submission: String?) async throws -> Identifier<Entity>? {
        guard let submission else { return nil }
        return try await database.read { tx in try submissions.find(tx, id: submission) }.flatMap { Identifier($0) }
    }

    /// Loads, checks, decides, appends and projects in one transaction.
    ///
    /// - Parameters:
    ///   - command: makes the command from the state; throws where the person may not.
    ///   - effect: what else happens in the transaction, from the state before and after.
    /// - Throws: `PlainError` (not found, forbidden, not now, changed meanwhile), `StorageError`.
    @discardableResult
    func change<R: ReceptionRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ change: RecordChange,
        effect: @escaping @Sendable (_ before: R, _ after: R, _ tx: any Transaction) throws -> Void = { _, _, _ in },
        _ command: @escaping @Sendable (R) throws -> R.Command
    ) async throws -> R {
        let now = clock.now()
        let today = zone.date(of: now)
        return try await database.write { tx in
            guard let head = try events.head(of: id.stream, in: tx, forUpdate: true),
                let state = try history(type, id, in: tx)?.state
            else { throw R.notFound }
            if let submission = change.submission, try submissions.find(tx, id: submission) != nil { return state }
            let command = try command(state)
            if let expected = change.expected, expected != state.version {
                throw PlainError(.conflict, "reception.changedMeanwhile")
            }
            let decided = try plain { () throws(ReceptionError) in try state.decide(command, on: today) }
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
    func history<R: ReceptionRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, in tx: any ReadTransaction
    ) throws -> (state: R, entries: [ReceptionEntry<R.Event>])? {
        guard try events.head(of: id.stream, in: tx)?.kind == R.streamKind else { return nil }
        let entries = try events.events(of: id.stream, in: tx).map { stored in
            ReceptionEntry(stored: stored, event: try R.Event(kind: stored.kind, data: stored.data))
        }
        let state = R.replay(id, entries.map { ($0.event, $0.stored.actor, $0.stored.occurredAt) })
        return state.map { ($0, entries) }
    }

    /// The room's own errors as people are told them.
    func plain<T>(_ body: () throws(ReceptionError) -> T) throws(PlainError) -> T {
        do throws(ReceptionError) { return try body() } catch { throw error.plain }
    }
}
