/// An error that a person can be told: a code with a sentence in the catalogues (`error.<code>`), the values
/// that the sentence needs, and the field it is about. It never carries personal text.
public struct PlainError: Error, Hashable, Sendable {
    /// How the answer is classed.
    public enum Kind: Hashable, Sendable {
        /// What was sent is wrong or incomplete.
        case invalid
        /// The matter's state does not allow it, or somebody else was faster.
        case conflict
        /// Not allowed for this person.
        case forbidden
        /// There is no such thing, or it is not theirs to know.
        case notFound
        /// Too many attempts; try later.
        case tooMany
        /// Something outside failed (disk, connection); nothing was kept.
        case unavailable
    }

    /// The class.
    public let kind: Kind
    /// The stable code, for example `text.tooLong`.
    public let code: String
    /// The form field, where there is one.
    public let field: String?
    /// Values for the sentence, by name.
    public let values: [String: String]

    /// Creates an error.
    public init(_ kind: Kind, _ code: String, field: String? = nil, values: [String: String] = [:]) {
        self.kind = kind
        self.code = code
        self.field = field
        self.values = values
    }
}

/// Several wrong fields at once, so that a person corrects them in one go.
public struct PlainErrors: Error, Hashable, Sendable {
    /// At least one.
    public let errors: [PlainError]

    /// Wraps what is wrong.
    public init(_ errors: [PlainError]) { self.errors = errors }
}
