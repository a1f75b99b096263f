public import Kernel
internal import Ledger
internal import Storage

/// Signing in by way of a provider.
extension SignIn {
    /// Attempts that wait for the provider's answer.
    public var openIDAttempts: OpenIDAttempts { OpenIDAttempts(database: database, keys: keys, clock: clock) }

    /// Signs in whom a provider names.
    ///
    /// Nobody is added here. Whoever is not linked yet is linked when the provider vouches for a sign-in name, unless
    /// a role of theirs asks for a second factor: those are linked by an administrator or on their own page.
    ///
    /// - Throws: `PlainError` `openid.notLinked`, the same for every reason.
    public func signIn(proven: ProvenIdentity) async throws -> NewSession {
        var found = try await linked(proven.identity)
        if found == nil { found = try await linkByName(proven) }
        guard let found else {
            // Somebody whom the provider calls by a name that is known here: the audit administrator sees it.
            let claimed = proven.signInName.map { StaffMember.foldedSignInName($0) } ?? ""
            if let member = try await organisation.current().staff(signInName: claimed) {
                try await note(.notLinked, of: member.id)
            }
            throw Self.notLinked
        }
        return try await enter(
            found, passed: proven.hasSecondFactor,
            origin: proven.hasSecondFactor ? .providerWithSecondFactor : .provider)
    }

    static let notLinked = PlainError(.forbidden, "openid.notLinked")

    /// Asked of the store and not of the snapshot: a link that was taken away opens nothing from that moment on.
    private func linked(_ identity: OpenIDIdentity) async throws -> StaffID? {
        try await database.read { tx in
            try tx.first(Self.linkedQuery, [identity.issuer, identity.subject])?.id(0)
        }
    }

    static let linkedQuery = """
        SELECT l.staff_id FROM openid_links l JOIN staff m ON m.id = l.staff_id AND m.is_active = 1
        WHERE l.issuer = $1 AND l.subject = $2
        """

    private func linkByName(_ proven: ProvenIdentity) async throws -> StaffID? {
        guard let name = proven.signInName.map({ StaffMember.foldedSignInName($0) }), !name.isEmpty else { return nil }
        // Looked at first without a lock: strangers must not make the organisation wait.
        guard let member = try await organisation.current().staff(signInName: name), Self.mayBeLinkedByName(member)
        else { return nil }
        return try await organisation.change(by: .system("openid")) { change -> StaffID? in
            guard let now = change.records.staff[member.id], now.signInName == name, Self.mayBeLinkedByName(now),
                !change.isTaken(proven.identity)
            else { return nil }
            try change.record(.openIDLinked(now.id, proven.identity))
            return now.id
        }
    }

    private static func mayBeLinkedByName(_ member: StaffMember) -> Bool {
        member.isActive && member.openID == nil && !member.needsSecondFactor
    }

    /// Links somebody on their own page, after their password was given and the provider has named them.
    ///
    /// - Throws: `PlainError` `openid.taken`.
    public func linkOpenID(_ identity: OpenIDIdentity, of id: StaffID) async throws {
        guard let member = try await organisation.current().staff(id) else { throw Self.notLinked }
        try await organisation.linkOpenID(identity, to: id, by: .staff(id, unit: member.unit))
    }

    /// Takes the own link away, against the own password; all sessions end. Whoever has no password here cannot: they
    /// would not get in any more.
    public func unlinkOpenID(of id: StaffID, password: String) async throws {
        guard let member = try await organisation.current().staff(id) else { throw Self.notLinked }
        try await confirmPassword(of: id, password)
        try await organisation.unlinkOpenID(of: id, by: .staff(id, unit: member.unit))
    }
}

extension OrganisationStore {
    /// Links somebody to their account at a provider, in place of the one before. Their sessions stay.
    ///
    /// - Throws: `PlainError` `openid.taken` when somebody else is linked to it, `openid.subjectInvalid`.
    public func linkOpenID(_ identity: OpenIDIdentity, to id: StaffID, by actor: Actor) async throws {
        guard (1...255).contains(identity.subject.utf8.count), !identity.issuer.isEmpty,
            !identity.subject.contains(where: \.isNewline)
        else { throw PlainError(.invalid, "openid.subjectInvalid", field: "subject") }
        try await change(by: actor) { change in
            let member = try change.member(id)
            if actor.staffID != id { try change.requireManaging(member, .grantRoles) }
            guard member.isActive else { throw PlainError(.conflict, "staff.hasLeft", field: "staff") }
            guard member.openID != identity else { return }
            guard !change.isTaken(identity) else { throw PlainError(.conflict, "openid.taken", field: "subject") }
            try change.record(.openIDLinked(id, identity))
        }
    }

    /// Takes somebody's link away; their sessions end.
    public func unlinkOpenID(of id: StaffID, because reason: String? = nil, by actor: Actor) async throws {
        try await change(by: actor, because: reason) { change in
            let member = try change.member(id)
            if actor.staffID != id { try change.requireManaging(member, .grantRoles) }
            guard member.openID != nil else { return }
            try change.record(.openIDUnlinked(id))
            try change.tx.execute("DELETE FROM staff_sessions WHERE staff_id = $1", [id])
        }
    }
}

extension OrganisationChange {
    /// Whether somebody is linked to this account.
    func isTaken(_ identity: OpenIDIdentity) -> Bool { records.staff.values.contains { $0.openID == identity } }
}
