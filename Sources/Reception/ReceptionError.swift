public import Kernel
internal import Ledger

/// Why a command is not possible. Each has a sentence in the catalogues under `error.<code>`.
public enum ReceptionError: Error, Hashable, Sendable {
    /// The phase does not allow it; both are codes.
    case notNow(command: String, phase: String)
    /// No desk was named, or there is none of that number.
    case deskMissing
    /// The visit does not wait at this desk.
    case notAtThisDesk
    /// There is no further desk.
    case noFurtherDesk
    /// The visit belongs to another matter already.
    case otherMatter
    /// The result needs a matter that was linked in its way.
    case matterMissing
    /// The result needs words.
    case wordsMissing
    /// Who was received did not leave unheard.
    case wasReceived
    /// Nobody has received the visit yet.
    case notReceived
    /// The place's hours cannot be read.
    case hoursInvalid
    /// The day is over already.
    case dayOver(field: String)
    /// The day has not come.
    case notYet
    /// Handing over needs a unit and a day.
    case handOverIncomplete
    /// There is no such entry.
    case unknownEntry
    /// The matter stands on this day's list already.
    case alreadyEntered
    /// Nothing of it is open any more.
    case alreadySettled
    /// The text is not part of it, or is erased already.
    case unknownText

    /// What a person is told.
    public var plain: PlainError {
        switch self {
        case .notNow(let command, let phase):
            PlainError(
                .conflict, "reception.notNow",
                values: ["command": "reception.\(command)", "phase": "reception.\(phase)"])
        case .deskMissing: PlainError(.invalid, "reception.deskMissing", field: "desks")
        case .notAtThisDesk: PlainError(.conflict, "reception.notAtThisDesk")
        case .noFurtherDesk: PlainError(.conflict, "reception.noFurtherDesk")
        case .otherMatter: PlainError(.conflict, "reception.otherMatter", field: "number")
        case .matterMissing: PlainError(.invalid, "reception.matterMissing", field: "result")
        case .wordsMissing: PlainError(.invalid, "reception.wordsMissing", field: "words")
        case .wasReceived: PlainError(.invalid, "reception.wasReceived", field: "result")
        case .notReceived: PlainError(.invalid, "reception.notReceived", field: "result")
        case .hoursInvalid: PlainError(.invalid, "reception.hoursInvalid", field: "hours")
        case .dayOver(let field): PlainError(.invalid, "date.past", field: field)
        case .notYet: PlainError(.invalid, "reception.notYet")
        case .handOverIncomplete: PlainError(.invalid, "reception.handOverIncomplete", field: "unit")
        case .unknownEntry: PlainError(.notFound, "reception.unknownEntry")
        case .alreadyEntered: PlainError(.conflict, "reception.alreadyEntered", field: "number")
        case .alreadySettled: PlainError(.conflict, "reception.alreadySettled")
        case .unknownText: PlainError(.notFound, "reception.unknownText")
        }
    }
}

extension ReceptionError: RecordRefusal {}
