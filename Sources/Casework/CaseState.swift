public import Kernel
public import Ledger
public import Organisation

/// Everything that the events of a matter add up to. Tables are projections of this value.
public struct CaseState: Hashable, Sendable {
    /// One resident's part.
    public struct Reporter: Hashable, Sendable {
        /// As it was registered.
        public var details: ReporterDetails
        /// Keyed hash of the code that opens it now.
        public var codeHash: String
        /// When the present reply reached them.
        public var deliveredAt: Instant?
        /// The last day for judging.
        public var judgeUntil: LocalDate?
        /// What they said.
        public var judgement: CaseEvent.Judged?
        /// When they said it.
        public var judgedAt: Instant?
        /// From when somebody calls to ask how it went; `callsOn` says whether that is still to be done.
        public var callBackOn: LocalDate?
        /// Calls since the answer arrived that brought no verdict.
        public var calls = 0
        /// The window ended in silence.
        public var windowEnded: Bool
        /// They took the matter back.
        public var withdrawn: Bool
        /// They were erased.
        public var erased: Bool
        /// Notices that reached them.
        public var notices: Set<NoticeKind> = []
        /// The matter with which they came; nothing for those who wrote to this one.
        public var origin: Origin?

        /// Whether nothing more is expected from this resident for the present reply.
        public var isSettled: Bool { withdrawn || judgement != nil || windowEnded }
    }

    /// The matter.
    public var id: CaseID
    /// The readable number.
    public var number: String
    /// Where it stands.
    public var phase: CasePhase
    /// How it arrived.
    public var channel: Channel
    /// Its title.
    public var title: TextReference
    /// The resident's words.
    public var body: TextReference
    /// Where it is.
    public var place: TextReference?
    /// What is hoped for.
    public var wish: TextReference?
    /// Category code.
    public var category: String?
    /// Area code.
    public var area: String?
    /// How pressing the matter is.
    public var urgency: MatterUrgency
    /// The rule pack that it began with.
    public var pack: String
    /// The version of that pack.
    public var packVersion: Int
    /// Whether it may later be shown without names.
    public var publishable: Bool
    /// Where an imported matter comes from.
    public var source: String?
    /// The unit that took it in.
    public var receivedBy: UnitID
    /// The unit that answers for it now: the first receiver until another accepts.
    public var responsible: UnitID
    /// The unit that it was sent to.
    public var lead: UnitID?
    /// Who handles it.
    public var handler: StaffID?
    /// The residents' parts, first come first.
    public var reporters: [Reporter]
    /// Units that were asked to help.
    public var helpers: [Helper]
    /// All clocks, in the order of their start.
    public var clocks: [Clock]
    /// Other matters that belong to it.
    public var links: [CaseEvent.Linked]
    /// Who may see it when it is restricted; nothing when it is not.
    public var restrictedTo: [StaffID]?
    /// Staff who keep out of it.
    public var recused: Set<StaffID>
    /// When it came in.
    public var registeredAt: Instant
    /// When something last happened.
    public var lastAt: Instant
    /// What that was.
    public var lastKind: String
    /// How often work began anew.
    public var reopenings: Int
    /// The present reply.
    public var reply: CaseEvent.Replied?
    /// When it was signed.
    public var repliedAt: Instant?
    /// The version that forms carry: the number of events, without notices that were merely read.
    public var version: Int
    /// What kind of case it is.
    public var kind = MatterKind.petition
    /// Whether an office received it that passes matters on.
    public var receiver: Rule.Condition.Receiver?
    /// How many came together.
    public var groupSize: Int?
    /// The number of the matter that it repeats.
    public var repeatOf: String?
    /// In which form an applicant wants the information.
    public var form: TextReference?
    /// When it was last reported upward.
    public var reportedUpAt: Instant?
    /// By when whoever sent it wants to hear how it was dealt with.
    public var feedback: LocalDate?
    /// The decision about category and route.
    public var triage: CaseEvent.Triaged?
    /// Where it was routed; nothing while it is handled here.
    public var route: CaseEvent.Routed?
    /// Staff that it complains of.
    public var accusedStaff: Set<StaffID> = []
    /// Units that it complains of.
    public var accusedUnits: Set<UnitID> = []
    /// The objection that waits for a decision.
    public var objection: Objection?
    /// The wish for more time that waits for a decision.
    public var extensionWish: CaseEvent.ExtensionAsked?
    /// Hearings, in their order.
    public var hearings: [Hearing] = []
    /// Promises, in their order.
    public var promises: [Promise] = []
    /// Agreements.
    public var settlements: [CaseEvent.Settled] = []
    /// Reviews, in their order.
    public var reviews: [Review] = []
    /// The reply that must not be repeated, while a redo is due.
    public var redoOf: CaseEvent.Replied?
    /// The request to complete an application; it is made once.
    public var correction: Correction?
    /// Whom somebody asked before information is given.
    public var consultations: [Consultation] = []
    /// When a unit first took it up.
    public var acceptedAt: Instant?
    /// Rulings on objections, in their order.
    public var rulings: [Ruling] = []
    /// How it went from unit to unit, in order.
    public var moves: [Move] = []
    /// Answers, in their order.
    public var answers: [Answer] = []
    /// What residents said later about showing it to everybody.
    public var consents: [ReporterID: Bool] = [:]
    /// What everybody reads; nothing while it is not public.
    public var publication: Publication?
    /// The number under which the public found it; kept when it is shown again.
    public var publicNumber: String?
    /// What everybody may know of its course.
    public var openSteps: [OpenStep] = []
    /// Files, in the order in which they came.
    public var attachments: [Attachment] = []
    /// Where it goes on; nothing while it stands on its own.
    public var merged: Merged?
    /// Matters that go on here, in the order in which they came.
    public var absorbed: [Absorption] = []
    /// The whole of which it is a part.
    public var part: Part?
    /// The parts into which it was divided.
    public var parts: [PartReference] = []
    /// Where the paper original was and is; the last one holds.
    public var shelves: [Shelf] = []
    /// Words of the vocabulary on it, in the order in which they were put.
    public var tags: [TagID] = []
    /// What can be taken back as long as nobody goes on with it.
    public var undo: Undo?
    /// Units from which it was taken back.
    public var recalls: [Recall] = []

    /// The unit whose turn it is.
    public var actingUnit: UnitID {
        switch phase {
        case .dispatched: lead ?? responsible
        case .reviewing: reviews.last?.body ?? responsible
        default: responsible
        }
    }

    /// Every unit that has to do with it.
    public var units: Set<UnitID> {
        Set([receivedBy, responsible] + [lead].compactMap { $0 } + helpers.map(\.unit) + reviews.map(\.body))
            .subtracting(accusedUnits)
    }

    /// The running clock of the offices that ends first; of those on one day, hours before the end of the day.
    public var nextClock: Clock? {
        func key(_ start: ClockStart) -> (LocalDate, Int64, String) {
            (start.due, start.dueAt?.milliseconds ?? .max, start.rule)
        }
        return clocks.filter { $0.endedAt == nil && $0.paused == nil && $0.start.isDuty }
            .min { key($0.start) < key($1.start) }
    }

    /// The worst verdict so far, for lists of those who may see it.
    public var judgement: Judgement? {
        let all = reporters.compactMap { $0.judgement?.outcome }
        return all.contains(.notSolved) ? .notSolved : all.contains(.partly) ? .partly : all.first
    }
}
