import Kernel
import Ledger
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Organisation

/// A clock that tests move.
final class MovingClock: WallClock {
    private let value: Mutex<Instant>

    init(_ instant: Instant = Instant(milliseconds: 1_790_000_000_000)) { value = Mutex(instant) }

    func now() -> Instant { value.withLock { $0 } }

    func advance(seconds: Int64 = 0, minutes: Int64 = 0) {
        value.withLock { $0 = $0.adding(seconds: seconds + minutes * 60) }
    }
}

/// Everything of this room over one empty store.
struct Fixture {
    let database: any Database
    let clock: MovingClock
    let keys: KeyRing
    let events: EventStore
    let ids: IdentifierGenerator
    let store: OrganisationStore
    let sessions: Sessions
    let signIn: SignIn

    static let actor = Actor.system("test")
    static let password = "correct horse battery"
    static let cheap = ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)

    init(_ database: any Database) async throws {
        self.database = database
        clock = MovingClock()
        keys = try await KeyRing.open(database, with: InstallationKey.random())
        ids = IdentifierGenerator(clock: clock, node: 1)
        events = EventStore(keys: keys, ids: ids, clock: clock)
        store = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: Self.cheap))
        sessions = Sessions(database: database, keys: keys, clock: clock)
        signIn = SignIn(organisation: store, keys: keys, sessions: sessions, clock: clock)
    }

    /// A second process on the same store.
    func otherStore() -> OrganisationStore {
        OrganisationStore(database: database, events: events, ids: ids, clock: clock)
    }

    @discardableResult
    func seed(_ seed: OrganisationSeed = .small) async throws -> [OrganisationSeed.Login] {
        try await seed.apply(to: store, password: { _ in Self.password }, by: Self.actor)
    }

    func unit(_ code: String) async throws -> UnitID {
        try #require(try await store.current().unit(code: code)).id
    }

    func staff(_ name: String) async throws -> StaffMember {
        try #require(try await store.current().staff(signInName: name))
    }

    func verify() async throws -> [String] {
        try await database.read { [events] tx in try Organisation.verify(events: events, in: tx) }
    }
}

func withFixture(_ body: (Fixture) async throws -> Void) async throws {
    try await withEachEngine(migrations: StorageMigrations.all + Ledger.migrations + Organisation.migrations) {
        database in
        try await body(try await Fixture(database))
    }
}

func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

/// The code of the error that an action throws, of the first when there are several.
func code(_ action: () async throws -> some Any) async -> String? {
    do {
        _ = try await action()
        return nil
    } catch let error as PlainError {
        return error.code
    } catch let error as PlainErrors {
        return error.errors.first?.code
    } catch {
        return "\(error)"
    }
}

extension OrganisationSeed {
    /// A county with two departments, a town with a village, and a few people. All names are invented.
    static let small: OrganisationSeed = {
        let yaml = """
            areas:
              - { code: "990101", zh: 青禾县, en: Qinghe County }
              - { code: "990101100", zh: 柳溪镇, en: Liuxi Town, parent: "990101" }
              - { code: "990101100201", zh: 柳溪镇上湾村, parent: "990101100" }
              - { code: "990101101", zh: 石桥镇, parent: "990101" }
            units:
              - { code: county, zh: 青禾县, en: Qinghe County, kind: countyOffice, area: "990101" }
              - { code: office, zh: 群众工作办公室, kind: countyOffice, parent: county, counter: true }
              - { code: water, zh: 县水务局, kind: department, parent: county, phone: 0990-1234567 }
              - { code: roads, zh: 县交通局, kind: department, parent: county }
              - { code: roads-team, zh: 养护队, kind: station, parent: roads }
              - { code: liuxi, zh: 柳溪镇, kind: township, parent: county, area: "990101100" }
              - { code: shangwan, zh: 上湾村, kind: village, parent: liuxi, area: "990101100201" }
            staff:
              - { signIn: Admin, name: 管理员甲, unit: office, roles: [administrator@county], login: true }
              - { signIn: townadmin, name: 管理员乙, unit: liuxi, roles: [administrator], login: true }
              - { signIn: clerk, name: 窗口甲, unit: liuxi, roles: [receptionClerk], login: true }
              - { signIn: handler, name: 经办甲, unit: water, roles: [handler] }
              - { signIn: watcher, name: 督办甲, unit: office, roles: [supervisor@county] }
            categories: |
              一级,二级,三级,level1
              水电,供水,停水,Water and power
              水电,供水,水质,
              水电,供电,停电,
              道路,路面,破损,Roads
            catalogueFrom: 2024-01-01
            catalogue:
              - { id: "1", category: 水电, unit: water, basis: 甲条例第一条 }
              - { id: "2", category: 水电/供水, unit: water, helpers: [liuxi], basis: 甲条例第二条 }
              - { id: "3", category: 水电/供水, area: "990101100", unit: liuxi, basis: 甲条例第三条 }
              - { id: "4", category: 水电/供水/停水, unit: water, basis: 甲条例第四条 }
              - { id: "5", category: 道路, area: "990101", unit: roads, basis: 乙条例 }
            """
        do {
            return try OrganisationSeed(yaml: yaml)
        } catch {
            return OrganisationSeed(units: [])
        }
    }()
}
