internal import Kernel
internal import Organisation

/// Who may see and do what in this room.
enum SupervisionAccess {
    /// The permissions that let somebody read what concerns a unit.
    static let reading: [Permission] = [.supervise, .confer, .oversee, .answerSupervision]
    /// The permissions of those who watch, as against those who are asked.
    static let watching: [Permission] = [.supervise, .confer, .oversee]

    /// The units on which a viewer has one of some permissions, as every query takes them.
    static func scope(_ permissions: [Permission], of viewer: Viewer) -> Visibility {
        // Nothing is ever addressed to a body above the county.
        let all = viewer.organisation.units.filter { $0.kind != .superior }.map(\.id)
        let units = all.filter { unit in permissions.contains { viewer.may($0, on: unit) } }
        if units.isEmpty { return Visibility(scope: .none, staff: viewer.staff.id) }
        if units.count == all.count { return Visibility(scope: .everything, staff: viewer.staff.id) }
        return Visibility(scope: .units(units.sorted()), staff: viewer.staff.id)
    }

    static func may(_ permissions: [Permission], on unit: UnitID, _ viewer: Viewer) -> Bool {
        permissions.contains { viewer.may($0, on: unit) }
    }

    /// - Throws: `permission.missing`.
    static func require(_ permission: Permission, on unit: UnitID, _ viewer: Viewer) throws(PlainError) {
        guard viewer.may(permission, on: unit) else { throw PlainError(.forbidden, "permission.missing") }
    }

    /// A unit that can be asked for something: it exists today, after mergers its successor, and is not a body above
    /// the county.
    static func addressee(
        _ unit: UnitID, _ organisation: Organisation, on date: LocalDate, field: String = "unit"
    ) throws(PlainError) -> UnitID {
        let current = organisation.currentSuccessor(of: unit, on: date)
        guard let found = organisation.unit(current), found.isValid(on: date), found.kind != .superior else {
            throw PlainError(.invalid, "unit.unknown", field: field)
        }
        return current
    }
}
