public import Kernel
public import Ledger
public import Organisation

extension CaseEvent {
    /// A matter enters the ledger.
    public struct Registered: Codable, Hashable, Sendable {
        /// The readable number.
        public var number: String
        /// How it arrived.
        public var channel: Channel
        /// Its title.
        public var title: TextReference
        /// The words.
        public var body: TextReference
        /// Where it is, in words.
        public var place: TextReference?
        /// What the resident hopes for.
        public var wish: TextReference?
        /// Category code.
        public var category: String?
        /// Area code.
        public var area: String?
        /// The unit that took it in.
        public var receivedBy: UnitID
        /// How pressing the matter is.
        public var urgency: MatterUrgency
        /// The rule pack that it began with.
        public var pack: String
        /// The version of that pack.
        public var packVersion: Int
        /// The resident's part.
        public var reporter: ReporterDetails
        /// Whether it may later be shown without names.
        public var publishable: Bool
        /// Where an imported matter comes from, unique.
        public var source: String?
        /// Clocks that start with it.
        public var clocks: [ClockStart]
        /// What kind of case it is; a petition when missing.
        public var kind: MatterKind?
        /// Whether an office received it that passes matters on, or the organ itself.
        public var receiver: Rule.Condition.Receiver?
        /// How many came together; nothing for somebody who came alone.
        public var groupSize: Int?
        /// The number of the matter that this contact repeats.
        public var repeatOf: String?
        /// In which form an applicant wants the information.
        public var form: TextReference?
    }

    /// Another resident joins.
    public struct ReporterAdded: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterDetails
        /// How it arrived.
        public var channel: Channel
        /// The words.
        public var body: TextReference?
    }

    /// Category or area set by staff.
    public struct Categorised: Codable, Hashable, Sendable {
        /// Category code.
        public var category: String?
        /// Area code.
        public var area: String?
    }

    /// Sent to a unit, by an entry of the catalogue or by hand with a reason.
    public struct Dispatched: Codable, Hashable, Sendable {
        /// The unit it goes to.
        public var lead: UnitID
        /// The entry of the duty catalogue.
        public var entry: String?
        /// The version of that entry.
        public var entryVersion: Int?
        /// Why.
        public var reason: TextReference?
        /// Clocks that start with it.
        public var clocks: [ClockStart]
        /// By when whoever sends it wants to hear how it was dealt with (Art. 22 (3)).
        public var feedback: LocalDate?
    }

    /// A unit says that it is not responsible (Art. 23).
    public struct Objected: Codable, Hashable, Sendable {
        /// Why, in detail.
        public var text: TextReference?
        /// What proves it.
        public var evidence: TextReference?
        /// Whether the five working days were over; then the sender decides, and until then the unit stays responsible.
        public var late: Bool?
    }

    /// An objection is upheld (with another unit) or not.
    public struct ObjectionRuled: Codable, Hashable, Sendable {
        /// Whether the unit was right.
        public var upheld: Bool
        /// The unit it goes to.
        public var lead: UnitID?
        /// Why.
        public var reason: TextReference
        /// Clocks that start with it.
        public var clocks: [ClockStart]
        /// Who decided: by agreement, the superior, the joint conference.
        public var step: DisputeStep?
        /// The meeting that decided.
        public var conference: ConferenceID?
    }

    /// A unit answers for the matter from now on.
    public struct Accepted: Codable, Hashable, Sendable {
        /// Who handles it.
        public var handler: StaffID
        /// Clocks that start with it.
        public var clocks: [ClockStart]
    }

    /// Another person handles it from now on.
    public struct HandedOver: Codable, Hashable, Sendable {
        /// Who did.
        public var from: StaffID
        /// Who does.
        public var to: StaffID
    }

    /// Another unit is asked to help.
    public struct HelperAsked: Codable, Hashable, Sendable {
        /// The unit.
        public var unit: UnitID
        /// What is asked for.
        public var ask: TextReference
        /// Until when.
        public var due: LocalDate?
        /// Help, or a call of a township to a department.
        public var kind: HelperKind?
        /// The unit that asks.
        public var by: UnitID?
    }

    /// The helping unit has done its part.
    public struct HelperAnswered: Codable, Hashable, Sendable {
        /// The unit.
        public var unit: UnitID
        /// The words, where there are any.
        public var text: TextReference
    }

    /// Staff spoke with the resident.
    public struct Contacted: Codable, Hashable, Sendable {
        /// How.
        public var method: DeliveryMethod
        /// What came of it.
        public var result: TextReference
    }

    /// A resident has the answer.
    public struct Delivered: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID
        /// How.
        public var method: DeliveryMethod
        /// The last day for judging.
        public var judgeUntil: LocalDate
        /// Clocks that start with it.
        public var clocks: [ClockStart]
        /// From when somebody calls the resident and asks how it went; nothing where the pack knows no such call.
        public var callBackOn: LocalDate?
    }

    /// A resident's verdict.
    public struct Judged: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID
        /// The verdict.
        public var outcome: Judgement
        /// How the resident was treated by the unit that answered.
        public var attitude: Attitude?
        /// The four questions.
        public var answers: FourAnswers
        /// In their words.
        public var words: TextReference?
        /// How the office served that took it in and passed it on, where another unit answered (Art. 21).
        public var intake: Attitude?
    }

    /// Somebody called to ask how it went, without a verdict.
    public struct CalledBack: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID
        /// What came of the call.
        public var result: CallBackResult
        /// When somebody calls again; nothing where that was the last call.
        public var again: LocalDate?
        /// In words.
        public var text: TextReference?
    }

    /// Work begins anew.
    public struct Reopened: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID?
        /// Why.
        public var reason: TextReference
        /// Clocks that start with it.
        public var clocks: [ClockStart]
    }

    /// Two matters belong together.
    public struct Linked: Codable, Hashable, Sendable {
        /// The other matter.
        public var other: CaseID
        /// Its number.
        public var otherNumber: String
        /// How they belong together.
        public var kind: LinkKind
    }

    /// Hidden from all but named people.
    public struct Restricted: Codable, Hashable, Sendable {
        /// Who may still see it.
        public var staff: [StaffID]
        /// Why.
        public var reason: TextReference
    }

    /// A new code after an identity check.
    public struct CodeReissued: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID
        /// Keyed hash of the new code, hexadecimal.
        public var codeHash: String
        /// Why.
        public var reason: TextReference
    }

    /// A resident was erased from the matter.
    public struct PersonErased: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID
        /// The contact data that is gone.
        public var person: PersonID?
        /// The texts that are gone.
        public var texts: [TextID]
    }

    /// A member of staff withdraws, or is withdrawn, because of a conflict of interest (Art. 28).
    public struct Recused: Codable, Hashable, Sendable {
        /// Who.
        public var staff: StaffID
        /// Why.
        public var reason: TextReference
    }

    /// Something with one text.
    public struct Reasoned: Codable, Hashable, Sendable {
        /// The words, where there are any.
        public var text: TextReference?
        /// Texts that were kept ready and used; letters on the way only.
        public var canned: [CannedUse]?
    }

    /// Something that concerns one resident, with an optional text.
    public struct ByReporter: Codable, Hashable, Sendable {
        /// The resident's part.
        public var reporter: ReporterID
        /// The words, where there are any.
        public var text: TextReference?
    }
}
