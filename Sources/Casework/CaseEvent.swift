public import Kernel
public import Organisation

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
    case objected(Objected)
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
    /// A call to ask how it went, without a verdict.
    case calledBack(CalledBack)
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
    /// Another person handles it from now on.
    case handedOver(HandedOver)
    /// A person decided what kind of matter it is and where it lawfully leads.
    case triaged(Triaged)
    /// The resident is told another lawful route.
    case routed(Routed)
    /// It complains of staff or of a unit.
    case accusedNamed(AccusedNamed)
    /// The question who is responsible goes one step up.
    case disputeRaised(DisputeRaised)
    /// One side says how the other worked with it.
    case helperRated(HelperRated)
    /// The handler asks for more time.
    case extensionAsked(ExtensionAsked)
    /// There is no more time.
    case extensionRefused(Reasoned)
    /// There is more time.
    case extended(Extended)
    /// Clocks stand still.
    case paused(Paused)
    /// Clocks run on.
    case resumed(Resumed)
    /// The calendar of a year became known.
    case recomputed(Recomputed)
    /// A clock has run out and somebody further up hears of it.
    case escalated(Escalated)
    /// A hearing is called.
    case hearingCalled(HearingCalled)
    /// The hearing took place.
    case hearingHeld(HearingHeld)
    /// A dated promise.
    case promised(Promised)
    /// A promise was kept or withdrawn.
    case promiseSettled(PromiseSettled)
    /// Resident and unit agreed.
    case settled(Settled)
    /// The resident was told of, or led to, help in need (Art. 37).
    case assisted(Reasoned)
    /// An important and urgent matter was reported upward.
    case reportedUp(ReportedUp)
    /// A resident has a notice.
    case noticeDelivered(NoticeDelivered)
    /// A resident asks for a review or second review.
    case reviewAsked(ReviewAsked)
    /// It is decided.
    case reviewDecided(ReviewDecided)
    /// The resident has the decision.
    case reviewDelivered(ReviewDelivered)
    /// The applicant is asked to complete the application.
    case correctionAsked(Reasoned)
    /// The application is complete.
    case corrected(Corrected)
    /// Somebody is asked before information is given.
    case consulted(Consulted)
    /// The one who was asked answered, or the time is over.
    case consultationAnswered(ConsultationAnswered)
    /// A resident said whether it may be shown to everybody.
    case consented(Consented)
    /// Everybody can read it, in words that a clerk signed.
    case published(Published)
    /// Nobody else can read it any more.
    case unpublished(Reasoned)
    /// Files were added.
    case attached(Attached)
    /// A file is no longer part of it.
    case attachmentWithdrawn(AttachmentWithdrawn)
    /// It goes on in another matter.
    case mergedInto(MergedInto)
    /// It carries the residents of another matter.
    case absorbed(Absorbed)
    /// It stands on its own again.
    case mergeUndone(MergeUndone)
    /// A matter that went on here stands on its own again.
    case released(Released)
    /// It is kept from the same people as the matter that carries it.
    case guarded(Guarded)
    /// It was divided into parts.
    case split(Split)
    /// It is a part of another matter.
    case partOf(PartOf)
    /// The paper original was put somewhere.
    case shelved(Shelved)
    /// What was just sent or handed to somebody was taken back by who sent it.
    case recalled(Recalled)
    /// A word of the vocabulary was put on it.
    case tagged(Tagged)
    /// That word was taken off.
    case untagged(Tagged)
    /// No longer tied to another matter.
    case unlinked(Unlinked)
}

/// Days on which a clock stood still: those after the first up to and with the last are not counted.
public struct ClockRest: Codable, Hashable, Sendable {
    /// The day on which it was stopped; still counted.
    public let since: LocalDate
    /// The day on which it ran on.
    public let until: LocalDate

    /// Describes a rest.
    public init(since: LocalDate, until: LocalDate) {
        self.since = since
        self.until = until
    }
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
    /// What ends it; `nil` for clocks of the first release, whose names tell.
    public var ends: [RuleMoment]?
    /// Why it may stand still.
    public var suspends: [PauseCause]?
    /// Whose clock it is; `nil` for clocks of the first release.
    public var owner: RuleOwner?
    /// The exact moment, for clocks in hours.
    public var dueAt: Instant?
    /// By how much it was extended, in the rule's unit.
    public var extended: Int?
    /// How long it stood still, in days, before it runs on.
    public var rested: Int?
    /// When it stood still; `nil` for clocks that did so before this was kept.
    public var rests: [ClockRest]?
    /// After how many days over time somebody further up hears of it.
    public var escalation: [Int]?
    /// The same in hours, for clocks in hours whose pack says so.
    public var escalationHours: [Int]?

    /// Describes a started clock.
    public init(
        rule: String, from: LocalDate, due: LocalDate, rolled: LocalDate?, provisional: Bool, calendar: String,
        ends: [RuleMoment]? = nil, suspends: [PauseCause]? = nil, owner: RuleOwner? = nil, dueAt: Instant? = nil,
        extended: Int? = nil, rested: Int? = nil, rests: [ClockRest]? = nil, escalation: [Int]? = nil,
        escalationHours: [Int]? = nil
    ) {
        self.rule = rule
        self.from = from
        self.due = due
        self.rolled = rolled
        self.provisional = provisional
        self.calendar = calendar
        self.ends = ends
        self.suspends = suspends
        self.owner = owner
        self.dueAt = dueAt
        self.extended = extended
        self.rested = rested
        self.rests = rests
        self.escalation = escalation
        self.escalationHours = escalationHours
    }

    /// Whose time it is.
    public var holder: RuleOwner {
        // Clocks that began before packs could say so: their names tell.
        switch rule {
        case "XF-OBJECT": .receiver
        case "GI-THIRD": .consulted
        default: owner ?? (rule.contains("-ASK-") ? .citizen : .authority)
        }
    }

    /// Whether it is a right of the resident.
    public var isRight: Bool { holder == .citizen }

    /// Whether the authority must act: only such a clock can make a matter overdue.
    public var isDuty: Bool { holder == .authority }

    /// The last day that counts: rolled for the resident's own rights.
    public var lastDay: LocalDate { isRight ? rolled ?? due : due }

    /// Whether a moment in the matter's life ends it.
    func ends(with moment: RuleMoment) -> Bool {
        if let ends { return ends.contains(moment) }
        // Clocks of the first release carry no list: their names tell.
        switch moment {
        case .transfer, .acceptance: return ["XF-OBJECT", "XF-TRANSFER", "XF-NOTIFY"].contains { rule.hasPrefix($0) }
        case .objection: return rule == "XF-OBJECT"
        default: return false
        }
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
    /// The part in a visit by several; nothing for somebody who comes alone.
    public let group: GroupRole?
    /// Joined through the public page: this part never reads what the public does not.
    public let neighbour: Bool?
    /// Who wrote for this resident.
    public let onBehalf: OnBehalf?

    /// Describes a part.
    public init(
        id: ReporterID, person: PersonID?, anonymous: Bool, keepSecret: Bool, noReply: Bool, needs: [String],
        codeHash: String, group: GroupRole? = nil, neighbour: Bool? = nil, onBehalf: OnBehalf? = nil
    ) {
        self.id = id
        self.person = person
        self.anonymous = anonymous
        self.keepSecret = keepSecret
        self.noReply = noReply
        self.needs = needs
        self.codeHash = codeHash
        self.group = group
        self.neighbour = neighbour
        self.onBehalf = onBehalf
    }
}
