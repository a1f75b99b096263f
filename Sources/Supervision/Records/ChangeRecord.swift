internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// Who changes a record, with which texts. One door for all of them.
struct RecordChange: Sendable {
    let viewer: Viewer
    /// The version that the form carried; `nil` where a change in between does not matter.
    var expected: Int?
    /// One-time name of the request; sent again, it changes nothing more.
    var submission: String?
    var texts: [NewText] = []
}

extension Supervision {
    /// Begins a record, once for a submission.
    ///
    /// - Parameter taken: what is told when the same thing was begun by somebody else at the same time.
    /// - Returns: the new record's identifier, or the one that the same request made before.
    func begin<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ first: R.Event, _ change: RecordChange, taken: PlainError? = nil
    ) async throws -> Identifier<R.Entity> {
        let now = clock.now()
        let actor = change.viewer.actor
        guard let state = R(id: id, first: first, by: actor, at: now) else {
            throw PlainError(.unavailable, "unavailable")
        }
        let recorded = events.statements(
            for: [try first.newEvent(at: now)], by: actor, toNew: id.stream, kind: R.streamKind)
        let statements =
            recorded.statements + change.texts.map { texts.insertion($0, of: id.stream) }
            + state.statements(replacing: nil)
        do {
            guard let submission = change.submission else {
                try await database.write { tx in try tx.executeAll(statements) }
                return id
            }
            let answer = try await submissions.once(database, id: submission, at: now) { tx in
                try tx.executeAll(statements)
                return "\(id)"
            }
            return Identifier(answer.result) ?? id
        } catch StorageError.duplicate {
            guard let taken else { throw PlainError(.unavailable, "storage.busy") }
            throw taken
        }
    }

    /// What an earlier copy of the same request began; asked before a number is taken.
    func begun<Entity>(_ submission: String?) async throws -> Identifier<Entity>? {
        guard let submission else { return nil }
        return try await database.read { tx in try submissions.find(tx, id: submission) }.flatMap { Identifier($0) }
    }

    /// Loads, checks, decides, appends and projects in one transaction.
    ///
    /// - Throws: `PlainError` (not found, forbidden, not now, changed meanwhile), `StorageError`.
    @discardableResult
    func change<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ change: RecordChange,
        _ command: @escaping @Sendable (R) throws -> R.Command
    ) async throws -> R {
        let now = clock.now()
        let today = zone.date(of: now)
        let actor = change.viewer.actor
        return try await database.write { tx in
            guard let head = try events.head(of: id.stream, in: tx, forUpdate: true),
                let state = try load(type, id, in: tx)
            else { throw R.notFound }
            if let submission = change.submission, try submissions.find(tx, id: submission) != nil { return state }
            try state.checkVisible(to: change.viewer)
            let command = try command(state)
            try state.check(command, by: change.viewer)
            if let expected = change.expected, expected != state.version {
                throw PlainError(.conflict, "supervision.changedMeanwhile")
            }
            let decided: [R.Event]
            do throws(SupervisionError) {
                decided = try state.decide(command, on: today)
            } catch {
                throw error.plain
            }
            let next = decided.reduce(state) { $0.evolved(by: $1, actor: actor, at: now) }
            try events.append(try decided.map { try $0.newEvent(at: now) }, by: actor, to: head, in: tx)
            try tx.executeAll(
                change.texts.map { texts.insertion($0, of: id.stream) } + next.statements(replacing: state))
            try texts.erase(decided.flatMap(\.erased), in: tx)
            if let submission = change.submission {
                try submissions.record(tx, id: submission, result: "\(id)", at: now)
            }
            return next
        }
    }

    /// The state of a record from its events; `nil` when there is none.
    func load<R: LedgerRecord>(_ type: R.Type, _ id: Identifier<R.Entity>, in tx: any ReadTransaction) throws -> R? {
        try history(type, id, in: tx)?.state
    }

    /// State and events of a record.
    func history<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, in tx: any ReadTransaction
    ) throws -> (state: R, entries: [SupervisionEntry<R.Event>])? {
        guard try events.head(of: id.stream, in: tx)?.kind == R.streamKind else { return nil }
        let entries = try events.events(of: id.stream, in: tx).map { stored in
            SupervisionEntry(stored: stored, event: try R.Event(kind: stored.kind, data: stored.data))
        }
        let state = R.replay(id, entries.map { ($0.event, $0.stored.actor, $0.stored.occurredAt) })
        return state.map { ($0, entries) }
    }

    /// The whole file of a record, as a page shows it.
    func file<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, for viewer: Viewer
    ) async throws -> SupervisionFile<R, R.Event> {
        let (state, entries, words) = try await database.read { tx in
            guard let (state, entries) = try history(type, id, in: tx) else { throw R.notFound }
            try state.checkVisible(to: viewer)
            return (state, entries, try texts.bodies(of: id.stream, in: tx))
        }
        let named = Set(state.matters.map(\.id))
        let visible = named.isEmpty ? [] : try await source.visible(named, for: viewer)
        return SupervisionFile(state: state, entries: entries, texts: words, visibleMatters: visible)
    }

    /// A text under a new identifier.
    func newText(_ body: String) -> NewText { NewText(body, id: ids.next()) }
}
