/// One thing that somebody who looks after the machine wants to know: how it stands, in figures without secrets and
/// personal data.
public struct HealthLine: Hashable, Sendable {
    /// How it stands.
    public enum State: String, Sendable {
        /// As it should be.
        case ok
        /// Something will have to be done.
        case near
        /// Something has to be done now.
        case over
        /// It does not apply here, or cannot be known.
        case unknown
    }

    /// Names it: `backup`. Words for people stand in the catalogues under it.
    public let code: String
    /// How it stands.
    public let state: State
    /// Figures, by name.
    public let values: [String: String]

    /// A line.
    public init(_ code: String, _ state: State, _ values: [String: String] = [:]) {
        self.code = code
        self.state = state
        self.values = values
    }
}
