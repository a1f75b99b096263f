public import Attachments
public import Kernel
public import Ledger
public import Organisation

/// A resident's matter as it is told or written, before it has a number.
public struct Registration: Sendable {
    /// How it arrived.
    public var channel: Channel
    /// A title, where staff wrote one; otherwise the first sentence serves.
    public var title: String?
    /// The resident's own words.
    public var body: String
    /// Where it is, in words.
    public var place: String?
    /// What the resident hopes for.
    public var wish: String?
    /// Category code, where known.
    public var category: String?
    /// Area code, where known.
    public var area: String?
    /// How pressing the matter is.
    public var urgency: MatterUrgency = .normal
    /// Contact data; empty for an anonymous resident.
    public var contact = Contact()
    /// The resident gives no name.
    public var anonymous = false
    /// Contact data is to be kept from the handling unit.
    public var keepSecret = false
    /// No reply is wanted.
    public var noReply = false
    /// Large print, read aloud, sign language, dialect.
    public var needs: [String] = []
    /// The resident agrees that the matter may later be shown without names.
    public var publishable = false
    /// The unit that took it in; the county office for the portal.
    public var receivedBy: UnitID?
    /// When it was said or written, when that is not now.
    public var occurredAt: Instant?
    /// What kind of case it is.
    public var kind = MatterKind.petition
    /// How many came together; nothing for somebody who comes alone.
    public var groupSize: Int?
    /// The others of a group: representatives first, at most five with the first resident; members are told the result.
    public var others: [GroupMember] = []
    /// The number of the matter that this contact repeats.
    public var repeatOf: String?
    /// In which form an applicant wants the information.
    public var form: String?
    /// Who writes for the resident; nothing for somebody who writes for themselves.
    public var onBehalf: HelperDraft?
    /// Files that were sent with it.
    public var files: [FileReference] = []

    /// The needs that there are; nothing else about a person gets into the ledger by this way.
    public static let knownNeeds: Set<String> = ["readAloud", "sign", "dialect", "largePrint", "paper"]

    /// A registration of somebody's words.
    public init(channel: Channel, body: String) {
        self.channel = channel
        self.body = body
    }
}

/// Somebody who writes for somebody else, as it was said.
public struct HelperDraft: Hashable, Sendable {
    /// What they are to the person concerned.
    public var relation: HelperRelation?
    /// How the person concerned agreed; without it nothing is sent for anybody.
    public var consent: ConsentForm?
    /// When; today where nothing is said.
    public var agreedOn: LocalDate?
    /// The helper's own name and telephone.
    public var contact: Contact

    /// A helper.
    public init(
        relation: HelperRelation? = nil, consent: ConsentForm? = nil, agreedOn: LocalDate? = nil,
        contact: Contact = Contact()
    ) {
        self.relation = relation
        self.consent = consent
        self.agreedOn = agreedOn
        self.contact = contact
    }
}

/// One more of a group.
public struct GroupMember: Hashable, Sendable {
    /// Contact data.
    public var contact: Contact
    /// Speaks for all, or is told the result.
    public var role: GroupRole

    /// One more.
    public init(_ contact: Contact, as role: GroupRole) {
        self.contact = contact
        self.role = role
    }
}

/// What one more of a group gets.
public struct MemberReceipt: Sendable, Hashable {
    /// The part.
    public let reporterID: ReporterID
    /// Who, as it was said.
    public let name: String?
    /// The code, shown once.
    public let code: AccessCode
}

/// What a resident gets: number, code, and what was registered.
public struct CaseReceipt: Sendable, Hashable {
    /// The matter.
    public let caseID: CaseID
    /// This resident's part.
    public let reporterID: ReporterID
    /// The readable number.
    public let number: String
    /// The code, shown once.
    public let code: AccessCode
    /// The title under which it is kept.
    public let title: String
    /// When the ledger took it.
    public let registeredAt: Instant
    /// The first clock: by when the resident is told who answers.
    public let notifyBy: ClockStart?
    /// SHA-256 of what was registered, hexadecimal.
    public let fingerprint: String
    /// The others of a group.
    public var members: [MemberReceipt] = []
}
