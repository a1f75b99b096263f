import Bulk
import Casework
import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Supervision
import Testing
import Workbench

@testable import Web

/// Numbers without a store.
actor CountedNumbers: MatterNumbering {
    private var last = 0

    func next(month: Int) -> Int {
        last += 1
        return last
    }
}

/// A county with two bureaus, somebody in every role, and all pages over them. Missing fields are thrown.
struct DeskCounty: Sendable {
    let web: TestSite
    let casework: Casework
    let organisation: OrganisationStore
    let supervision: Supervision
    let bulk: Bulk

    static let seed = """
        areas:
          - { code: "990101", zh: 青禾县 }
          - { code: "990101001", zh: 柳溪镇, parent: "990101" }
        units:
          - { code: county, zh: 青禾县来信办理中心, kind: countyOffice, area: "990101" }
          - { code: water, zh: 县水务局, kind: department, parent: county }
          - { code: roads, zh: 县交通局, kind: department, parent: county }
          - { code: town, zh: 柳溪镇, kind: township, parent: county }
          - { code: village, zh: 柳溪村, kind: village, parent: town }
          - { code: city, zh: 市信访局, kind: superior }
        staff:
          - { signIn: clerk, name: 窗口甲, unit: county, roles: [receptionClerk] }
          - { signIn: dispatcher, name: 分派甲, unit: county, roles: [dispatcher] }
          - { signIn: dispatcher2, name: 分派乙, unit: county, roles: [dispatcher] }
          - { signIn: handler, name: 经办甲, unit: water, roles: [handler] }
          - { signIn: handler2, name: 经办乙, unit: water, roles: [handler] }
          - { signIn: stranger, name: 经办丙, unit: roads, roles: [handler] }
          - { signIn: approver, name: 签发甲, unit: water, roles: [approver] }
          - { signIn: supervisor, name: 督办甲, unit: county, roles: [supervisor] }
          - { signIn: leader, name: 县长甲, unit: county, roles: [leader] }
          - { signIn: auditor, name: 审计甲, unit: county, roles: [auditor] }
          - { signIn: town, name: 镇办甲, unit: town, roles: [handler] }
          - { signIn: reviewer, name: 复查甲, unit: county, roles: [reviewer] }
          - { signIn: rereviewer, name: 复核甲, unit: city, roles: [reviewer] }
          - { signIn: admin, name: 管理甲, unit: county, roles: [administrator] }
          - { signIn: guard, name: 安全甲, unit: county, roles: [securityAdministrator] }
          - { signIn: inspector, name: 监审甲, unit: county, roles: [auditAdministrator] }
        categories: |
          一级,二级,三级
          水电,供水,停水
          水电,供水,水质
        catalogueFrom: 2024-01-01
        catalogue:
          - { id: "1", category: 水电, unit: water, basis: 甲条例第一条 }
        """

    static let roles: [(name: String, role: Role)] = [
        ("clerk", .receptionClerk), ("dispatcher", .dispatcher), ("handler", .handler), ("approver", .approver),
        ("supervisor", .supervisor), ("leader", .leader), ("auditor", .auditor), ("admin", .systemAdministrator),
        ("reviewer", .reviewer), ("guard", .securityAdministrator), ("inspector", .auditAdministrator),
    ]

    /// The ordinary decision about a claim, as a unit makes it when it takes the matter up.
    static let claim = TriageDraft(sort: .claim, route: .ordinary, reason: "供水归本单位管")

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await organisation.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    func unit(_ code: String) async throws -> UnitID {
        try #require(try await organisation.current().unit(code: code)).id
    }

    /// A letter from the portal.
    func letter(_ body: String = "锦绣家园三号楼的水发黄半个月了，请查一查。") async throws -> CaseReceipt {
        var registration = Registration(channel: .web, body: body)
        registration.contact = Contact(name: "王女士", phone: "13800000027", address: "锦绣家园三号楼二单元")
        registration.place = "锦绣家园三号楼"
        registration.category = "01.01"
        return try await casework.register(
            registration, submission: "s-\(UInt64.random(in: 0 ... .max))", by: .newReporter)
    }

    /// A letter in the hands of the water bureau.
    func accepted() async throws -> CaseReceipt {
        let receipt = try await letter()
        try await casework.dispatch(
            receipt.caseID, to: .entry(id: "1", version: 1), version: 1, by: try await viewer("dispatcher"))
        try await casework.accept(
            receipt.caseID, deciding: Self.claim, version: 2, by: try await viewer("handler"))
        return receipt
    }

    /// An opinion letter with all its blocks.
    static func answer(_ outcome: ReplyOutcome = .solved, body: String = "水箱 6 月 1 日洗好了。") -> ReplyDraft {
        var draft = ReplyDraft(outcome: outcome, body: body, basis: outcome == .solved ? nil : "甲规定")
        (draft.request, draft.facts) = ("查清水发黄的原因", "水箱八个月没有洗。")
        draft.execution = [.solved, .partly].contains(outcome) ? .done : nil
        draft.executedOn = LocalDate("2026-05-01")
        draft.executionWords = "水箱洗好，检测单附后"
        return draft
    }

    /// The version that the next form carries.
    func version(_ receipt: CaseReceipt) async throws -> Int { try await state(receipt).version }

    /// The matter as it stands.
    func state(_ receipt: CaseReceipt) async throws -> CaseState {
        try await casework.file(receipt.caseID, for: receipt.reporterID).state
    }

    /// An answered letter, judged as not solved.
    func judged() async throws -> CaseReceipt {
        let receipt = try await accepted()
        try await casework.reply(
            receipt.caseID, Self.answer(), version: try await version(receipt), by: try await viewer("handler"))
        try await casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
        try await casework.judge(
            receipt.caseID, JudgementDraft(outcome: .notSolved, words: "水还是黄的秘密"), by: receipt.reporterID)
        return receipt
    }
}

/// Runs a test on a fresh county with all pages.
func withDesk(
    on engine: Dialect.Engine = .sqlite, packs: RulePacks = TestRules.packs,
    change: (inout WebSettings) -> Void = { _ in },
    _ body: (DeskCounty) async throws -> Void
) async throws {
    let migrations =
        StorageMigrations.all + Ledger.migrations + Organisation.migrations + Casework.migrations
        + Workbench.migrations + Supervision.migrations + Bulk.migrations
    try await withDatabase(engine, migrations: migrations) { database in
        let clock = HandClock(Instant(milliseconds: 1_779_331_320_000))
        let keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let events = EventStore(keys: keys, ids: ids, clock: clock)
        let workbench = Workbench(database: database, keys: keys, ids: ids, clock: clock)
        let organisation = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)),
            readyTexts: workbench)
        _ = try await OrganisationSeed(yaml: DeskCounty.seed).apply(
            to: organisation, password: { _ in TestSite.password }, by: .system("test"))
        // The seed's passwords are one-time passwords; here everybody has chosen an own one.
        for member in try await organisation.current().allStaff {
            try await organisation.setPassword(
                TestSite.password, for: member.id, mustChange: false, by: .system("test"))
        }
        let casework = Casework(
            database: database, events: events, vault: PersonVault(keys: keys), keys: keys, ids: ids, clock: clock,
            organisation: organisation,
            deadlines: DeadlineBook(packs: packs, calendar: TestRules.calendar, zone: .shanghai),
            numbers: CountedNumbers())
        let counts = QueueCounts(casework: casework, workbench: workbench)
        let supervision = Supervision(
            database: database, events: events, ids: ids, clock: clock, organisation: organisation, zone: .shanghai,
            calendar: TestRules.calendar, source: NamedMatters(casework: casework))
        let bulk = Bulk(
            database: database, keys: keys, ids: ids, clock: clock, casework: casework, organisation: organisation)
        let rules = RulePackStore(organisation: organisation, keys: keys)
        let sessions = Sessions(database: database, keys: keys, clock: clock)
        let signIn = SignIn(organisation: organisation, keys: keys, sessions: sessions, clock: clock)
        let log = LogBook()
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县", en: "Qinghe"), hotline: "12345", publicURL: "http://127.0.0.1:8080")
        settings.attemptsPerMinute = 0
        settings.lettersPerHour = 0
        change(&settings)
        settings.debugHeaders = true
        let site = try Site(
            settings: settings, resources: try TestSite.resources(), keys: keys, sessions: sessions,
            organisation: organisation, clock: clock, logger: log.logger, deskFrame: DeskQueues(counts), isStrict: true)
        let web = WebApplication(
            site: site, database: database, signIn: signIn,
            pages: [
                Desk(
                    casework: casework, workbench: workbench, counts: counts, law: TestRules.law,
                    supervision: supervision),
                OversightPages(casework: casework), MergePages(casework: casework), SplitPages(casework: casework),
                BulkPages(
                    casework: casework, bulk: bulk, organisation: organisation, counts: counts, longestAtOnce: 100),
                AdminPages(organisation: organisation, casework: casework, workbench: workbench),
                RulebookPages(
                    casework: casework, rules: rules,
                    current: try CurrentRules(try await rules.rules(), rules: rules, organisation: organisation),
                    drafts: RuleDrafts(database: database, ids: ids, clock: clock)),
            ])
        try await body(
            DeskCounty(
                web: TestSite(web: web, site: site, database: database, log: log, clock: clock), casework: casework,
                organisation: organisation, supervision: supervision, bulk: bulk))
    }
}

/// Supervision that finds nothing by itself; whoever names a matter gets it.
struct NamedMatters: SupervisionSource {
    let casework: Casework

    func findings(
        _ request: FindingRequest, for viewer: Viewer
    ) async throws -> KeysetPage<SupervisionFinding, FindingKey> { KeysetPage(items: [], next: nil) }

    func finding(_ key: FindingKey, for viewer: Viewer) async throws -> SupervisionFinding? { nil }

    func matter(number: String, for viewer: Viewer) async throws -> SupervisedMatter? {
        try await casework.visibleMatter(number: number, for: viewer).map {
            SupervisedMatter(
                reference: MatterReference(id: $0.id, number: $0.number), unit: $0.unit, accused: $0.accused)
        }
    }

    func visible(_ matters: Set<CaseID>, for viewer: Viewer) async throws -> Set<CaseID> { matters }
}

extension TestClient {
    /// Sends a form of a page: its secret, one-time name and version, and what is typed.
    func submit(
        _ page: TestClient.Answer, to path: String, _ fields: [(String, String)]
    ) async throws -> TestClient.Answer {
        let hidden = ["_csrf", "submission", "version"].compactMap { name in page.hidden(name).map { (name, $0) } }
        return try await post(path, hidden + fields)
    }
}
