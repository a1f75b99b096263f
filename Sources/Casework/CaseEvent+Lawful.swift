public import Kernel
public import Ledger
public import Organisation

/// Payloads of the events of the lawful process: routes, clocks, remedies, promises.
extension CaseEvent {
    /// A person's decision about category and route.
    public struct Triaged: Codable, Hashable, Sendable {
        /// The category; nothing where the kind of case knows none.
        public var sort: MatterSort?
        /// The lawful route.
        public var route: LawfulRoute
        /// The tier of urgency, where the pack has tiers.
        public var tier: String?
        /// Why.
        public var reason: TextReference
        /// Clocks that start with it.
        public var clocks: [ClockStart]
        /// Clocks that end with it because an earlier decision had started them; nothing where there are none.
        public var ended: [Ended]?

        /// A clock of an earlier decision.
        public struct Ended: Codable, Hashable, Sendable {
            /// Its rule.
            public var rule: String
            /// Whether its last day was over by then; it stays a missed one.
            public var late: Bool
        }
    }

    /// Another lawful route.
    public struct Routed: Codable, Hashable, Sendable {
        /// The route.
        public var route: LawfulRoute
        /// The organ that is responsible there, in words.
        public var organ: TextReference?
        /// What the resident is told besides the standing explanation.
        public var words: TextReference?
        /// The matter in which it goes on (`inHand`).
        public var number: String?
        /// Clocks that start with it.
        public var clocks: [ClockStart]
        /// How far that matter was when this was decided.
        public var phase: CasePhase?
        /// Its next last day then; the resident is told it with the number (Art. 19).
        public var due: LocalDate?
        /// The procedure of another law to which it leads (Art. 31 (4), (5)).
        public var procedure: ProcedureTold?
    }

    /// Staff or units that the matter complains of: they stay out of it (Art. 28, 30).
    public struct AccusedNamed: Codable, Hashable, Sendable {
        /// Staff.
        public var staff: [StaffID]
        /// Units.
        public var units: [UnitID]
        /// Why.
        public var reason: TextReference
        /// The unit that answers for it now, because the one that had it is complained of.
        public var returnsTo: UnitID?
        /// Clocks that start with it.
        public var clocks: [ClockStart]
    }

    /// One step up.
    public struct DisputeRaised: Codable, Hashable, Sendable {
        /// The step.
        public var step: DisputeStep
        /// Why.
        public var reason: TextReference
        /// The common superior that decides; only at its step.
        public var superior: UnitID?
    }

    /// An important and urgent matter was reported at once (Art. 22 (1), 25).
    public struct ReportedUp: Codable, Hashable, Sendable {
        /// To whom.
        public var to: [ReportAddressee]
        /// What was reported, and what is done meanwhile.
        public var text: TextReference
    }

    /// How two units worked together.
    public struct HelperRated: Codable, Hashable, Sendable {
        /// The unit that was asked.
        public var unit: UnitID
        /// Who rates.
        public var side: HelperSide
        /// How it was.
        public var rating: Attitude
        /// In words.
        public var text: TextReference?
    }

    /// A hearing.
    public struct HearingCalled: Codable, Hashable, Sendable {
        /// The day.
        public var on: LocalDate
        /// Where, at what time, with whom, on which questions.
        public var notice: TextReference
        /// The papers that are laid out before.
        public var papers: TextReference?
    }

    /// The hearing took place.
    public struct HearingHeld: Codable, Hashable, Sendable {
        /// The day.
        public var on: LocalDate
        /// Who took part, in which part.
        public var list: TextReference
        /// What was said.
        public var minutes: TextReference
        /// What follows from it.
        public var result: TextReference?
    }

    /// A dated promise.
    public struct Promised: Codable, Hashable, Sendable {
        /// Names it.
        public var id: PromiseID
        /// What it is about.
        public var kind: PromiseKind
        /// What is promised.
        public var text: TextReference
        /// Until when.
        public var due: LocalDate
        /// Who promised.
        public var unit: UnitID

        /// A promise.
        public init(id: PromiseID, kind: PromiseKind, text: TextReference, due: LocalDate, unit: UnitID) {
            self.id = id
            self.kind = kind
            self.text = text
            self.due = due
            self.unit = unit
        }
    }

    /// The end of a promise.
    public struct PromiseSettled: Codable, Hashable, Sendable {
        /// The promise.
        public var id: PromiseID
        /// How it ended.
        public var end: PromiseEnd
        /// On which day.
        public var on: LocalDate
        /// The proof, or the reason.
        public var text: TextReference
    }

    /// An agreement.
    public struct Settled: Codable, Hashable, Sendable {
        /// With or without a mediator.
        public var kind: SettlementKind
        /// The resident's part.
        public var reporter: ReporterID
        /// What was agreed.
        public var terms: TextReference
        /// The day on which the resident agreed.
        public var residentOn: LocalDate
        /// The day on which the unit agreed.
        public var unitOn: LocalDate
        /// The unit.
        public var unit: UnitID
    }

    /// A resident has a notice.
    public struct NoticeDelivered: Codable, Hashable, Sendable {
        /// Which.
        public var notice: NoticeKind
        /// The resident's part.
        public var reporter: ReporterID
        /// How.
        public var method: DeliveryMethod
    }

    /// A request for review.
    public struct ReviewAsked: Codable, Hashable, Sendable {
        /// 1 for 复查, 2 for 复核.
        public var stage: Int
        /// The resident's part.
        public var reporter: ReporterID
        /// Why.
        public var reason: TextReference
        /// The body that decides; never the one that decided before.
        public var body: UnitID
        /// Whether the last day was over; it is registered all the same, and the body decides.
        public var late: Bool
        /// Clocks that start with it.
        public var clocks: [ClockStart]
    }

    /// A review is decided.
    public struct ReviewDecided: Codable, Hashable, Sendable {
        /// 1 for 复查, 2 for 复核.
        public var stage: Int
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
        /// The body that decided.
        public var unit: UnitID
        /// Who signed.
        public var signer: StaffID
        /// Clocks that start with it.
        public var clocks: [ClockStart]
        /// How a decision that changes or revokes is carried out (Art. 32, 42).
        public var execution: Execution?
        /// Why nothing has to be carried out.
        public var executionWords: TextReference?
    }

    /// The resident has the decision.
    public struct ReviewDelivered: Codable, Hashable, Sendable {
        /// 1 for 复查, 2 for 复核.
        public var stage: Int
        /// The resident's part.
        public var reporter: ReporterID
        /// How.
        public var method: DeliveryMethod
        /// Clocks that start with it.
        public var clocks: [ClockStart]
    }

    /// The completed application.
    public struct Corrected: Codable, Hashable, Sendable {
        /// The applicant's part.
        public var reporter: ReporterID
        /// What was missing.
        public var text: TextReference
        /// Clocks that start with it.
        public var clocks: [ClockStart]
    }

    /// Somebody is asked.
    public struct Consulted: Codable, Hashable, Sendable {
        /// Third party or organ.
        public var kind: ConsultationKind
        /// Who, and what is asked.
        public var text: TextReference
        /// Clocks that start with it.
        public var clocks: [ClockStart]
    }

    /// What came of asking.
    public struct ConsultationAnswered: Codable, Hashable, Sendable {
        /// Third party or organ.
        public var kind: ConsultationKind
        /// The answer.
        public var answer: ConsultationAnswer
        /// In words.
        public var text: TextReference?
        /// Which of those who were asked, counted from 0 in the order of asking; nothing in older events: the last one.
        public var position: Int?
    }
}
