public import Kernel
public import Ledger
internal import Organisation
internal import Storage

/// Somebody changed the matter since the form was opened. Web shows both texts.
public struct VersionConflict: Error, Hashable, Sendable {
    /// The matter.
    public let caseID: CaseID
    /// The version that the form was made for.
    public let expected: Int
    /// The version now.
    public let current: Int

    /// A conflict.
    public init(caseID: CaseID, expected: Int, current: Int) {
        self.caseID = caseID
        self.expected = expected
        self.current = current
    }
}

/// A change to a matter: who, what, with which texts. One door for all of them.
struct CaseChange: Sendable {
    let id: CaseID
    let actor: Actor
    let viewer: Viewer?
    /// The version that the form carried; `nil` where a change in between does not matter.
    var expected: Int?
    /// One-time name of the request; sent again, it changes nothing more.
    var submission: String?
    var texts: [NewText] = []
    /// Which of the texts the search index takes, with the words to index.
    var indexed: [TextID: String] = [:]
    var occurredAt: Instant?
    /// What must have happened before: nothing is dated back behind it, because the resident's clocks begin with it.
    var earliest: @Sendable (CaseState, [CaseEntry]) -> Instant = { state, _ in state.registeredAt }
    /// Looks at what the pure lifecycle cannot see, such as texts.
    var check: @Sendable (CaseState, any ReadTransaction) throws -> Void = { _, _ in }
    /// More statements for the same transaction.
    var alongside: @Sendable (any Transaction) throws -> Void = { _ in }
}

extension Casework {
    /// Loads, checks, decides, appends and projects in one transaction.
    ///
    /// - Throws: `PlainError` (not found, forbidden, not now), `VersionConflict`, `StorageError`.
    @discardableResult
    func change(
        _ change: CaseChange, _ command: @escaping @Sendable (CaseState) throws -> CaseCommand
    ) async throws -> CaseState {
        try await self.change(change, all: { [try command($0)] })
    }

    /// Several commands, one after the other, all or none.
    @discardableResult
    func change(
        _ change: CaseChange, all commands: @escaping @Sendable (CaseState) throws -> [CaseCommand]
    ) async throws -> CaseState {
        let now = clock.now()
        return try await database.write { tx in
            guard let head = try events.head(of: change.id.stream, in: tx, forUpdate: true),
                let (state, entries) = try history(change.id, in: tx)
            else { throw PlainError(.notFound, "case.notFound") }
            if let submission = change.submission, try submissions.find(tx, id: submission) != nil { return state }
            let commands = try commands(state)
            for command in commands {
                if let viewer = change.viewer {
                    try CaseAccess.check(command.name, on: state, by: viewer, recusal: recusal)
                }
            }
            if let expected = change.expected, expected != state.version {
                throw VersionConflict(caseID: change.id, expected: expected, current: state.version)
            }
            let at = try moment(of: change, state, entries, now: now)
            try change.check(state, tx)
            let clocks = deadlines.clocks(pack: state.pack, version: state.packVersion)
            var decided: [CaseEvent] = []
            var next = state
            for command in commands {
                let events: [CaseEvent]
                do throws(CaseError) {
                    events = try CaseLifecycle.decide(next, command, at: at, clocks: clocks)
                } catch {
                    throw error.plain
                }
                decided += events
                next = events.reduce(next) { $0.evolved(by: $1, actor: change.actor, at: at) }
            }
            guard !decided.isEmpty else { return state }
            try events.append(try decided.map { try $0.newEvent(at: at) }, by: change.actor, to: head, in: tx)
            let statements = change.texts.map { texts.insertion($0, of: change.id.stream) }
            try tx.executeAll(statements + CaseProjection(next).statements(replacing: CaseProjection(state)))
            for (id, words) in change.indexed { try search.add(tx, id, words) }
            try indexPublic(from: state.publication, to: next.publication, in: tx)
            try keepApart(next, after: decided, by: change.actor, at: at, in: tx)
            if let submission = change.submission {
                try submissions.record(tx, id: submission, result: "\(change.id)", at: now)
            }
            try change.alongside(tx)
            return next
        }
    }

    /// When it happened, as stated: not in the future, and not before what it follows. On the same day the time of day
    /// gives way, because people write it down roughly.
    private func moment(
        of change: CaseChange, _ state: CaseState, _ entries: [CaseEntry], now: Instant
    ) throws(PlainError) -> Instant {
        guard let stated = change.occurredAt, stated < now else { return now }
        let earliest = change.earliest(state, entries)
        guard stated < earliest else { return stated }
        guard deadlines.zone.date(of: stated) == deadlines.zone.date(of: earliest) else {
            throw PlainError(
                .invalid, "date.tooEarly", field: "when", values: ["date": "\(deadlines.zone.date(of: earliest))"])
        }
        return min(earliest, now)
    }

    /// The state of a matter from its events; `nil` when there is none.
    func load(_ id: CaseID, in tx: any ReadTransaction) throws -> CaseState? {
        try history(id, in: tx)?.state
    }

    /// State and events of a matter.
    func history(_ id: CaseID, in tx: any ReadTransaction) throws -> (state: CaseState, entries: [CaseEntry])? {
        var state: CaseState?
        var entries: [CaseEntry] = []
        for stored in try events.events(of: id.stream, in: tx) {
            let event = try CaseEvent(kind: stored.kind, data: stored.data)
            state =
                state?.evolved(by: event, actor: stored.actor, at: stored.occurredAt)
                ?? CaseState(id: id, first: event, at: stored.occurredAt)
            entries.append(CaseEntry(stored: stored, event: event))
        }
        return state.map { ($0, entries) }
    }

    /// The matter with a number.
    func caseID(number: String, in tx: any ReadTransaction) throws -> CaseID? {
        guard let parsed = MatterNumber(number) else { return nil }
        return try tx.first("SELECT id FROM cases WHERE number = $1", [parsed.description])?.id(0)
    }

    /// A text under a new identifier, cleaned of control characters.
    func newText(_ body: String) -> NewText { NewText(PlainText.cleaned(body), id: ids.next()) }
}

/// An event of a matter with its frame.
public struct CaseEntry: Sendable {
    /// Who, when, hash.
    public let stored: StoredEvent
    /// What.
    public let event: CaseEvent
}

extension CaseID {
    /// A matter's events are the stream of the same number.
    public var stream: StreamID { StreamID(rawValue: rawValue) }
}
