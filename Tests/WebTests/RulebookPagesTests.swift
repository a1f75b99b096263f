import HTTPTypes
import Casework
import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing
import Workbench

@testable import Web

struct RulebookCounty: Sendable {
    let web: TestSite
    let casework: Casework
    let organisation: OrganisationStore
    let current: CurrentRules
    let rules: RulePackStore
    let clock: HandClock

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await organisation.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }
}

/// A county with the pages of the rule book and of administration, over rules that are taken up at once.
func withRulebook(_ body: (RulebookCounty) async throws -> Void) async throws {
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
        _ = try await OrganisationSeed(yaml: DeskCounty.seed).apply(
            to: organisation, password: { _ in TestSite.password }, by: .system("test"))
        for member in try await organisation.current().allStaff {
            try await organisation.setPassword(
                TestSite.password, for: member.id, mustChange: false, by: .system("test"))
        }
        let rules = RulePackStore(organisation: organisation, keys: keys)
        let current = try CurrentRules(try await rules.rules(), rules: rules, organisation: organisation)
        let casework = Casework(
            database: database, events: events, vault: PersonVault(keys: keys), keys: keys, ids: ids, clock: clock,
            organisation: organisation, deadlines: CurrentDeadlines(rules: current, zone: .shanghai),
            numbers: CountedNumbers())
        let sessions = Sessions(database: database, keys: keys, clock: clock)
        let log = LogBook()
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县", en: "Qinghe"), hotline: "12345", publicURL: "http://127.0.0.1:8080")
        settings.attemptsPerMinute = 0
        settings.requiresSecondFactor = false
        let site = try Site(
            settings: settings, resources: try TestSite.resources(), keys: keys, sessions: sessions,
            organisation: organisation, clock: clock, logger: log.logger, isStrict: true)
        let pages = RulebookPages(
            casework: casework, rules: rules, current: current,
            drafts: RuleDrafts(database: database, ids: ids, clock: clock))
        let web = WebApplication(
            site: site, database: database,
            signIn: SignIn(organisation: organisation, keys: keys, sessions: sessions, clock: clock),
            pages: [
                pages,
                AdminPages(
                    organisation: organisation, casework: casework,
                    workbench: Workbench(database: database, keys: keys, ids: ids, clock: clock)),
            ])
        try await body(
            RulebookCounty(
                web: TestSite(web: web, site: site, database: database, log: log, clock: clock), casework: casework,
                organisation: organisation, current: current, rules: rules, clock: clock))
    }
}

extension TestClient.Answer {
    /// Where a redirect leads.
    var next: String { self["location"] ?? "" }
}

@Suite("Rule book: pages") struct RulebookPagesTests {
    private static func pack(_ first: String, version: Int = 1, length: Int = 5) throws -> String {
        try RulePacks.exampleTexts()[0].replacing("example-hotline-five-days", with: "qinghe-hotline")
            .replacing("example: true\n", with: "").replacing("2026-01-01", with: first)
            .replacing("version: 2", with: "version: \(version)").replacing("length: 5", with: "length: \(length)")
    }

    @Test("only who keeps rules reaches the pages, in both languages")
    func access() async throws {
        try await withRulebook { county in
            let admin = try await county.web.signedIn("admin")
            let handler = try await county.web.signedIn("handler")
            for path in ["rules", "calendar", "catalogue", "categories", "configuration"] {
                for language in ["zh-Hans", "en"] {
                    let page = try await admin.get("/admin/\(path)?lang=\(language)")
                    #expect(page.status == 200, "\(path)")
                    #expect(!page.body.contains("rulebook."), "a key without a text on \(path)")
                }
                #expect(try await handler.get("/admin/\(path)").status == 403)
            }
            _ = try await admin.get("/admin/rules?lang=zh-Hans")
            let pack = try await admin.get("/admin/rules/pack/national-petition/2")
            #expect(pack.status == 200 && pack.body.contains("XF-HANDLE") && pack.body.contains("条文读过"))
            #expect(try await admin.get("/admin/rules/pack/nothing/1").status == 404)
            #expect(try await admin.get("/admin/rules/draft/77").status == 404)
            for path in ["catalogue/line?id=1", "categories/line", "categories/line?code=01"] {
                #expect(try await admin.get("/admin/\(path)").status == 200, "\(path)")
            }
        }
    }

    @Test("a pack is looked at, loaded with a reason and counts at once; sent twice it is one")
    func packs() async throws {
        try await withRulebook { county in
            let admin = try await county.web.signedIn("admin")
            let list = try await admin.get("/admin/rules")
            let wrong = try Self.pack("2026-06-01").replacing("length: 5", with: "length: five")
            let again = try await admin.fill(list, to: "/admin/rules/draft", [("text", wrong)])
            #expect(again.status == 422 && again.body.contains("length: five") && again.body.contains("要写"))
            let draft = try await admin.fill(again, to: "/admin/rules/draft", [("text", try Self.pack("2026-06-01"))])
            #expect(draft.status == 303 && draft.next.hasPrefix("/admin/rules/draft/"))
            let page = try await admin.get(draft.next)
            #expect(page.body.contains("qinghe-hotline/1") && page.body.contains("5 个工作日"))
            let refused = try await admin.fill(page, to: "\(draft.next)/load", [("reason", " ")])
            #expect(refused.status == 422 && refused.body.contains("请写明为什么改"))
            for _ in 1...2 {
                let done = try await admin.fill(page, to: "\(draft.next)/load", [("reason", "本县热线办理办法")])
                #expect(done.next == "/admin/rules/pack/qinghe-hotline/1?done=packLoaded")
            }
            #expect(county.casework.deadlines.packs.pack(reference: "qinghe-hotline/1") != nil)
            #expect(try await county.organisation.history(of: .rules).count == 1)
            let shown = try await admin.get("/admin/rules")
            #expect(shown.body.contains("本县热线办理办法") && shown.body.contains("等着生效"))
            let own = try await admin.get("/admin/rules/pack/qinghe-hotline/1")
            let path = "/admin/rules/pack/qinghe-hotline/1/withdraw"
            let back = try await admin.fill(own, to: path, [("reason", "先不用")])
            #expect(back.status == 303)
            #expect(county.casework.deadlines.packs.pack(reference: "qinghe-hotline/1")?.isWithdrawn == true)
        }
    }

    @Test("next year's notice is typed in, looked at and loaded")
    func calendar() async throws {
        try await withRulebook { county in
            let admin = try await county.web.signedIn("admin")
            let page = try await admin.get("/admin/calendar")
            #expect(page.body.contains("rb-off") && page.body.contains("国庆节"))
            let wrong = try await admin.fill(
                page, to: "/admin/calendar/year", [("source", "通知"), ("days", "休 某日 元旦"), ("year", "2027")])
            #expect(wrong.status == 422 && wrong.body.contains("休 某日 元旦") && wrong.body.contains("第 1 行"))
            let draft = try await admin.fill(
                wrong, to: "/admin/calendar/year",
                [("source", "通知"), ("days", "休 2027-01-01 2027-01-03 元旦"), ("year", "2027")])
            #expect(draft.status == 303)
            let shown = try await admin.get(draft.next)
            #expect(shown.body.contains("2027") && shown.body.contains("在走的期限"))
            let done = try await admin.fill(shown, to: "\(draft.next)/load", [("reason", "国办通知")])
            #expect(done.status == 303)
            #expect(county.casework.deadlines.calendar.covers(year: 2027))
            #expect(try await admin.get("/admin/calendar").body.contains("正在重算期限") == false)
            #expect(try await county.casework.needsRecomputation())
        }
    }

    @Test("the catalogue: a file in GB18030, a difference, a trial in numbers, a day to come, taken back")
    func catalogue() async throws {
        try await withRulebook { county in
            for index in 0..<3 {
                var registration = Registration(channel: .web, body: "第 \(index) 封信：水发黄。")
                registration.category = "01.01"
                _ = try await county.casework.register(registration, submission: "l\(index)", by: .newReporter)
            }
            let admin = try await county.web.signedIn("admin")
            let list = try await admin.get("/admin/catalogue")
            #expect(list.body.contains("甲条例第一条"))
            let unit = try #require(
                try await county.organisation.current().units.first { $0.kind == .department && $0.code != "water" })
            let csv = "编号,类别,区域,责任单位,协办单位,依据\r\n1,水电,,\(unit.code),,新三定规定\r\n"
            let secret = try #require(list.hidden("_csrf"))
            let once = try #require(list.hidden("submission"))
            let gb = try #require(Self.gb18030(csv))
            let draft = try await admin.upload(
                "/admin/catalogue/draft", [("_csrf", secret), ("submission", once)], file: gb)
            #expect(draft.status == 303, "\(draft.body.prefix(2_000))")
            let page = try await admin.get(draft.next)
            #expect(page.body.contains("新三定规定") && page.body.contains("改动 1 条"))
            let trial = try await admin.fill(page, to: "\(draft.next)/trial", [("period", "all")])
            #expect(try await county.casework.runTrial() == 3)
            let result = try await admin.get(trial.next)
            #expect(result.body.contains("3 件会派到别处") && result.body.contains("所以这里只有数"))
            #expect(!result.body.contains("/matters?"))
            #expect(try await admin.get("\(trial.next)/matters?category=01.01").status == 403)
            let supervisor = try await county.web.signedIn("supervisor")
            let open = try await supervisor.get(trial.next)
            #expect(open.body.contains("/matters?category=01.01"))
            let done = try await admin.fill(
                page, to: "\(draft.next)/load", [("from", "2026-07-01"), ("reason", "机构改革")])
            #expect(done.next == "/admin/catalogue?done=catalogueScheduled")
            let coming = try await admin.get("/admin/catalogue")
            #expect(coming.body.contains("等着生效的改动") && coming.body.contains("机构改革"))
            let back = try await admin.fill(coming, to: "/admin/catalogue/withdraw", [("reason", "缓一缓")])
            #expect(back.status == 303)
            #expect(
                try await county.organisation.current().catalogueChangesToCome(after: county.casework.today).isEmpty)
            // A village is never sent departments' work, whoever asks.
            let broken = try await admin.upload(
                "/admin/catalogue/draft", [("_csrf", secret), ("submission", once)],
                file: Array("编号,类别,责任单位,依据\n1,天气,nobody,\n".utf8))
            #expect(broken.status == 422 && broken.body.contains("没有“天气”这个类别"))
        }
    }

    @Test("categories by hand: added, renamed, retired with a successor; labels of people are refused")
    func categories() async throws {
        try await withRulebook { county in
            let admin = try await county.web.signedIn("admin")
            let form = try await admin.get("/admin/categories/line?code=01")
            let label = try await admin.fill(
                form, to: "/admin/categories/line", [("zh", "缠访人员"), ("en", "")])
            #expect(label.status == 422 && label.body.contains("不能给人贴标签"))
            let draft = try await admin.fill(form, to: "/admin/categories/line", [("zh", "水电气"), ("en", "Utilities")])
            #expect(draft.status == 303)
            let page = try await admin.get(draft.next)
            #expect(page.body.contains("改名 1 个"))
            let done = try await admin.fill(
                page, to: "\(draft.next)/load", [("from", "\(county.casework.today)"), ("reason", "加上燃气")])
            #expect(done.status == 303)
            #expect(try await county.organisation.current().category("01")?.name.zh == "水电气")
        }
    }

    @Test("the whole configuration goes out and, unchanged, in again")
    func configuration() async throws {
        try await withRulebook { county in
            let admin = try await county.web.signedIn("admin")
            let text = try await admin.get("/admin/configuration/text").body
            #expect(text.hasPrefix("=== areas.tsv\n") && text.contains("=== units.tsv"))
            #expect(!text.contains("管理甲"), "no names of staff")
            let page = try await admin.get("/admin/configuration")
            let same = try await admin.fill(page, to: "/admin/configuration/draft", [("text", text)])
            #expect(try await admin.get(same.next).body.contains("没有不同"))
            let broken = text.replacing("\tdepartment\t", with: "\tcastle\t")
            let refused = try await admin.fill(page, to: "/admin/configuration/draft", [("text", broken)])
            #expect(refused.status == 422 && refused.body.contains("castle"))
            let huge = try await admin.upload(
                "/admin/configuration/draft", [], file: Array(repeating: 0x61, count: 10 << 20))
            #expect(huge.status == 413)
        }
    }

    @Test("sentences of the readers are told in Chinese where there is a form for them")
    func faults() {
        #expect(RuleFaults.values(of: "unknown field x", in: "unknown field {}") == ["x"])
        #expect(
            RuleFaults.values(of: "a must be a whole number from 1 to 9", in: "{} must be a whole number from {} to {}")
                == ["a", "1", "9"])
        #expect(RuleFaults.values(of: "no rows", in: "no rows") == [])
        #expect(RuleFaults.values(of: "no rows here", in: "no rows") == nil)
    }

    /// `编号` and what else stands in the test's file, as an older spreadsheet writes it.
    private static func gb18030(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        let table: [Character: [UInt8]] = [
            "编": [0xB1, 0xE0], "号": [0xBA, 0xC5], "类": [0xC0, 0xE0], "别": [0xB1, 0xF0], "区": [0xC7, 0xF8],
            "域": [0xD3, 0xF2], "责": [0xD4, 0xF0], "任": [0xC8, 0xCE], "单": [0xB5, 0xA5], "位": [0xCE, 0xBB],
            "协": [0xD0, 0xAD], "办": [0xB0, 0xEC], "依": [0xD2, 0xC0], "据": [0xBE, 0xDD], "水": [0xCB, 0xAE],
            "电": [0xB5, 0xE7], "新": [0xD0, 0xC2], "三": [0xC8, 0xFD], "定": [0xB6, 0xA8], "规": [0xB9, 0xE6],
        ]
        for character in text {
            if let ascii = character.asciiValue, character != "\r\n" {
                out.append(ascii)
            } else if character == "\r\n" {
                out += [0x0D, 0x0A]
            } else if let bytes = table[character] {
                out += bytes
            } else {
                return nil
            }
        }
        return out
    }
}

extension TestClient {
    /// Sends a form with one file.
    func upload(_ path: String, _ fields: [(String, String)], file: [UInt8]) async throws -> Answer {
        let boundary = "----rulebook"
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n"
        body += Array("\(head)Content-Type: text/csv\r\n\r\n".utf8) + file + Array("\r\n--\(boundary)--\r\n".utf8)
        return try await send(
            .post, path, headers: ["content-type": "multipart/form-data; boundary=\(boundary)"], body: body)
    }
}
