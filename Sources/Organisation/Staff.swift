public import Kernel

/// A role, bounded to a unit and everything below it.
public struct RoleGrant: Codable, Hashable, Sendable {
    /// What they may do.
    public let role: Role
    /// Where.
    public let unit: UnitID

    /// A role on a unit.
    public init(role: Role, unit: UnitID) {
        self.role = role
        self.unit = unit
    }
}

/// How a provider of sign-ins names a person: by who it is itself, and by a name of its own that never changes.
public struct OpenIDIdentity: Hashable, Sendable {
    /// The provider, as it names itself.
    public let issuer: String
    /// The person, as the provider names them.
    public let subject: String

    /// An identity.
    public init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
    }
}

/// Days on which somebody is away, and who stands in.
public struct Leave: Codable, Hashable, Sendable {
    /// The first day.
    public let from: LocalDate
    /// The last day.
    public let to: LocalDate
    /// Who sees their open matters and gets what is new.
    public let deputy: StaffID

    /// Days away.
    public init(from: LocalDate, to: LocalDate, deputy: StaffID) {
        self.from = from
        self.to = to
        self.deputy = deputy
    }

    /// Whether a day is among them.
    public func covers(_ day: LocalDate) -> Bool { from <= day && day <= to }
}

/// A person who works here.
public struct StaffMember: Identifiable, Hashable, Sendable {
    /// Their identifier.
    public let id: StaffID
    /// What they type to sign in; folded to small letters.
    public var signInName: String
    /// How colleagues and letters name them.
    public var displayName: String
    /// The unit that they act for.
    public var unit: UnitID
    /// What they may do and where.
    public var grants: [RoleGrant]
    /// Whether they still work here.
    public var isActive: Bool
    /// Whether the next sign-in must choose a new password.
    public var mustChangePassword: Bool
    /// Whether signing in asks for a one-time code beside the password.
    public var hasSecondFactor: Bool
    /// Who they are at the provider of sign-ins, where they are linked to one.
    public var openID: OpenIDIdentity?
    /// The days on which they are away, past or to come.
    public var leave: Leave?

    /// A member of staff.
    public init(
        id: StaffID, signInName: String, displayName: String, unit: UnitID, grants: [RoleGrant],
        isActive: Bool = true, mustChangePassword: Bool = false, hasSecondFactor: Bool = false,
        openID: OpenIDIdentity? = nil, leave: Leave? = nil
    ) {
        self.id = id
        self.signInName = signInName
        self.displayName = displayName
        self.unit = unit
        self.grants = grants
        self.isActive = isActive
        self.mustChangePassword = mustChangePassword
        self.hasSecondFactor = hasSecondFactor
        self.openID = openID
        self.leave = leave
    }

    /// Whether a role of theirs asks for a second factor.
    public var needsSecondFactor: Bool { grants.contains { $0.role.needsSecondFactor } }

    /// Whether they are one of the three administrators.
    public var isAdministrator: Bool { grants.contains { $0.role.isAdministrator } }

    /// A sign-in name as it is compared and stored: without blanks around, small letters.
    public static func foldedSignInName(_ text: some StringProtocol) -> String {
        var view = text[...]
        while let last = view.last, last.isWhitespace { view.removeLast() }
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        return view.lowercased()
    }
}
