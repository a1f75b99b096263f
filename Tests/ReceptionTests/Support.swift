import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Reception

/// A clock that tests move. It begins on 2026-05-21, a Thursday, at 10:42.
final class MovingClock: WallClock {
    private let value = Mutex(Instant(milliseconds: 1_779_331_320_000))

    func now() -> Instant { value.withLock { $0 } }

    func advance(days: Int = 0, seconds: Int64 = 0) {
        value.withLock { $0 = $0.adding(days: days).adding(seconds: seconds) }
    }
}

/// The whole room over one store with a small county and a hall with three desks. All names are invented.
struct County {
    let database: any Database
    let clock = MovingClock()
    let keys: KeyRing
    let store: OrganisationStore
    let reception: Reception
    let vault: PersonVault

    static let migrations =
        StorageMigrations.all + Ledger.migrations + Organisation.migrations + Reception.migrations

    init(_ database: any Database) async throws {
        self.database = database
        let clock = self.clock
        keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let events = EventStore(keys: keys, ids: ids, clock: clock)
        vault = PersonVault(keys: keys)
        store = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        reception = Reception(
            database: database, events: events, vault: vault, keys: keys, ids: ids, clock: clock, zone: .shanghai,
            calendar: TestRules.calendar)
        _ = try await OrganisationSeed(yaml: Self.seed).apply(to: store, password: { _ in "-" }, by: .system("test"))
    }

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await store.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    func unit(_ code: String) async throws -> UnitID { try #require(try await store.current().unit(code: code)).id }

    /// A hall of the county with desks of the county, the water bureau and the roads bureau.
    func hall(capacity: Int = 2) async throws -> PlaceID {
        let admin = try await viewer("admin")
        let id = try await reception.openPlace(
            PlaceDraft(
                unit: try await unit("county"), name: "县联合接访大厅", address: "东门一楼", hours: "8:30-12:00 14:30-17:30",
                capacity: capacity), submission: nil, by: admin)
        for (number, code) in [(1, "county"), (2, "water"), (3, "roads")] {
            let desk = ReceptionDesk(
                number: number, name: LocalizedName(zh: "窗口\(number)"), unit: try await unit(code))
            try await reception.setDesk(desk, of: id, by: admin)
        }
        return id
    }

    /// Somebody who came and waits.
    func visitor(
        at place: PlaceID, desks: [Int] = [1], front: FrontReason? = nil, about: String = "路灯不亮", name: String = ""
    ) async throws -> VisitID {
        clock.advance(seconds: 60)
        let draft = ArrivalDraft(place: place, desks: desks, about: about, name: name, front: front)
        return try await reception.receive(draft, submission: nil, by: try await viewer("clerk"))
    }

    func visit(_ id: VisitID) async throws -> Visit {
        try await reception.visit(id, for: try await viewer("clerk")).state
    }

    func findings() async throws -> [LedgerFinding] {
        try await LedgerVerifier(keys: keys).verify(database).findings + (try await reception.verifyProjections())
    }

    static let seed = """
        areas:
          - { code: "990101", zh: 青禾县 }
        units:
          - { code: county, zh: 青禾县来信办理中心, kind: countyOffice, area: "990101" }
          - { code: water, zh: 县水务局, kind: department, parent: county }
          - { code: roads, zh: 县交通局, kind: department, parent: county }
          - { code: homes, zh: 县住建局, kind: department, parent: county }
        staff:
          - { signIn: clerk, name: 窗口甲, unit: county, roles: [receptionClerk] }
          - { signIn: clerk2, name: 窗口乙, unit: county, roles: [receptionClerk] }
          - { signIn: water, name: 经办甲, unit: water, roles: [handler] }
          - { signIn: homes, name: 经办丙, unit: homes, roles: [handler] }
          - { signIn: planner, name: 分派甲, unit: county, roles: [dispatcher] }
          - { signIn: leader, name: 县长甲, unit: county, roles: [leader] }
          - { signIn: auditor, name: 审计甲, unit: county, roles: [auditor] }
          - { signIn: admin, name: 管理甲, unit: county, roles: [administrator] }
        """
}

func withCounty(_ body: (County) async throws -> Void) async throws {
    try await withEachEngine(migrations: County.migrations) { try await body(try await County($0)) }
}

func day(_ text: String) -> LocalDate { LocalDate(text) ?? LocalDate(daysSinceEpoch: 0) }

/// The code of a plain error that a body must throw; several are joined.
func plainCode(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let error as PlainError {
        return error.code
    } catch let errors as PlainErrors {
        return errors.errors.map { "\($0.code).\($0.field ?? "")" }.joined(separator: ",")
    } catch {
        return "\(error)"
    }
}
