public import Organisation

/// Who may call a route. Every route names one; there is no other way to add a route.
public enum Access: Hashable, Sendable {
    /// Everybody.
    case `public`
    /// A resident who opened a matter with number and code.
    case reporter
    /// A member of staff who has a permission on some unit; the use case checks it on the matter's own unit.
    case staff(Permission)
    /// Any member of staff who is signed in.
    case staffAny
    /// Any member of staff who is signed in, also with a password that must be changed or a second factor that must
    /// be set up first.
    case staffBeforePasswordChange
    /// Whoever gave a right password, also while the one-time code is still missing.
    case staffBeforeSecondFactor

    /// Whether it needs a member of staff.
    public var isStaff: Bool {
        switch self {
        case .public, .reporter: false
        case .staff, .staffAny, .staffBeforePasswordChange, .staffBeforeSecondFactor: true
        }
    }
}

/// One route, as the inventory lists it.
public struct RouteEntry: Hashable, Sendable {
    /// `GET` or `POST`.
    public let method: String
    /// The path with its parameters, `/desk/matter/{number}`.
    public let template: String
    /// Who may call it.
    public let access: Access
}
