public import Bulk
public import Casework
internal import Foundation
public import Kernel
public import Ledger
public import Organisation
public import Reception
public import Storage
internal import StoragePostgres
internal import StorageSQLite
public import Supervision
public import Workbench

/// An opened installation: the store with its key and the rooms on top of it.
public struct Installation: Sendable {
    /// What it was opened with.
    public let settings: Settings
    /// The store.
    public let database: any Database
    /// The store's working keys.
    public let keys: KeyRing
    /// Makes identifiers that no other process makes.
    public let ids: IdentifierGenerator
    /// Tells the time.
    public let clock: any WallClock
    /// Appends events.
    public let events: EventStore
    /// Keeps contact data.
    public let vault: PersonVault
    /// Units, staff, catalogue.
    public let organisation: OrganisationStore
    /// Rule packs and calendars of the store.
    public let rules: RulePackStore
    /// The packs and the calendar that count now, also what other processes load.
    public let currentRules: CurrentRules
    /// Texts of rules that somebody looks at before they count.
    public var ruleDrafts: RuleDrafts { RuleDrafts(database: database, ids: ids, clock: clock) }
    /// Hands out rules and calendar.
    public let deadlineSource: CurrentDeadlines
    /// Rules and calendar as they count now.
    public var deadlines: DeadlineBook { deadlineSource.book }
    /// Residents' matters.
    public let casework: Casework
    /// Findings, tasks to units, suggestions, the joint conference.
    public let supervision: Supervision
    /// Saved filters, drafts, who is here.
    public let workbench: Workbench
    /// What is done to many matters at once.
    public let bulk: Bulk
    /// Places, visits, appointments, leaders' days.
    public let reception: Reception
    /// Whether the store was empty and its key was made just now.
    public let isNew: Bool

    /// Whether a command may begin a store or needs one that is there.
    public enum Purpose: Sendable {
        /// Makes the store and its key when there is none.
        case begin
        /// Refuses when there is none.
        case existing
        /// Only looks: refuses when there is none or when its schema is not this program's, and writes nothing.
        case inspect
    }

    /// Opens the store, brings its schema up to date and opens its keys.
    ///
    /// - Throws: `Trouble`, `StorageError`, `KeyError`.
    public static func open(
        _ settings: Settings, for purpose: Purpose, clock: any WallClock = SystemClock(),
        identifierClock: (any WallClock)? = nil, passwords: PasswordHasher = PasswordHasher()
    ) async throws -> Installation {
        let database = try openDatabase(settings, for: purpose)
        do {
            return try await wire(settings, database, for: purpose, clock, identifierClock ?? clock, passwords)
        } catch {
            await database.close()
            throw error
        }
    }

    private static func wire(
        _ settings: Settings, _ database: any Database, for purpose: Purpose, _ clock: any WallClock,
        _ identifierClock: any WallClock, _ passwords: PasswordHasher
    ) async throws -> Installation {
        if purpose == .inspect {
            try await Schema.check(database)
        } else {
            try await Migrator(Schema.migrations).migrate(database)
        }
        let isNew = try await Schema.isEmpty(database)
        if isNew, purpose != .begin {
            throw Trouble(.store, "the store at \(settings.database.shown) is empty")
        }
        let installationKey = try key(settings, isNew: isNew)
        let keys = try await KeyRing.open(database, with: installationKey)
        let node = purpose == .inspect ? 0 : try await NodeNumber.take(database)
        let ids = IdentifierGenerator(clock: identifierClock, node: node)
        let events = EventStore(keys: keys, ids: ids, clock: clock)
        let vault = PersonVault(keys: keys)
        let workbench = Workbench(database: database, keys: keys, ids: ids, clock: clock)
        let organisation = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock, passwords: passwords, readyTexts: workbench)
        let places = PlaceConfiguration(
            database: database, events: events, ids: ids, clock: clock, zone: .shanghai)
        let rules = RulePackStore(
            organisation: organisation, keys: keys,
            parts: [AreaShapeTable(clock: clock), ReadyTextConfiguration(workbench), places])
        let current = try CurrentRules(
            try await storedRules(rules), rules: rules, organisation: organisation)
        let deadlines = CurrentDeadlines(rules: current, zone: .shanghai)
        let casework = Casework(
            database: database, events: events, vault: vault, keys: keys, ids: ids, clock: clock,
            organisation: organisation, deadlines: deadlines, numbers: BlockNumbering(database),
            attachments: try attachments(settings, database, keys, ids, clock, for: purpose))
        if purpose != .inspect { try await OlderRows.bringUpToDate(casework, organisation) }
        let supervision = Supervision(
            database: database, events: events, ids: ids, clock: clock, organisation: organisation,
            zone: deadlines.book.zone, calendar: current, source: CaseworkFindings(casework: casework))
        return Installation(
            settings: settings, database: database, keys: keys, ids: ids, clock: clock, events: events, vault: vault,
            organisation: organisation, rules: rules, currentRules: current, deadlineSource: deadlines,
            casework: casework,
            supervision: supervision,
            workbench: workbench,
            bulk: Bulk(
                database: database, keys: keys, ids: ids, clock: clock, casework: casework, organisation: organisation),
            reception: Reception(
                database: database, events: events, vault: vault, keys: keys, ids: ids, clock: clock,
                zone: deadlines.book.zone, calendar: current), isNew: isNew)
    }

    /// The key of the store. It is made only for a store that has never been used.
    private static func key(_ settings: Settings, isNew: Bool) throws -> InstallationKey {
        let file = KeyFile(path: settings.keyFile)
        if file.exists { return try file.read() }
        guard isNew else {
            throw Trouble(
                .key,
                "the key file \(settings.keyFile) is missing, and the store at \(settings.database.shown) opens only with "
                    + "its own key; name it with --key-file, or restore it from a backup")
        }
        try file.create(InstallationKey.random())
        return try file.read()
    }

    static func openDatabase(_ settings: Settings, for purpose: Purpose) throws -> any Database {
        switch settings.database {
        case .sqlite(let path):
            if !FileManager.default.fileExists(atPath: path) {
                guard purpose == .begin else { throw Trouble(.store, "there is no store at \(path)") }
                try SafeFile.makeFolder(SafeFile.folder(of: path))
                // Made beforehand, so that letters are never readable by others, not even for a moment.
                try SafeFile.create(path, contents: [], mode: 0o600)
            }
            var options = SQLiteSettings()
            options.readers = settings.poolSize
            options.isReadOnly = purpose == .inspect
            return try SQLiteDatabase(path: path, settings: options)
        case .postgres(let url):
            return try PostgresDatabase(url: url, schema: settings.schema, poolSize: settings.poolSize)
        }
    }

    /// Finishes what waits and closes the store.
    public func close() async { await database.close() }
}

/// Running numbers of matters from blocks.
struct BlockNumbering: MatterNumbering {
    static let counter = "matter"
    private let blocks: NumberBlocks

    init(_ database: any Database, blockSize: Int = 64) {
        blocks = NumberBlocks(database, counter: Self.counter, blockSize: blockSize)
    }

    func next(month: Int) async throws -> Int { try await blocks.next(month: month) }
}
