public import Kernel
public import Ledger

/// Where a meeting of the joint conference stands.
public enum ConferencePhase: String, CaseIterable, Codable, Sendable {
    /// It is to be held.
    case planned
    /// It was held; decisions are written down and carried out.
    case held
    /// It is not held.
    case cancelled
}

/// How far a decision was carried out.
public enum DecisionOutcome: String, CaseIterable, Codable, Sendable {
    /// Done.
    case done
    /// Done in part.
    case partly
    /// Not done.
    case notDone
}

/// What can happen to a meeting. Payloads hold codes, identifiers and references to texts; never words.
public enum ConferenceEvent: Hashable, Sendable {
    /// It is called.
    case convened(Convened)
    /// Day, place or participants change.
    case changed(Arranged)
    /// An item on the agenda.
    case itemAdded(ItemAdded)
    /// An item is taken off.
    case itemDropped(Item)
    /// It was held.
    case held(Held)
    /// A decision on an item.
    case decided(Decided)
    /// What came of a decision.
    case reported(Reported)
    /// It is not held.
    case cancelled(Reasoned)
    /// Words were erased.
    case textsErased(Erased)
}

extension ConferenceEvent {
    /// A meeting is called.
    public struct Convened: Codable, Hashable, Sendable {
        /// Its number.
        public var number: DocumentNumber
        /// The unit that calls it.
        public var unit: UnitID
        /// When, where, with whom.
        public var arranged: Arranged
    }

    /// When, where and with whom.
    public struct Arranged: Codable, Hashable, Sendable {
        /// The day.
        public var on: LocalDate
        /// The minute of that day.
        public var minute: Int?
        /// Where, in words.
        public var place: TextReference
        /// Who is invited.
        public var units: [UnitID]
    }

    /// An item.
    public struct Item: Codable, Hashable, Sendable {
        /// Its number on the agenda, from 1.
        public var item: Int
    }

    /// An item on the agenda.
    public struct ItemAdded: Codable, Hashable, Sendable {
        /// Its number on the agenda, from 1; never given twice.
        public var item: Int
        /// What it is about.
        public var title: TextReference
        /// The matter that it is about.
        public var matter: MatterReference?
    }

    /// Who came.
    public struct Held: Codable, Hashable, Sendable {
        /// The units that were there.
        public var units: [UnitID]
    }

    /// A decision.
    public struct Decided: Codable, Hashable, Sendable {
        /// The item.
        public var item: Int
        /// The words.
        public var text: TextReference
        /// Who carries it out.
        public var owner: UnitID
        /// By when.
        public var due: LocalDate
        /// Who answers for the item's matter from now on, where that was in dispute.
        public var responsible: UnitID?
    }

    /// What came of a decision.
    public struct Reported: Codable, Hashable, Sendable {
        /// The item.
        public var item: Int
        /// How far.
        public var outcome: DecisionOutcome
        /// In words.
        public var text: TextReference
    }

    /// Something with its reason.
    public struct Reasoned: Codable, Hashable, Sendable {
        /// Why.
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

extension ConferenceEvent: RecordEvent {
    package var parts: (kind: String, payload: any Encodable & Sendable) {
        switch self {
        case .convened(let p): ("convened", p)
        case .changed(let p): ("changed", p)
        case .itemAdded(let p): ("itemAdded", p)
        case .itemDropped(let p): ("itemDropped", p)
        case .held(let p): ("held", p)
        case .decided(let p): ("decided", p)
        case .reported(let p): ("reported", p)
        case .cancelled(let p): ("cancelled", p)
        case .textsErased(let p): ("textsErased", p)
        }
    }

    package init(kind: String, data: String) throws {
        self =
            switch kind {
            case "convened": .convened(try StableJSON.read(data))
            case "changed": .changed(try StableJSON.read(data))
            case "itemAdded": .itemAdded(try StableJSON.read(data))
            case "itemDropped": .itemDropped(try StableJSON.read(data))
            case "held": .held(try StableJSON.read(data))
            case "decided": .decided(try StableJSON.read(data))
            case "reported": .reported(try StableJSON.read(data))
            case "cancelled": .cancelled(try StableJSON.read(data))
            case "textsErased": .textsErased(try StableJSON.read(data))
            default: throw EventFormatError.unreadable
            }
    }

    package var texts: [TextReference] {
        switch self {
        case .convened(let p): [p.arranged.place]
        case .changed(let p): [p.place]
        case .itemAdded(let p): [p.title]
        case .itemDropped, .held: []
        case .decided(let p): [p.text]
        case .reported(let p): [p.text]
        case .cancelled(let p): [p.text]
        case .textsErased(let p): [p.reason]
        }
    }

    package var erased: [TextID] {
        if case .textsErased(let p) = self { p.texts } else { [] }
    }

    /// The stable name of the event.
    public var kind: String { parts.kind }
}
