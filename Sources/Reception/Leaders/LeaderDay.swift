public import Kernel
public import Ledger
internal import Storage

/// A day on which a leader receives, as its events add up.
public struct LeaderDay: Hashable, Sendable {
    /// A matter on the day's list.
    public struct Entry: Hashable, Sendable {
        /// What was recorded.
        public let received: LeaderDayEvent.Received
        /// When.
        public let at: Instant
        /// What came of it.
        public internal(set) var settled: TextID?
        /// When that was told.
        public internal(set) var settledAt: Instant?

        /// Whether something is still to come.
        public var isOpen: Bool { received.result.isOpen && settledAt == nil }
    }

    /// Its identifier.
    public let id: LeaderDayID
    /// Who receives, of which unit.
    public let planned: LeaderDayEvent.Planned
    /// When and where, as it holds now.
    public internal(set) var plan: LeaderDayEvent.Plan
    /// Whether it is held.
    public internal(set) var phase: LeaderDayPhase = .planned
    /// Why it was changed or is not held.
    public internal(set) var reason: TextID?
    /// When that was said.
    public internal(set) var changedAt: Instant?
    /// The matters that were brought forward.
    public internal(set) var entries: [Entry] = []
    var texts: Set<TextID>
    /// The number of its events.
    public package(set) var version = 1
}

/// What somebody wants done with a leader's day.
public enum LeaderDayCommand: Hashable, Sendable {
    case change(LeaderDayEvent.Plan, reason: TextReference)
    case cancel(reason: TextReference)
    case receive(LeaderDayEvent.Received)
    case settle(entry: Int, words: TextReference)
    case erase(matter: CaseID)

    /// The name without the payload.
    public var name: Name {
        switch self {
        case .change: .change
        case .cancel: .cancel
        case .receive: .receive
        case .settle: .settle
        case .erase: .erase
        }
    }

    /// The kinds of command.
    public enum Name: String, CaseIterable, Sendable {
        case change, cancel, receive, settle, erase

        /// The phases in which the command makes sense.
        public var phases: Set<LeaderDayPhase> {
            self == .erase ? Set(LeaderDayPhase.allCases) : [.planned]
        }
    }
}

extension LeaderDay: LedgerRecord {
    package typealias Entity = Named.LeaderDay
    package typealias Event = LeaderDayEvent
    package typealias Command = LeaderDayCommand

    package static let streamKind = "leaderDay"
    package static let notFound = PlainError(.notFound, "reception.dayNotFound")
    package static let tables = [(name: "leader_days", key: "id"), (name: "leader_day_entries", key: "day_id")]

    package init?(id: LeaderDayID, first event: LeaderDayEvent, by actor: Actor, at instant: Instant) {
        guard case .planned(let planned) = event else { return nil }
        self.init(id: id, planned: planned, plan: planned.plan, texts: Set(event.texts.map(\.id)))
    }

    package mutating func apply(_ event: LeaderDayEvent, by actor: Actor, at instant: Instant) {
        texts.formUnion(event.texts.map(\.id))
        switch event {
        case .planned: break
        case .changed(let p): (plan, reason, changedAt) = (p.plan, p.reason.id, instant)
        case .cancelled(let p): (phase, reason, changedAt) = (.cancelled, p.reason.id, instant)
        case .received(let p): entries.append(Entry(received: p, at: instant))
        case .settled(let p):
            if let index = entries.firstIndex(where: { $0.received.entry == p.entry }) {
                entries[index].settled = p.words.id
                entries[index].settledAt = instant
            }
        case .textsErased(let p): texts.subtract(p.texts)
        }
    }

    package func decide(_ command: LeaderDayCommand, on today: LocalDate) throws(ReceptionError) -> [LeaderDayEvent] {
        guard command.name.phases.contains(phase) else {
            throw .notNow(command: "leader.\(command.name.rawValue)", phase: "leader.\(phase.rawValue)")
        }
        switch command {
        case .change(let new, let reason):
            guard entries.isEmpty else { throw .notNow(command: "leader.change", phase: "leader.held") }
            guard new.day >= today else { throw .dayOver(field: "day") }
            return [.changed(.init(plan: new, reason: reason))]
        case .cancel(let reason):
            guard entries.isEmpty else { throw .notNow(command: "leader.cancel", phase: "leader.held") }
            return [.cancelled(.init(reason: reason))]
        case .receive(var received):
            guard plan.day <= today else { throw .notYet }
            guard !entries.contains(where: { $0.received.matter.id == received.matter.id }) else {
                throw .alreadyEntered
            }
            if received.result == .handedOver {
                guard received.unit != nil, received.due != nil else { throw .handOverIncomplete }
            }
            if let due = received.due, due < plan.day { throw .dayOver(field: "due") }
            received.entry = (entries.map(\.received.entry).max() ?? 0) + 1
            return [.received(received)]
        case .settle(let number, let words):
            guard let entry = entries.first(where: { $0.received.entry == number }) else { throw .unknownEntry }
            guard entry.isOpen else { throw .alreadySettled }
            return [.settled(.init(entry: number, words: words))]
        case .erase(let matter):
            let mine = entries.filter { $0.received.matter.id == matter }
            let ids = mine.flatMap { [$0.received.words?.id, $0.settled].compactMap { $0 } }.filter(texts.contains)
            return ids.isEmpty ? [] : [.textsErased(.init(texts: ids.sorted()))]
        }
    }

    /// What is open and has no day stands after all that has one.
    static let withoutDay = LocalDate(daysSinceEpoch: 2_932_896)

    package var rows: [TableRows] {
        let row: [any SQLConvertible] = [
            id, planned.unit, planned.leader, plan.place, plan.desk, plan.day, plan.span.from, plan.span.until,
            plan.seats, phase.rawValue, entries.count, entries.count { $0.isOpen }, version,
        ]
        let entries = self.entries.map { entry -> [any SQLConvertible] in
            let received = entry.received
            return [
                id, received.entry, received.matter.id, received.matter.number, received.unit ?? planned.unit,
                received.result.rawValue, received.due ?? Self.withoutDay, entry.isOpen,
            ]
        }
        return [
            TableRows(
                Self.tables[0],
                [
                    "id", "unit_id", "leader_id", "place_id", "desk", "day", "from_minute", "until_minute", "seats",
                    "phase", "entries", "open_entries", "version",
                ], [row]),
            TableRows(
                Self.tables[1],
                [
                    "day_id", "entry", "case_id", "matter_number", "unit_id", "result", "due_on", "is_open",
                ], entries),
        ]
    }
}
