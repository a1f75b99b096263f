public import Kernel
public import Ledger

/// Events and values of showing a matter to everybody.
extension CaseEvent {
    /// A resident says whether the own letter may be shown to everybody, without names.
    public struct Consented: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID
        /// Yes, or no any more.
        public var agrees: Bool
    }

    /// What everybody reads from now on. The words are texts of their own; the original is never shown.
    public struct Published: Codable, Hashable, Sendable {
        /// The number under which the public finds it; it says nothing about the order of matters.
        public var number: String
        /// The public title.
        public var title: TextReference
        /// The public text.
        public var body: TextReference
        /// The public form of the present reply; nothing while there is none.
        public var reply: TextReference?
    }
}

/// Who writes for somebody else, and how that person agreed.
public struct OnBehalf: Codable, Hashable, Sendable {
    /// What the helper is to the person concerned.
    public let relation: HelperRelation
    /// How the person concerned agreed.
    public let consent: ConsentForm
    /// When.
    public let agreedOn: LocalDate
    /// The helper's own contact data, encrypted; nothing for a helper who gives none.
    public let helper: PersonID?

    /// A helper's part.
    public init(relation: HelperRelation, consent: ConsentForm, agreedOn: LocalDate, helper: PersonID?) {
        self.relation = relation
        self.consent = consent
        self.agreedOn = agreedOn
        self.helper = helper
    }
}

/// What a helper is to the person for whom they write.
public enum HelperRelation: String, Codable, Sendable, CaseIterable {
    /// Husband, wife, child, parent, another relative.
    case relative
    /// A guardian.
    case guardian
    /// A neighbour or friend.
    case neighbour
    /// Somebody of the village, the community, an association, a law firm.
    case organisation
    /// Staff at a counter or on a home visit.
    case staff
}

/// How somebody agreed.
public enum ConsentForm: String, Codable, Sendable, CaseIterable {
    /// Said so.
    case spoken
    /// Wrote or signed it.
    case written
}

/// Why a matter cannot be shown to everybody.
public enum PublicationBar: String, Hashable, Sendable, CaseIterable {
    /// Its author has not agreed, or no more.
    case noConsent
    /// It reports misconduct of somebody.
    case accusation
    /// Only named people may see it.
    case restricted
    /// Somebody on it asked to be kept secret.
    case secrecy
    /// It is an application for information.
    case otherKind
    /// It was taken back.
    case withdrawn
    /// Its author was erased.
    case erased
    /// It goes on in another matter.
    case merged
}
