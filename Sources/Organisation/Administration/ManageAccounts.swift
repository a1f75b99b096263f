public import Kernel
internal import Ledger
internal import Storage

extension OrganisationChange {
    func renameStaff(_ id: StaffID, to typed: String) throws {
        let name = ImportFile.trimmed(typed)
        let member = try member(id)
        try requireManaging(member)
        guard !name.isEmpty, name.count <= 60 else {
            throw PlainError(.invalid, "staff.displayNameInvalid", field: "displayName")
        }
        if member.displayName != name { try record(.staffRenamed(id, displayName: name)) }
    }

    /// The days on which somebody is away and who stands in; nothing takes them back.
    func setLeave(_ leave: Leave?, of id: StaffID, on today: LocalDate) throws {
        let member = try member(id)
        try requireManaging(member)
        guard let leave else {
            if member.leave != nil { try record(.leaveSet(id, nil)) }
            return
        }
        guard leave.from <= leave.to else { throw PlainError(.invalid, "leave.order", field: "to") }
        guard leave.to >= today else { throw PlainError(.invalid, "leave.past", field: "to") }
        guard leave.deputy != id else { throw PlainError(.invalid, "leave.deputySelf", field: "deputy") }
        let deputy = try self.member(leave.deputy)
        // Who stands in works in the same unit or in one around it, and is there on these days.
        guard deputy.isActive, records.isInside(member.unit, deputy.unit) else {
            throw PlainError(.invalid, "leave.deputyElsewhere", field: "deputy")
        }
        guard deputy.leave.map({ $0.to < leave.from || leave.to < $0.from }) ?? true else {
            throw PlainError(.invalid, "leave.deputyAway", field: "deputy")
        }
        if member.leave != leave { try record(.leaveSet(id, leave)) }
    }
}

extension OrganisationStore {
    /// Ends all sessions of somebody.
    public func endSessions(of id: StaffID, because reason: String, by actor: Actor) async throws {
        let reason = try Self.reason(reason)
        try await change(by: actor, because: reason) { change in
            let member = try change.member(id)
            try change.requireManaging(member, .grantRoles)
            let ended = try change.tx.execute("DELETE FROM staff_sessions WHERE staff_id = $1", [id])
            if ended > 0 { try change.record(.sessionsEnded(id)) }
        }
    }

    /// Somebody's open sessions: when each began and was last used, never from where.
    public func sessions(of id: StaffID, since: Instant) async throws -> [(begun: Instant, seen: Instant)] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT created_at, last_seen_at FROM staff_sessions WHERE staff_id = $1 AND last_seen_at >= $2
                ORDER BY created_at DESC LIMIT 20
                """, [id, since]
            ).map { (try $0.instant(0), try $0.instant(1)) }
        }
    }
}

extension OrganisationStore {
    /// Claims a form's one-time name, for what must not happen twice and leaves no answer behind.
    public func isFirst(_ submission: String) async throws -> Bool {
        try await Submissions().once(database, id: submission, at: clock.now()) { _ in "claimed" }.isFirst
    }
}

// MARK: The three administrators

extension Organisation {
    /// Which of the three administrators nobody is.
    public var missingAdministrators: [Role] {
        let held = Set(allStaff.filter(\.isActive).flatMap { $0.grants.map(\.role) })
        return [.systemAdministrator, .securityAdministrator, .auditAdministrator].filter { !held.contains($0) }
    }
}

extension OrganisationStore {
    /// Makes an account for each of the three administrators that nobody is, with a one-time password.
    ///
    /// - Parameter names: sign-in name and shown name of each.
    public func addMissingAdministrators(
        named names: [Role: (signIn: String, shown: String)], in unit: UnitID, by actor: Actor
    ) async throws -> [OrganisationSeed.Login] {
        var out: [OrganisationSeed.Login] = []
        for role in try await current().missingAdministrators {
            guard let wanted = names[role] else { continue }
            var name = wanted.signIn
            var number = 2
            while try await current().staff(signInName: name) != nil {
                name = "\(wanted.signIn)\(number)"
                number += 1
            }
            let password = PasswordRules.random()
            let id = try await addStaff(
                NewStaff(
                    signInName: name, displayName: wanted.shown, unit: unit,
                    grants: [RoleGrant(role: role, unit: unit)]), password: password, by: actor)
            out.append(
                OrganisationSeed.Login(staff: id, signInName: name, displayName: wanted.shown, password: password))
        }
        return out
    }
}
