import HTTPTypes
import Kernel
import Organisation
import Testing

@testable import Web

@Suite("Forms, sessions and limits")
struct InfrastructureAccessTests {
    private let pages: [any PageRoutes] = [TestPages()]

    @Test("a form needs the secret of this browser's page; without it nothing typed is lost")
    func secrets() async throws {
        try await withSite(pages: pages) { web in
            let client = web.browser
            let page = try await client.get("/t/form")
            let secret = try #require(page.hidden("_csrf"))
            #expect(try await client.post("/t/form", [("_csrf", secret), ("body", "信")]).body == "body=信")
            for wrong in ["", "0", String(secret.reversed())] {
                let answer = try await client.post(
                    "/t/form?x=1", [("_csrf", wrong), ("body", "<信>"), ("version", "7")])
                #expect(answer.status == 403)
                #expect(answer.body.contains("您写的还在，请再寄一次"))
                #expect(answer.body.contains("name=\"body\" value=\"&lt;信&gt;\""))
                #expect(answer.body.contains("action=\"/t/form?x=1\""))
                // The page that keeps the words carries a fresh secret: one press sends them.
                let again = [("_csrf", answer.hidden("_csrf") ?? ""), ("body", "<信>")]
                #expect(try await client.post("/t/form", again).body == "body=<信>")
            }
            let other = web.browser
            _ = try await other.get("/t/form")
            #expect(try await other.post("/t/form", [("_csrf", secret), ("body", "信")]).status == 403)
            #expect(try await web.browser.post("/t/form", [("_csrf", secret)]).status == 403)
        }
    }

    @Test("a form that another site sent is refused and not shown again")
    func foreign() async throws {
        try await withSite(pages: pages) { web in
            let client = try await web.signedIn()
            let secret = ("_csrf", try await client.get("/t/form").hidden("_csrf") ?? "")
            for path in ["/t/form", "/t/staff", "/t/mine"] {
                let answer = try await client.post(
                    path, [secret, ("body", "planted")], headers: ["Sec-Fetch-Site": "cross-site"])
                #expect(answer.status == 403 && !answer.body.contains("planted"))
            }
            let own = try await client.post(
                "/t/form", [secret, ("body", "x")], headers: ["Sec-Fetch-Site": "same-origin"])
            #expect(own.body == "body=x")
        }
    }

    @Test("one-time names are ours or refused, and what was typed stays")
    func submissions() async throws {
        try await withSite(pages: pages) { web in
            let client = web.browser
            let page = try await client.get("/t/form")
            let secret = ("_csrf", page.hidden("_csrf") ?? "")
            let ours = try #require(page.hidden("submission"))
            #expect(SubmissionToken.verify(ours, web.site.keys))
            #expect(try await client.post("/t/form", [secret, ("submission", ours)]).status == 200)
            let changed = "0" + ours.dropFirst() == ours ? "1" + ours.dropFirst() : "0" + ours.dropFirst()
            for foreign in ["", "x", changed, ours + "0", String(repeating: "a", count: 5000)] {
                let answer = try await client.post("/t/form", [secret, ("submission", foreign), ("body", "信")])
                #expect(answer.status == 400)
                #expect(answer.body.contains("name=\"body\" value=\"信\""))
                let fresh = try #require(answer.hidden("submission"))
                #expect(fresh != foreign && SubmissionToken.verify(fresh, web.site.keys))
            }
            #expect(Set((0..<1000).map { _ in SubmissionToken.issue(web.site.keys) }).count == 1000)
        }
    }

    @Test("large, broken and damaged forms get a clear answer")
    func hostile() async throws {
        try await withSite(pages: pages) {
            $0.mostFormBytes = 10_000
        } _: { web in
            let client = web.browser
            let secret = try await client.get("/t/form").hidden("_csrf") ?? ""
            let large = try await client.post(
                "/t/form", [("_csrf", secret), ("a", String(repeating: "x", count: 10_000))])
            #expect(large.status == 413 && large.body.contains("太大"))
            let announced = try await client.post("/t/form", [], headers: ["Content-Length": "99999999"])
            #expect(announced.status == 413)
            let many = (0..<600).map { ("k\($0)", "") }
            #expect(try await client.post("/t/form", many).status == 400)
            let multipart = ["Content-Type": "multipart/form-data; boundary=x"]
            let open = try await client.send(.post, "/t/form", headers: multipart, body: Array("--x\r\nabc".utf8))
            #expect(open.status == 400)
            let body = Array("_csrf=\(secret)&body=%C4%E3%BA%C3+hello&place=x".utf8)
            let damaged = try await client.send(.post, "/t/form", body: body)
            #expect(damaged.status == 400 && damaged.body.contains(" hello</textarea>"))
        }
    }

    @Test("wrong fields that a page does not show itself can be corrected and sent again")
    func correcting() async throws {
        try await withSite(pages: pages) { web in
            let client = web.browser
            let secret = try await client.get("/t/form").hidden("_csrf") ?? ""
            let answer = try await client.post("/t/wrong", [("_csrf", secret), ("phone", "1380000000"), ("x", "y")])
            #expect(answer.status == 422)
            #expect(answer.body.contains("手机号共 11 位，这里写了 10 位"))
            #expect(answer.body.contains("name=\"phone\" rows=\"6\">\n1380000000</textarea>"))
            #expect(answer.body.contains("name=\"x\" value=\"y\""))
            let failed = try await client.post("/t/fail", [("_csrf", secret), ("body", "信")])
            #expect(failed.status == 500 && failed.body.contains("name=\"body\" value=\"信\""))
            let hidden = try await client.post("/t/password", [("_csrf", secret), ("current", "geheim")])
            #expect(hidden.status == 500 && !hidden.body.contains("geheim"))
        }
    }

    @Test("staff pages lead to signing in and back; permissions are asked")
    func staff() async throws {
        try await withSite(pages: pages) { web in
            let stranger = try await web.browser.get("/t/staff?q=%E8%B7%AF")
            #expect(stranger.status == 303)
            #expect(stranger["Location"] == "/staff/sign-in?next=%2Ft%2Fstaff%3Fq%3D%25E8%25B7%25AF")
            let client = try await web.signedIn()
            #expect(client.cookie("staff")?.count == 64)
            let page = try await client.get("/t/staff")
            #expect(page.status == 200)
            #expect(try await client.get("/t/oversee").status == 403)
            #expect(try await web.signedIn("leader").get("/t/oversee").status == 200)
            let secret = try #require(page.hidden("_csrf"))
            #expect(try await client.post("/t/staff", [("_csrf", secret), ("note", "x")]).body == "note=x")
            // The secret of the browser alone is not enough for a page of staff.
            let visitor = try await client.get("/t/form").hidden("_csrf") ?? ""
            #expect(visitor != secret)
            #expect(try await client.post("/t/staff", [("_csrf", visitor), ("note", "x")]).status == 403)
            #expect(try await client.post("/t/form", [("_csrf", secret), ("body", "x")]).body == "body=x")
            let out = try await client.post("/staff/sign-out", [("_csrf", secret)])
            #expect(out.status == 303 && client.cookie("staff") == nil)
            #expect(try await client.get("/t/staff").status == 303)
        }
    }

    @Test("a session that ended while somebody wrote: sign in, and the words are sent on")
    func idle() async throws {
        try await withSite(pages: pages) { web in
            let client = try await web.signedIn()
            let secret = try await client.get("/t/staff").hidden("_csrf") ?? ""
            web.clock.advance(seconds: 31 * 60)
            let stale = try await client.post("/t/staff", [("_csrf", secret), ("name", "王女士"), ("note", "第一行\n\"二\"")])
            #expect(stale.status == 403)
            #expect(stale.body.contains("name=\"kept.name\" value=\"王女士\""))
            #expect(stale.body.contains("name=\"next\" value=\"/t/staff\""))
            let fields = [
                ("_csrf", stale.hidden("_csrf") ?? ""), ("next", "/t/staff"), ("kept.name", "王女士"),
                ("kept.note", "第一行\n\"二\""), ("name", "clerk"),
            ]
            let wrong = try await client.post("/staff/sign-in", fields + [("password", "not this one")])
            #expect(wrong.status == 422 && wrong.body.contains("登录名或密码不对"))
            #expect(wrong.body.contains("name=\"kept.note\"") && !wrong.body.contains("not this one"))
            let resume = try await client.post("/staff/sign-in", fields + [("password", TestSite.password)])
            #expect(resume.status == 200)
            #expect(resume.body.contains("action=\"/t/staff\""))
            #expect(resume.body.contains("name=\"note\" value=\"第一行\n&quot;二&quot;\""))
            let sent = try await client.post(
                "/t/staff", [("_csrf", resume.hidden("_csrf") ?? ""), ("note", "第一行\n\"二\"")])
            #expect(sent.body == "note=第一行\n\"二\"")
            web.clock.advance(seconds: 31 * 60)
            let password = try await client.post("/t/secret", [("_csrf", "x"), ("note", "geheim")])
            #expect(password.status == 403 && !password.body.contains("geheim"))
        }
    }

    @Test("after signing in nobody is sent to another site")
    func openRedirect() async throws {
        try await withSite(pages: pages) { web in
            for next in [
                "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "",
            ] {
                let client = web.browser
                let secret = try await client.get("/staff/sign-in").hidden("_csrf") ?? ""
                let answer = try await client.post(
                    "/staff/sign-in",
                    [("_csrf", secret), ("name", "clerk"), ("password", TestSite.password), ("next", next)])
                #expect(answer.status == 303 && answer["Location"] == "/desk", "\(next)")
            }
        }
    }

    @Test("a resident's page needs number and code; words typed after the time are kept")
    func reporter() async throws {
        try await withSite(pages: pages) { web in
            let client = web.browser
            #expect(try await client.get("/t/mine")["Location"] == "/follow")
            let session = try await web.site.sessions.openReporterSession(
                reporter: ReporterID(rawValue: 7), case: CaseID(rawValue: 8))
            client.setCookie("follow", session.token)
            let parts = try await client.get("/t/mine").body.split(separator: " ")
            #expect(parts.first == "8")
            let secret = String(parts.last ?? "")
            #expect(try await client.post("/t/mine", [("_csrf", secret), ("words", "x")]).body == "words=x")
            web.clock.advance(seconds: 31 * 60)
            let late = try await client.post("/t/mine", [("_csrf", secret), ("words", "夜里又闪")])
            #expect(late.status == 403)
            #expect(late.body.contains("href=\"/follow\" target=\"_blank\""))
            #expect(late.body.contains("name=\"words\" value=\"夜里又闪\""))
        }
    }

    @Test("too many attempts of one address wait; others do not")
    func limits() async throws {
        try await withSite(pages: pages) {
            $0.attemptsPerMinute = 3
            $0.trustedProxies = ["0.0.0.0/0"]
        } _: { web in
            let client = web.browser
            let secret = ("_csrf", try await client.get("/t/form").hidden("_csrf") ?? "")
            for _ in 0..<3 { #expect(try await client.post("/t/limited", [secret, ("a", "1")]).status == 200) }
            let refused = try await client.post("/t/limited", [secret, ("body", "信")])
            #expect(refused.status == 429)
            #expect(refused["Retry-After"] == "20")
            #expect(refused.body.contains("请过 20 秒再试") && refused.body.contains("name=\"body\" value=\"信\""))
            web.clock.advance(seconds: 20)
            #expect(try await client.post("/t/limited", [secret]).status == 200)
            #expect(try await client.post("/t/limited", [secret]).status == 429)
        }
    }

    @Test("the memory for limits is bounded and forgets")
    func bounded() {
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县"), hotline: "12345", publicURL: "http://localhost")
        settings.attemptsPerMinute = 2
        let limiter = RateLimiter(settings, most: 100)
        let now = Instant(milliseconds: 1_000_000)
        for index in 0..<1000 { #expect(limiter.take(.signIn, address: "\(index)", at: now) == nil) }
        #expect(limiter.count <= 100)
        #expect(limiter.take(.signIn, address: "x", at: now) == nil)
        #expect(limiter.take(.signIn, address: "x", at: now) == nil)
        #expect(limiter.take(.signIn, address: "x", at: now) == 30)
        #expect(limiter.take(.lookUp, address: "x", at: now) == nil)
        #expect(limiter.take(.signIn, address: "x", at: now.adding(seconds: 30)) == nil)
        settings.attemptsPerMinute = 0
        let free = RateLimiter(settings)
        for _ in 0..<1000 { #expect(free.take(.signIn, address: "x", at: now) == nil) }
        #expect(free.count == 0)
    }

    @Test("wrong codes slow a matter down, never lock it, and are forgotten")
    func slowDown() {
        let slow = SlowDown(most: 50)
        let now = Instant(milliseconds: 1_000_000)
        for _ in 0..<4 { slow.miss("2605-0121-6", at: now) }
        #expect(slow.delay(for: "2605-0121-6", at: now) == 0)
        for _ in 0..<3 { slow.miss("2605-0121-6", at: now) }
        #expect(slow.delay(for: "2605-0121-6", at: now) == 1.5)
        for _ in 0..<1000 { slow.miss("2605-0121-6", at: now) }
        #expect(slow.delay(for: "2605-0121-6", at: now) == SlowDown.longestSeconds)
        #expect(slow.delay(for: "2605-0122-4", at: now) == 0)
        #expect(slow.delay(for: "2605-0121-6", at: now.adding(seconds: 7200)) == 0)
        for index in 0..<500 { slow.miss("\(index)", at: now) }
    }

    @Test("a new password, and nothing else before it")
    func passwords() async throws {
        try await withSite(pages: pages) { web in
            let staff = try #require(try await web.site.organisation.current().staff(signInName: "clerk"))
            try await web.site.organisation.setPassword(TestSite.password, for: staff.id, by: .system("test"))
            web.clock.advance(seconds: 2)
            let client = try await web.signedIn()
            #expect(try await client.get("/t/staff")["Location"] == "/desk/password")
            let page = try await client.get("/desk/password")
            #expect(page.status == 200)
            let secret = ("_csrf", page.hidden("_csrf") ?? "")
            let differs = try await client.post(
                "/desk/password", [secret, ("current", TestSite.password), ("new", "battery staple"), ("again", "x")])
            #expect(differs.status == 422 && differs.body.contains("两遍写的不一样"))
            let wrong = try await client.post(
                "/desk/password", [secret, ("current", "no"), ("new", "battery staple"), ("again", "battery staple")])
            #expect(wrong.status == 422 && wrong.body.contains("现在的密码不对"))
            let done = try await client.post(
                "/desk/password",
                [secret, ("current", TestSite.password), ("new", "battery staple"), ("again", "battery staple")])
            #expect(done["Location"] == "/desk")
            web.clock.advance(seconds: 2)
            #expect(try await client.get("/t/staff").status == 200)
        }
    }
}
