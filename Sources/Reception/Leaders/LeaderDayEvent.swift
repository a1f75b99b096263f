public import Kernel
public import Ledger

/// What a leader did with what was brought forward.
public enum LeaderResult: String, CaseIterable, Codable, Sendable {
    /// Takes charge of it in person (包案); open until it is reported.
    case takenCharge
    /// Handed to a unit, with a day; open until it is reported.
    case handedOver
    /// Explained what holds and why.
    case explained
    /// Solved on the spot.
    case solved

    /// Whether something is to come.
    public var isOpen: Bool { self == .takenCharge || self == .handedOver }
}

/// Whether a leader's day is held.
public enum LeaderDayPhase: String, CaseIterable, Codable, Sendable {
    case planned, cancelled
}

/// What can happen to a leader's day. What is published stands in texts of its own.
public enum LeaderDayEvent: Hashable, Sendable {
    /// It is published.
    case planned(Planned)
    /// Day, time, place or seats change.
    case changed(Changed)
    /// It is not held.
    case cancelled(Reasoned)
    /// Somebody was received about a matter, with a result.
    case received(Received)
    /// What came of a result that was open.
    case settled(Settled)
    /// Words were erased.
    case textsErased(Erased)

    /// When and where.
    public struct Plan: Codable, Hashable, Sendable {
        /// The day.
        public var day: LocalDate
        /// The hours.
        public var span: DaySpan
        /// The place.
        public var place: PlaceID
        /// The desk or room of that place.
        public var desk: Int
        /// How many can book.
        public var seats: Int
        /// Units that receive together with the leader (联合接访).
        public var units: [UnitID]
        /// What it is about, published.
        public var topics: TextReference?

        /// When and where.
        public init(
            day: LocalDate, span: DaySpan, place: PlaceID, desk: Int, seats: Int, units: [UnitID] = [],
            topics: TextReference? = nil
        ) {
            self.day = day
            self.span = span
            self.place = place
            self.desk = desk
            self.seats = seats
            self.units = units
            self.topics = topics
        }
    }

    /// A day is published.
    public struct Planned: Codable, Hashable, Sendable {
        /// The unit whose leader it is.
        public var unit: UnitID
        /// Who.
        public var leader: StaffID
        /// The office that they hold, as it is published.
        public var office: String
        /// When and where.
        public var plan: Plan
    }

    /// A change with its reason.
    public struct Changed: Codable, Hashable, Sendable {
        /// When and where from now on.
        public var plan: Plan
        /// Why, published.
        public var reason: TextReference
    }

    /// Something with its reason.
    public struct Reasoned: Codable, Hashable, Sendable {
        /// Why, published.
        public var reason: TextReference
    }

    /// A matter that was brought forward.
    public struct Received: Codable, Hashable, Sendable {
        /// Its number on the day's list, from 1.
        public var entry: Int
        /// The visit.
        public var visit: VisitID?
        /// The matter.
        public var matter: ReceivedMatter
        /// What the leader did.
        public var result: LeaderResult
        /// The unit to which it was handed.
        public var unit: UnitID?
        /// By when.
        public var due: LocalDate?
        /// In words, which the resident reads.
        public var words: TextReference?
    }

    /// What came of it.
    public struct Settled: Codable, Hashable, Sendable {
        /// Which entry.
        public var entry: Int
        /// In words, which the resident reads.
        public var words: TextReference
    }

    /// Words taken away.
    public struct Erased: Codable, Hashable, Sendable {
        /// Which.
        public var texts: [TextID]
    }
}

extension LeaderDayEvent: RecordEvent {
    package var parts: (kind: String, payload: any Encodable & Sendable) {
        switch self {
        case .planned(let p): ("planned", p)
        case .changed(let p): ("changed", p)
        case .cancelled(let p): ("cancelled", p)
        case .received(let p): ("received", p)
        case .settled(let p): ("settled", p)
        case .textsErased(let p): ("textsErased", p)
        }
    }

    package init(kind: String, data: String) throws {
        self =
            switch kind {
            case "planned": .planned(try StableJSON.read(data))
            case "changed": .changed(try StableJSON.read(data))
            case "cancelled": .cancelled(try StableJSON.read(data))
            case "received": .received(try StableJSON.read(data))
            case "settled": .settled(try StableJSON.read(data))
            case "textsErased": .textsErased(try StableJSON.read(data))
            default: throw EventFormatError.unreadable
            }
    }

    package var texts: [TextReference] {
        switch self {
        case .planned(let p): [p.plan.topics].compactMap { $0 }
        case .changed(let p): [p.plan.topics, p.reason].compactMap { $0 }
        case .cancelled(let p): [p.reason]
        case .received(let p): [p.words].compactMap { $0 }
        case .settled(let p): [p.words]
        case .textsErased: []
        }
    }

    package var erased: [TextID] {
        if case .textsErased(let p) = self { p.texts } else { [] }
    }

    /// The stable name of the event.
    public var kind: String { parts.kind }
}
