import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Casework

/// A clock that tests move.
final class MovingClock: WallClock {
    private let value = Mutex(Instant(milliseconds: 1_780_000_000_000))

    func now() -> Instant { value.withLock { $0 } }

    func advance(days: Int = 0, seconds: Int64 = 0) {
        value.withLock { $0 = $0.adding(days: days).adding(seconds: seconds) }
    }
}

/// Numbers without a store.
actor PlainNumbers: MatterNumbering {
    private var last = 0

    func next(month: Int) -> Int {
        last += 1
        return last
    }
}

/// The whole room over one store with a small county.
struct County {
    let database: any Database
    let clock = MovingClock()
    let keys: KeyRing
    let events: EventStore
    let store: OrganisationStore
    let casework: Casework

    static let migrations = StorageMigrations.all + Ledger.migrations + Organisation.migrations + Casework.migrations

    init(_ database: any Database, packs: RulePacks = TestRules.packs) async throws {
        self.database = database
        let clock = self.clock
        keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        events = EventStore(keys: keys, ids: ids, clock: clock)
        store = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        casework = Casework(
            database: database, events: events, vault: PersonVault(keys: keys), keys: keys, ids: ids, clock: clock,
            organisation: store,
            deadlines: DeadlineBook(packs: packs, calendar: TestRules.calendar, zone: .shanghai),
            numbers: PlainNumbers())
        _ = try await OrganisationSeed(yaml: Self.seed).apply(to: store, password: { _ in "-" }, by: .system("test"))
    }

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await store.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    func unit(_ code: String) async throws -> UnitID { try #require(try await store.current().unit(code: code)).id }

    func register(_ body: String = "槐荫巷的路灯半个月不亮，晚上看不见路。", submission: String? = nil) async throws -> CaseReceipt {
        var registration = Registration(channel: .web, body: body)
        registration.contact = Contact(name: "王女士", phone: "138 0000 0027", address: "槐荫巷 12 号")
        return try await casework.register(
            registration, submission: submission ?? "s-\(UInt64.random(in: 0 ... .max))", by: .newReporter)
    }

    func state(_ id: CaseID) async throws -> CaseState {
        let casework = self.casework
        let state = try await database.read { tx in try casework.load(id, in: tx) }
        return try #require(state)
    }

    func findings() async throws -> [LedgerFinding] {
        try await LedgerVerifier(keys: keys).verify(database).findings + (try await casework.verifyProjections())
    }

    /// A matter in the hands of the water bureau.
    func accepted() async throws -> CaseReceipt {
        let receipt = try await register()
        let dispatcher = try await viewer("dispatcher")
        try await casework.dispatch(
            receipt.caseID, to: .unit(try await unit("water"), reason: "归水务局管"), version: 1, by: dispatcher)
        try await casework.accept(
            receipt.caseID, deciding: Self.ordinary, version: 2, by: try await viewer("handler"))
        return receipt
    }

    /// A claim that is handled here.
    static let ordinary = TriageDraft(sort: .claim, route: .ordinary, reason: "属本单位职责，按信访程序办理")

    /// An opinion letter with all its blocks.
    static func opinion(_ outcome: ReplyOutcome = .solved, _ body: String = "六盏灯都换好了。") -> ReplyDraft {
        var draft = ReplyDraft(outcome: outcome, body: body)
        draft.request = "修好路灯"
        draft.facts = "六盏灯线路老化。"
        draft.execution = .done
        draft.executedOn = LocalDate("2024-01-02")
        draft.executionWords = "已换新，验收单附后"
        if outcome == .explained || outcome == .notSupported { draft.basis = "甲条例第一条" }
        return draft
    }

    /// A matter that the resident has an answer to.
    func answered() async throws -> CaseReceipt {
        let receipt = try await accepted()
        try await casework.reply(
            receipt.caseID, Self.opinion(), version: 4, by: try await viewer("handler"))
        try await casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
        return receipt
    }

    static let seed = """
        areas:
          - { code: "990101", zh: 青禾县 }
        units:
          - { code: county, zh: 青禾县群众工作中心, kind: countyOffice, area: "990101" }
          - { code: city, zh: 市信访事项复查复核机构, kind: superior }
          - { code: water, zh: 县水务局, kind: department, parent: county }
          - { code: roads, zh: 县交通局, kind: department, parent: county }
          - { code: liuxi, zh: 柳溪镇, kind: township, parent: county }
        staff:
          - { signIn: clerk, name: 窗口甲, unit: county, roles: [receptionClerk] }
          - { signIn: dispatcher, name: 分派甲, unit: county, roles: [dispatcher] }
          - { signIn: handler, name: 经办甲, unit: water, roles: [handler] }
          - { signIn: handler2, name: 经办乙, unit: water, roles: [handler] }
          - { signIn: roads, name: 经办丙, unit: roads, roles: [handler] }
          - { signIn: watcher, name: 督办甲, unit: county, roles: [supervisor] }
          - { signIn: signer, name: 审批甲, unit: water, roles: [approver] }
          - { signIn: reviewer, name: 复查甲, unit: county, roles: [reviewer] }
          - { signIn: city, name: 复核甲, unit: city, roles: [reviewer] }
          - { signIn: admin, name: 管理甲, unit: county, roles: [administrator] }
        categories: |
          一级,二级,三级
          水电,供水,停水
        catalogueFrom: 2024-01-01
        catalogue:
          - { id: "1", category: 水电, unit: water, basis: 甲条例第一条 }
        """
}

func withCounty(
    packs: RulePacks = TestRules.packs, _ body: (County) async throws -> Void
) async throws {
    try await withEachEngine(migrations: County.migrations) { try await body(try await County($0, packs: packs)) }
}

/// The code of a plain error that a body must throw.
func plainCode(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let error as PlainError {
        return error.code
    } catch let errors as PlainErrors {
        return errors.errors.map(\.code).joined(separator: ",")
    } catch is VersionConflict {
        return "conflict"
    } catch {
        return "\(error)"
    }
}
