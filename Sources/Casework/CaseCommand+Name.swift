public import Kernel
public import Ledger

/// What a resident is told together with another lawful route.
public struct RouteTold: Hashable, Sendable {
    /// The organ that is responsible there.
    public var organ: TextReference?
    /// Words of the clerk besides the standing explanation.
    public var words: TextReference?
    /// The matter in which it goes on.
    public var number: String?
    /// How far that one is.
    public var phase: CasePhase?
    /// Its next last day.
    public var due: LocalDate?
    /// The procedure of another law, with its limit.
    public var procedure: ProcedureTold?

    /// What is told.
    public init(
        organ: TextReference? = nil, words: TextReference? = nil, number: String? = nil, phase: CasePhase? = nil,
        due: LocalDate? = nil, procedure: ProcedureTold? = nil
    ) {
        self.procedure = procedure
        self.organ = organ
        self.words = words
        self.number = number
        self.phase = phase
        self.due = due
    }
}

/// The decision of a review, with its texts.
public struct ReviewDecision: Hashable, Sendable {
    /// The result.
    public var outcome: ReviewOutcome
    /// Facts and reasons.
    public var facts: TextReference
    /// The decision.
    public var body: TextReference
    /// On what it rests, in words.
    public var basis: TextReference?
    /// Entries of the rule library.
    public var law: [String]
    /// The unit of the one who signs.
    public var unit: UnitID
    /// Who signs.
    public var signer: StaffID
    /// How a decision that changes or revokes is carried out.
    public var execution: Execution?
    /// Why nothing has to be carried out.
    public var executionWords: TextReference?
    /// The promise of execution, by the unit that answered.
    public var promise: CaseEvent.Promised?

    /// A decision.
    public init(
        outcome: ReviewOutcome, facts: TextReference, body: TextReference, basis: TextReference?, law: [String],
        unit: UnitID, signer: StaffID
    ) {
        self.outcome = outcome
        self.facts = facts
        self.body = body
        self.basis = basis
        self.law = law
        self.unit = unit
        self.signer = signer
    }
}

extension CaseCommand {
    /// The name without the payload, for the commands of the lawful process.
    var lawfulName: Name {
        switch self {
        case .triage: .triage
        case .nameAccused: .nameAccused
        case .raiseDispute: .raiseDispute
        case .rateHelper: .rateHelper
        case .askExtension: .askExtension
        case .refuseExtension: .refuseExtension
        case .extend: .extend
        case .recompute: .recompute
        case .escalate: .escalate
        case .callHearing: .callHearing
        case .holdHearing: .holdHearing
        case .promise: .promise
        case .settlePromise: .settlePromise
        case .settle: .settle
        case .assist: .assist
        case .reportUp: .reportUp
        case .deliverNotice: .deliverNotice
        case .askReview: .askReview
        case .decideReview: .decideReview
        case .deliverReview: .deliverReview
        case .askCorrection: .askCorrection
        case .correct: .correct
        case .consult: .consult
        case .consent: .consent
        case .publish: .publish
        case .unpublish: .unpublish
        case .attach: .attach
        case .withdrawAttachment: .withdrawAttachment
        case .mergeInto: .mergeInto
        case .absorb: .absorb
        case .takeBack: .takeBack
        case .release: .release
        case .followGuard: .followGuard
        case .split: .split
        case .becomePart: .becomePart
        case .shelve: .shelve
        case .recall: .recall
        case .tag: .tag
        case .untag: .untag
        case .unlink: .unlink
        default: .answerConsultation
        }
    }

    /// The kinds of command.
    public enum Name: String, CaseIterable, Sendable {
        case dispatch, accept, object, ruleObjection, askHelper, answerHelp, note, contact, callBack, message, addWords,
            reply, deliver, judge, endWindow, close, reopen, withdraw, link, restrict, unrestrict, reveal, reissueCode,
            addReporter, categorise, recuse, erasePerson, handOver
        case triage, nameAccused, raiseDispute, rateHelper, askExtension, refuseExtension, extend, recompute, escalate,
            callHearing, holdHearing, promise, settlePromise, settle, assist, reportUp, deliverNotice, askReview,
            decideReview, deliverReview, askCorrection, correct, consult, answerConsultation
        case consent, publish, unpublish
        case attach, withdrawAttachment
        case mergeInto, absorb, takeBack, release, followGuard, split, becomePart
        case shelve
        case recall, tag, untag, unlink

        /// The phases in which the command makes sense. Anything else is told as `case.notNow`.
        public var phases: Set<CasePhase> {
            switch self {
            case .dispatch: [.registered, .dispatched]
            // The units agreed after all: whoever objected takes the matter up.
            case .accept: [.registered, .dispatched, .objected]
            case .object: [.dispatched]
            case .ruleObjection, .raiseDispute: [.objected]
            case .askHelper: [.inHand]
            case .answerHelp: [.inHand, .replied, .delivered]
            case .contact, .message: CasePhase.open.union([.concluded])
            case .reply: [.inHand, .replied]
            // Where several wrote, one may ask for a review before the others have the reply.
            case .deliver: [.replied, .reviewing, .reviewed, .concluded]
            case .judge: [.replied, .delivered, .judged, .unjudged]
            case .endWindow, .callBack: [.replied, .delivered]
            case .close: [.judged, .unjudged, .withdrawn, .routed, .reviewed, .concluded]
            case .reopen: [.delivered, .judged, .unjudged, .closed, .withdrawn, .routed]
            case .withdraw: CasePhase.open
            case .addReporter, .categorise: CasePhase.open
            case .triage: [.registered, .dispatched, .objected, .inHand]
            case .reportUp: CasePhase.open
            case .rateHelper: CasePhase.open.union([.closed, .concluded])
            case .askExtension, .refuseExtension, .extend: [.inHand, .registered, .dispatched]
            case .recompute, .escalate, .note: Set(CasePhase.allCases)
            case .callHearing, .holdHearing: [.inHand, .reviewing]
            case .promise: [.inHand, .replied, .delivered, .judged, .unjudged, .reviewing, .reviewed]
            case .settle: [.inHand, .replied, .delivered, .judged, .unjudged, .reviewing, .reviewed, .concluded]
            case .askReview: [.replied, .delivered, .judged, .unjudged, .closed, .reviewed]
            case .decideReview: [.reviewing]
            case .deliverReview: [.reviewed, .inHand, .closed, .replied]
            case .askCorrection, .consult: [.registered, .dispatched, .inHand]
            case .correct: [.registered, .dispatched, .inHand]
            case .answerConsultation: [.registered, .dispatched, .inHand]
            case .publish: CasePhase.ownCourse.subtracting([.withdrawn])
            case .consent, .unpublish: CasePhase.ownCourse
            // Files come and go like words; what a resident sent before a merge stays theirs to take back.
            case .attach: CasePhase.ownCourse
            case .withdrawAttachment, .erasePerson: Set(CasePhase.allCases)
            case .mergeInto: [.registered, .dispatched, .inHand]
            case .absorb, .release: [.registered, .dispatched, .objected, .inHand]
            case .takeBack, .followGuard: [.merged]
            case .split: [.registered, .dispatched, .inHand]
            case .becomePart: [.registered]
            // Paper is put away, and moved, long after all is done.
            case .shelve: Set(CasePhase.allCases)
            // Whether there is anything to take back is known by what was done last, and said so.
            case .recall: CasePhase.ownCourse
            // Marks are set where the matter goes on, and can be taken away everywhere.
            case .tag: CasePhase.ownCourse
            case .untag, .unlink: Set(CasePhase.allCases)
            // Words, protection and erasure are possible for as long as the matter exists; help in need and the
            // proof of a promise too (Art. 37, 32).
            case .addWords, .link, .restrict, .unrestrict, .reveal, .reissueCode, .recuse, .handOver, .nameAccused,
                .settlePromise, .assist, .deliverNotice:
                CasePhase.ownCourse
            }
        }

        /// What makes sense in a phase.
        static func possible(in phase: CasePhase) -> [Self] { byPhase[phase] ?? [] }

        private static let byPhase = Dictionary(
            uniqueKeysWithValues: CasePhase.allCases.map { phase in
                (phase, allCases.filter { $0.phases.contains(phase) })
            })
    }
}
