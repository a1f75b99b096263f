public import Kernel
public import Ledger

/// Everything that the events of a matter add up to. Tables are projections of this value.
public struct CaseState: Hashable, Sendable {
    /// One resident's part.
    public struct Reporter: Hashable, Sendable {
        public var details: ReporterDetails
        public var codeHash: String
        public var deliveredAt: Instant?
        public var judgeUntil: LocalDate?
        public var judgement: CaseEvent.Judged?
        public var judgedAt: Instant?
        public var windowEnded: Bool
        public var withdrawn: Bool
        public var erased: Bool

        /// Whether nothing more is expected from this resident for the present reply.
        public var isSettled: Bool { withdrawn || judgement != nil || windowEnded }
    }

    /// A clock and how it ended.
    public struct Clock: Hashable, Sendable {
        public var start: ClockStart
        public var endedAt: Instant?
    }

    /// A unit that was asked to help.
    public struct Helper: Hashable, Sendable {
        public var unit: UnitID
        public var askedAt: Instant
        public var due: LocalDate?
        public var answeredAt: Instant?
    }

    public var id: CaseID
    public var number: String
    public var phase: CasePhase
    public var channel: Channel
    public var title: TextReference
    public var body: TextReference
    public var place: TextReference?
    public var wish: TextReference?
    public var category: String?
    public var area: String?
    public var urgency: MatterUrgency
    public var pack: String
    public var packVersion: Int
    public var publishable: Bool
    public var source: String?
    /// The unit that took it in.
    public var receivedBy: UnitID
    /// The unit that answers for it now: the first receiver until another accepts.
    public var responsible: UnitID
    /// The unit that it was sent to.
    public var lead: UnitID?
    public var handler: StaffID?
    public var reporters: [Reporter]
    public var helpers: [Helper]
    public var clocks: [Clock]
    public var links: [CaseEvent.Linked]
    /// Who may see it when it is restricted; nothing when it is not.
    public var restrictedTo: [StaffID]?
    public var recused: Set<StaffID>
    public var registeredAt: Instant
    public var lastAt: Instant
    public var lastKind: String
    public var reopenings: Int
    public var reply: CaseEvent.Replied?
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
