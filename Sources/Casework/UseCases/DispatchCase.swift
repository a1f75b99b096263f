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
    public func dispatch(_ id: CaseID, to target: DispatchTarget, version: Int, by viewer: Viewer) async throws {
        let organisation = viewer.organisation
        switch target {
        case .entry(let entry, let entryVersion):
            guard let found = organisation.catalogueEntry(id: entry, version: entryVersion) else {
                throw PlainError(.invalid, "catalogue.unknown", field: "entry")
            }
            let unit = organisation.currentSuccessor(of: found.unit, on: today)
            try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)) { _ in
                .dispatch(lead: unit, entry: entry, entryVersion: entryVersion, reason: nil)
            }
        case .unit(let unit, let reason), .grassroots(let unit, let reason):
            let unit = try existing(unit, organisation)
            var isException = false
            if case .grassroots = target { isException = true }
            try await protectGrassroots(id, unit, isException: isException, organisation)
            let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
            var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
            change.texts = [reason]
            try await self.change(change) { _ in
                .dispatch(lead: unit, entry: nil, entryVersion: nil, reason: reason.reference)
            }
        }
    }

    /// Work of departments is not pushed down (国办函〔2025〕66号 (五)): villages and communities never lead, and a
    /// township leads what the catalogue gives to a department only by an exception with a reason.
    private func protectGrassroots(
        _ id: CaseID, _ unit: UnitID, isException: Bool, _ organisation: Organisation
    ) async throws {
        guard let kind = organisation.unit(unit)?.kind else { return }
        let lowest: Set<UnitKind> = [.village, .community]
        if lowest.contains(kind) { throw PlainError(.invalid, "dispatch.village", field: "unit") }
        let townships: Set<UnitKind> = [.township, .street, .station]
        guard townships.contains(kind), !isException else { return }
        let state = try await database.read { tx in try load(id, in: tx) }
        let first = organisation.catalogue(category: state?.category, area: state?.area, on: today).first
        if let owner = first?.unit, owner != unit, organisation.unit(owner)?.kind == .department {
            throw PlainError(.invalid, "dispatch.grassroots", field: "unit")
        }
    }

    /// Decides on a unit's objection: it is right (the matter goes to another unit) or it is not.
    public func ruleOnObjection(
        _ id: CaseID, upheld: Bool, newUnit: UnitID?, reason: String, conference: ConferenceID? = nil, version: Int,
        by viewer: Viewer
    ) async throws {
        let unit = try newUnit.map { try existing($0, viewer.organisation) }
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
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
