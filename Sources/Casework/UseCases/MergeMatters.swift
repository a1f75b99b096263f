public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// Matters that a person decided to be one.
public struct MergeDraft: Sendable, Hashable {
    /// The one that is kept.
    public var kept: CaseID
    /// Those that go on in it.
    public var leaving: [CaseID]
    /// Why they are one.
    public var reason: String
    /// The versions that the person looked at.
    public var versions: [CaseID: Int]

    /// A decision.
    public init(kept: CaseID, leaving: [CaseID], reason: String, versions: [CaseID: Int]) {
        self.kept = kept
        self.leaving = leaving
        self.reason = reason
        self.versions = versions
    }
}

extension Casework {
    /// A matter while several are changed in one transaction.
    struct Held {
        var head: StreamHead
        var state: CaseState
        var entries: [CaseEntry]
        let before: CaseState
        var texts: [NewText] = []
        var events: [CaseEvent] = []
    }

    /// Holds matters for a change of several, in the order of their identifiers, so that two servers never wait for
    /// each other in a ring.
    func hold(_ ids: [CaseID], in tx: any Transaction) throws -> [CaseID: Held] {
        var held: [CaseID: Held] = [:]
        for id in Set(ids).sorted() {
            guard let head = try events.head(of: id.stream, in: tx, forUpdate: true),
                let (state, entries) = try history(id, in: tx)
            else { throw PlainError(.notFound, "case.notFound") }
            held[id] = Held(head: head, state: state, entries: entries, before: state)
        }
        return held
    }

    /// Decides on one of them.
    func decide(_ command: CaseCommand, on held: inout Held, by actor: Actor, at now: Instant) throws {
        let clocks = deadlines.clocks(pack: held.state.pack, version: held.state.packVersion)
        do throws(CaseError) {
            let decided = try CaseLifecycle.decide(held.state, command, at: now, clocks: clocks)
            held.events += decided
            held.state = decided.reduce(held.state) { $0.evolved(by: $1, actor: actor, at: now) }
        } catch {
            throw error.plain
        }
    }

    /// Writes them; first those whose rows make room for others'.
    func write(_ order: [Held], by actor: Actor, at now: Instant, in tx: any Transaction) throws {
        for held in order where !held.events.isEmpty {
            try events.append(try held.events.map { try $0.newEvent(at: now) }, by: actor, to: held.head, in: tx)
            let statements = held.texts.map { texts.insertion($0, of: held.state.id.stream) }
            try tx.executeAll(
                statements + CaseProjection(held.state).statements(replacing: CaseProjection(held.before)))
            try indexPublic(from: held.before.publication, to: held.state.publication, in: tx)
        }
    }

    /// Merges matters into one, all or none. Each resident keeps number, code, reply and judgement; no day ends later.
    ///
    /// - Returns: the number of the matter that is kept.
    /// - Throws: `PlainError` with the sentence that says what stands against it, `VersionConflict`.
    @discardableResult
    public func merge(_ draft: MergeDraft, submission: String, by viewer: Viewer) async throws -> String {
        let words = try PlainText.required(draft.reason, field: "reason", most: 1_000)
        let leaving = Array(Set(draft.leaving)).sorted()
        guard !leaving.isEmpty, leaving.count <= MergeRule.most else {
            throw PlainError(.invalid, "merge.count", field: "number", values: ["most": "\(MergeRule.most)"])
        }
        let reasons = ([draft.kept] + leaving).map { ($0, newText(words)) }
        let keptReasons = leaving.map { ($0, newText(words)) }
        let texts = Dictionary(uniqueKeysWithValues: reasons)
        let atKept = Dictionary(uniqueKeysWithValues: keptReasons)
        let now = clock.now()
        return try await database.write { tx in
            var held = try hold([draft.kept] + leaving, in: tx)
            guard var kept = held[draft.kept] else { throw PlainError(.notFound, "case.notFound") }
            if try submissions.find(tx, id: submission) != nil { return kept.state.number }
            for id in [draft.kept] + leaving {
                guard let one = held[id] else { continue }
                let name: CaseCommand.Name = id == draft.kept ? .absorb : .mergeInto
                try CaseAccess.check(name, on: one.state, by: viewer, recusal: recusal)
            }
            for id in [draft.kept] + leaving {
                guard let one = held[id], draft.versions[id] == one.state.version else {
                    throw VersionConflict(
                        caseID: id, expected: draft.versions[id] ?? 0, current: held[id]?.state.version ?? 0)
                }
            }
            for id in leaving {
                guard var one = held[id], let reason = texts[id], let told = atKept[id] else { continue }
                if let bar = MergeRule.bars(one.state, into: kept.state).first {
                    throw CaseError.cannotMerge(bar, one.state.number).plain
                }
                let absorbed = MergeRule.absorption(of: one.state, by: kept.state, reason: told.reference)
                let into = CaseCommand.mergeInto(
                    kept.state.id, number: kept.state.number, reason: reason.reference)
                try decide(into, on: &one, by: viewer.actor, at: now)
                try decide(.absorb(absorbed), on: &kept, by: viewer.actor, at: now)
                one.texts = [reason]
                kept.texts.append(told)
                held[id] = one
            }
            try write(leaving.compactMap { held[$0] } + [kept], by: viewer.actor, at: now, in: tx)
            for id in leaving {
                for reporter in held[id]?.state.reporters ?? [] {
                    try Sessions.move(reporter.details.id, to: draft.kept, in: tx)
                }
            }
            try submissions.record(tx, id: submission, result: "\(draft.kept)", at: now)
            return kept.state.number
        }
    }

    /// Where a resident's words stand.
    struct Home: Hashable {
        let id: CaseID
        let reporter: ReporterID
    }

    /// The matters in which a resident's words stand, in the order of their identifiers: the one that carries them now
    /// and the one with which they came, a whole and its parts.
    func homes(of reporter: ReporterID, on id: CaseID, in tx: any ReadTransaction) throws -> [Home] {
        guard let state = try load(id, in: tx) else { return [Home(id: id, reporter: reporter)] }
        if let part = state.part, let whole = part.reporters.first(where: { $0.part == reporter })?.whole {
            return try homes(of: whole, on: part.whole, in: tx)
        }
        var homes = [Home(id: id, reporter: reporter)]
        let origin = state.reporters.first { $0.details.id == reporter }?.origin?.id
        homes += [state.merged?.into, origin].compactMap { $0 }.map { Home(id: $0, reporter: reporter) }
        for part in state.parts {
            let pairs = try load(part.id, in: tx)?.part?.reporters ?? []
            homes += pairs.filter { $0.whole == reporter }.map { Home(id: part.id, reporter: $0.part) }
        }
        return homes.sorted { $0.id < $1.id }
    }

    /// Who is kept from a matter is kept from those that go on in it, in the same moment.
    func keepApart(
        _ state: CaseState, after decided: [CaseEvent], by actor: Actor, at now: Instant, in tx: any Transaction
    ) throws {
        let isGuarded = decided.contains { event in
            switch event {
            case .restricted, .unrestricted, .accusedNamed: true
            default: false
            }
        }
        guard isGuarded, !state.absorbed.isEmpty else { return }
        let guarded = CaseEvent.Guarded(
            staff: state.restrictedTo, accusedStaff: state.accusedStaff.sorted(),
            accusedUnits: state.accusedUnits.sorted())
        let held = try hold(state.absorbed.map(\.id), in: tx)
        for id in held.keys.sorted() {
            guard var one = held[id] else { continue }
            try decide(.followGuard(guarded), on: &one, by: actor, at: now)
            try write([one], by: actor, at: now, in: tx)
        }
    }

    /// Throws unless the viewer may know of the matter: of a merged one also who may know of the one that carries it.
    func checkVisible(_ state: CaseState, to viewer: Viewer, in tx: any ReadTransaction) throws {
        if let into = state.merged?.into, !CaseAccess.isVisible(state, to: viewer), let kept = try load(into, in: tx) {
            return try CaseAccess.checkVisible(kept, to: viewer)
        }
        try CaseAccess.checkVisible(state, to: viewer)
    }
}
