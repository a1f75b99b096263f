public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// Where a matter is sent and why.
public enum DispatchTarget: Hashable, Sendable {
    /// By an entry of the duty catalogue, which is cited.
    case entry(id: String, version: Int)
    /// By hand, with a reason.
    case unit(UnitID, reason: String)
    /// By hand to the grassroots although the catalogue names a department: an exception that says why.
    case grassroots(UnitID, reason: String)
}

extension Casework {
    /// Sends a matter to a unit. Until that unit accepts, the first receiver stays responsible.
    ///
    /// - Parameters:
    ///   - feedback: by when the sender wants to hear how it was dealt with (Art. 22 (3)).
    ///   - submission: the one-time name of the request, where it can be sent again.
    public func dispatch(
        _ id: CaseID, to target: DispatchTarget, feedback: LocalDate? = nil, version: Int, submission: String? = nil,
        by viewer: Viewer
    ) async throws {
        if let feedback, feedback < today { throw PlainError(.invalid, "date.past", field: "feedback") }
        let plan = try dispatchPlan(target, viewer.organisation)
        let reason = try plan.reason.map { newText(try PlainText.required($0, field: "reason", most: 1_000)) }
        var change = CaseChange(
            id: id, actor: viewer.actor, viewer: viewer, expected: version, submission: submission)
        change.texts = [reason].compactMap { $0 }
        let (organisation, today) = (viewer.organisation, self.today)
        change.check = { state, _ in try plan.protectGrassroots(state, organisation, today) }
        try await self.change(change) { _ in plan.command(reason: reason?.reference, feedback: feedback) }
    }

    /// Where a target leads today; a merged unit gives its successor.
    func dispatchPlan(_ target: DispatchTarget, _ organisation: Organisation) throws -> DispatchPlan {
        switch target {
        case .entry(let entry, let version):
            guard let found = organisation.catalogueEntry(id: entry, version: version) else {
                throw PlainError(.invalid, "catalogue.unknown", field: "entry")
            }
            let unit = organisation.currentSuccessor(of: found.unit, on: today)
            return DispatchPlan(unit: unit, entry: entry, entryVersion: version)
        case .unit(let unit, let reason):
            return DispatchPlan(unit: try existing(unit, organisation), reason: reason)
        case .grassroots(let unit, let reason):
            return DispatchPlan(unit: try existing(unit, organisation), reason: reason, isException: true)
        }
    }
}

/// A dispatch that is about to happen.
struct DispatchPlan {
    var unit: UnitID
    var entry: String?
    var entryVersion: Int?
    /// Why, as it was typed; by hand there is always one.
    var reason: String?
    var isException = false

    func command(reason: TextReference?, feedback: LocalDate? = nil) -> CaseCommand {
        .dispatch(lead: unit, entry: entry, entryVersion: entryVersion, reason: reason, feedback: feedback)
    }

    /// Work of departments is not pushed down (国办函〔2025〕66号 (五)): villages and communities never lead, and a
    /// township leads what the catalogue gives to a department only by an exception with a reason.
    func protectGrassroots(_ state: CaseState, _ organisation: Organisation, _ today: LocalDate) throws {
        guard entry == nil, let kind = organisation.unit(unit)?.kind else { return }
        let lowest: Set<UnitKind> = [.village, .community]
        if lowest.contains(kind) { throw PlainError(.invalid, "dispatch.village", field: "unit") }
        let townships: Set<UnitKind> = [.township, .street, .station]
        guard townships.contains(kind), !isException else { return }
        try Self.protectGrassroots(unit, category: state.category, area: state.area, organisation, today)
    }

    /// What the catalogue gives to a department goes to no township without an exception.
    static func protectGrassroots(
        _ unit: UnitID, category: String?, area: String?, _ organisation: Organisation, _ today: LocalDate
    ) throws {
        let first = organisation.catalogue(category: category, area: area, on: today).first
        if let owner = first?.unit, owner != unit, organisation.unit(owner)?.kind == .department {
            throw PlainError(.invalid, "dispatch.grassroots", field: "unit")
        }
    }
}

extension Casework {
    /// Decides on a unit's objection: it is right (the matter goes to another unit) or it is not.
    ///
    /// - Parameter isException: to the grassroots although the catalogue names a department.
    public func ruleOnObjection(
        _ id: CaseID, upheld: Bool, newUnit: UnitID?, reason: String, isException: Bool = false,
        conference: ConferenceID? = nil, version: Int, by viewer: Viewer
    ) async throws {
        let unit = try newUnit.map { try existing($0, viewer.organisation) }
        let words = try PlainText.required(reason, field: "reason", most: 1_000)
        let reason = newText(words)
        // A ruling is another way to send a matter on: what protects villages and townships holds for it too.
        let plan = unit.map { DispatchPlan(unit: $0, reason: words, isException: isException) }
        let (organisation, today) = (viewer.organisation, self.today)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
        change.check = { state, _ in
            try plan?.protectGrassroots(state, organisation, today)
            // A superior decides among those that are below it.
            if let superior = state.objection?.superior, let unit, !organisation.isInside(unit, superior) {
                throw PlainError(.invalid, "dispute.outside", field: "unit")
            }
        }
        try await self.change(change) { _ in
            .ruleObjection(upheld: upheld, lead: unit, reason: reason.reference, conference: conference)
        }
    }

    /// Sets category and area, which the catalogue needs.
    public func categorise(_ id: CaseID, category: String?, area: String?, by viewer: Viewer) async throws {
        if let category, viewer.organisation.category(category) == nil {
            throw PlainError(.invalid, "category.unknown", field: "category")
        }
        if let area, viewer.organisation.area(area) == nil {
            throw PlainError(.invalid, "area.unknown", field: "area")
        }
        try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer)) { _ in
            .categorise(category: category, area: area)
        }
    }

    /// A unit that exists today; a merged one gives its successor.
    func existing(_ unit: UnitID, _ organisation: Organisation) throws -> UnitID {
        let current = organisation.currentSuccessor(of: unit, on: today)
        guard let found = organisation.unit(current), found.isValid(on: today), found.kind.takesMatters else {
            throw PlainError(.invalid, "unit.unknown", field: "unit")
        }
        return current
    }
}
