public import Kernel
package import Ledger
internal import Storage

/// A visit, as its events add up.
public struct Visit: Hashable, Sendable {
    /// Where a step stands.
    public enum StopPhase: String, Codable, Sendable {
        case later, waiting, called, received, done
    }

    /// A step on the way through the hall.
    public struct Stop: Hashable, Sendable {
        /// Its place on the way, from 1; never given twice.
        public let number: Int
        /// The desks.
        public let leg: VisitLeg
        /// Where it stands.
        public internal(set) var phase: StopPhase
        /// From when it stands in line.
        public internal(set) var turn: Instant
        /// The desk to which it was called.
        public internal(set) var calledTo: Int?
        /// When.
        public internal(set) var calledAt: Instant?
        /// How often it was called in vain.
        public internal(set) var missed = 0
        /// Who received them there, in order.
        public internal(set) var receivedBy: [StaffID] = []
        /// A word from the desk before.
        public internal(set) var word: TextID?

        /// The desk at which they are, or to which they go.
        public var desk: Int { calledTo ?? leg.at.desk }
    }

    /// Its identifier.
    public let id: VisitID
    /// How it began.
    public let arrival: VisitEvent.Arrived
    /// When it began.
    public let arrivedAt: Instant
    /// Who gave the number.
    public let arrivedBy: StaffID?
    /// The way through the hall.
    public internal(set) var stops: [Stop] = []
    var lastStop = 0
    /// When somebody first received them.
    public internal(set) var begunAt: Instant?
    /// When it ended.
    public internal(set) var endedAt: Instant?
    /// What came of it.
    public internal(set) var result: VisitResult?
    /// In words.
    public internal(set) var words: TextID?
    /// Its matter.
    public internal(set) var linked: VisitEvent.Linked?
    /// Name and telephone, while they are kept.
    public internal(set) var person: PersonID?
    /// Words that are still there.
    var texts: Set<TextID>
    /// The number of its events.
    public package(set) var version = 1

    /// The number of the day.
    public var ticket: Ticket { arrival.ticket }

    /// The step at which it stands.
    public var current: Stop? { stops.first { $0.phase != .done && $0.phase != .later } }

    /// The step by which they were first received: its desk stays the owner (首接负责).
    public var owner: Stop? { stops.first { !$0.receivedBy.isEmpty } }

    /// Whether desks are still to come.
    public var hasLater: Bool { stops.contains { $0.phase == .later } }

    /// Where it stands.
    public var phase: VisitPhase {
        if endedAt != nil { return .ended }
        switch current?.phase {
        case .waiting: return .waiting
        case .called: return .called
        case .received: return .received
        case .later, .done, nil: return .arrived
        }
    }
}

extension Visit: LedgerRecord {
    package typealias Entity = Named.Visit
    package typealias Event = VisitEvent
    package typealias Command = VisitCommand

    package static let streamKind = "visit"
    package static let notFound = PlainError(.notFound, "reception.visitNotFound")
    package static let tables = [(name: "visits", key: "id"), (name: "visit_line", key: "visit_id")]

    package init?(id: VisitID, first event: VisitEvent, by actor: Actor, at instant: Instant) {
        guard case .arrived(let arrival) = event else { return nil }
        self.init(
            id: id, arrival: arrival, arrivedAt: instant, arrivedBy: actor.staffID, person: arrival.person,
            texts: Set(event.texts.map(\.id)))
    }

    package mutating func apply(_ event: VisitEvent, by actor: Actor, at instant: Instant) {
        texts.formUnion(event.texts.map(\.id))
        switch event {
        case .arrived: break
        case .sent(let p):
            append(p.legs)
            advance(at: instant)
        case .called(let p):
            change { stop in
                stop.phase = .called
                stop.calledTo = p.desk
                stop.calledAt = instant
            }
        case .missed:
            change { stop in
                stop.phase = .waiting
                stop.turn = instant
                stop.calledTo = nil
                stop.missed += 1
            }
        case .begun(let p):
            change { stop in
                stop.phase = .received
                stop.calledTo = p.desk
                stop.receivedBy += [actor.staffID].compactMap { $0 }
            }
            begunAt = begunAt ?? instant
        case .joined: change { $0.receivedBy += [actor.staffID].compactMap { $0 } }
        case .passed(let p):
            change { $0.phase = .done }
            let before = stops
            append(p.legs)
            let new = stops.dropFirst(before.count)
            let later = before.filter { $0.phase == .later }
            stops = before.filter { $0.phase != .later } + new + later
            if let index = stops.firstIndex(where: { $0.phase == .later }) { stops[index].word = p.word?.id }
            advance(at: instant)
        case .movedOn:
            change { $0.phase = .done }
            advance(at: instant)
        case .matterLinked(let p): linked = p
        case .ended(let p):
            for index in stops.indices { stops[index].phase = .done }
            (endedAt, result, words) = (instant, p.result, p.words?.id)
        case .forgotten(let p):
            texts.subtract(p.texts)
            person = nil
        }
    }

    private mutating func append(_ legs: [VisitLeg]) {
        for leg in legs {
            lastStop += 1
            stops.append(Stop(number: lastStop, leg: leg, phase: .later, turn: arrivedAt))
        }
    }

    /// The next step begins to wait when no other one is open.
    private mutating func advance(at instant: Instant) {
        guard current == nil, let index = stops.firstIndex(where: { $0.phase == .later }) else { return }
        stops[index].phase = .waiting
        // The first desk counts from the door; who is sent on waits from then.
        stops[index].turn = index == 0 ? arrivedAt : instant
    }

    private mutating func change(_ body: (inout Stop) -> Void) {
        if let index = stops.firstIndex(where: { $0.phase != .done && $0.phase != .later }) { body(&stops[index]) }
    }

    package var rows: [TableRows] {
        let row: [any SQLConvertible] = [
            id, arrival.place, arrival.day, ticket.series, ticket.number, phase.rawValue, arrival.people, person,
            arrival.about.flatMap { texts.contains($0.id) ? $0.id : nil }, arrival.leaderDay, arrivedAt, begunAt,
            endedAt, result?.rawValue, linked?.matter.id, linked?.matter.number, linked?.reporter,
            person != nil || !texts.isEmpty, version,
        ]
        let line = stops.flatMap { stop in
            stop.leg.desks.map { ref -> [any SQLConvertible] in
                [
                    id, stop.number, ref.desk, arrival.place, arrival.day, stop.phase.rawValue, stop.calledTo,
                    arrival.front != nil, stop.number == 1 ? arrival.slot : nil, stop.turn, stop.calledAt,
                    ticket.series, ticket.number,
                ]
            }
        }
        return [
            TableRows(
                Self.tables[0],
                [
                    "id", "place_id", "day", "series", "number", "phase", "people", "person_id", "about_id",
                    "leader_day_id", "arrived_at", "begun_at", "ended_at", "result", "case_id", "matter_number",
                    "reporter_id", "kept", "version",
                ], [row]),
            TableRows(
                Self.tables[1],
                [
                    "visit_id", "stop", "desk", "place_id", "day", "phase", "called_to", "front", "slot_at", "turn",
                    "called_at", "series", "number",
                ], line),
        ]
    }
}
