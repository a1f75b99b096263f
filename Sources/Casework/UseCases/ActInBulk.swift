public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// What can be done to many matters at once. Each of them goes through the use case of the single act.
public enum BulkAct: Codable, Hashable, Sendable {
    /// To the unit that the duty catalogue names for each.
    case dispatchByCatalogue
    /// All to one unit, with a reason; `isException` for the grassroots where the catalogue names a department.
    case dispatch(unit: UnitID, reason: String, isException: Bool)
    /// To one handler. The decision is used where nobody has decided category and tier yet.
    case assign(handler: StaffID, decision: BulkDecision?)
    /// A word of the vocabulary.
    case tag(TagID)
    /// The word comes off again.
    case untag(TagID)
    /// All tied to one matter.
    case link(number: String, kind: LinkKind)
    /// No longer tied to it.
    case unlink(number: String)
    /// What the person sent or handed over comes back.
    case recall
}

/// A decision about category and tier that is the same for all.
public struct BulkDecision: Codable, Hashable, Sendable {
    /// The category.
    public var sort: MatterSort?
    /// The tier, where the pack has tiers.
    public var tier: String?
    /// Why.
    public var reason: String

    /// A decision for the ordinary route.
    public init(sort: MatterSort?, tier: String?, reason: String) {
        self.sort = sort
        self.tier = tier
        self.reason = reason
    }

    var draft: TriageDraft { TriageDraft(sort: sort, route: .ordinary, tier: tier, reason: reason) }
}

/// Why something is not possible for one matter: the code of a sentence with its values.
public struct BulkProblem: Codable, Hashable, Sendable {
    /// The code of the sentence.
    public var code: String
    /// What the sentence needs.
    public var values: [String: String]

    /// A problem that can be told.
    public init(_ error: PlainError) {
        code = error.code
        values = error.values
    }

    /// The error again.
    public var plain: PlainError { PlainError(.conflict, code, values: values) }

    /// What a use case threw; `nil` when it is not something that a person can be told.
    public init?(of error: any Error) {
        switch error {
        case let error as PlainError: self.init(error)
        case let errors as PlainErrors: self.init(errors.errors.first ?? PlainError(.invalid, "form.malformed"))
        case is VersionConflict: self.init(PlainError(.conflict, "bulk.changedMeanwhile"))
        default: return nil
        }
    }
}

/// What an act would do to one matter, found out without writing.
public struct BulkForecast: Codable, Hashable, Sendable {
    /// The version that it was found out for.
    public var version: Int
    /// Where it stands now.
    public var phase: CasePhase
    /// The unit that answers for it, or that it was sent to.
    public var from: UnitID
    /// Where it would go.
    public var unit: UnitID?
    /// The entry of the catalogue that says so.
    public var entry: String?
    /// Its version.
    public var entryVersion: Int?
    /// Why it is not possible.
    public var problem: BulkProblem?
}

extension Casework {
    /// What an act would do to matters, by the same rules as the act itself. Nothing is written.
    public func foresee(
        _ act: BulkAct, on ids: [CaseID], by viewer: Viewer
    ) async throws -> [CaseID: BulkForecast] {
        let now = clock.now()
        let target = try await linkTarget(of: act, for: viewer)
        var out: [CaseID: BulkForecast] = [:]
        var rest = ids[...]
        while !rest.isEmpty {
            // In pieces, so that no snapshot is held for long.
            let part = Array(rest.prefix(100))
            rest = rest.dropFirst(100)
            let found = try await database.read { tx in
                try part.compactMap { id -> (CaseID, BulkForecast)? in
                    guard let state = try load(id, in: tx) else { return nil }
                    return (id, foresee(act, on: state, target, by: viewer, at: now))
                }
            }
            for (id, forecast) in found { out[id] = forecast }
        }
        return out
    }

    private func foresee(
        _ act: BulkAct, on state: CaseState, _ target: CaseState?, by viewer: Viewer, at now: Instant
    ) -> BulkForecast {
        var forecast = BulkForecast(version: state.version, phase: state.phase, from: state.lead ?? state.responsible)
        do {
            let commands = try commands(act, on: state, target, &forecast, by: viewer)
            for command in commands {
                try CaseAccess.check(command.name, on: state, by: viewer, recusal: recusal)
            }
            let clocks = deadlines.clocks(pack: state.pack, version: state.packVersion)
            var next = state
            for command in commands {
                let events: [CaseEvent]
                do throws(CaseError) {
                    events = try CaseLifecycle.decide(next, command, at: now, clocks: clocks)
                } catch {
                    throw error.plain
                }
                next = events.reduce(next) { $0.evolved(by: $1, actor: viewer.actor, at: now) }
            }
        } catch {
            forecast.problem = BulkProblem(of: error) ?? BulkProblem(PlainError(.unavailable, "unavailable"))
        }
        return forecast
    }

    /// The commands of an act on one matter, as its use case would give them.
    private func commands(
        _ act: BulkAct, on state: CaseState, _ target: CaseState?, _ forecast: inout BulkForecast, by viewer: Viewer
    ) throws -> [CaseCommand] {
        // Stands for the text that is written when it is really done.
        let reason = TextReference(id: TextID(rawValue: 1), hash: "")
        switch act {
        case .dispatchByCatalogue:
            let match = try catalogueMatch(state, viewer.organisation)
            let unit = viewer.organisation.currentSuccessor(of: match.entry.unit, on: today)
            (forecast.unit, forecast.entry, forecast.entryVersion) = (unit, match.entry.id, match.entry.version)
            guard unit != state.lead else { throw PlainError(.conflict, "bulk.isThere") }
            return [.dispatch(lead: unit, entry: match.entry.id, entryVersion: match.entry.version, reason: nil)]
        case .dispatch(let unit, let typed, let isException):
            _ = try PlainText.required(typed, field: "reason", most: 1_000)
            let target: DispatchTarget =
                isException ? .grassroots(unit, reason: typed) : .unit(unit, reason: typed)
            let plan = try dispatchPlan(target, viewer.organisation)
            forecast.unit = plan.unit
            guard plan.unit != state.lead else { throw PlainError(.conflict, "bulk.isThere") }
            try plan.protectGrassroots(state, viewer.organisation, today)
            return [plan.command(reason: reason)]
        case .assign(let handler, let decision):
            try Self.checkHandler(handler, of: state, viewer.organisation)
            guard !state.isTriaged, let decision else { return [.accept(handler: handler)] }
            _ = try PlainText.required(decision.reason, field: "reason", most: 1_000)
            return [
                .triage(
                    sort: decision.sort, route: .ordinary, tier: decision.tier, reason: reason, told: RouteTold(),
                    keptTo: []), .accept(handler: handler),
            ]
        case .tag(let tag):
            try checkTag(tag, by: viewer)
            return [.tag(tag)]
        case .untag(let tag): return [.untag(tag)]
        case .link(_, let kind):
            guard let target else { throw PlainError(.notFound, "case.numberUnknown", field: "number") }
            return [.link(.init(other: target.id, otherNumber: target.number, kind: kind))]
        case .unlink:
            guard let target else { throw PlainError(.notFound, "case.numberUnknown", field: "number") }
            return [.unlink(other: target.id)]
        case .recall: return [.recall(by: viewer.staff.id)]
        }
    }

    private func catalogueMatch(_ state: CaseState, _ organisation: Organisation) throws(PlainError) -> CatalogueMatch {
        guard state.category != nil else { throw PlainError(.conflict, "bulk.noCategory") }
        let first = organisation.catalogue(category: state.category, area: state.area, on: today).first
        guard let first else { throw PlainError(.conflict, "bulk.noEntry") }
        return first
    }

    /// The matter that others are tied to or untied from; nothing when the viewer may not know of it.
    private func linkTarget(of act: BulkAct, for viewer: Viewer) async throws -> CaseState? {
        let number: String
        switch act {
        case .link(let typed, _), .unlink(let typed): number = typed
        default: return nil
        }
        return try await database.read { tx in
            guard let id = try caseID(number: number, in: tx), let state = try load(id, in: tx),
                CaseAccess.isVisible(state, to: viewer)
            else { return nil }
            return state
        }
    }

    /// Does to one matter what was foreseen, through the use case of the single act and with what the person may do now.
    ///
    /// - Parameter submission: the same for every attempt, so that it happens once.
    /// - Throws: what the use case throws.
    public func perform(
        _ act: BulkAct, on id: CaseID, _ forecast: BulkForecast, submission: String, by viewer: Viewer
    ) async throws {
        let version = forecast.version
        switch act {
        case .dispatchByCatalogue:
            guard let entry = forecast.entry, let entryVersion = forecast.entryVersion else {
                throw PlainError(.conflict, "bulk.noEntry")
            }
            try await dispatch(
                id, to: .entry(id: entry, version: entryVersion), version: version, submission: submission, by: viewer)
        case .dispatch(let unit, let reason, let isException):
            let target: DispatchTarget =
                isException ? .grassroots(unit, reason: reason) : .unit(unit, reason: reason)
            try await dispatch(id, to: target, version: version, submission: submission, by: viewer)
        case .assign(let handler, let decision):
            try await assign(
                id, to: handler, deciding: decision?.draft, version: version, submission: submission, by: viewer)
        case .tag(let tag): try await self.tag(id, tag, submission: submission, by: viewer)
        case .untag(let tag): try await untag(id, tag, submission: submission, by: viewer)
        case .link(let number, let kind):
            try await link(id, to: number, kind: kind, submission: submission, by: viewer)
        case .unlink:
            guard let target = try await linkTarget(of: act, for: viewer) else {
                throw PlainError(.notFound, "case.numberUnknown", field: "number")
            }
            try await unlink(id, from: target.id, submission: submission, by: viewer)
        case .recall: try await recall(id, submission: submission, by: viewer)
        }
    }
}
