import Casework
import Kernel
import Ledger
import Organisation
import Reception
import Storage
import StorageTestKit
import Testing
import Workbench

@testable import Web

/// A county with a hall of two desks, and all pages that have to do with it. Missing fields are thrown.
struct ReceptionCounty: Sendable {
    let web: TestSite
    let casework: Casework
    let reception: Reception
    let organisation: OrganisationStore
    let place: PlaceID

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await organisation.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    var hall: String { "/desk/reception/place/\(place)" }

    /// Somebody who came and waits at desk 1.
    func visitor() async throws -> VisitID {
        try await reception.receive(
            ArrivalDraft(place: place, desks: [1], about: "一件私事", name: "王女士", phone: "13800000027"),
            submission: nil, by: try await viewer("clerk"))
    }
}

func withReception(_ body: (ReceptionCounty) async throws -> Void) async throws {
    let migrations =
        StorageMigrations.all + Ledger.migrations + Organisation.migrations + Casework.migrations
        + Workbench.migrations + Reception.migrations
    try await withDatabase(.sqlite, migrations: migrations) { database in
        let clock = HandClock(Instant(milliseconds: 1_779_331_320_000))
        let keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let events = EventStore(keys: keys, ids: ids, clock: clock)
        let organisation = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        _ = try await OrganisationSeed(yaml: DeskCounty.seed).apply(
            to: organisation, password: { _ in TestSite.password }, by: .system("test"))
        for member in try await organisation.current().allStaff {
            try await organisation.setPassword(
                TestSite.password, for: member.id, mustChange: false, by: .system("test"))
        }
        let vault = PersonVault(keys: keys)
        let casework = Casework(
            database: database, events: events, vault: vault, keys: keys, ids: ids, clock: clock,
            organisation: organisation,
            deadlines: DeadlineBook(packs: TestRules.packs, calendar: TestRules.calendar, zone: .shanghai),
            numbers: CountedNumbers())
        let reception = Reception(
            database: database, events: events, vault: vault, keys: keys, ids: ids, clock: clock, zone: .shanghai,
            calendar: TestRules.calendar)
        let workbench = Workbench(database: database, keys: keys, ids: ids, clock: clock)
        let counts = QueueCounts(casework: casework, workbench: workbench)
        let sessions = Sessions(database: database, keys: keys, clock: clock)
        let log = LogBook()
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县", en: "Qinghe"), hotline: "12345", publicURL: "http://127.0.0.1:8080")
        (settings.attemptsPerMinute, settings.lettersPerHour) = (0, 0)
        let site = try Site(
            settings: settings, resources: try TestSite.resources(), keys: keys, sessions: sessions,
            organisation: organisation, clock: clock, logger: log.logger, deskFrame: DeskQueues(counts), isStrict: true)
        let web = WebApplication(
            site: site, database: database,
            signIn: SignIn(organisation: organisation, keys: keys, sessions: sessions, clock: clock),
            pages: [
                Portal(casework: casework, law: TestRules.law, reception: reception),
                Desk(
                    casework: casework, workbench: workbench, counts: counts, law: TestRules.law, reception: reception),
                ReceptionPages(reception: reception, casework: casework),
            ])
        let current = try await organisation.current()
        let admin = Viewer(staff: try #require(current.staff(signInName: "admin")), organisation: current)
        let place = try await reception.openPlace(
            PlaceDraft(
                unit: current.unit(code: "county")?.id, name: "县联合接访大厅", address: "东门一楼",
                hours: "8:30-12:00 14:30-17:30", capacity: 2), submission: nil, by: admin)
        for (number, code) in [(1, "county"), (2, "water")] {
            let unit = try #require(current.unit(code: code)).id
            try await reception.setDesk(
                ReceptionDesk(number: number, name: LocalizedName(zh: "窗口"), unit: unit), of: place, by: admin)
        }
        try await body(
            ReceptionCounty(
                web: TestSite(web: web, site: site, database: database, log: log, clock: clock), casework: casework,
                reception: reception, organisation: organisation, place: place))
    }
}

@Suite struct ReceptionPagesTests {
    @Test("who may open which page")
    func roles() async throws {
        try await withReception { county in
            let visit = try await county.visitor()
            let pages: [(String, Set<String>)] = [
                (county.hall, ["clerk", "dispatcher", "handler", "supervisor", "leader", "auditor"]),
                ("/desk/reception/visit/\(visit)", ["clerk", "dispatcher", "supervisor", "leader", "auditor"]),
                ("/desk/reception/visit/\(visit)/slip", ["clerk", "dispatcher"]),
                ("/desk/reception/days/new", ["dispatcher", "supervisor"]),
                ("/desk/reception/places", ["admin"]), ("/desk/reception/setup/\(county.place)", ["admin"]),
            ]
            for name in ["clerk", "dispatcher", "handler", "stranger", "supervisor", "leader", "auditor", "admin"] {
                let client = try await county.web.signedIn(name)
                for (path, allowed) in pages {
                    let answer = try await client.get(path)
                    #expect((answer.status == 200) == allowed.contains(name), "\(name) \(path): \(answer.status)")
                    if answer.status == 200, !["clerk", "dispatcher"].contains(name) {
                        #expect(!answer.body.contains("王女士"), "\(name) reads the name on \(path)")
                    }
                    #expect(!answer.body.contains("13800000027"), "\(name) reads the telephone number on \(path)")
                }
            }
        }
    }

    @Test("a number in one press; what is wrong comes back with everything typed")
    func arrive() async throws {
        try await withReception { county in
            let clerk = try await county.web.signedIn("clerk")
            let page = try await clerk.get(county.hall)
            let wrong = try await clerk.submit(
                page, to: "\(county.hall)/arrive", [("to", "1"), ("people", "很多"), ("name", "李先生")])
            #expect(wrong.status == 422 && wrong.body.contains("李先生") && wrong.body.contains("people-error"))
            let given = try await clerk.submit(page, to: "\(county.hall)/arrive", [("to", "1")])
            #expect(given.status == 303)
            let again = try await clerk.submit(page, to: "\(county.hall)/arrive", [("to", "1")])
            #expect(given["Location"] == again["Location"])
            let slip = try await clerk.get(try #require(given["Location"]))
            #expect(slip.body.contains("A001") && slip.body.contains("A，零零一") && slip.body.contains("<svg"))
            #expect(try await clerk.get(county.hall).body.contains("A001"))
        }
    }

    @Test("nothing is registered before the visitor said yes, then once, with the hash of the words")
    func readBack() async throws {
        try await withReception { county in
            let visit = try await county.visitor()
            let clerk = try await county.web.signedIn("clerk")
            try await county.reception.run(.begin(desk: 1), on: visit, by: try await county.viewer("clerk"))
            let form = try await clerk.get("/desk/new?visit=\(visit)")
            #expect(form.body.contains("value=\"王女士\"") && form.body.contains("13800000027"))
            let typed = [
                ("visit", "\(visit)"), ("channel", "visit"), ("name", "王女士"), ("body", "路灯坏了三个星期。"),
                ("place", "钟楼街"), ("urgency", "normal"),
            ]
            let read = try await clerk.submit(form, to: "/desk/new", typed + [("step", "readback")])
            #expect(read.status == 200 && read.body.contains("路灯坏了三个星期。") && read.body.contains("taken-down"))
            let missing = try await clerk.submit(read, to: "/desk/new", typed + [("step", "save")])
            #expect(missing.status == 422 && missing.body.contains("confirmation-error"))
            let none = try await county.web.database.read { tx in try tx.first("SELECT COUNT(*) FROM cases")?.int(0) }
            #expect(none == 0)
            let edit = try await clerk.submit(read, to: "/desk/new", typed + [("step", "edit")])
            #expect(edit.status == 200 && edit.body.contains("路灯坏了三个星期。") && edit.body.contains("id=\"desk-form\""))
            let sent = typed + [("step", "save"), ("confirmation", "signed")]
            #expect(try await clerk.submit(read, to: "/desk/new", sent).status == 200)
            #expect(try await clerk.submit(read, to: "/desk/new", sent).status == 200)
            let rows = try await county.web.database.read { tx in
                try tx.rows("SELECT number FROM cases").map { try $0.text(0) }
            }
            #expect(rows.count == 1)
            let viewer = try await county.viewer("clerk")
            let file = try await county.reception.visit(visit, for: viewer)
            let matter = try await county.casework.file(number: rows[0], for: viewer)
            let linked = try #require(file.state.linked)
            #expect(linked.matter.number == rows[0] && linked.readBack?.how == .signed)
            #expect(linked.reporter == matter.state.reporters.first?.details.id)
            guard case .registered(let registered)? = matter.entries.first?.event else { throw RouteMissing() }
            #expect(linked.readBack?.hash == registered.body.hash)
            #expect(file.entries.count { $0.event.kind == "matterLinked" } == 1)
            // The page of the matter tells who received.
            #expect(try await clerk.get("/desk/matter/\(rows[0])").body.contains("panel-receptions"))
        }
    }

    @Test("public pages show numbers and desks, and nothing of a person")
    func publicPages() async throws {
        try await withReception { county in
            let visit = try await county.visitor()
            try await county.reception.run(.call(desk: 1), on: visit, by: try await county.viewer("clerk"))
            let code = county.reception.lineCode(of: visit)
            for path in ["/hall/\(county.place)", "/line/\(visit)/\(code)"] {
                let page = try await county.web.browser.get(path)
                #expect(page.status == 200 && page.body.contains("A001"))
                for word in ["王女士", "13800000027", "私事", "窗口甲"] { #expect(!page.body.contains(word), "\(path)") }
            }
            #expect(try await county.web.browser.get("/hall/\(county.place)").body.contains("http-equiv=\"refresh\""))
            #expect(
                !(try await county.web.browser.get("/hall/\(county.place)?still=1").body.contains(
                    "http-equiv=\"refresh\"")))
            for path in [
                "/line/\(visit)/AAAAAAAA", "/line/\(visit)/\(code.lowercased())x", "/line/1/\(code)", "/hall/1",
                "/hall/x",
            ] {
                #expect(try await county.web.browser.get(path).status == 404, "\(path)")
            }
            // Yesterday's number is nobody's business.
            county.web.clock.advance(seconds: 86_400)
            #expect(try await county.web.browser.get("/line/\(visit)/\(code)").status == 404)
            let how = try await county.web.browser.get("/how").body
            #expect(how.contains("县联合接访大厅") && how.contains("8:30–12:00"))
        }
    }

    @Test("the resident reads which leader received, and what came of it; who joined in public does not")
    func leader() async throws {
        try await withReception { county in
            let (clerk, planner) = (try await county.viewer("clerk"), try await county.viewer("dispatcher"))
            var registration = Registration(channel: .visit, body: "锦绣家园三号楼的水发黄半个月了。")
            registration.contact = Contact(name: "王女士")
            registration.place = "锦绣家园"
            let receipt = try await county.casework.register(registration, submission: "s1", by: clerk.actor)
            let unit = try #require(try await county.organisation.current().unit(code: "county")).id
            let day = try await county.reception.planDay(
                LeaderDayDraft(
                    unit: unit, leader: try await county.viewer("leader").staff.id, office: "县长",
                    day: county.reception.today, hours: "9:00-11:30", place: county.place, desk: 1, seats: 2),
                submission: nil, by: planner)
            try await county.reception.record(
                LeaderEntryDraft(
                    matter: ReceivedMatter(id: receipt.caseID, number: receipt.number), result: .takenCharge,
                    words: "这件事我来盯。"), on: day, by: planner)
            let resident = county.web.browser
            let look = try await resident.get("/follow")
            _ = try await resident.submit(
                look, to: "/follow", [("number", receipt.number), ("code", receipt.code.description)])
            let page = try await resident.get("/matter").body
            #expect(page.contains("青禾县来信办理中心县长县长甲") && page.contains("接待了您") && page.contains("这件事我来盯。"))
            try await county.reception.settle(1, of: day, words: "水箱洗好了。", by: planner)
            #expect(try await resident.get("/matter").body.contains("水箱洗好了。"))
            let days = try await county.web.browser.get("/reception-days").body
            #expect(days.contains("县长甲") && !days.contains(receipt.number))
            let calendar = try await county.web.browser.get("/reception-days.ics")
            #expect(calendar["Content-Type"] == "text/calendar; charset=utf-8")
            #expect(calendar.body.contains("DTSTART:20260521T010000Z\r\n"))
            for line in calendar.body.split(separator: "\r\n") { #expect(line.utf8.count <= 75) }
        }
    }
}

private struct RouteMissing: Error {}
