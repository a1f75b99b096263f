public import Kernel
public import Ledger
public import Organisation

/// What somebody wants done with a matter that is in the ledger. Texts are prepared before and referred to.
public enum CaseCommand: Hashable, Sendable {
    case dispatch(
        lead: UnitID, entry: String?, entryVersion: Int?, reason: TextReference?, feedback: LocalDate? = nil)
    case accept(handler: StaffID)
    case object(reason: TextReference, evidence: TextReference? = nil)
    case ruleObjection(
        upheld: Bool, lead: UnitID?, reason: TextReference, step: DisputeStep? = nil, conference: ConferenceID? = nil)
    case askHelper(
        unit: UnitID, ask: TextReference, due: LocalDate?, kind: HelperKind = .help, by: UnitID? = nil)
    case answerHelp(unit: UnitID, text: TextReference)
    case note(TextReference)
    case contact(method: DeliveryMethod, result: TextReference)
    case callBack(CaseEvent.CalledBack)
    case message(TextReference, canned: [CannedUse] = [])
    case addWords(reporter: ReporterID, text: TextReference)
    case reply(CaseEvent.Replied, promises: [CaseEvent.Promised] = [])
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
    /// Another person handles it from now on, because whoever did is moving or leaving.
    case handOver(to: StaffID)
    case triage(
        sort: MatterSort?, route: LawfulRoute, tier: String?, reason: TextReference, told: RouteTold, keptTo: [StaffID])
    case nameAccused(staff: [StaffID], units: [UnitID], home: UnitID, reason: TextReference)
    case raiseDispute(reason: TextReference, superior: UnitID? = nil)
    case rateHelper(unit: UnitID, side: HelperSide, rating: Attitude, text: TextReference?)
    case askExtension(rule: String, length: Int, reason: TextReference)
    case refuseExtension(reason: TextReference)
    case extend(rule: String, length: Int, reason: TextReference)
    case recompute
    case escalate
    case callHearing(on: LocalDate, notice: TextReference, papers: TextReference?)
    case holdHearing(list: TextReference, minutes: TextReference, result: TextReference?)
    case promise(CaseEvent.Promised)
    case settlePromise(id: PromiseID, end: PromiseEnd, text: TextReference)
    case settle(
        kind: SettlementKind, reporter: ReporterID, terms: TextReference, residentOn: LocalDate, unitOn: LocalDate)
    case assist(TextReference)
    case reportUp(to: [ReportAddressee], text: TextReference)
    case deliverNotice(NoticeKind, reporter: ReporterID, method: DeliveryMethod)
    case askReview(reporter: ReporterID, reason: TextReference, body: UnitID)
    case decideReview(ReviewDecision)
    case deliverReview(reporter: ReporterID, method: DeliveryMethod)
    case askCorrection(TextReference)
    case correct(reporter: ReporterID, text: TextReference)
    case consult(kind: ConsultationKind, text: TextReference)
    case answerConsultation(
        kind: ConsultationKind, answer: ConsultationAnswer, text: TextReference?, position: Int? = nil)
    case consent(reporter: ReporterID, agrees: Bool)
    case publish(CaseEvent.Published)
    case unpublish(reason: TextReference)
    case attach(CaseEvent.Attached)
    case withdrawAttachment(CaseEvent.AttachmentWithdrawn)
    case mergeInto(CaseID, number: String, reason: TextReference)
    case absorb(CaseEvent.Absorbed)
    case takeBack(reason: TextReference, parts: [MovedPart])
    case release(CaseEvent.Released)
    case followGuard(CaseEvent.Guarded)
    case split(CaseEvent.Split)
    case becomePart(CaseEvent.PartOf)
    case shelve(mark: TextReference)
    case recall(by: StaffID)
    case tag(TagID)
    case untag(TagID)
    case unlink(other: CaseID)

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
        case .callBack: .callBack
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
        case .handOver: .handOver
        default: lawfulName
        }
    }
}

extension CasePhase {
    /// Phases in which somebody still owes the resident something.
    public static let open: Set<CasePhase> = [
        .registered, .dispatched, .objected, .inHand, .replied, .delivered, .judged, .unjudged, .routed, .reviewing,
        .reviewed,
    ]

    /// Phases in which a matter has a course of its own: what is done about a merged one is done where it goes on.
    public static let ownCourse = Set(CasePhase.allCases).subtracting([.merged])
}
