public import Kernel
public import Ledger

/// What the signed answer says.
extension CaseEvent {
    /// The signed answer.
    public struct Replied: Codable, Hashable, Sendable {
        /// The result.
        public var outcome: ReplyOutcome
        /// The words.
        public var body: TextReference
        /// The legal basis.
        public var basis: TextReference?
        /// What the resident can do now.
        public var remedies: TextReference?
        /// The unit.
        public var unit: UnitID
        /// Who signed; nobody for an imported answer.
        public var signer: StaffID?
        /// The request as the unit understood it.
        public var request: TextReference?
        /// Facts and reasons.
        public var facts: TextReference?
        /// Entries of the rule library that the answer rests on.
        public var law: [String]?
        /// How it is carried out.
        public var execution: Execution?
        /// The day on which it was carried out; only where it is done.
        public var executedOn: LocalDate?
        /// The proof that it was carried out, or why nothing has to be.
        public var executionWords: TextReference?
        /// What became of a suggestion.
        public var adoption: Adoption?
        /// The kind of answer to an application for information.
        public var answer: InformationAnswer?
        /// Parts that were separated and kept back (Art. 37).
        public var withheld: [Withheld]?
        /// Texts that were kept ready and used.
        public var canned: [CannedUse]?
    }

    /// A part of the information that is not given, and why.
    public struct Withheld: Codable, Hashable, Sendable {
        /// What it is, without saying it.
        public var what: TextReference
        /// The entry of the rule library that forbids it.
        public var law: String

        /// A part that is kept back.
        public init(what: TextReference, law: String) {
            self.what = what
            self.law = law
        }
    }
}
