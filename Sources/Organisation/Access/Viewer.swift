public import Kernel

/// A member of staff who asks, with the organisation as it stands.
public struct Viewer: Sendable {
    /// Who asks.
    public let staff: StaffMember
    /// The organisation that bounds their roles.
    public let organisation: Organisation
    /// Whether they look at the screens of a role that is not theirs: menus and empty lists, and nothing of any unit.
    public let seesScreensOnly: Bool

    /// A viewer.
    public init(staff: StaffMember, organisation: Organisation) {
        self.staff = staff
        self.organisation = organisation
        seesScreensOnly = false
    }

    /// Somebody who looks at the screens of a role: nobody's name, nobody's matters.
    public init(screensOf role: Role, in unit: UnitID, name: String, organisation: Organisation) {
        // Stands for no person, so that no list and no named permission can mean it.
        staff = StaffMember(
            id: StaffID(rawValue: 0), signInName: "", displayName: name, unit: unit,
            grants: [RoleGrant(role: role, unit: unit)])
        self.organisation = organisation
        seesScreensOnly = true
    }

    /// Decides a permission on a unit; `nil` asks whether they have it anywhere.
    ///
    /// The answer is always allowed or denied, with its reason.
    public func decide(_ permission: Permission, on unit: UnitID?) -> Decision {
        guard staff.isActive else { return .denied(because: "staff.inactive") }
        if seesScreensOnly, unit != nil { return .denied(because: "screensOnly") }
        var decision = Decision.undecided
        for grant in staff.grants {
            if let unit, !organisation.isInside(unit, grant.unit) { continue }
            // Anywhere: a denial in one unit says nothing about the others.
            if unit != nil, grant.role.denied.contains(permission) {
                decision = decision.combined(with: .denied(because: "denied.\(grant.role.rawValue)"))
            }
            if grant.role.allowed.contains(permission), unit != nil || isUsable(permission, in: grant) {
                decision = decision.combined(with: .allowed(because: "role.\(grant.role.rawValue)"))
            }
        }
        return decision.combined(with: decision == .undecided ? .denied(because: "noGrant") : decision)
    }

    /// Whether they have a permission on a unit; `nil` asks whether they have it anywhere.
    public func may(_ permission: Permission, on unit: UnitID?) -> Bool {
        if case .allowed = decide(permission, on: unit) { true } else { false }
    }

    /// Checks a permission.
    ///
    /// - Throws: `PlainError` with the code `permission.denied`.
    public func require(_ permission: Permission, on unit: UnitID?) throws(PlainError) {
        guard may(permission, on: unit) else {
            throw PlainError(.forbidden, "permission.denied", values: ["permission": permission.rawValue])
        }
    }

    /// Which matters any list may show them.
    public var visibility: Visibility {
        guard staff.isActive, !seesScreensOnly else { return Visibility(scope: .none, staff: staff.id) }
        let home = organisation.above(staff.unit).sorted()
        var units: Set<UnitID> = []
        for grant in staff.grants where grant.role.allowed.contains(.seeMatters) && isUsable(.seeMatters, in: grant) {
            if organisation.roots == [grant.unit] {
                return Visibility(scope: .everything, staff: staff.id, home: home)
            }
            units.formUnion(organisation.subtree(of: grant.unit))
        }
        return Visibility(scope: units.isEmpty ? .none : .units(units.sorted()), staff: staff.id, home: home)
    }

    /// The actor that events name.
    public var actor: Actor { .staff(staff.id, unit: staff.unit) }

    private func isUsable(_ permission: Permission, in grant: RoleGrant) -> Bool {
        !staff.grants.contains {
            $0.role.denied.contains(permission) && organisation.isInside(grant.unit, $0.unit)
        }
    }
}

extension Organisation {
    /// Everybody who has a permission on a unit, with the grant that gives it: "why can they see it".
    public func whoMay(_ permission: Permission, on unit: UnitID) -> [(staff: StaffMember, grant: RoleGrant)] {
        allStaff.compactMap { member in
            guard Viewer(staff: member, organisation: self).may(permission, on: unit) else { return nil }
            return member.grants
                .first { $0.role.allowed.contains(permission) && isInside(unit, $0.unit) }
                .map { (member, $0) }
        }
    }
}
