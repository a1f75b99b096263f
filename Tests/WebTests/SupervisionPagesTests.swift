import Casework
import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Supervision
import Synchronization
import Testing

@testable import Web

/// Two matters of the water bureau and what was found about them; the second can be restricted.
final class PlannedSource: SupervisionSource {
    let findings: Mutex<[SupervisionFinding]>
    let hidden = Mutex<Set<CaseID>>([])

    init(_ unit: UnitID) {
        let since = LocalDate("2026-05-10") ?? LocalDate(daysSinceEpoch: 0)
        findings = Mutex(
            [(1, SupervisionTrigger.notAnsweredInTime), (2, .promiseBroken)].map { number, trigger in
                SupervisionFinding(
                    caseID: CaseID(rawValue: Int64(number)),
                    number: MatterNumber(month: 2604, sequence: number).description, unit: unit, trigger: trigger,
                    since: since,
                    evidence: [
                        SupervisionEvidence(.clockOver, rule: "XF-HANDLE", on: since),
                        SupervisionEvidence(.saidUnsolved, count: 2),
                    ])
            })
    }

    private func known(_ id: CaseID) -> Bool { !hidden.withLock { $0.contains(id) } }

    func findings(
        _ request: FindingRequest, for viewer: Viewer
    ) async throws -> KeysetPage<SupervisionFinding, FindingKey> {
        let all = findings.withLock { $0 }.filter {
            known($0.caseID) && (request.trigger == nil || request.trigger == $0.trigger)
        }
        let start = request.after.flatMap { after in all.firstIndex { $0.key == after }.map { $0 + 1 } } ?? 0
        return KeysetPage(
            fetched: Array(all.dropFirst(start).prefix(request.limit + 1)), limit: request.limit, key: \.key)
    }

    func finding(_ key: FindingKey, for viewer: Viewer) async throws -> SupervisionFinding? {
        findings.withLock { $0 }.first { $0.key == key && known($0.caseID) }
    }

    func matter(number: String, for viewer: Viewer) async throws -> SupervisedMatter? {
        findings.withLock { $0 }.first { $0.number == number && known($0.caseID) }
            .map { SupervisedMatter(reference: $0.matter, unit: $0.unit) }
    }

    func visible(_ matters: Set<CaseID>, for viewer: Viewer) async throws -> Set<CaseID> { matters.filter(known) }
}

struct WatchedCounty: Sendable {
    let web: TestSite
    let supervision: Supervision
    let organisation: OrganisationStore
    let source: PlannedSource

    func unit(_ code: String) async throws -> UnitID {
        try #require(try await organisation.current().unit(code: code)).id
    }

    var number: String { MatterNumber(month: 2604, sequence: 1).description }
}

/// Runs a test on a county with the pages of supervision alone. Missing fields are thrown.
func withWatchers(_ body: (WatchedCounty) async throws -> Void) async throws {
    let migrations =
        StorageMigrations.all + Ledger.migrations + Organisation.migrations + Casework.migrations
        + Supervision.migrations
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
        let source = PlannedSource(try #require(try await organisation.current().unit(code: "water")).id)
        let deadlines = DeadlineBook(packs: TestRules.packs, calendar: TestRules.calendar, zone: .shanghai)
        let supervision = Supervision(
            database: database, events: events, ids: ids, clock: clock, organisation: organisation, zone: .shanghai,
            calendar: deadlines.calendar, source: source)
        let sessions = Sessions(database: database, keys: keys, clock: clock)
        let signIn = SignIn(organisation: organisation, keys: keys, sessions: sessions, clock: clock)
        let log = LogBook()
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县", en: "Qinghe"), hotline: "12345", publicURL: "http://127.0.0.1:8080")
        settings.attemptsPerMinute = 0
        let site = try Site(
            settings: settings, resources: try TestSite.resources(), keys: keys, sessions: sessions,
            organisation: organisation, clock: clock, logger: log.logger, isStrict: true)
        let web = WebApplication(
            site: site, database: database, signIn: signIn,
            pages: [SupervisionPages(supervision: supervision, deadlines: deadlines)])
        try await body(
            WatchedCounty(
                web: TestSite(web: web, site: site, database: database, log: log, clock: clock),
                supervision: supervision, organisation: organisation, source: source))
    }
}

extension TestClient {
    /// Sends a form of a page by its address: its own hidden fields and what is typed.
    func fill(
        _ page: TestClient.Answer, to path: String, _ fields: [(String, String)]
    ) async throws -> TestClient.Answer {
        guard let start = page.body.firstRange(of: "method=\"post\" action=\"\(path)\""),
            let end = page.body[start.upperBound...].firstRange(of: "</form>")
        else {
            Issue.record("no form for \(path)")
            return page
        }
        let form = page.body[start.upperBound..<end.lowerBound]
        var hidden: [(String, String)] = []
        for part in form.split(separator: "<input type=\"hidden\" name=\"").dropFirst() {
            let name = String(part.prefix { $0 != "\"" })
            let value = part.firstRange(of: "value=\"").map { String(part[$0.upperBound...].prefix { $0 != "\"" }) }
            hidden.append((name, value ?? ""))
        }
        return try await post(path, hidden + fields)
    }
}

@Suite("Supervision: pages")
struct SupervisionPagesTests {
    @Test("from the finding to the result, by forms alone, in both languages")
    func task() async throws {
        try await withWatchers { county in
            var watcher = try await county.web.signedIn("supervisor")
            var handler = try await county.web.signedIn("handler")
            var page = try await watcher.get("/supervision")
            #expect(page.status == 200)
            #expect(page.body.contains("没有按时答复") && page.body.contains(county.number))
            #expect(page.body.contains("来信人 2 次说没解决"), "the reasons are shown")
            var answer = try await watcher.fill(
                page, to: "/supervision/finding/task", [("due", "2026-05-25"), ("reason", "卡在哪里？")])
            let task = try #require(answer["Location"]?.split(separator: "?").first.map(String.init))
            #expect(task.hasPrefix("/supervision/task/"))
            page = try await watcher.get("/supervision?list=findings")
            #expect(!page.body.contains(county.number), "a finding is offered once")

            county.web.clock.advance(seconds: 6 * 86_400)
            // Days later everybody signs in anew.
            watcher = try await county.web.signedIn("supervisor")
            handler = try await county.web.signedIn("handler")
            #expect(try await watcher.get("/supervision?list=overdue").body.contains(task))
            page = try await watcher.get(task)
            #expect(page.body.contains("卡在哪里？") && page.body.contains("btn-primary"))
            answer = try await watcher.fill(
                page, to: "\(task)/urge", [("text", "请写清哪天答复。"), ("due", "2026-06-03")])
            #expect(answer.status == 303, "\(answer.body.suffix(400))")
            page = try await watcher.get(task)
            let letter = "\(task)/letter/2"
            #expect(page.body.contains(letter))
            let printed = try await watcher.get(letter)
            #expect(printed.status == 200)
            for words in ["催办函", "督办〔2026〕1 号", "县水务局", "请写清哪天答复。", "2026 年 6 月 3 日", "盖章", "第四十条"] {
                #expect(printed.body.contains(words), "\(words)")
            }
            #expect(!printed.body.contains("王"), "no resident is named")

            page = try await handler.get("/supervision/tasks")
            #expect(page.body.contains(task))
            page = try await handler.get(task)
            #expect(page.body.contains("action=\"\(task)/answer\"") && !page.body.contains("\(task)/urge"))
            #expect(try await handler.fill(page, to: "\(task)/answer", [("text", "六月一日答复。")]).status == 303)
            page = try await watcher.get(task)
            #expect(page.body.contains("六月一日答复。") && page.body.contains("过了约定的日子"))
            #expect(try await watcher.fill(page, to: "\(task)/accept", [("text", "")]).status == 303)
            page = try await watcher.get(task)
            #expect(
                try await watcher.fill(page, to: "\(task)/close", [("result", "corrected"), ("text", "改了。")]).status
                    == 303)
            for client in [watcher, handler, try await county.web.signedIn("leader")] {
                for language in ["zh-Hans", "en"] {
                    #expect(try await client.get("\(task)?lang=\(language)").status == 200)
                }
            }
            for list in TaskQueue.allCases.map(\.rawValue) + ["findings"] {
                for language in ["zh-Hans", "en"] {
                    #expect(try await watcher.get("/supervision?list=\(list)&lang=\(language)").status == 200)
                }
            }
            #expect(try await watcher.get("/supervision?list=finished").body.contains(task))
            #expect(try await handler.get("/supervision/tasks?list=finished&lang=en").body.contains(task))
        }
    }

    @Test("a list can still be narrowed on the page that shows what is wrong with a form")
    func filterAfterError() async throws {
        try await withWatchers { county in
            let watcher = try await county.web.signedIn("supervisor")
            let page = try await watcher.get("/supervision")
            let wrong = try await watcher.fill(
                page, to: "/supervision/finding/task", [("due", "2020-01-01"), ("reason", "卡在哪里？")])
            #expect(wrong.status == 422)
            #expect(wrong.body.contains("method=\"get\" action=\"/supervision\""))
            #expect(!wrong.body.contains("method=\"get\" action=\"/supervision/finding"))
        }
    }

    @Test("every measure, its paper, and what the page offers next")
    func measures() async throws {
        try await withWatchers { county in
            let watcher = try await county.web.signedIn("supervisor")
            let unit = ("unit", "\(try await county.unit("water"))")
            var page = try await watcher.get("/supervision/new")
            let answer = try await watcher.fill(
                page, to: "/supervision/new",
                [
                    unit, ("number", county.number), ("trigger", "falsified"), ("reason", "台账是补的。"),
                    ("due", "2026-05-25"),
                ])
            let task = try #require(answer["Location"]?.split(separator: "?").first.map(String.init))
            for (act, fields) in [
                ("list", [("text", "挂牌。")]), ("talk", [("on", "2026-05-20"), ("text", "谈了。")]),
                ("circulate", [("scope", "county"), ("text", "通报。")]),
                ("rectify", [("text", "改。"), ("due", "2026-05-28")]),
                ("due", [("reason", "等材料。"), ("due", "2026-05-29")]),
            ] {
                page = try await watcher.get(task)
                let done = try await watcher.fill(page, to: "\(task)/\(act)", fields)
                #expect(done.status == 303, "\(act): \(done.body.suffix(300))")
                #expect(try await watcher.get(done["Location"] ?? "").body.contains("role=\"status\""), "\(act)")
            }
            page = try await watcher.get(task)
            #expect(page.body.contains("挂牌") && !page.body.contains("action=\"\(task)/list\""))
            for version in 2...5 {
                for language in ["zh-Hans", "en"] {
                    #expect(try await watcher.get("\(task)/letter/\(version)?lang=\(language)").status == 200)
                }
            }
            #expect(try await watcher.get("\(task)/letter/6").status == 404, "a moved day is no paper")
        }
    }

    @Test("a suggestion is adopted in part, in writing")
    func suggestion() async throws {
        try await withWatchers { county in
            let watcher = try await county.web.signedIn("supervisor")
            let handler = try await county.web.signedIn("handler")
            let unit = ("unit", "\(try await county.unit("water"))")
            var page = try await watcher.get("/supervision/suggestions/new")
            var answer = try await watcher.fill(
                page, to: "/supervision/suggestions/new",
                [unit, ("kind", "improveWork"), ("text", "先查管道。"), ("matters", county.number), ("answerBy", "")])
            let path = try #require(answer["Location"]?.split(separator: "?").first.map(String.init))
            #expect(try await watcher.get("/supervision/suggestions?reply=waiting").body.contains(path))
            #expect(try await handler.get("/supervision/tasks").body.contains(path))
            page = try await handler.get(path)
            answer = try await handler.fill(page, to: "\(path)/reply", [("adoption", "partly"), ("text", " ")])
            #expect(answer.status == 422 && answer.body.contains("value=\"partly\" required checked"))
            answer = try await handler.fill(page, to: "\(path)/reply", [("adoption", "partly"), ("text", "人手只够一半。")])
            #expect(answer.status == 303)
            page = try await watcher.get(path)
            #expect(page.body.contains("部分采纳") && page.body.contains("人手只够一半。"))
            #expect(try await watcher.fill(page, to: "\(path)/give-back", [("reason", "另一半呢？")]).status == 303)
            #expect(try await watcher.get("/supervision/suggestions?reply=partly").body.contains(path) == false)
            for language in ["zh-Hans", "en"] {
                for place in [path, "\(path)/letter", "/supervision/suggestions?kind=improveWork"] {
                    let mark = place.contains("?") ? "&" : "?"
                    #expect(try await watcher.get("\(place)\(mark)lang=\(language)").status == 200)
                }
            }
        }
    }

    @Test("a meeting: agenda, decision, owner, day, result, minutes")
    func conference() async throws {
        try await withWatchers { county in
            let watcher = try await county.web.signedIn("supervisor")
            let handler = try await county.web.signedIn("handler")
            let stranger = try await county.web.signedIn("stranger")
            let water = "\(try await county.unit("water"))"
            var page = try await watcher.get("/supervision/conferences/new")
            let answer = try await watcher.fill(
                page, to: "/supervision/conferences/new",
                [("on", "2026-05-21"), ("time", "14:30"), ("place", "三楼会议室"), ("units", water)])
            let path = try #require(answer["Location"]?.split(separator: "?").first.map(String.init))
            let steps: [(String, [(String, String)])] = [
                ("item", [("title", "由谁负责"), ("number", county.number)]),
                ("item", [("title", "管道改造"), ("number", "")]),
                ("hold", [("units", water)]),
                (
                    "decide",
                    [("text", "由水务局负责。"), ("owner", water), ("due", "2026-06-30"), ("responsible", water)]
                ),
            ]
            for (act, fields) in steps {
                page = try await watcher.get(path)
                let done = try await watcher.fill(page, to: "\(path)/\(act)", fields)
                #expect(done.status == 303, "\(act): \(done.body.suffix(300))")
            }
            #expect(try await handler.get("/supervision/tasks").body.contains("由水务局负责。"))
            #expect(try await stranger.get(path).status == 404)
            page = try await handler.get(path)
            #expect(page.body.contains("14:30") && !page.body.contains("\(path)/decide"))
            #expect(
                try await handler.fill(page, to: "\(path)/report", [("outcome", "done"), ("text", "接过来了。")]).status
                    == 303)
            let minutes = try await watcher.get("\(path)/minutes")
            for words in ["联席会议纪要", "由谁负责", "由水务局负责。", "办成了", "接过来了。", "管道改造", "没有作决定"] {
                #expect(minutes.body.contains(words), "\(words)")
            }
            for language in ["zh-Hans", "en"] {
                for place in [path, "\(path)/minutes", "/supervision/conferences"] {
                    #expect(try await watcher.get("\(place)?lang=\(language)").status == 200)
                }
            }
        }
    }

    @Test("what is typed stays through errors, and is text wherever it stands")
    func typed() async throws {
        try await withWatchers { county in
            let watcher = try await county.web.signedIn("supervisor")
            let hostile = "<script>alert(1)</script> \"' 字"
            var page = try await watcher.get("/supervision/new")
            page = try await watcher.fill(
                page, to: "/supervision/new", [("reason", hostile), ("number", "9999"), ("due", "2026-05-01")])
            #expect(page.status == 422)
            #expect(page.body.contains("&lt;script&gt;alert(1)") && !page.body.contains("<script>alert"))
            #expect(page.body.contains("value=\"9999\"") && page.body.contains("value=\"2026-05-01\""))
            for anchor in ["open-number", "open-trigger", "open-unit", "open-due"] {
                #expect(page.body.contains("href=\"#\(anchor)\""), "\(anchor)")
            }
            // The wrong day is told beside its field, and the right one goes through.
            page = try await watcher.get("/supervision")
            let failed = try await watcher.fill(
                page, to: "/supervision/finding/task", [("due", "gestern"), ("reason", "留着的话")])
            #expect(failed.status == 422 && failed.body.contains("留着的话</textarea>"))
            let again = try await watcher.fill(
                failed, to: "/supervision/finding/task", [("due", "2026-05-28"), ("reason", "留着的话")])
            #expect(again.status == 303, "\(again.status)")
            #expect(!county.web.log.text.contains("留着的话"))
        }
    }

    @Test("sent twice, done once; a form that is out of date keeps the words")
    func repeated() async throws {
        try await withWatchers { county in
            let watcher = try await county.web.signedIn("supervisor")
            let page = try await watcher.get("/supervision")
            let fields = [("due", "2026-05-28"), ("reason", "")]
            let first = try await watcher.fill(page, to: "/supervision/finding/task", fields)
            let second = try await watcher.fill(page, to: "/supervision/finding/task", fields)
            #expect(first["Location"] == second["Location"])
            let task = try #require(first["Location"]?.split(separator: "?").first.map(String.init))
            let open = try await watcher.get(task)
            let urge = [("text", "请答复。"), ("due", "2026-05-29")]
            for _ in 0..<2 { #expect(try await watcher.fill(open, to: "\(task)/urge", urge).status == 303) }
            #expect(try await watcher.get(task).body.contains("\(task)/letter/3") == false)
            let stale = try await watcher.fill(open, to: "\(task)/withdraw", [("reason", "立错了的话")])
            #expect(stale.status == 422 && stale.body.contains("立错了的话</textarea>"))
            #expect(stale.body.contains("有人动过这一件"))
            #expect(try await watcher.fill(stale, to: "\(task)/withdraw", [("reason", "立错了")]).status == 303)
            #expect(try await watcher.get("/supervision?list=findings").body.contains(county.number), "offered again")
        }
    }

    @Test("each route asks for its permission, for every role")
    func permissions() async throws {
        try await withWatchers { county in
            let supervisor = try await county.web.signedIn("supervisor")
            let made = try await supervisor.fill(
                try await supervisor.get("/supervision"), to: "/supervision/finding/task",
                [("due", "2026-05-28"), ("reason", "")])
            let id = try #require(made["Location"]?.split(separator: "?").first?.split(separator: "/").last)
            for (name, role) in DeskCounty.roles {
                let client = try await county.web.signedIn(name)
                let secret = try #require(try await client.get("/desk/password").hidden("_csrf"))
                for route in county.web.web.inventory where route.template.hasPrefix("/supervision") {
                    let path = route.template.replacing("{id}", with: String(id)).replacing("{version}", with: "2")
                    let answer =
                        route.method == "GET"
                        ? try await client.get(path) : try await client.post(path, [("_csrf", secret)])
                    switch route.access {
                    case .staff(let permission) where !role.allowed.contains(permission):
                        #expect(answer.status == 403, "\(role) may not \(path): \(answer.status)")
                    case .staffAny where !["supervisor", "leader", "auditor", "handler", "approver"].contains(name):
                        #expect([404, 403].contains(answer.status), "\(role) \(path): \(answer.status)")
                    default:
                        #expect(
                            [200, 303, 400, 404, 409, 422].contains(answer.status), "\(role) \(path) \(answer.status)")
                    }
                }
            }
            for route in county.web.web.inventory
            where route.template.hasPrefix("/supervision") && route.method == "GET" {
                let answer = try await county.web.browser.get(route.template.replacing("{id}", with: "1"))
                #expect(answer["Location"]?.hasPrefix("/staff/sign-in") == true)
            }
        }
    }

    @Test("a matter that the reader may not know of is not named on any page")
    func restricted() async throws {
        try await withWatchers { county in
            let watcher = try await county.web.signedIn("supervisor")
            let made = try await watcher.fill(
                try await watcher.get("/supervision"), to: "/supervision/finding/task",
                [("due", "2026-05-28"), ("reason", "")])
            let task = try #require(made["Location"]?.split(separator: "?").first.map(String.init))
            let urged = try await watcher.fill(
                try await watcher.get(task), to: "\(task)/urge", [("text", "请答复。"), ("due", "2026-05-29")])
            #expect(urged.status == 303)
            county.source.hidden.withLock { $0 = [CaseID(rawValue: 1)] }
            let handler = try await county.web.signedIn("handler")
            for (client, paths) in [
                (watcher, ["/supervision", task, "\(task)/letter/2"]), (handler, ["/supervision/tasks", task]),
            ] {
                for path in paths {
                    let page = try await client.get(path)
                    #expect(page.status == 200 && !page.body.contains(county.number), "\(path)")
                }
            }
            #expect(try await handler.get(task).body.contains("限看"))
        }
    }
}
