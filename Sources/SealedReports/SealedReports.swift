internal import Crypto
public import Kernel
public import Organisation
public import Storage

/// Reports against officials (检举控告, 《信访工作条例》 Art. 22, 30): the room's manifest and what its use cases share.
///
/// The room has a store of its own, apart from the county's, and no part of it is known to any other room. What lies in
/// it was sealed to the receiving organ's public key; the key that opens it is not on the server. Beside each envelope
/// stand the day on which it came, how far it got, and keyed hashes; no address, no device, no time of day.
public struct SealedReports: Sendable {
    /// Tables of this room, for a store of its own: never part of the county's.
    public static let migrations: [Migration] = [SealedMigrations.first]

    let database: any Database
    let keys: SealedKeys
    let clock: any WallClock
    let zone: CivilZone
    /// All organs that ever received here, by the id of their key.
    let organs: [String: OrganKey]
    /// The organ that new reports are sealed to.
    public let receiver: OrganKey

    /// Opens the room on its own store, whose schema is up to date.
    ///
    /// - Parameters:
    ///   - database: the store of sealed reports.
    ///   - keys: its keys.
    ///   - receiver: the organ that new reports are sealed to.
    ///   - others: organs to which a report can be readdressed, and former keys.
    ///   - clock: tells the time.
    ///   - zone: where "today" is.
    public init(
        database: any Database, keys: SealedKeys, receiver: OrganKey, others: [OrganKey] = [],
        clock: any WallClock, zone: CivilZone = .shanghai
    ) async throws {
        self.database = database
        self.keys = keys
        self.receiver = receiver
        self.clock = clock
        self.zone = zone
        organs = try await OrganTable.remember([receiver] + others, in: database)
    }

    /// Today's date: all that is ever noted of time.
    var today: LocalDate { zone.date(of: clock.now()) }

    /// The keys whose reports a member of staff may fetch.
    func keys(of viewer: Viewer) -> [String] {
        organs.values.filter { organ in
            guard let code = organ.unit else { return viewer.may(.receiveSealed, on: nil) }
            guard let unit = viewer.organisation.unit(code: code) else { return false }
            return viewer.may(.receiveSealed, on: unit.id)
        }
        .map(\.id).sorted()
    }

    /// The organs whose reports a member of staff may fetch.
    public func organs(of viewer: Viewer) -> [OrganKey] { keys(of: viewer).compactMap { organs[$0] } }

    /// An organ by the id of its key.
    public func organ(_ id: String) -> OrganKey? { organs[id] }

    /// A keyed hash in the store of this room.
    func hash(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(purpose)\u{0}".utf8) + bytes, using: keys.code))
    }

    /// Forgets which forms were sent before yesterday. A job calls it every few minutes, and it always writes: the time
    /// at which the file was last changed then says nothing about a report.
    public func keepHouse() async throws {
        let day = today.adding(days: -1)
        try await database.write { tx in
            try tx.execute("DELETE FROM sealed_submissions WHERE sent_on < $1", [day])
            try tx.execute("UPDATE sealed_keys SET wrapped = wrapped")
        }
        guard database.dialect.engine == .sqlite else { return }
        // The log beside the file would keep the order in which rows came.
        do { try await database.maintain("PRAGMA wal_checkpoint(TRUNCATE)") } catch StorageError.busy {}
    }

    /// Closes the store.
    public func close() async { await database.close() }
}
