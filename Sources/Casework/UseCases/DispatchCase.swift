public import Kernel
internal import Ledger
public import Organisation

/// Where a matter is sent and why.
public enum DispatchTarget: Hashable, Sendable {
    /// By an entry of the duty catalogue, which is cited.
    case entry(id: String, version: Int)
    /// By hand, with a reason.
    case unit(UnitID, reason: String)
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
        case .unit(let unit, let reason):
            let unit = try existing(unit, organisation)
            let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
            var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
            change.texts = [reason]
            try await self.change(change) { _ in
                .dispatch(lead: unit, entry: nil, entryVersion: nil, reason: reason.reference)
            }
        }
    }

    /// Decides on a unit's objection: it is right (the matter goes to another unit) or it is not.
    public func ruleOnObjection(
        _ id: CaseID, upheld: Bool, newUnit: UnitID?, reason: String, version: Int, by viewer: Viewer
    ) async throws {
        let unit = try newUnit.map { try existing($0, viewer.organisation) }
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
        try await self.change(change) { _ in .ruleObjection(upheld: upheld, lead: unit, reason: reason.reference) }
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
        guard let found = organisation.unit(current), found.isValid(on: today) else {
            throw PlainError(.invalid, "unit.unknown", field: "unit")
        }
        return current
    }
}
