internal import Kernel
internal import Organisation

/// What an operator does with staff from the command line; also the first administrator, whom nobody can add on a page.
public struct StaffAdministration: Sendable {
    /// A member of staff as the command line shows them.
    public struct Line: Sendable, Hashable {
        /// What they type to sign in.
        public let signInName: String
        /// Who it is.
        public let displayName: String
        /// The code of their unit.
        public let unit: String
        /// `dispatcher@LX`, in order.
        public let roles: [String]
        /// Whether they still work here.
        public let isActive: Bool
        /// Whether they are linked to an account at a provider of sign-ins.
        public let isLinked: Bool
    }

    private let installation: Installation
    private static let actor = Actor.system("operator")

    /// - Parameter installation: whose staff.
    public init(_ installation: Installation) { self.installation = installation }

    /// The names of all roles.
    public static var roleNames: [String] { Role.allCases.map(\.rawValue) }

    /// A one-time password.
    public static func randomPassword() -> String { PasswordRules.random() }

    /// What is wrong with a password, as a sentence; nothing when it can be used.
    public static func check(_ password: String, signInName: String) throws(Trouble) {
        guard let problem = PasswordRules.problem(with: password, signInName: signInName) else { return }
        throw Trouble.of(problem)
    }

    /// Adds a member of staff; they choose a new password when they first sign in, unless they chose this one.
    public func add(
        name: String, displayName: String?, unit: String?, roles: [String], password: String, isChosen: Bool
    ) async throws {
        let root = try await CountyOffice.ensure(in: installation)
        var unitID = root
        if let unit { unitID = try await self.unit(unit) }
        let grants = try await self.grants(roles, on: unitID)
        _ = try await installation.organisation.addStaff(
            NewStaff(signInName: name, displayName: displayName ?? name, unit: unitID, grants: grants),
            password: password, mustChangePassword: !isChosen, by: Self.actor)
    }

    /// Sets the roles of somebody: all of them, those not named are taken away.
    public func setRoles(_ roles: [String], of name: String, on unit: String?) async throws {
        let member = try await member(name)
        var unitID = member.unit
        if let unit { unitID = try await self.unit(unit) }
        try await installation.organisation.setGrants(
            try await grants(roles, on: unitID), for: member.id, by: Self.actor)
    }

    /// Gives somebody a password and ends their sessions.
    public func setPassword(_ password: String, of name: String, isChosen: Bool) async throws {
        let member = try await member(name)
        if member.isActive {
            try await installation.organisation.setPassword(
                password, for: member.id, mustChange: !isChosen, by: Self.actor)
        } else {
            try await installation.organisation.reactivateStaff(member.id, password: password, by: Self.actor)
        }
    }

    /// Ends somebody's work here.
    public func deactivate(_ name: String) async throws {
        try await installation.organisation.deactivateStaff(try await member(name).id, by: Self.actor)
    }

    /// Takes somebody's second factor away, because the phone is lost; their sessions end.
    public func removeSecondFactor(_ name: String) async throws {
        try await installation.organisation.removeSecondFactor(of: try await member(name).id, by: Self.actor)
    }

    /// Links somebody to their account at a provider of sign-ins.
    ///
    /// - Parameter issuer: the provider; the one of the settings when left out.
    public func linkOpenID(_ name: String, subject: String, issuer: String?) async throws {
        guard let issuer = issuer ?? installation.settings.provider?.issuer else {
            throw Trouble(.usage, "no provider is set; name it with --issuer, or set openidIssuer")
        }
        guard ProviderAddress.isIssuer(issuer) else { throw Trouble(.usage, "\(issuer) cannot be an issuer") }
        try await installation.organisation.linkOpenID(
            OpenIDIdentity(issuer: issuer, subject: subject), to: try await member(name).id, by: Self.actor)
    }

    /// Takes somebody's link away; their sessions end.
    public func unlinkOpenID(_ name: String) async throws {
        try await installation.organisation.unlinkOpenID(of: try await member(name).id, by: Self.actor)
    }

    /// Everybody, also former members.
    public func list() async throws -> [Line] {
        let organisation = try await installation.organisation.current()
        return organisation.allStaff.map { member in
            Line(
                signInName: member.signInName, displayName: member.displayName,
                unit: organisation.unit(member.unit)?.code ?? "?",
                roles: member.grants.map { "\($0.role.rawValue)@\(organisation.unit($0.unit)?.code ?? "?")" },
                isActive: member.isActive, isLinked: member.openID != nil)
        }
    }

    /// Makes the county's own office when there is no unit yet, and the three administrators that nobody is.
    @discardableResult
    public func begin() async throws -> [FirstLogin] { try await CountyOffice.appoint(in: installation) }

    private func member(_ name: String) async throws -> StaffMember {
        guard let found = try await installation.organisation.current().staff(signInName: name) else {
            throw Trouble(.usage, "there is nobody with the sign-in name \(name)")
        }
        return found
    }

    private func unit(_ code: String) async throws -> UnitID {
        let organisation = try await installation.organisation.current()
        guard let found = organisation.unit(code: code) else {
            let known = organisation.units.prefix(40).map(\.code).joined(separator: ", ")
            throw Trouble(.usage, "there is no unit \(code); there are: \(known)")
        }
        return found.id
    }

    /// `handler` on the unit, or `leader@LX` on another.
    private func grants(_ roles: [String], on unit: UnitID) async throws -> [RoleGrant] {
        var grants: [RoleGrant] = []
        for text in roles {
            let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
            guard let role = parts.first.flatMap({ Role(rawValue: $0) }) else {
                throw Trouble(.usage, "there is no role \(text); there are: \(Self.roleNames.joined(separator: ", "))")
            }
            grants.append(RoleGrant(role: role, unit: parts.count > 1 ? try await self.unit(parts[1]) : unit))
        }
        return grants
    }
}
