/// Something that stops a command: a sentence for the operator and the exit code that goes with it.
public struct Trouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// Exit codes, the same for all commands.
    public enum Code: Int32, Sendable, CaseIterable {
        /// The command ran and found something wrong: rejected rows, differences.
        case problemFound = 1
        /// The command line or a setting is wrong.
        case usage = 2
        /// The store cannot be used: not there, too new, locked, damaged, full.
        case store = 3
        /// The installation key, its file or a passphrase does not fit.
        case key = 4
        /// A file cannot be read or written.
        case file = 5

        /// What it stands for.
        public var meaning: String {
            switch self {
            case .problemFound: "done, but something is wrong (rejected rows, differences)"
            case .usage: "the command line or a setting is wrong"
            case .store: "the store cannot be used"
            case .key: "the key or the passphrase does not fit"
            case .file: "a file cannot be read or written"
            }
        }
    }

    /// The exit code.
    public let code: Code
    /// What happened and what to do, without secrets.
    public let description: String

    /// A problem.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
