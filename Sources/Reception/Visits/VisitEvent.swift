public import Kernel
public import Ledger

/// What can happen to a visit. Payloads hold codes, identifiers and references to texts; never words.
public enum VisitEvent: Hashable, Sendable {
    /// Somebody came and has a number.
    case arrived(Arrived)
    /// Is sent to desks.
    case sent(Sent)
    /// Is called to a desk.
    case called(AtDesk)
    /// Did not come when called; waits again.
    case missed
    /// A member of staff receives them at a desk.
    case begun(AtDesk)
    /// Another desk sits down beside it.
    case joined(AtDesk)
    /// Is passed on, with a word.
    case passed(Passed)
    /// This desk is done; on to the next one.
    case movedOn
    /// Belongs to a matter.
    case matterLinked(Linked)
    /// Over.
    case ended(Ended)
    /// Name and words are forgotten.
    case forgotten(Forgotten)
}

extension VisitEvent {
    /// Somebody came.
    public struct Arrived: Codable, Hashable, Sendable {
        /// Where.
        public var place: PlaceID
        /// The unit that runs the place.
        public var host: UnitID
        /// The day.
        public var day: LocalDate
        /// The number.
        public var ticket: Ticket
        /// How many came together.
        public var people: Int
        /// What helps them.
        public var needs: [VisitNeed]
        /// Why they are received before others.
        public var front: FrontReason?
        /// The booked time.
        public var slot: Instant?
        /// The leader's day for which they came.
        public var leaderDay: LeaderDayID?
        /// What it is about, in a few words.
        public var about: TextReference?
        /// Their encrypted contact data.
        public var person: PersonID?
    }

    /// Desks, in their order.
    public struct Sent: Codable, Hashable, Sendable {
        /// The steps.
        public var legs: [VisitLeg]
    }

    /// A desk.
    public struct AtDesk: Codable, Hashable, Sendable {
        /// Its number.
        public var desk: Int
    }

    /// On to other desks.
    public struct Passed: Codable, Hashable, Sendable {
        /// The steps.
        public var legs: [VisitLeg]
        /// A word for them.
        public var word: TextReference?
    }

    /// A matter.
    public struct Linked: Codable, Hashable, Sendable {
        /// Which.
        public var matter: ReceivedMatter
        /// Whose part of it, where it was taken down on this visit.
        public var reporter: ReporterID?
        /// That it was read back and confirmed.
        public var readBack: ReadBack?
    }

    /// The end.
    public struct Ended: Codable, Hashable, Sendable {
        /// What came of it.
        public var result: VisitResult
        /// In words.
        public var words: TextReference?
    }

    /// What is forgotten.
    public struct Forgotten: Codable, Hashable, Sendable {
        /// Texts that go.
        public var texts: [TextID]
        /// Whether contact data goes.
        public var person: PersonID?
    }
}

extension VisitEvent: RecordEvent {
    struct Nothing: Codable {}

    package var parts: (kind: String, payload: any Encodable & Sendable) {
        switch self {
        case .arrived(let p): ("arrived", p)
        case .sent(let p): ("sent", p)
        case .called(let p): ("called", p)
        case .missed: ("missed", Nothing())
        case .begun(let p): ("begun", p)
        case .joined(let p): ("joined", p)
        case .passed(let p): ("passed", p)
        case .movedOn: ("movedOn", Nothing())
        case .matterLinked(let p): ("matterLinked", p)
        case .ended(let p): ("ended", p)
        case .forgotten(let p): ("forgotten", p)
        }
    }

    package init(kind: String, data: String) throws {
        self =
            switch kind {
            case "arrived": .arrived(try StableJSON.read(data))
            case "sent": .sent(try StableJSON.read(data))
            case "called": .called(try StableJSON.read(data))
            case "missed": .missed
            case "begun": .begun(try StableJSON.read(data))
            case "joined": .joined(try StableJSON.read(data))
            case "passed": .passed(try StableJSON.read(data))
            case "movedOn": .movedOn
            case "matterLinked": .matterLinked(try StableJSON.read(data))
            case "ended": .ended(try StableJSON.read(data))
            case "forgotten": .forgotten(try StableJSON.read(data))
            default: throw EventFormatError.unreadable
            }
    }

    package var texts: [TextReference] {
        switch self {
        case .arrived(let p): [p.about].compactMap { $0 }
        case .passed(let p): [p.word].compactMap { $0 }
        case .ended(let p): [p.words].compactMap { $0 }
        default: []
        }
    }

    package var erased: [TextID] {
        if case .forgotten(let p) = self { p.texts } else { [] }
    }

    /// The stable name of the event.
    public var kind: String { parts.kind }
}
