public import Kernel
public import Ledger
public import Storage
internal import Synchronization

/// Keeps the organisation: a cached snapshot for reading, and changes that are recorded as events.
public final class OrganisationStore: Sendable {
    let database: any Database
    let events: EventStore
    let ids: IdentifierGenerator
    let clock: any WallClock
    let passwords: PasswordHasher
    let readyTexts: (any ReadyTextKeeper)?

    private struct Cache {
        var organisation: Organisation?
        var checkedAt = Instant(milliseconds: 0)
    }

    private let cache = Mutex(Cache())

    /// How long a snapshot is handed out before the store is asked whether it changed.
    private static let checkInterval: Int64 = 1000

    /// - Parameters:
    ///   - database: the store.
    ///   - events: appends what changed.
    ///   - ids: makes identifiers.
    ///   - clock: tells the time of changes, and when the snapshot is checked.
    ///   - passwords: hashes passwords.
    ///   - readyTexts: keeps texts ready, whose changes are recorded here.
    public init(
        database: any Database, events: EventStore, ids: IdentifierGenerator, clock: any WallClock,
        passwords: PasswordHasher = PasswordHasher(), readyTexts: (any ReadyTextKeeper)? = nil
    ) {
        self.readyTexts = readyTexts
        self.passwords = passwords
        self.database = database
        self.events = events
        self.ids = ids
        self.clock = clock
    }

    /// The organisation as it stands; at most a second old.
    public func current() async throws -> Organisation {
        let now = clock.now()
        let cached = cache.withLock { cache -> (Organisation?, isFresh: Bool) in
            let age = now.milliseconds - cache.checkedAt.milliseconds
            let isFresh = (0..<Self.checkInterval).contains(age)
            // Claimed before the store is asked, so that one task asks and the others go on with what there is.
            if !isFresh { cache.checkedAt = now }
            return (cache.organisation, isFresh)
        }
        if let organisation = cached.0, cached.isFresh { return organisation }
        let known = cached.0?.version
        let loaded = try await database.read { tx -> Organisation? in
            guard try OrganisationTables.version(in: tx) != known else { return nil }
            return Organisation(try OrganisationTables.load(in: tx))
        }
        guard let loaded else { return cached.0 ?? .empty }
        return keep(loaded)
    }

    /// Keeps the newer of two snapshots.
    @discardableResult
    func keep(_ organisation: Organisation) -> Organisation {
        cache.withLock { cache in
            if let known = cache.organisation, known.version > organisation.version { return known }
            cache.organisation = organisation
            return organisation
        }
    }
}
