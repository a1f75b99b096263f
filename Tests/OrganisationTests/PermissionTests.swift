import Kernel
import Storage
import Testing

@testable import Organisation

@Suite struct PermissionTests {
    private static let county = UnitID(rawValue: 1)
    private static let town = UnitID(rawValue: 2)
    private static let village = UnitID(rawValue: 3)
    private static let department = UnitID(rawValue: 4)

    private let organisation: Organisation = {
        var records = OrganisationRecords()
        for (id, code, parent) in [
            (county, "county", nil), (town, "town", county), (village, "village", town),
            (department, "department", county),
        ] as [(UnitID, String, UnitID?)] {
            records.units[id] = Organisation.Unit(
                id: id, code: code, name: LocalizedName(zh: code), kind: .department, parent: parent)
        }
        return Organisation(records)
    }()

    private func viewer(_ grants: RoleGrant..., isActive: Bool = true) -> Viewer {
        Viewer(
            staff: StaffMember(
                id: StaffID(rawValue: 9), signInName: "x", displayName: "x", unit: Self.town, grants: grants,
                isActive: isActive),
            organisation: organisation)
    }

    @Test func everyRoleAndPermissionInsideAndOutside() throws {
        for role in Role.allCases {
            let viewer = viewer(RoleGrant(role: role, unit: Self.town))
            for permission in Permission.allCases {
                let expected = role.allowed.contains(permission)
                for inside in [Self.town, Self.village] {
                    #expect(viewer.may(permission, on: inside) == expected, "\(role) \(permission)")
                    #expect(try viewer.decide(permission, on: inside).isAllowed() == expected)
                }
                for outside in [Self.county, Self.department, UnitID(rawValue: 77)] {
                    #expect(!viewer.may(permission, on: outside), "\(role) \(permission)")
                }
                #expect(viewer.may(permission, on: nil) == expected)
            }
        }
    }

    @Test func noRoleAllowsWhatItDenies() {
        for role in Role.allCases { #expect(role.allowed.isDisjoint(with: role.denied), "\(role)") }
    }

    @Test func everyPermissionBelongsToSomebody() {
        let given = Role.allCases.reduce(into: Set<Permission>()) { $0.formUnion($1.allowed) }
        #expect(given == Set(Permission.allCases))
    }

    @Test func theThreeAdministratorsSeeNoMatterAndShareNoPower() {
        let shared: Set<Permission> = [.seeAdministration, .seeLooks, .lookAs]
        let all = Role.administrators.sorted { $0.rawValue < $1.rawValue }
        for role in all {
            #expect(viewer(RoleGrant(role: role, unit: Self.county)).visibility.scope == .none)
            #expect(role.needsSecondFactor)
            #expect(role.denied == Set(Permission.allCases).subtracting(role.allowed))
            for other in all where other != role {
                #expect(role.allowed.intersection(other.allowed).isSubset(of: shared), "\(role) \(other)")
            }
        }
        #expect(
            Role.systemAdministrator.allowed.subtracting(shared) == [.manageStaff, .manageOrganisation, .manageRules])
        #expect(Role.securityAdministrator.allowed.subtracting(shared) == [.grantRoles])
        #expect(Role.auditAdministrator.allowed.subtracting(shared) == [.auditAdministration])
        // What an older store calls an administrator.
        #expect(Role(rawValue: "administrator") == .systemAdministrator)
    }

    /// An older store may have somebody who is both: as long as that lasts, no letter shows.
    @Test func anAdministratorWithAnotherRoleStillSeesNoMatter() {
        let both = viewer(
            RoleGrant(role: .systemAdministrator, unit: Self.county), RoleGrant(role: .dispatcher, unit: Self.town))
        #expect(both.visibility.scope == .none)
        #expect(!both.may(.seeMatters, on: Self.town))
        #expect(!both.may(.dispatch, on: nil))
        #expect(both.may(.manageStaff, on: Self.town))
    }

    @Test func whoLooksAtTheScreensOfARoleHasItsMenusAndNothingOfAnyUnit() {
        for role in Look.roles {
            let looking = Viewer(screensOf: role, in: Self.county, name: "查看", organisation: organisation)
            #expect(looking.visibility.scope == .none)
            for permission in Permission.allCases {
                #expect(looking.may(permission, on: nil) == role.allowed.contains(permission))
                for unit in [Self.county, Self.town] { #expect(!looking.may(permission, on: unit)) }
            }
        }
        #expect(!Look.roles.contains(.sealedReceiver))
        #expect(Role.administrators.isDisjoint(with: Look.roles))
    }

    @Test func auditorsChangeNothing() {
        let both = viewer(
            RoleGrant(role: .auditor, unit: Self.county), RoleGrant(role: .dispatcher, unit: Self.town))
        #expect(!both.may(.dispatch, on: Self.town))
        #expect(!both.may(.dispatch, on: nil))
        #expect(both.may(.audit, on: Self.town))
    }

    @Test func handlersDoNotSeeJudgementsEvenWithAnotherRole() {
        let both = viewer(
            RoleGrant(role: .supervisor, unit: Self.county), RoleGrant(role: .handler, unit: Self.town))
        #expect(both.decide(.seeJudgement, on: Self.village) == .denied(because: "denied.handler"))
        #expect(both.may(.seeJudgement, on: Self.department))
        #expect(both.may(.seeJudgement, on: nil))
    }

    @Test func whoLeftMayNothing() {
        let gone = viewer(RoleGrant(role: .supervisor, unit: Self.county), isActive: false)
        for permission in Permission.allCases { #expect(!gone.may(permission, on: Self.town)) }
        #expect(gone.visibility.scope == .none)
    }

    @Test func undecidedRaisesAndDenialIsFinal() {
        #expect(throws: Decision.Undecided.self) { try Decision.undecided.isAllowed() }
        let allowed = Decision.allowed(because: "a")
        let denied = Decision.denied(because: "d")
        for (first, second, result) in [
            (Decision.undecided, allowed, allowed), (allowed, .undecided, allowed), (allowed, denied, denied),
            (denied, allowed, denied), (denied, .undecided, denied), (.undecided, .undecided, .undecided),
        ] {
            #expect(first.combined(with: second) == result)
        }
    }

    @Test func visibilityIsTheSubtree() {
        #expect(viewer(RoleGrant(role: .leader, unit: Self.county)).visibility.scope == .everything)
        let town = viewer(RoleGrant(role: .handler, unit: Self.town)).visibility
        #expect(town.scope == .units([Self.town, Self.village]))
        let (sql, values) = town.condition(column: "c.lead_unit", firstPlaceholder: 4)
        #expect(sql == "c.lead_unit IN ($4, $5)")
        #expect(values.map(\.sqlValue) == [.integer(2), .integer(3)])
        #expect(viewer().visibility.condition(column: "u", firstPlaceholder: 1).sql == "1 = 0")
        let one = viewer(RoleGrant(role: .handler, unit: Self.village)).visibility
        #expect(one.condition(column: "u", firstPlaceholder: 2).sql == "u = $2")
    }

    @Test func requireNamesThePermission() {
        #expect(throws: PlainError(.forbidden, "permission.denied", values: ["permission": "close"])) {
            try viewer(RoleGrant(role: .handler, unit: Self.town)).require(.close, on: Self.town)
        }
    }
}
