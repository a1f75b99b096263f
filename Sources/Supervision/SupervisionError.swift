public import Kernel
internal import Ledger

/// Why a command is not possible. Each has a sentence in the catalogues under `error.<code>`.
public enum SupervisionError: Error, Hashable, Sendable {
    /// The phase does not allow it; both are codes.
    case notNow(command: String, phase: String)
    /// The day is over already.
    case dayOver(field: String)
    /// The unit stands on the list already.
    case alreadyListed
    /// A talk that has not been held cannot be recorded.
    case notYet(field: String)
    /// The conference has no such item.
    case unknownItem
    /// The item has a decision or a result already.
    case alreadyDecided
    /// There is no decision to report on.
    case notDecided
    /// Only an item about a matter can say who answers for it.
    case matterMissing
    /// A conference needs somebody to confer with.
    case nobodyInvited
    /// The text is not part of it, or is erased already.
    case unknownText

    /// What a person is told.
    public var plain: PlainError {
        switch self {
        case .notNow(let command, let phase):
            PlainError(
                .conflict, "supervision.notNow",
                values: ["command": "supervision.\(command)", "phase": "supervision.\(phase)"])
        case .dayOver(let field): PlainError(.invalid, "date.past", field: field)
        case .alreadyListed: PlainError(.conflict, "supervision.alreadyListed")
        case .notYet(let field): PlainError(.invalid, "supervision.notYet", field: field)
        case .unknownItem: PlainError(.notFound, "supervision.unknownItem")
        case .alreadyDecided: PlainError(.conflict, "supervision.alreadyDecided")
        case .notDecided: PlainError(.conflict, "supervision.notDecided")
        case .matterMissing: PlainError(.invalid, "supervision.matterMissing", field: "responsible")
        case .nobodyInvited: PlainError(.invalid, "supervision.nobodyInvited", field: "units")
        case .unknownText: PlainError(.notFound, "supervision.unknownText")
        }
    }
}

extension SupervisionError: RecordRefusal {}
