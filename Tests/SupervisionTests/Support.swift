import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Supervision

/// A clock that tests move. It begins on 2026-05-21, a Thursday.
final class MovingClock: WallClock {
    private let value = Mutex(Instant(milliseconds: 1_779_331_320_000))

    func now() -> Instant { value.withLock { $0 } }

    func advance(days: Int = 0, seconds: Int64 = 0) {
        value.withLock { $0 = $0.adding(days: days).adding(seconds: seconds) }
    }
}

/// Matters without a casework: findings by hand, and who may not know of which matter.
final class FakeSource: SupervisionSource {
    struct State {
        var findings: [SupervisionFinding] = []
        var matters: [SupervisedMatter] = []
        /// Matters that only these may know of.
        var restricted: [CaseID: Set<StaffID>] = [:]
        var pages = 0
    }

    private let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var pages: Int { state.withLock { $0.pages } }

    private func knows(_ id: CaseID, _ unit: UnitID, _ viewer: Viewer, _ state: State) -> Bool {
        if let named = state.restricted[id] { return named.contains(viewer.staff.id) }
        return viewer.may(.seeMatters, on: unit)
    }

    func findings(
        _ request: FindingRequest, for viewer: Viewer
    ) async throws -> KeysetPage<SupervisionFinding, FindingKey> {
        state.withLock { state in
            state.pages += 1
            let order = SupervisionTrigger.allCases
            func place(_ key: FindingKey) -> (Int, LocalDate, CaseID) {
                (order.firstIndex(of: key.trigger) ?? 0, key.since, key.caseID)
            }
            let found = state.findings.filter { finding in
                knows(finding.caseID, finding.unit, viewer, state)
                    && (request.trigger == nil || request.trigger == finding.trigger)
                    && (request.unit == nil || request.unit == finding.unit)
                    && (request.after.map { place($0) < place(finding.key) } ?? true)
            }.sorted { place($0.key) < place($1.key) }
            return KeysetPage(fetched: Array(found.prefix(request.limit + 1)), limit: request.limit, key: \.key)
        }
    }

    func finding(_ key: FindingKey, for viewer: Viewer) async throws -> SupervisionFinding? {
        state.withLock { state in
            state.findings.first { $0.key == key && knows($0.caseID, $0.unit, viewer, state) }
        }
    }

    func matter(number: String, for viewer: Viewer) async throws -> SupervisedMatter? {
        state.withLock { state in
            state.matters.first {
                $0.reference.number == number && knows($0.reference.id, $0.unit, viewer, state)
            }
        }
    }

    func visible(_ matters: Set<CaseID>, for viewer: Viewer) async throws -> Set<CaseID> {
        state.withLock { state in
            matters.filter { id in
                guard let matter = state.matters.first(where: { $0.reference.id == id }) else { return false }
                return knows(id, matter.unit, viewer, state)
            }
        }
    }
}

/// The whole room over one store with a small county. All names are invented.
struct County {
    let database: any Database
    let clock = MovingClock()
    let keys: KeyRing
    let events: EventStore
    let store: OrganisationStore
    let source = FakeSource()
    let supervision: Supervision

    static let migrations =
        StorageMigrations.all + Ledger.migrations + Organisation.migrations + Supervision.migrations

    init(_ database: any Database) async throws {
        self.database = database
        let clock = self.clock
        keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        events = EventStore(keys: keys, ids: ids, clock: clock)
        store = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        supervision = Supervision(
            database: database, events: events, ids: ids, clock: clock, organisation: store, zone: .shanghai,
            calendar: TestRules.calendar, source: source)
        _ = try await OrganisationSeed(yaml: Self.seed).apply(to: store, password: { _ in "-" }, by: .system("test"))
    }

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await store.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    func unit(_ code: String) async throws -> UnitID { try #require(try await store.current().unit(code: code)).id }

    /// The water bureau missed a day on matter `number`.
    @discardableResult
    func found(
        _ number: Int, unit: String = "water", trigger: SupervisionTrigger = .notAnsweredInTime,
        since: String = "2026-05-10"
    ) async throws -> SupervisionFinding {
        let unit = try await self.unit(unit)
        let name = MatterNumber(month: 2604, sequence: number).description
        let since = try #require(LocalDate(since))
        let finding = SupervisionFinding(
            caseID: CaseID(rawValue: Int64(number)), number: name, unit: unit, trigger: trigger, since: since,
            evidence: [SupervisionEvidence(.clockOver, rule: "XF-HANDLE", on: since)])
        source.change {
            $0.findings.append(finding)
            $0.matters.append(SupervisedMatter(reference: finding.matter, unit: unit))
        }
        return finding
    }

    /// An open task of the water bureau about matter 1, due on 2026-05-28.
    func task() async throws -> SupervisionID {
        let finding = try await found(1)
        return try await supervision.openTask(
            on: finding.key, due: day("2026-05-28"), reason: "为什么还没有答复？", submission: nil,
            by: try await viewer("watcher"))
    }

    func state(_ id: SupervisionID) async throws -> SupervisionTask {
        try await supervision.task(id, for: try await viewer("watcher")).state
    }

    func findings() async throws -> [LedgerFinding] {
        try await LedgerVerifier(keys: keys).verify(database).findings + (try await supervision.verifyProjections())
    }

    static let seed = """
        areas:
          - { code: "990101", zh: 青禾县 }
        units:
          - { code: county, zh: 青禾县来信办理中心, kind: countyOffice, area: "990101" }
          - { code: water, zh: 县水务局, kind: department, parent: county }
          - { code: roads, zh: 县交通局, kind: department, parent: county }
          - { code: liuxi, zh: 柳溪镇, kind: township, parent: county }
          - { code: city, zh: 市信访局, kind: superior }
        staff:
          - { signIn: watcher, name: 督办甲, unit: county, roles: [supervisor] }
          - { signIn: watcher2, name: 督办乙, unit: county, roles: [supervisor] }
          - { signIn: town, name: 督办丙, unit: liuxi, roles: [supervisor] }
          - { signIn: leader, name: 县长甲, unit: county, roles: [leader] }
          - { signIn: auditor, name: 审计甲, unit: county, roles: [auditor] }
          - { signIn: handler, name: 经办甲, unit: water, roles: [handler] }
          - { signIn: approver, name: 签发甲, unit: water, roles: [approver] }
          - { signIn: roads, name: 经办丙, unit: roads, roles: [handler] }
          - { signIn: clerk, name: 窗口甲, unit: county, roles: [receptionClerk] }
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
