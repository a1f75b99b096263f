public import Kernel
public import Storage

/// A text that is kept ready, as the record of its changes tells it: everything but its words, which stay where the text is
/// kept and are named by their number and hash.
public struct ReadyTextFacts: Codable, Hashable, Sendable {
    /// What it is called in lists.
    public let title: String
    /// In which form it is offered.
    public let form: String
    /// The category that it fits; nothing for all.
    public let category: String?
    /// The unit whose people, and those of units below, are offered it.
    public let unit: UnitID
    /// Who answers for it.
    public let owner: StaffID
    /// The last day on which it is offered.
    public let until: LocalDate
    /// Whether it is offered no more.
    public let isRetired: Bool
    /// The hash of its words.
    public let hash: String
    /// Its words while a change is shown; they are never recorded.
    public var words: String?

    private enum CodingKeys: String, CodingKey {
        case title, form, category, unit, owner, until, isRetired, hash
    }

    /// What is told of a text.
    public init(
        title: String, form: String, category: String?, unit: UnitID, owner: StaffID, until: LocalDate,
        isRetired: Bool, hash: String, words: String?
    ) {
        self.title = title
        self.form = form
        self.category = category
        self.unit = unit
        self.owner = owner
        self.until = until
        self.isRetired = isRetired
        self.hash = hash
        self.words = words
    }
}

/// A change of a text that is kept ready for others.
public struct ReadyTextChange: Codable, Hashable, Sendable {
    /// The text.
    public let id: CannedTextID
    /// Where its next version waits.
    public let waiting: WaitingTextID
    /// The number of that version.
    public let version: Int
    /// What it was; nothing when it is new for others.
    public let was: ReadyTextFacts?
    /// What it will be.
    public let now: ReadyTextFacts

    /// A change.
    public init(
        id: CannedTextID, waiting: WaitingTextID, version: Int, was: ReadyTextFacts?, now: ReadyTextFacts
    ) {
        self.id = id
        self.waiting = waiting
        self.version = version
        self.was = was
        self.now = now
    }
}

/// Keeps texts ready. They stand outside the organisation and change in the transaction that records the change.
public protocol ReadyTextKeeper: Sendable {
    /// Puts the version that waits in force.
    ///
    /// - Throws: `canned.changed` when the text changed meanwhile, `canned.missing` when nothing waits.
    func begin(_ change: ReadyTextChange, in tx: any Transaction) throws
    /// Throws the version that waits away.
    func forget(_ change: ReadyTextChange, in tx: any Transaction) throws
}
