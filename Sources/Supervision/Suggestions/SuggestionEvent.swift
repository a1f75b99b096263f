public import Kernel
public import Ledger

/// The three kinds of suggestions (三项建议, Art. 40).
public enum SuggestionKind: String, CaseIterable, Codable, Sendable {
    /// 改进工作
    case improveWork
    /// 完善政策
    case changePolicy
    /// 追究责任
    case accountability
}

/// What the unit says in writing.
public enum SuggestionAdoption: String, CaseIterable, Codable, Sendable {
    /// 采纳
    case adopted
    /// 部分采纳
    case partly
    /// 不采纳，说明理由
    case notAdopted
}

/// Where a suggestion stands.
public enum SuggestionPhase: String, CaseIterable, Codable, Sendable {
    /// The unit has to say whether it adopts it.
    case issued
    /// It said so.
    case replied
    /// Taken back.
    case withdrawn
}

/// What can happen to a suggestion. Payloads hold codes, identifiers and references to texts; never words.
public enum SuggestionEvent: Hashable, Sendable {
    /// It goes to the unit.
    case issued(Issued)
    /// The unit says in writing whether it adopts it.
    case replied(Replied)
    /// The reply lacks something.
    case returned(Returned)
    /// Taken back.
    case withdrawn(Reasoned)
    /// Words were erased.
    case textsErased(Erased)
}

extension SuggestionEvent {
    /// A suggestion to a unit.
    public struct Issued: Codable, Hashable, Sendable {
        /// Its number.
        public var number: DocumentNumber
        /// To whom.
        public var unit: UnitID
        /// Which kind.
        public var kind: SuggestionKind
        /// The words.
        public var text: TextReference
        /// The matters on which it rests.
        public var matters: [MatterReference]
        /// The task out of which it came.
        public var task: SupervisionID?
        /// By when the unit replies; no law names a day, so there is one only where somebody set it.
        public var answerBy: LocalDate?
    }

    /// A unit's reply.
    public struct Replied: Codable, Hashable, Sendable {
        /// Whether it adopts it.
        public var adoption: SuggestionAdoption
        /// How, or why not.
        public var text: TextReference
        /// Whether it came by its day; nothing where none was set.
        public var inTime: Bool?
    }

    /// A reply goes back.
    public struct Returned: Codable, Hashable, Sendable {
        /// What it lacks.
        public var text: TextReference
        /// By when the unit replies again.
        public var answerBy: LocalDate?
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

extension SuggestionEvent: RecordEvent {
    package var parts: (kind: String, payload: any Encodable & Sendable) {
        switch self {
        case .issued(let p): ("issued", p)
        case .replied(let p): ("replied", p)
        case .returned(let p): ("returned", p)
        case .withdrawn(let p): ("withdrawn", p)
        case .textsErased(let p): ("textsErased", p)
        }
    }

    package init(kind: String, data: String) throws {
        self =
            switch kind {
            case "issued": .issued(try StableJSON.read(data))
            case "replied": .replied(try StableJSON.read(data))
            case "returned": .returned(try StableJSON.read(data))
            case "withdrawn": .withdrawn(try StableJSON.read(data))
            case "textsErased": .textsErased(try StableJSON.read(data))
            default: throw EventFormatError.unreadable
            }
    }

    package var texts: [TextReference] {
        switch self {
        case .issued(let p): [p.text]
        case .replied(let p): [p.text]
        case .returned(let p): [p.text]
        case .withdrawn(let p): [p.text]
        case .textsErased(let p): [p.reason]
        }
    }

    package var erased: [TextID] {
        if case .textsErased(let p) = self { p.texts } else { [] }
    }

    /// The stable name of the event.
    public var kind: String { parts.kind }
}
