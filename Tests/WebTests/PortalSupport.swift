import Attachments
import Casework
import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Web

/// A county with its residents' pages, bodies above it, and the people who answer. Missing fields are thrown.
struct PortalCounty: Sendable {
    let web: TestSite
    let casework: Casework
    let organisation: OrganisationStore

    static let seed = """
        areas:
          - { code: "990101", zh: 青禾县 }
          - { code: "990101001", zh: 柳溪镇, parent: "990101" }
        units:
          - { code: county, zh: 青禾县来信办理中心, kind: countyOffice, area: "990101", address: 青禾县人民路 1 号, phone: 0990-0000001, counter: true }
          - { code: water, zh: 县水务局, kind: department, parent: county, phone: 0990-0000011 }
          - { code: roads, zh: 县交通局, kind: department, parent: county }
          - { code: above, zh: 清源市复查复核委员会, kind: superior, address: 清源市文明路 1 号, phone: 0990-0000091 }
        staff:
          - { signIn: clerk, name: 窗口甲, unit: county, roles: [receptionClerk] }
          - { signIn: dispatcher, name: 分派甲, unit: county, roles: [dispatcher] }
          - { signIn: handler, name: 经办甲, unit: water, roles: [handler] }
          - { signIn: approver, name: 签发甲, unit: water, roles: [approver] }
          - { signIn: reviewer, name: 复查甲, unit: county, roles: [reviewer] }
          - { signIn: upper, name: 复核甲, unit: above, roles: [reviewer] }
          - { signIn: supervisor, name: 督办甲, unit: county, roles: [supervisor] }
        categories: |
          一级,二级,三级
          水电,供水,停水
          水电,供水,水质
        catalogueFrom: 2024-01-01
        catalogue:
          - { id: "1", category: 水电, unit: water, basis: 甲条例第一条 }
        """

    /// A resident's browser in which the matter is open.
    func reading(_ receipt: CaseReceipt, code: AccessCode? = nil) async throws -> TestClient {
        let client = web.browser
        let page = try await client.get("/follow")
        let answer = try await client.post(
            "/follow",
            [
                ("_csrf", page.hidden("_csrf") ?? ""), ("number", receipt.number),
                ("code", (code ?? receipt.code).description),
            ])
        #expect(answer.status == 303)
        return client
    }

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await organisation.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    func unit(_ code: String) async throws -> UnitID {
        try #require(try await organisation.current().unit(code: code)).id
    }

    func register(
        _ body: String = "锦绣家园三号楼的水发黄半个月了，请查一查。", change: (inout Registration) -> Void = { _ in }
    ) async throws -> CaseReceipt {
        var registration = Registration(channel: .web, body: body)
        registration.contact = Contact(name: "王女士", phone: "13800000027", address: "锦绣家园三号楼二单元")
        registration.category = "01.01"
        change(&registration)
        return try await casework.register(
            registration, submission: "s-\(UInt64.random(in: 0 ... .max))", by: .newReporter)
    }

    func state(_ receipt: CaseReceipt) async throws -> CaseState {
        try await casework.file(receipt.caseID, for: receipt.reporterID).state
    }

    func version(_ receipt: CaseReceipt) async throws -> Int { try await state(receipt).version }

    /// In the hands of the water bureau, as a claim that is handled here.
    func inHand(_ receipt: CaseReceipt) async throws {
        try await casework.dispatch(
            receipt.caseID, to: .entry(id: "1", version: 1), version: try await version(receipt),
            by: try await viewer("dispatcher"))
        let sort: MatterSort? = try await state(receipt).kind == .petition ? .claim : nil
        try await casework.accept(
            receipt.caseID, deciding: TriageDraft(sort: sort, route: .ordinary, reason: "秘密理由"),
            version: try await version(receipt), by: try await viewer("handler"))
    }

    /// Refused, with an opinion letter.
    func refused(_ receipt: CaseReceipt) async throws {
        try await inHand(receipt)
        var draft = ReplyDraft(outcome: .notSupported, body: "按规定不能更换水箱。")
        draft.request = "更换小区水箱。"
        draft.facts = "水箱 2021 年更换，检测合格。"
        draft.law = ["XF-32"]
        try await casework.reply(
            receipt.caseID, draft, version: try await version(receipt), by: try await viewer("handler"))
    }

    /// Decides the review that waits.
    func decide(_ receipt: CaseReceipt, _ outcome: ReviewOutcome, by name: String) async throws {
        let draft = ReviewDraft(
            outcome: outcome, facts: "查阅了检测记录。", body: "原处理意见事实清楚。", basis: "《信访工作条例》第三十五条")
        try await casework.decideReview(
            receipt.caseID, draft, version: try await version(receipt), by: try await viewer(name))
    }
}

/// Runs a test on a fresh county with the residents' pages.
func withPortal(
    packs: RulePacks = TestRules.packs, change: (inout WebSettings) -> Void = { _ in }, takesFiles: Bool = false,
    engine: Dialect.Engine = .sqlite,
    _ body: (PortalCounty) async throws -> Void
) async throws {
    let migrations =
        StorageMigrations.all + [StorageMigrations.pieces] + Ledger.migrations + Attachments.migrations
        + Organisation.migrations + Casework.migrations
    try await withDatabase(engine, migrations: migrations) { database in
        let clock = HandClock(Instant(milliseconds: 1_779_331_320_000))
        let keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let events = EventStore(keys: keys, ids: ids, clock: clock)
        let organisation = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        _ = try await OrganisationSeed(yaml: PortalCounty.seed).apply(
            to: organisation, password: { _ in TestSite.password }, by: .system("test"))
        let files =
            takesFiles
            ? Attachments(
                database: database, blobs: DatabaseBlobStore(database, clock: clock), keys: keys, ids: ids,
                clock: clock,
                tools: try PythonFileTools(seconds: 180)) : nil
        let casework = Casework(
            database: database, events: events, vault: PersonVault(keys: keys), keys: keys, ids: ids, clock: clock,
            organisation: organisation,
            deadlines: DeadlineBook(packs: packs, calendar: TestRules.calendar, zone: .shanghai),
            numbers: CountedNumbers(), attachments: files)
        let sessions = Sessions(database: database, keys: keys, clock: clock)
        let signIn = SignIn(organisation: organisation, keys: keys, sessions: sessions, clock: clock)
        let log = LogBook()
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县", en: "Qinghe"), hotline: "12345", publicURL: "http://127.0.0.1:8080")
        settings.attemptsPerMinute = 0
        settings.lettersPerHour = 0
        change(&settings)
        let site = try Site(
            settings: settings, resources: try TestSite.resources(), keys: keys, sessions: sessions,
            organisation: organisation, clock: clock, logger: log.logger, files: files, isStrict: true)
        let web = WebApplication(
            site: site, database: database, signIn: signIn,
            pages: [
                Portal(casework: casework, law: TestRules.law), FilePages(casework: casework),
                PublicPages(casework: casework, searchStep: 1),
            ])
        try await body(
            PortalCounty(
                web: TestSite(web: web, site: site, database: database, log: log, clock: clock), casework: casework,
                organisation: organisation))
    }
}
