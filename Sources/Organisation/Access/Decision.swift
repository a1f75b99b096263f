/// What came of asking for a permission. It starts undecided; a denial is final.
public enum Decision: Hashable, Sendable {
    /// Nobody has spoken yet.
    case undecided
    /// Allowed; the reason is a code such as `role.handler`.
    case allowed(because: String)
    /// Denied; the reason is a code such as `noGrant`.
    case denied(because: String)

    /// Asking an undecided decision is a mistake in the program, not an answer.
    public struct Undecided: Error, Hashable, Sendable {
        /// Creates the error.
        public init() {}
    }

    /// Whether it is allowed.
    ///
    /// - Throws: `Undecided` when nobody has spoken.
    public func isAllowed() throws(Undecided) -> Bool {
        switch self {
        case .undecided: throw Undecided()
        case .allowed: true
        case .denied: false
        }
    }

    /// This decision after another voice: a denial stays, the first permission stays.
    public func combined(with other: Decision) -> Decision {
        switch (self, other) {
        case (.denied, _): self
        case (_, .denied): other
        case (.allowed, _): self
        case (.undecided, _): other
        }
    }
}
