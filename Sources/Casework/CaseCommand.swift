public import Kernel
public import Ledger

/// What somebody wants done with a matter that is in the ledger. Texts are prepared before and referred to.
public enum CaseCommand: Hashable, Sendable {
    case dispatch(lead: UnitID, entry: String?, entryVersion: Int?, reason: TextReference?)
    case accept(handler: StaffID)
    case object(reason: TextReference)
    case ruleObjection(upheld: Bool, lead: UnitID?, reason: TextReference)
    case askHelper(unit: UnitID, ask: TextReference, due: LocalDate?)
    case answerHelp(unit: UnitID, text: TextReference)
    case note(TextReference)
    case contact(method: DeliveryMethod, result: TextReference)
    case message(TextReference)
    case addWords(reporter: ReporterID, text: TextReference)
    case reply(CaseEvent.Replied)
    case deliver(reporter: ReporterID, method: DeliveryMethod)
    case judge(CaseEvent.Judged)
    case endWindow(reporter: ReporterID)
    case close(reason: TextReference?)
    case reopen(reporter: ReporterID?, reason: TextReference)
    case withdraw(reporter: ReporterID, reason: TextReference?)
    case link(CaseEvent.Linked)
    case restrict(staff: [StaffID], reason: TextReference)
    case unrestrict(reason: TextReference)
    case reveal(reporter: ReporterID, reason: TextReference)
    case reissueCode(reporter: ReporterID, codeHash: String, reason: TextReference)
    case addReporter(ReporterDetails, channel: Channel, body: TextReference?)
    case categorise(category: String?, area: String?)
    case recuse(staff: StaffID, reason: TextReference)
    case erasePerson(reporter: ReporterID, texts: [TextID])

    /// The name without the payload; permissions, errors and tests use it.
    public var name: Name {
        switch self {
        case .dispatch: .dispatch
        case .accept: .accept
        case .object: .object
        case .ruleObjection: .ruleObjection
        case .askHelper: .askHelper
        case .answerHelp: .answerHelp
        case .note: .note
        case .contact: .contact
        case .message: .message
        case .addWords: .addWords
        case .reply: .reply
        case .deliver: .deliver
        case .judge: .judge
        case .endWindow: .endWindow
        case .close: .close
        case .reopen: .reopen
        case .withdraw: .withdraw
        case .link: .link
        case .restrict: .restrict
        case .unrestrict: .unrestrict
        case .reveal: .reveal
        case .reissueCode: .reissueCode
        case .addReporter: .addReporter
        case .categorise: .categorise
        case .recuse: .recuse
        case .erasePerson: .erasePerson
        }
    }

    /// The kinds of command.
    public enum Name: String, CaseIterable, Sendable {
        case dispatch, accept, object, ruleObjection, askHelper, answerHelp, note, contact, message, addWords, reply,
            deliver, judge, endWindow, close, reopen, withdraw, link, restrict, unrestrict, reveal, reissueCode,
            addReporter, categorise, recuse, erasePerson

        /// The phases in which the command makes sense. Anything else is told as `case.notNow`.
        public var phases: Set<CasePhase> {
            switch self {
            case .dispatch: [.registered, .dispatched]
            case .accept: [.registered, .dispatched]
            case .object: [.dispatched]
            case .ruleObjection: [.objected]
            case .askHelper: [.inHand]
            case .answerHelp: [.inHand, .replied, .delivered]
            case .contact, .message: CasePhase.open
            case .reply: [.inHand, .replied]
            case .deliver: [.replied]
            case .judge: [.replied, .delivered, .judged, .unjudged]
            case .endWindow: [.replied, .delivered]
            case .close: [.judged, .unjudged, .withdrawn]
            case .reopen: [.delivered, .judged, .unjudged, .closed, .withdrawn]
            case .withdraw: CasePhase.open
            case .addReporter, .categorise: CasePhase.open
            // Words, notes, protection and erasure are possible for as long as the matter exists.
            case .note, .addWords, .link, .restrict, .unrestrict, .reveal, .reissueCode, .recuse, .erasePerson:
                Set(CasePhase.allCases)
            }
        }
    }
}

extension CasePhase {
    /// Phases in which somebody still owes the resident something.
    public static let open: Set<CasePhase> = [
        .registered, .dispatched, .objected, .inHand, .replied, .delivered, .judged, .unjudged,
    ]
}
