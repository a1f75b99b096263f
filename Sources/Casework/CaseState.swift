public import Kernel
public import Ledger

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
        /// The window ended in silence.
        public var windowEnded: Bool
        /// They took the matter back.
        public var withdrawn: Bool
        /// They were erased.
        public var erased: Bool

        /// Whether nothing more is expected from this resident for the present reply.
        public var isSettled: Bool { withdrawn || judgement != nil || windowEnded }
    }

    /// A clock and how it ended.
    public struct Clock: Hashable, Sendable {
        /// As it was started.
        public var start: ClockStart
        /// When it ended; nothing while it runs.
        public var endedAt: Instant?
    }

    /// A unit that was asked to help.
    public struct Helper: Hashable, Sendable {
        /// The unit.
        public var unit: UnitID
        /// When it was asked.
        public var askedAt: Instant
        /// Until when.
        public var due: LocalDate?
        /// When it did its part.
        public var answeredAt: Instant?
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
    /// The number of events, also the version that forms carry.
    public var version: Int

    /// The unit whose turn it is.
    public var actingUnit: UnitID {
        switch phase {
        case .dispatched: lead ?? responsible
        default: responsible
        }
    }

    /// Every unit that has to do with it.
    public var units: Set<UnitID> {
        Set([receivedBy, responsible] + [lead].compactMap { $0 } + helpers.map(\.unit))
    }

    /// Whether a helping unit still owes its part.
    public func isHelping(_ unit: UnitID) -> Bool { helpers.contains { $0.unit == unit && $0.answeredAt == nil } }

    /// The running clock of the offices that ends first.
    public var nextClock: Clock? {
        clocks.filter { $0.endedAt == nil && !$0.start.rule.contains("-ASK-") }
            .min { ($0.start.due, $0.start.rule) < ($1.start.due, $1.start.rule) }
    }

    /// The worst verdict so far, for lists of those who may see it.
    public var judgement: Judgement? {
        let all = reporters.compactMap { $0.judgement?.outcome }
        return all.contains(.notSolved) ? .notSolved : all.contains(.partly) ? .partly : all.first
    }
}
