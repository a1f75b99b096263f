import Casework
import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing
import Workbench

@testable import Web

/// A county with a body for each step of review, and official documents over it.
struct DocumentCounty: Sendable {
    let web: TestSite
    let casework: Casework
    let organisation: OrganisationStore
    let renderer: any PDFRenderer

    static let seed = """
        areas:
          - { code: "990101", zh: 青禾县 }
        units:
          - { code: city, zh: 江北市信访局, en: Jiangbei City Petition Bureau, kind: superior }
          - { code: county, zh: 青禾县人民政府, en: Qinghe County Government, kind: countyOffice, area: "990101", parent: city }
          - { code: water, zh: 青禾县水务局, en: Qinghe Water Bureau, kind: department, parent: county, phone: "0000-1234567", hours: "周一至周五 8:30–17:30" }
        staff:
          - { signIn: clerk, name: 窗口甲, unit: county, roles: [receptionClerk] }
          - { signIn: dispatcher, name: 分派甲, unit: county, roles: [dispatcher] }
          - { signIn: handler, name: 经办甲, unit: water, roles: [handler] }
          - { signIn: approver, name: 签发甲, unit: water, roles: [approver] }
          - { signIn: reviewer, name: 复查甲, unit: county, roles: [reviewer] }
          - { signIn: rereviewer, name: 复核甲, unit: city, roles: [reviewer] }
        categories: |
          一级,二级,三级
          水电,供水,水质
        catalogueFrom: 2024-01-01
        catalogue:
          - { id: "1", category: 水电, unit: water, basis: 甲条例第一条 }
        """

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await organisation.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    /// A letter of somebody whose name stands in documents, with a second resident where asked.
    func letter(
        _ body: String = "锦绣家园三号楼早上水发黄。请查一查，尽快修好。", kind: MatterKind = .petition,
        name: String = "王某某", others: [GroupMember] = []
    ) async throws -> CaseReceipt {
        var registration = Registration(channel: kind == .petition ? .visit : .web, body: body)
        registration.contact = Contact(name: name, phone: "13800000027", address: "锦绣家园三号楼二单元")
        registration.category = "01.01"
        registration.kind = kind
        registration.others = others
        registration.groupSize = others.isEmpty ? nil : others.count + 1
        return try await casework.register(
            registration, submission: "s-\(UInt64.random(in: 0 ... .max))", by: .newReporter)
    }

    func version(_ receipt: CaseReceipt) async throws -> Int { try await file(receipt).state.version }

    func file(_ receipt: CaseReceipt) async throws -> CaseFile {
        try await casework.file(receipt.caseID, for: receipt.reporterID)
    }

    func dispatch(_ receipt: CaseReceipt) async throws {
        try await casework.dispatch(
            receipt.caseID, to: .entry(id: "1", version: 1), version: try await version(receipt),
            by: try await viewer("dispatcher"))
    }

    /// In the hands of the water bureau, as a claim of branch 6 unless said otherwise.
    func accepted(_ receipt: CaseReceipt, sort: MatterSort? = .claim) async throws {
        try await dispatch(receipt)
        try await casework.accept(
            receipt.caseID, deciding: TriageDraft(sort: sort, route: .ordinary, reason: "归水务局管"),
            version: try await version(receipt), by: try await viewer("handler"))
    }

    static var opinion: ReplyDraft {
        var draft = ReplyDraft(
            outcome: .solved, body: "水箱 5 月 24 日清洗，老管换新；换好以前，送水车每天到楼下。",
            basis: "二次供水设施由管理单位清洗、消毒。")
        draft.request = "查清水发黄的原因，尽快修好。"
        draft.facts = "水箱八个月没有清洗，进楼的一段老管锈蚀。"
        draft.law = ["XF-32"]
        draft.execution = .promised
        if let day = LocalDate(year: 2026, month: 6, day: 30) {
            draft.promises = [PromiseDraft(kind: .execution, text: "三号楼进楼老管换新", due: day)]
        }
        return draft
    }

    func reply(_ receipt: CaseReceipt, _ draft: ReplyDraft) async throws {
        try await casework.reply(
            receipt.caseID, draft, version: try await version(receipt), by: try await viewer("approver"))
    }

    /// The model of a document, in a language, for the resident of the receipt.
    func model(_ name: String, _ receipt: CaseReceipt, _ language: Language = .chinese) async throws -> DocumentModel {
        let maker = DocumentMaker(
            words: MatterWords(
                words: web.site.words(language), organisation: try await organisation.current(),
                book: casework.deadlines, now: web.clock.now(), countyName: "青禾县"),
            file: try await file(receipt), law: TestRules.law, reporter: receipt.reporterID)
        return try maker.document(try #require(DocumentName(path: name)))
    }

    /// The page from which a PDF is made.
    func paper(_ name: String, _ receipt: CaseReceipt, _ language: Language = .chinese) async throws -> [UInt8] {
        let model = try await model(name, receipt, language)
        var fields = model.fields(language, siteAddress: web.site.settings.siteAddress)
        fields["title"] = .text("\(model.title) \(model.number)")
        fields["lang"] = .text(language.rawValue)
        fields["isEnglish"] = .flag(language.isEnglish)
        fields["styles"] = .html(try DocumentStyles.load(try TestSite.resources()))
        return try web.site.templates.render("documents/paper", fields, language: language)
    }

    /// A browser in which a resident has opened the own matter, read it, and may open documents.
    func resident(_ receipt: CaseReceipt) async throws -> TestClient {
        let client = web.browser
        let page = try await client.get("/follow")
        _ = try await client.submit(
            page, to: "/follow", [("number", receipt.number), ("code", receipt.code.description)])
        _ = try await client.get("/matter")
        return client
    }
}

/// A renderer that makes what a test wants.
struct StubRenderer: PDFRenderer {
    var answer: @Sendable ([UInt8]) async throws -> [UInt8]
    func pdf(of html: [UInt8]) async throws -> [UInt8] { try await answer(html) }
}

/// Runs a test on a fresh county with official documents.
func withDocuments(
    _ renderer: any PDFRenderer = StubRenderer { _ in Array("%PDF-stub".utf8) },
    _ body: (DocumentCounty) async throws -> Void
) async throws {
    let migrations =
        StorageMigrations.all + Ledger.migrations + Organisation.migrations + Casework.migrations
        + Workbench.migrations
    try await withDatabase(.sqlite, migrations: migrations) { database in
        let clock = HandClock(Instant(milliseconds: 1_779_331_320_000))
        let keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let events = EventStore(keys: keys, ids: ids, clock: clock)
        let organisation = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        _ = try await OrganisationSeed(yaml: DocumentCounty.seed).apply(
            to: organisation, password: { _ in TestSite.password }, by: .system("test"))
        for member in try await organisation.current().allStaff {
            try await organisation.setPassword(
                TestSite.password, for: member.id, mustChange: false, by: .system("test"))
        }
        let casework = Casework(
            database: database, events: events, vault: PersonVault(keys: keys), keys: keys, ids: ids, clock: clock,
            organisation: organisation,
            deadlines: DeadlineBook(packs: TestRules.packs, calendar: TestRules.calendar, zone: .shanghai),
            numbers: CountedNumbers())
        let sessions = Sessions(database: database, keys: keys, clock: clock)
        let signIn = SignIn(organisation: organisation, keys: keys, sessions: sessions, clock: clock)
        let log = LogBook()
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县", en: "Qinghe"), hotline: "12345", publicURL: "http://127.0.0.1:8080")
        settings.attemptsPerMinute = 0
        let workbench = Workbench(database: database, keys: keys, ids: ids, clock: clock)
        let counts = QueueCounts(casework: casework, workbench: workbench)
        let resources = try TestSite.resources()
        let site = try Site(
            settings: settings, resources: resources, keys: keys, sessions: sessions, organisation: organisation,
            clock: clock, logger: log.logger, deskFrame: DeskQueues(counts), isStrict: true)
        let documents = try DocumentPages(
            casework: casework, law: TestRules.law, renderer: renderer, resources: resources)
        let web = WebApplication(
            site: site, database: database, signIn: signIn,
            pages: [
                Portal(casework: casework, law: TestRules.law),
                Desk(casework: casework, workbench: workbench, counts: counts), documents,
            ])
        try await body(
            DocumentCounty(
                web: TestSite(web: web, site: site, database: database, log: log, clock: clock), casework: casework,
                organisation: organisation, renderer: renderer))
    }
}
