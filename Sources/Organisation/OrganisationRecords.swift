internal import Kernel

/// What the tables hold, changeable: a snapshot is made of it, and a change works on it before it is written.
struct OrganisationRecords: Sendable {
    var version = 0
    var units: [UnitID: Organisation.Unit] = [:]
    var staff: [StaffID: StaffMember] = [:]
    var areas: [String: Area] = [:]
    var categories: [String: Category] = [:]
    var catalogue: [CatalogueEntry] = []

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
}
