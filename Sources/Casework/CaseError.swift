public import Kernel

/// Why a command is not possible. Each has a sentence in the catalogues under `error.<code>`.
public enum CaseError: Error, Hashable, Sendable {
    /// The phase does not allow it.
    case notNow(CaseCommand.Name, CasePhase)
    /// A reason must be written.
    case reasonMissing(CaseCommand.Name)
    /// A reply that does not support the request must name its basis.
    case basisMissing
    /// An upheld objection must name another unit.
    case newUnitMissing
    /// The unit has it in hand already.
    case alreadyInHand
    /// The unit was not asked to help.
    case notAsked
    /// This resident has the reply already.
    case alreadyDelivered
    /// There is nothing to judge yet.
    case notDelivered
    /// The judgement can no longer be changed.
    case windowOver(LocalDate)
    /// The window is still open.
    case windowOpen
    /// This resident has withdrawn already.
    case alreadyWithdrawn
    /// A matter cannot be linked with itself.
    case linkToItself
    /// The link exists.
    case alreadyLinked
    /// A restriction must name who may still see the matter.
    case nobodyNamed
    /// There is no restriction to lift.
    case notRestricted
    /// The resident's data is erased already.
    case alreadyErased
    /// No such resident on this matter.
    case unknownReporter
    /// This member of staff must keep out of the matter (Art. 28).
    case recused

    /// What a person is told.
    public var plain: PlainError {
        switch self {
        case .notNow(let command, let phase):
            PlainError(.conflict, "case.notNow", values: ["command": command.rawValue, "phase": phase.rawValue])
        case .reasonMissing: PlainError(.invalid, "case.reasonMissing", field: "reason")
        case .basisMissing: PlainError(.invalid, "case.basisMissing", field: "basis")
        case .newUnitMissing: PlainError(.invalid, "case.newUnitMissing", field: "unit")
        case .alreadyInHand: PlainError(.conflict, "case.alreadyInHand", field: "unit")
        case .notAsked: PlainError(.conflict, "case.notAsked")
        case .alreadyDelivered: PlainError(.conflict, "case.alreadyDelivered")
        case .notDelivered: PlainError(.conflict, "case.notDelivered")
        case .windowOver(let date): PlainError(.conflict, "case.windowOver", values: ["date": date.description])
        case .windowOpen: PlainError(.conflict, "case.windowOpen")
        case .alreadyWithdrawn: PlainError(.conflict, "case.alreadyWithdrawn")
        case .linkToItself: PlainError(.invalid, "case.linkToItself", field: "number")
        case .alreadyLinked: PlainError(.conflict, "case.alreadyLinked", field: "number")
        case .nobodyNamed: PlainError(.invalid, "case.nobodyNamed", field: "staff")
        case .notRestricted: PlainError(.conflict, "case.notRestricted")
        case .alreadyErased: PlainError(.conflict, "case.alreadyErased")
        case .unknownReporter: PlainError(.notFound, "case.unknownReporter")
        case .recused: PlainError(.forbidden, "case.recused")
        }
    }
}
