public import Kernel
public import Ledger

/// What can happen to a matter. Payloads hold codes, identifiers and references to texts; never words.
public enum CaseEvent: Hashable, Sendable {
    case registered(Registered)
    case reporterAdded(ReporterAdded)
    case categorised(Categorised)
    case dispatched(Dispatched)
    case objected(Reasoned)
    case objectionRuled(ObjectionRuled)
    case accepted(Accepted)
    case helperAsked(HelperAsked)
    case helperAnswered(HelperAnswered)
    case noted(Reasoned)
    case contacted(Contacted)
    case messaged(Reasoned)
    case worded(ByReporter)
    case replied(Replied)
    case delivered(Delivered)
    case judged(Judged)
    case windowEnded(ByReporter)
    case closed(Reasoned)
    case reopened(Reopened)
    case withdrawn(ByReporter)
    case linked(Linked)
    case restricted(Restricted)
    case unrestricted(Reasoned)
    case contactRevealed(ByReporter)
    case codeReissued(CodeReissued)
    case personErased(PersonErased)
    case recused(Recused)
}

/// A clock that starts with an event: the rule, the day it counts from and the day it ends.
public struct ClockStart: Codable, Hashable, Sendable {
    /// The rule in the pack, `XF-HANDLE`.
    public let rule: String
    /// The day that starts it (not counted, 民法典 Art. 201).
    public let from: LocalDate
    /// The last day.
    public let due: LocalDate
    /// The last day rolled to a working day, where the rule rolls.
    public let rolled: LocalDate?
    /// Whether the calendar of that year is not known yet.
    public let provisional: Bool
    /// The version of the calendar used.
    public let calendar: String

    /// Describes a started clock.
    public init(rule: String, from: LocalDate, due: LocalDate, rolled: LocalDate?, provisional: Bool, calendar: String) {
        self.rule = rule
        self.from = from
        self.due = due
        self.rolled = rolled
        self.provisional = provisional
        self.calendar = calendar
    }
}

/// One resident's part of a matter.
public struct ReporterDetails: Codable, Hashable, Sendable {
    /// Names the part.
    public let id: ReporterID
    /// The encrypted contact data; nothing for an anonymous resident.
    public let person: PersonID?
    /// The resident gave no name.
    public let anonymous: Bool
    /// Contact data is to be kept from the handling unit.
    public let keepSecret: Bool
    /// No reply is wanted.
    public let noReply: Bool
    /// Large print, read aloud, sign language, dialect.
    public let needs: [String]
    /// Keyed hash of the code, hexadecimal.
    public let codeHash: String

    /// Describes a part.
    public init(
        id: ReporterID, person: PersonID?, anonymous: Bool, keepSecret: Bool, noReply: Bool, needs: [String],
        codeHash: String
    ) {
        self.id = id
        self.person = person
        self.anonymous = anonymous
        self.keepSecret = keepSecret
        self.noReply = noReply
        self.needs = needs
        self.codeHash = codeHash
    }
}

extension CaseEvent {
    /// A matter enters the ledger.
    public struct Registered: Codable, Hashable, Sendable {
        public var number: String
        public var channel: Channel
        public var title: TextReference
        public var body: TextReference
        public var place: TextReference?
        public var wish: TextReference?
        public var category: String?
        public var area: String?
        public var receivedBy: UnitID
        public var urgency: MatterUrgency
        public var pack: String
        public var packVersion: Int
        public var reporter: ReporterDetails
        public var publishable: Bool
        public var source: String?
        public var clocks: [ClockStart]
    }

    /// Another resident joins.
    public struct ReporterAdded: Codable, Hashable, Sendable {
        public var reporter: ReporterDetails
        public var channel: Channel
        public var body: TextReference?
    }

    /// Category or area set by staff.
    public struct Categorised: Codable, Hashable, Sendable {
        public var category: String?
        public var area: String?
    }

    /// Sent to a unit, by an entry of the catalogue or by hand with a reason.
    public struct Dispatched: Codable, Hashable, Sendable {
        public var lead: UnitID
        public var entry: String?
        public var entryVersion: Int?
        public var reason: TextReference?
        public var clocks: [ClockStart]
    }

    /// An objection is upheld (with another unit) or not.
    public struct ObjectionRuled: Codable, Hashable, Sendable {
        public var upheld: Bool
        public var lead: UnitID?
        public var reason: TextReference
        public var clocks: [ClockStart]
    }

    /// A unit answers for the matter from now on.
    public struct Accepted: Codable, Hashable, Sendable {
        public var handler: StaffID
        public var clocks: [ClockStart]
    }

    /// Another unit is asked to help.
    public struct HelperAsked: Codable, Hashable, Sendable {
        public var unit: UnitID
        public var ask: TextReference
        public var due: LocalDate?
    }

    /// The helping unit has done its part.
    public struct HelperAnswered: Codable, Hashable, Sendable {
        public var unit: UnitID
        public var text: TextReference
    }

    /// Staff spoke with the resident.
    public struct Contacted: Codable, Hashable, Sendable {
        public var method: DeliveryMethod
        public var result: TextReference
    }

    /// The signed answer.
    public struct Replied: Codable, Hashable, Sendable {
        public var outcome: ReplyOutcome
        public var body: TextReference
        public var basis: TextReference?
        public var remedies: TextReference?
        public var unit: UnitID
        public var signer: StaffID?
    }

    /// A resident has the answer.
    public struct Delivered: Codable, Hashable, Sendable {
        public var reporter: ReporterID
        public var method: DeliveryMethod
        public var judgeUntil: LocalDate
        public var clocks: [ClockStart]
    }

    /// A resident's verdict.
    public struct Judged: Codable, Hashable, Sendable {
        public var reporter: ReporterID
        public var outcome: Judgement
        public var attitude: Attitude?
        public var answers: FourAnswers
        public var words: TextReference?
    }

    /// Work begins anew.
    public struct Reopened: Codable, Hashable, Sendable {
        public var reporter: ReporterID?
        public var reason: TextReference
        public var clocks: [ClockStart]
    }

    /// Two matters belong together.
    public struct Linked: Codable, Hashable, Sendable {
        public var other: CaseID
        public var otherNumber: String
        public var kind: LinkKind
    }

    /// Hidden from all but named people.
    public struct Restricted: Codable, Hashable, Sendable {
        public var staff: [StaffID]
        public var reason: TextReference
    }

    /// A new code after an identity check.
    public struct CodeReissued: Codable, Hashable, Sendable {
        public var reporter: ReporterID
        public var codeHash: String
        public var reason: TextReference
    }

    /// A resident was erased from the matter.
    public struct PersonErased: Codable, Hashable, Sendable {
        public var reporter: ReporterID
        public var person: PersonID?
        public var texts: [TextID]
    }

    /// A member of staff withdraws, or is withdrawn, because of a conflict of interest (Art. 28).
    public struct Recused: Codable, Hashable, Sendable {
        public var staff: StaffID
        public var reason: TextReference
    }

    /// Something with one text.
    public struct Reasoned: Codable, Hashable, Sendable {
        public var text: TextReference?
    }

    /// Something that concerns one resident, with an optional text.
    public struct ByReporter: Codable, Hashable, Sendable {
        public var reporter: ReporterID
        public var text: TextReference?
    }
}
