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
        let now = clock.now()
        let at = min(change.occurredAt ?? now, now)
        return try await database.write { tx in
            guard let head = try events.head(of: change.id.stream, in: tx, forUpdate: true),
                let state = try load(change.id, in: tx)
            else { throw PlainError(.notFound, "case.notFound") }
            if let submission = change.submission, try submissions.find(tx, id: submission) != nil { return state }
            let command = try command(state)
            if let viewer = change.viewer {
                try CaseAccess.check(command.name, on: state, by: viewer, recusal: recusal)
            }
            if let expected = change.expected, expected != state.version {
                throw VersionConflict(caseID: change.id, expected: expected, current: state.version)
            }
            let clocks = deadlines.clocks(pack: state.pack, version: state.packVersion)
            let decided: [CaseEvent]
            do throws(CaseError) {
                decided = try CaseLifecycle.decide(state, command, at: at, clocks: clocks)
            } catch {
                throw error.plain
            }
            try events.append(try decided.map { try $0.newEvent(at: at) }, by: change.actor, to: head, in: tx)
            let next = decided.reduce(state) { $0.evolved(by: $1, actor: change.actor, at: at) }
            let statements = change.texts.map { texts.insertion($0, of: change.id.stream) }
            try tx.executeAll(statements + CaseProjection(next).statements(replacing: CaseProjection(state)))
            for (id, words) in change.indexed { try search.add(tx, id, words) }
            if let submission = change.submission {
                try submissions.record(tx, id: submission, result: "\(change.id)", at: now)
            }
            try change.alongside(tx)
            return next
        }
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
