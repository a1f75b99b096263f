internal import Kernel

/// What the events say about a stored pack; its text is in the table.
struct StoredPackFacts: Hashable, Sendable {
    let hash: String
    var lastDay: LocalDate?
}

/// What the events say about a stored calendar; its text is in the table.
struct StoredCalendarFacts: Hashable, Sendable {
    let version: String
    let hash: String
}

/// What the tables hold, changeable: a snapshot is made of it, and a change works on it before it is written.
struct OrganisationRecords: Sendable {
    var version = 0
    var units: [UnitID: Organisation.Unit] = [:]
    var staff: [StaffID: StaffMember] = [:]
    var areas: [String: Area] = [:]
    var categories: [String: Category] = [:]
    var categoryPlan: CategoryPlan?
    var catalogue: [CatalogueEntry] = []
    /// By reference, `local-hotline/2`.
    var rulePacks: [String: StoredPackFacts] = [:]
    /// By number, from 1.
    var calendars: [Int: StoredCalendarFacts] = [:]
    var tags: [TagID: Tag] = [:]
    /// Changes that wait for their day or for somebody's consent.
    var plans: [PlanID: OrganisationPlan] = [:]

    /// Walks up through parents, and through successors of former units.
    func isInside(_ unit: UnitID, _ root: UnitID) -> Bool {
        if unit == root { return true }
        var seen: Set<UnitID> = [unit]
        var open = [unit]
        while let id = open.popLast() {
            guard let current = units[id] else { continue }
            for next in [current.parent, current.successor] {
                guard let next, seen.insert(next).inserted else { continue }
                if next == root { return true }
                open.append(next)
            }
        }
        return false
    }

    /// All units for which `isInside(unit, _)` holds.
    func above(_ unit: UnitID) -> Set<UnitID> {
        var seen: Set<UnitID> = [unit]
        var open = [unit]
        while let id = open.popLast() {
            guard let current = units[id] else { continue }
            for next in [current.parent, current.successor].compactMap({ $0 }) where seen.insert(next).inserted {
                open.append(next)
            }
        }
        return seen
    }
}
