/// Why a program of others gave no result. Its name is all that a log line says: what it worked on holds personal data.
public enum ToolProblem: String, Error, Hashable, Sendable {
    /// The program is not installed.
    case missing
    /// Too many wait already.
    case busy
    /// It took too long, or the visitor left.
    case stopped
    /// It wrote more than anything that is meant to be.
    case tooLarge
    /// It gave up.
    case failed
}
