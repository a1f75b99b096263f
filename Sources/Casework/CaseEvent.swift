public import Kernel

/// What can happen to a matter. Payloads hold codes, identifiers and references to texts; never words.
public enum CaseEvent: Hashable, Sendable {
    /// Entered the ledger.
    case registered(Registered)
    /// Another resident joined.
    case reporterAdded(ReporterAdded)
    /// Category or area set.
    case categorised(Categorised)
    /// Sent to a unit.
    case dispatched(Dispatched)
    /// The unit says that it is not responsible.
    case objected(Reasoned)
    /// The objection was decided.
    case objectionRuled(ObjectionRuled)
    /// A unit answers for it from now on.
    case accepted(Accepted)
    /// Another unit was asked to help.
    case helperAsked(HelperAsked)
    /// The helping unit did its part.
    case helperAnswered(HelperAnswered)
    /// An internal note.
    case noted(Reasoned)
    /// Staff spoke with the resident.
    case contacted(Contacted)
    /// A letter to the resident before the reply.
    case messaged(Reasoned)
    /// More words from a resident.
    case worded(ByReporter)
    /// The signed answer.
    case replied(Replied)
    /// A resident has the answer.
    case delivered(Delivered)
    /// A resident's verdict.
    case judged(Judged)
    /// The window for judging ended in silence.
    case windowEnded(ByReporter)
    /// A named person closed it.
    case closed(Reasoned)
    /// Work begins anew.
    case reopened(Reopened)
    /// A resident took it back.
    case withdrawn(ByReporter)
    /// Tied to another matter.
    case linked(Linked)
    /// Hidden from all but named people.
    case restricted(Restricted)
    /// Shown again.
    case unrestricted(Reasoned)
    /// Somebody looked at contact data.
    case contactRevealed(ByReporter)
    /// A resident got a new code.
    case codeReissued(CodeReissued)
    /// A resident was erased from it.
    case personErased(PersonErased)
    /// A member of staff keeps out of it.
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
    public init(rule: String, from: LocalDate, due: LocalDate, rolled: LocalDate?, provisional: Bool, calendar: String)
    {
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
