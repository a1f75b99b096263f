public import Kernel
internal import Storage

/// What a new member of staff is made of.
public struct NewStaff: Sendable, Hashable {
    /// What they type to sign in.
    public var signInName: String
    /// How colleagues and letters name them.
    public var displayName: String
    /// The unit that they act for.
    public var unit: UnitID
    /// What they may do and where.
    public var grants: [RoleGrant]

    /// A new member.
    public init(signInName: String, displayName: String, unit: UnitID, grants: [RoleGrant]) {
        self.signInName = signInName
        self.displayName = displayName
        self.unit = unit
        self.grants = grants
    }
}

extension OrganisationStore {
    /// Adds a member of staff, with a password that they must change when they first sign in. Without a password
    /// nobody can sign in under the name yet.
    public func addStaff(
        _ new: NewStaff, password: String? = nil, mustChangePassword: Bool = true, by actor: Actor
    ) async throws -> StaffID {
        var credential: Credential?
        if let password { credential = try await self.credential(password, signInName: new.signInName) }
        let made = credential
        return try await change(by: actor) { change in
            try change.addStaff(new, credential: made, mustChangePassword: made != nil && mustChangePassword)
        }
    }

    /// Sets what somebody may do. Nobody changes their own grants.
    public func setGrants(_ grants: [RoleGrant], for id: StaffID, by actor: Actor) async throws {
        try await change(by: actor) { change in try change.setGrants(grants, for: id) }
    }

    /// Lets somebody act for another unit; what they may do stays.
    public func moveStaff(_ id: StaffID, to unit: UnitID, by actor: Actor) async throws {
        try await change(by: actor) { change in try change.moveStaff(id, to: unit) }
    }

    /// Gives somebody a new password and ends their sessions. They must change it at the next sign-in unless they
    /// chose it themselves.
    public func setPassword(
        _ password: String, for id: StaffID, mustChange: Bool = true, because reason: String? = nil, by actor: Actor
    ) async throws {
        guard let member = try await current().staff(id) else {
            throw PlainError(.notFound, "staff.unknown", field: "staff")
        }
        let credential = try await credential(password, signInName: member.signInName)
        try await change(by: actor, because: reason) { change in
            let member = try change.member(id)
            if actor.staffID != id { try change.requireManaging(member, .grantRoles) }
            try change.record(.passwordSet(id, mustChange: mustChange))
            try CredentialTable.put(credential, for: id, at: change.now, in: change.tx)
            try change.tx.execute("DELETE FROM staff_sessions WHERE staff_id = $1", [id])
        }
    }

    /// Ends somebody's work here: they cannot sign in any more, and open sessions end.
    public func deactivateStaff(_ id: StaffID, by actor: Actor) async throws {
        try await change(by: actor) { change in try change.deactivate(id) }
    }

    /// Takes somebody back, with a new password.
    public func reactivateStaff(_ id: StaffID, password: String, by actor: Actor) async throws {
        guard let member = try await current().staff(id) else {
            throw PlainError(.notFound, "staff.unknown", field: "staff")
        }
        let credential = try await credential(password, signInName: member.signInName)
        try await change(by: actor) { change in
            let member = try change.member(id)
            try change.requireManaging(member)
            guard !member.isActive else { throw PlainError(.conflict, "staff.isActive") }
            try change.record(.staffReactivated(id))
            try change.record(.passwordSet(id, mustChange: true))
            try CredentialTable.put(credential, for: id, at: change.now, in: change.tx)
        }
    }

    /// Checks and hashes a password, away from any transaction.
    func credential(_ password: String, signInName: String) async throws -> Credential {
        if let error = PasswordRules.problem(with: password, signInName: signInName) { throw error }
        return try await passwords.hash(password)
    }
}

extension OrganisationChange {
    func setGrants(_ grants: [RoleGrant], for id: StaffID) throws {
        guard actor.staffID != id else { throw PlainError(.forbidden, "staff.ownGrants") }
        let member = try member(id)
        for grant in member.grants { try require(.grantRoles, on: grant.unit) }
        let checked = try check(grants)
        if checked != member.grants { try record(.grantsSet(id, checked)) }
    }

    func moveStaff(_ id: StaffID, to unit: UnitID) throws {
        let member = try member(id)
        try requireManaging(member)
        try require(.manageStaff, on: unit)
        guard try self.unit(unit).successor == nil else { throw PlainError(.conflict, "unit.merged", field: "unit") }
        if member.unit != unit { try record(.staffMoved(id, unit: unit)) }
    }

    func deactivate(_ id: StaffID) throws {
        guard actor.staffID != id else { throw PlainError(.forbidden, "staff.ownGrants") }
        let member = try member(id)
        try requireManaging(member)
        guard member.isActive else { return }
        try record(.staffDeactivated(id))
        for table in ["staff_credentials", "second_factors", "recovery_codes", "staff_sessions"] {
            try tx.execute("DELETE FROM \(table) WHERE staff_id = $1", [id])
        }
    }

    func addStaff(_ new: NewStaff, credential: Credential?, mustChangePassword: Bool) throws -> StaffID {
        try require(.manageStaff, on: new.unit)
        _ = try unit(new.unit)
        let name = StaffMember.foldedSignInName(new.signInName)
        var errors: [PlainError] = []
        if !(2...64).contains(name.count) || name.contains(where: \.isWhitespace) {
            errors.append(PlainError(.invalid, "staff.signInNameInvalid", field: "signInName"))
        }
        if new.displayName.isEmpty || new.displayName.count > 60 {
            errors.append(PlainError(.invalid, "staff.displayNameInvalid", field: "displayName"))
        }
        if records.staff.values.contains(where: { $0.signInName == name }) {
            errors.append(PlainError(.conflict, "staff.signInNameTaken", field: "signInName", values: ["name": name]))
        }
        guard errors.isEmpty else { throw PlainErrors(errors) }
        let id: StaffID = newID()
        try record(
            .staffAdded(
                StaffMember(
                    id: id, signInName: name, displayName: new.displayName, unit: new.unit,
                    grants: try check(new.grants), mustChangePassword: mustChangePassword)))
        if let credential { try CredentialTable.put(credential, for: id, at: now, in: tx) }
        return id
    }

    /// Grants without repetition, in a fixed order, each on a unit over which the actor gives rights. One of the three
    /// administrators is nothing else, so that no two of their parts ever meet in one person.
    func check(_ grants: [RoleGrant]) throws -> [RoleGrant] {
        for grant in grants {
            _ = try unit(grant.unit)
            try require(.grantRoles, on: grant.unit)
        }
        let roles = Set(grants.map(\.role))
        guard roles.isDisjoint(with: Role.administrators) || roles.count == 1 else {
            throw PlainError(.invalid, "staff.administratorsApart", field: "roles")
        }
        return Set(grants).sorted { ($0.role.rawValue, $0.unit) < ($1.role.rawValue, $1.unit) }
    }
}
