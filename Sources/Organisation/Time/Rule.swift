/// Something that happens to a matter and that a clock can start or end with.
public enum RuleMoment: String, CaseIterable, Codable, Sendable {
    /// A matter arrives.
    case receipt
    /// The category, the lawful route or the tier was decided.
    case triage
    /// The resident is told which lawful route leads on.
    case route
    /// A unit receives a matter from another.
    case transfer
    /// The unit says that it is not responsible.
    case objection
    /// The objection is decided.
    case objectionRuling
    /// A unit accepts a matter.
    case acceptance
    /// Staff speak with the resident.
    case contact
    /// The answer is signed.
    case reply
    /// The reply reaches the resident.
    case delivery
    /// A request for review arrives.
    case reviewRequest
    /// The review is decided.
    case reviewReply
    /// The answer to a review reaches the resident.
    case reviewDelivery
    /// A request for a second review arrives.
    case rereviewRequest
    /// The second review is decided.
    case rereviewReply
    /// The answer to the second review reaches the resident.
    case rereviewDelivery
    /// The applicant is asked to complete an application.
    case correctionRequest
    /// The completed application arrives.
    case correction
    /// A third party or another organ is asked.
    case consultation
    /// The one who was asked answers, or its time is over.
    case consultationAnswer
    /// Work begins anew.
    case reopening
    /// The matter is closed or taken back.
    case end
}

/// Why a clock may stand still; only where the text allows it.
public enum PauseCause: String, CaseIterable, Codable, Sendable {
    /// A hearing (听证).
    case hearing
    /// A third party is asked.
    case thirdParty
    /// Another organ is asked.
    case otherOrgan
    /// The applicant completes the application.
    case correction
    /// The procedure is stayed (中止).
    case stay
}

/// Which kind of case a rule pack governs: one engine for all of them.
public enum MatterKind: String, CaseIterable, Codable, Sendable {
    /// A petition (信访事项).
    case petition
    /// A request to the hotline (12345 / 接诉即办).
    case hotline
    /// An application for government information (政府信息公开申请).
    case information
}

/// How a length is counted.
public enum RuleUnit: String, CaseIterable, Codable, Sendable {
    /// Every day counts (自然日).
    case calendarDays
    /// Only working days count (工作日).
    case workingDays
    /// Hours from the moment; they run at night and on days off (民法典 Art. 201).
    case hours
    /// Months: the same day of the month, else its last (民法典 Art. 202).
    case months
}

/// What happens when the last day is a day off.
public enum RuleRoll: String, CaseIterable, Codable, Sendable {
    /// Nothing: the earlier date holds. For duties of the authority.
    case none
    /// The next working day holds. For rights of the resident.
    case forward
}

/// Whose clock it is.
public enum RuleOwner: String, CaseIterable, Codable, Sendable {
    /// The authority must act.
    case authority
    /// The resident may act.
    case citizen
    /// The unit that receives a matter may object. When its time is over the sender decides; nobody is late.
    case receiver
    /// Whoever was asked may answer: a third party, another organ. When its time is over the authority decides.
    case consulted
}

/// How well the rule's text is known.
public enum RuleEvidence: String, CaseIterable, Codable, Sendable {
    /// The articles were read in full.
    case text = "T"
    /// Part of the text was read.
    case part = "P"
    /// Only a description was read: check locally.
    case secondary = "S"
    /// No law: a local setting.
    case local = "D"
}

/// One deadline of a rule pack.
public struct Rule: Hashable, Sendable, Identifiable {
    /// How a deadline can be made longer.
    public struct Extension: Hashable, Sendable {
        /// At most so much in all, in the rule's unit.
        public let max: Int
        /// How often.
        public let times: Int
        /// Who approves it.
        public let approver: Role

        /// An extension.
        public init(max: Int, times: Int = 1, approver: Role) {
            self.max = max
            self.times = times
            self.approver = approver
        }
    }

    /// When a rule applies at all; what is missing does not matter.
    public struct Condition: Hashable, Sendable {
        /// Who received the matter: an office that passes matters on, or the organ that answers itself.
        public enum Receiver: String, CaseIterable, Codable, Sendable {
            /// The petition office or hotline: passes matters on.
            case office
            /// The organ itself.
            case organ
        }

        /// Only for matters received so.
        public let receiver: Receiver?
        /// Only for matters of this tier of the pack.
        public let tier: String?
        /// Only for matters sent this lawful route.
        public let route: LawfulRoute?
        /// Only for matters of this category.
        public let sort: MatterSort?

        /// A condition.
        public init(
            receiver: Receiver? = nil, tier: String? = nil, route: LawfulRoute? = nil, sort: MatterSort? = nil
        ) {
            self.receiver = receiver
            self.tier = tier
            self.route = route
            self.sort = sort
        }

        /// No condition.
        public static let none = Condition()
    }

    /// The stable name, `XF-HANDLE`.
    public let id: String
    /// What it is called.
    public let name: LocalizedName
    /// What sets it going.
    public let starts: RuleMoment
    /// What ends it, besides the end of the matter.
    public let ends: [RuleMoment]
    /// When it applies.
    public let when: Condition
    /// Why it may stand still; nothing else stops it.
    public let suspends: [PauseCause]
    /// How long, in `unit`.
    public let length: Int
    /// How it is counted.
    public let unit: RuleUnit
    /// What happens on a day off.
    public let roll: RuleRoll
    /// Whose clock it is.
    public let owner: RuleOwner
    /// How it can be made longer; `nil` when it cannot.
    public let `extension`: Extension?
    /// The article, `34`.
    public let article: String?
    /// The instrument.
    public let source: String
    /// How well it is known.
    public let evidence: RuleEvidence
    /// Why it rolls otherwise than its owner would have it; `nil` where it does not.
    public let because: String?

    /// A rule.
    public init(
        id: String, name: LocalizedName, starts: RuleMoment, ends: [RuleMoment] = [], when: Condition = .none,
        length: Int, unit: RuleUnit, roll: RuleRoll, owner: RuleOwner, extension: Extension? = nil,
        suspends: [PauseCause] = [], article: String? = nil, source: String, evidence: RuleEvidence,
        because: String? = nil
    ) {
        self.id = id
        self.name = name
        self.starts = starts
        self.ends = ends
        self.when = when
        self.suspends = suspends
        self.length = length
        self.unit = unit
        self.roll = roll
        self.owner = owner
        self.extension = `extension`
        self.article = article
        self.source = source
        self.evidence = evidence
        self.because = because
    }
}
