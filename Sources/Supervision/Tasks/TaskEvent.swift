public import Kernel
public import Ledger

/// What can happen to a task. Payloads hold codes, identifiers and references to texts; never words.
public enum TaskEvent: Hashable, Sendable {
    /// A unit is asked for something.
    case opened(Opened)
    /// A finding needs no task.
    case setAside(SetAside)
    /// A letter urges the unit (催办函).
    case urged(Ordered)
    /// The task stands on the list until it is done (挂牌督办).
    case listed(Reasoned)
    /// A talk was held with those who lead the unit (约谈).
    case talked(Talked)
    /// Other units were told (通报).
    case circulated(Circulated)
    /// To be put right by a day (限期整改).
    case rectificationOrdered(Ordered)
    /// More time, with the reason.
    case dueMoved(Ordered)
    /// The unit answers in writing.
    case answered(Answered)
    /// The answer is not enough.
    case sentBack(Ordered)
    /// The answer is enough.
    case accepted(Noted)
    /// Over.
    case closed(Closed)
    /// Taken back.
    case withdrawn(Reasoned)
    /// Words were erased.
    case textsErased(Erased)
}

extension TaskEvent {
    /// A unit is asked for something.
    public struct Opened: Codable, Hashable, Sendable {
        /// Its number.
        public var number: DocumentNumber
        /// Who is asked.
        public var unit: UnitID
        /// Why, as a code.
        public var trigger: SupervisionTrigger
        /// The matter that it is about.
        public var matter: MatterReference?
        /// Since when, for what the system found.
        public var since: LocalDate?
        /// The facts on which it rests.
        public var evidence: [SupervisionEvidence]
        /// Why, in words.
        public var reason: TextReference?
        /// By when the unit answers.
        public var due: LocalDate
    }

    /// A finding needs no task.
    public struct SetAside: Codable, Hashable, Sendable {
        /// The unit that it was about.
        public var unit: UnitID
        /// What was found.
        public var trigger: SupervisionTrigger
        /// The matter.
        public var matter: MatterReference
        /// Since when.
        public var since: LocalDate
        /// The facts on which it rested.
        public var evidence: [SupervisionEvidence]
        /// Why it needs none.
        public var reason: TextReference
    }

    /// Something is to be done by a day.
    public struct Ordered: Codable, Hashable, Sendable {
        /// What, or why.
        public var text: TextReference
        /// By when.
        public var due: LocalDate
    }

    /// Something with its reason.
    public struct Reasoned: Codable, Hashable, Sendable {
        /// Why.
        public var text: TextReference
    }

    /// Something that may say more.
    public struct Noted: Codable, Hashable, Sendable {
        /// More words.
        public var text: TextReference?
    }

    /// A talk.
    public struct Talked: Codable, Hashable, Sendable {
        /// The day.
        public var on: LocalDate
        /// What was said and agreed.
        public var text: TextReference
    }

    /// A circular.
    public struct Circulated: Codable, Hashable, Sendable {
        /// To whom.
        public var scope: CircularScope
        /// The words.
        public var text: TextReference
    }

    /// A unit's answer.
    public struct Answered: Codable, Hashable, Sendable {
        /// The words.
        public var text: TextReference
        /// Whether it came by its day.
        public var inTime: Bool
    }

    /// The end.
    public struct Closed: Codable, Hashable, Sendable {
        /// What came of it.
        public var result: TaskResult
        /// In words.
        public var text: TextReference
    }

    /// Words taken away.
    public struct Erased: Codable, Hashable, Sendable {
        /// Which.
        public var texts: [TextID]
        /// Why.
        public var reason: TextReference
    }
}

extension TaskEvent: RecordEvent {
    package var parts: (kind: String, payload: any Encodable & Sendable) {
        switch self {
        case .opened(let p): ("opened", p)
        case .setAside(let p): ("setAside", p)
        case .urged(let p): ("urged", p)
        case .listed(let p): ("listed", p)
        case .talked(let p): ("talked", p)
        case .circulated(let p): ("circulated", p)
        case .rectificationOrdered(let p): ("rectificationOrdered", p)
        case .dueMoved(let p): ("dueMoved", p)
        case .answered(let p): ("answered", p)
        case .sentBack(let p): ("sentBack", p)
        case .accepted(let p): ("accepted", p)
        case .closed(let p): ("closed", p)
        case .withdrawn(let p): ("withdrawn", p)
        case .textsErased(let p): ("textsErased", p)
        }
    }

    package init(kind: String, data: String) throws {
        self =
            switch kind {
            case "opened": .opened(try StableJSON.read(data))
            case "setAside": .setAside(try StableJSON.read(data))
            case "urged": .urged(try StableJSON.read(data))
            case "listed": .listed(try StableJSON.read(data))
            case "talked": .talked(try StableJSON.read(data))
            case "circulated": .circulated(try StableJSON.read(data))
            case "rectificationOrdered": .rectificationOrdered(try StableJSON.read(data))
            case "dueMoved": .dueMoved(try StableJSON.read(data))
            case "answered": .answered(try StableJSON.read(data))
            case "sentBack": .sentBack(try StableJSON.read(data))
            case "accepted": .accepted(try StableJSON.read(data))
            case "closed": .closed(try StableJSON.read(data))
            case "withdrawn": .withdrawn(try StableJSON.read(data))
            case "textsErased": .textsErased(try StableJSON.read(data))
            default: throw EventFormatError.unreadable
            }
    }

    package var texts: [TextReference] {
        switch self {
        case .opened(let p): [p.reason].compactMap { $0 }
        case .setAside(let p): [p.reason]
        case .urged(let p), .rectificationOrdered(let p), .dueMoved(let p), .sentBack(let p): [p.text]
        case .listed(let p), .withdrawn(let p): [p.text]
        case .talked(let p): [p.text]
        case .circulated(let p): [p.text]
        case .answered(let p): [p.text]
        case .accepted(let p): [p.text].compactMap { $0 }
        case .closed(let p): [p.text]
        case .textsErased(let p): [p.reason]
        }
    }

    package var erased: [TextID] {
        if case .textsErased(let p) = self { p.texts } else { [] }
    }

    /// The stable name of the event.
    public var kind: String { parts.kind }

    /// The measure that it is.
    public var measure: TaskMeasure? {
        switch self {
        case .urged: .urge
        case .listed: .listing
        case .talked: .talk
        case .circulated: .circular
        case .rectificationOrdered: .rectification
        default: nil
        }
    }
}
