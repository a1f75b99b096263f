public import Attachments
public import Kernel
public import Ledger
public import Organisation
public import Storage

/// Residents' matters from the first word to the judged answer: the room's manifest and what its use cases share.
public struct Casework: Sendable {
    /// Tables of this room.
    public static let migrations: [Migration] = [
        CaseworkTables.migration, CaseworkTables.lawful, CaseworkTables.history, CaseworkTables.lists,
        CaseworkTables.open, publicSearch.migration("casework: search over approved texts"),
        CaseworkTables.hours, CaseworkTables.merging, CaseworkTables.many, CaseworkTables.handovers,
        CaseworkTables.counts, CaseworkTables.keptReports, CaseworkTables.shapes, CaseworkTables.openParts,
        CaseworkTables.helpDays, CaseworkTables.hourSteps, CaseworkTables.answered,
        CaseworkTables.callBacks,
    ]

    /// The index of what everybody may read; the staff's own is another one.
    package static let publicSearch = SearchIndex(name: "public_search")

    let database: any Database
    let events: EventStore
    let texts: TextStore
    let vault: PersonVault
    let keys: KeyRing
    let ids: IdentifierGenerator
    let clock: any WallClock
    let organisation: OrganisationStore
    private let deadlineSource: any DeadlineSource
    /// Rules and calendar as they count now. Whoever makes one answer of several dates asks once.
    public var deadlines: DeadlineBook { deadlineSource.book }
    let numbers: any MatterNumbering
    let search: SearchIndex
    let submissions = Submissions()
    let recusal: any RecusalCheck
    /// Files of matters; nothing where none can be sent.
    public let attachments: Attachments?

    /// Wires the room. All dependencies are explicit; nothing is looked up.
    public init(
        database: any Database, events: EventStore, vault: PersonVault, keys: KeyRing, ids: IdentifierGenerator,
        clock: any WallClock, organisation: OrganisationStore, deadlines: any DeadlineSource,
        numbers: any MatterNumbering, recusal: any RecusalCheck = NoFurtherRecusal(),
        attachments: Attachments? = nil
    ) {
        self.database = database
        self.events = events
        self.texts = TextStore()
        self.vault = vault
        self.keys = keys
        self.ids = ids
        self.clock = clock
        self.organisation = organisation
        deadlineSource = deadlines
        self.numbers = numbers
        self.search = SearchIndex()
        self.recusal = recusal
        self.attachments = attachments
    }

    /// The local date of now, for lists.
    public var today: LocalDate { deadlines.zone.date(of: clock.now()) }
}

/// Hands out running numbers of matters; gaps are allowed, repeats are not.
public protocol MatterNumbering: Sendable {
    /// The next running number in a month (`yyMM`).
    func next(month: Int) async throws -> Int
}

/// Decides whether a member of staff must keep out of a matter (回避, 《信访工作条例》 Art. 28) beyond what the matter
/// itself records. The router asks before every act of staff on a matter.
public protocol RecusalCheck: Sendable {
    /// The reason to keep out; `nil` when there is none.
    func reason(against viewer: Viewer, in state: CaseState) -> PlainError?
}

/// Knows no further reasons than those recorded on the matter.
public struct NoFurtherRecusal: RecusalCheck {
    /// Creates the check.
    public init() {}
    /// Always nothing.
    public func reason(against viewer: Viewer, in state: CaseState) -> PlainError? { nil }
}
