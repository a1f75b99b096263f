import Foundation
import HTTPTypes
import Kernel
import Organisation
import Synchronization
import Testing

@testable import Web

/// A provider that says what a test wants.
final class SpokenProvider: IdentityProvider {
    struct State {
        var subject = "u-1"
        var name: String?
        var factor = false
        var trouble: IdentityTrouble?
        var codes: [String] = []
        var count = 0
    }

    let state = Mutex(State())
    let name = LocalizedName(zh: "县统一身份", en: "County ID")
    let issuer = "https://id.example"

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var codes: [String] { state.withLock { $0.codes } }

    func begin() async throws -> (address: String, question: IdentityQuestion) {
        let (trouble, count) = state.withLock { state in
            state.count += 1
            return (state.trouble, state.count)
        }
        if let trouble { throw trouble }
        let question = IdentityQuestion(state: "state-of-attempt-\(count)", nonce: "n\(count)", verifier: "v")
        return ("https://id.example/authorize?a=1&state=\(question.state)", question)
    }

    func finish(code: String, from issuer: String?, to question: IdentityQuestion) async throws -> ProvenIdentity {
        try state.withLock { state in
            state.codes.append(code)
            if let trouble = state.trouble { throw trouble }
            return ProvenIdentity(
                identity: OpenIDIdentity(issuer: "https://id.example", subject: state.subject),
                hasSecondFactor: state.factor, signInName: state.name)
        }
    }

    func signOutAddress(returningTo path: String) -> String? { "https://id.example/logout?back=\(path)" }
    func isReachable() async -> Bool { state.withLock { $0.trouble == nil } }
}

@Suite("Signing in by way of a provider") struct OpenIDPageTests {
    private let pages: [any PageRoutes] = [TestPages()]

    /// Presses the provider's button on a page; gives the state that went to the provider.
    private func begin(
        _ client: TestClient, on page: TestClient.Answer, keeping kept: [(String, String)] = []
    ) async throws -> String {
        let going = try await client.post(
            "/staff/openid",
            [("_csrf", page.hidden("_csrf") ?? ""), ("next", page.hidden("next") ?? "")]
                + kept.map { ("kept.\($0.0)", $0.1) })
        #expect(going.status == 200)
        let refresh = try #require(going["Refresh"])
        #expect(refresh.hasPrefix("0;url=https://id.example/authorize?a=1&state="))
        #expect(going.body.contains("href=\"https://id.example/authorize?a=1&amp;state="))
        return try #require(refresh.split(separator: "state=").last.map(String.init))
    }

    private func come(_ client: TestClient, next: String = "/t/staff") async throws -> TestClient.Answer {
        let page = try await client.get("/staff/sign-in?next=\(Form.escaped(next))")
        return try await client.get("/staff/openid/callback?code=c&state=\(try await begin(client, on: page))")
    }

    private func link(_ web: TestSite, _ name: String, _ subject: String = "u-1") async throws {
        let id = try #require(try await web.site.organisation.current().staff(signInName: name)).id
        try await web.site.organisation.linkOpenID(
            OpenIDIdentity(issuer: "https://id.example", subject: subject), to: id, by: .system("test"))
    }

    @Test("without a provider there is no button and no route")
    func none() async throws {
        try await withSite(pages: pages) { web in
            let client = web.browser
            let page = try await client.get("/staff/sign-in")
            #expect(!page.body.contains("openid") && page.body.contains("btn btn-primary"))
            #expect(try await client.post("/staff/openid", [("_csrf", page.hidden("_csrf") ?? "")]).status == 404)
            #expect(try await client.get("/staff/openid/callback?code=c&state=s").status == 404)
            #expect(try await web.signedIn().get("/desk/openid").status == 404)
        }
    }

    @Test("whoever is linked comes in and goes where they wanted; only within this house")
    func linked() async throws {
        let provider = SpokenProvider()
        try await withSite(pages: pages, provider: provider) { web in
            try await link(web, "clerk")
            let client = web.browser
            let first = try await client.get("/staff/sign-in")
            #expect(first.body.contains("用县统一身份登录") && first.body.contains("action=\"/staff/sign-in\""))
            #expect(first.body.components(separatedBy: "btn-primary").count == 2, "one next step")
            let answer = try await come(client)
            #expect(answer.status == 303 && answer.headers[.location] == "/t/staff")
            #expect(try await client.get("/t/staff").status == 200)
            for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
                let answer = try await come(web.browser, next: elsewhere)
                #expect(answer.headers[.location] == "/desk", "\(elsewhere)")
            }
        }
    }

    @Test("an answer counts once, in the browser that asked, and not after ten minutes")
    func answers() async throws {
        let provider = SpokenProvider()
        try await withSite(pages: pages, provider: provider) { web in
            try await link(web, "clerk")
            let client = web.browser
            let state = try await begin(client, on: try await client.get("/staff/sign-in"))
            let address = "/staff/openid/callback?code=c&state=\(state)"
            // Somebody else's link in this person's browser, or this person's link in another's: nobody comes in.
            let stranger = web.browser
            let planted = try await stranger.get(address)
            #expect(planted.status == 400 && planted.body.contains("这次登录隔得太久"))
            #expect(stranger.cookie("staff") == nil && provider.codes.isEmpty, "the code is not even exchanged")
            _ = try await begin(stranger, on: try await stranger.get("/staff/sign-in"))
            #expect(try await stranger.get(address).status == 400)

            #expect(try await client.get(address).status == 303)
            #expect(provider.codes == ["c"])
            // The back button: whoever is in goes to work, whoever has left is told to begin again.
            #expect(try await client.get(address).headers[.location] == "/desk")
            client.setCookie("staff", nil)
            #expect(try await client.get(address).status == 400)
            #expect(provider.codes == ["c"])

            let late = try await begin(client, on: try await client.get("/staff/sign-in"))
            web.clock.advance(seconds: 601)
            let page = try await client.get("/staff/openid/callback?code=d&state=\(late)")
            #expect(page.status == 400 && page.body.contains("E-") && provider.codes == ["c"])
        }
    }

    @Test("two tabs do not disturb each other")
    func tabs() async throws {
        let provider = SpokenProvider()
        try await withSite(pages: pages, provider: provider) { web in
            try await link(web, "clerk")
            let client = web.browser
            let page = try await client.get("/staff/sign-in?next=/t/staff")
            let (one, two) = (try await begin(client, on: page), try await begin(client, on: page))
            #expect(one != two)
            for state in [two, one] {
                let answer = try await client.get("/staff/openid/callback?code=c&state=\(state)")
                #expect(answer.headers[.location] == "/t/staff")
            }
        }
    }

    @Test("every trouble has its sentence and a number that the log knows; what was typed stays")
    func troubles() async throws {
        let provider = SpokenProvider()
        try await withSite(pages: pages, provider: provider) { web in
            let client = web.browser
            let kept = [("body", "写了很久的话")]
            let page = try await client.get("/staff/sign-in?next=/t/form")
            func check(_ answer: TestClient.Answer, _ status: Int, _ words: String, _ reason: String) throws {
                #expect(answer.status == status && answer.body.contains(words), "\(words)")
                let number = try #require(answer.body.firstMatch(of: /参考编号 (E-[0-9A-Z]{4})/)).1
                #expect(web.log.text.contains("reason=\(reason) reference=\(number)"), "\(reason)")
                #expect(answer.body.contains("name=\"kept.body\" value=\"写了很久的话\""))
                #expect(answer.hidden("next") == "/t/form" && client.cookie("staff") == nil)
            }
            func answer(_ query: String = "code=c") async throws -> TestClient.Answer {
                let state = try await begin(client, on: page, keeping: kept)
                return try await client.get("/staff/openid/callback?\(query)&state=\(state)")
            }
            try check(try await answer(), 403, "还没有和这里的人关联", "notLinked")
            try check(try await answer("error=access_denied"), 403, "没有放行", "answer.error")
            try check(
                try await answer("error=server_error&error_description=%E5%BC%A0%E4%B8%89"), 503, "连不上", "answer.error")
            let state = try await begin(client, on: page, keeping: kept)
            provider.set { $0.trouble = IdentityTrouble(.untrusted, "token.nonce") }
            try check(
                try await client.get("/staff/openid/callback?code=c&state=\(state)"), 403, "核对不上", "token.nonce")
            provider.set { $0.trouble = IdentityTrouble(.unreachable, "connect") }
            let down = try await client.post(
                "/staff/openid",
                [("_csrf", page.hidden("_csrf") ?? ""), ("next", "/t/form"), ("kept.body", "写了很久的话")])
            try check(down, 503, "连不上", "connect")
            #expect(!web.log.text.contains("张三") && !web.log.text.contains("state-of-attempt"))
            // With a password it goes on, and the words come along.
            let entered = try await client.post(
                "/staff/sign-in",
                [
                    ("_csrf", down.hidden("_csrf") ?? ""), ("name", "clerk"), ("password", TestSite.password),
                    ("next", "/t/form"), ("kept.body", "写了很久的话"),
                ])
            #expect(entered.status == 200 && entered.body.contains("写了很久的话"))
        }
    }

    @Test("what was typed before an idle sign-out comes back by way of the provider")
    func idle() async throws {
        let provider = SpokenProvider()
        try await withSite(pages: pages, provider: provider) { web in
            try await link(web, "clerk")
            let client = try await web.signedIn()
            let form = try await client.get("/t/staff")
            web.clock.advance(seconds: 3600)
            let refused = try await client.post(
                "/t/staff", [("_csrf", form.hidden("_csrf") ?? ""), ("body", "半页回信"), ("other", "x")])
            #expect(refused.status == 403 && refused.body.contains("action=\"/staff/openid\""))
            let state = try await begin(client, on: refused, keeping: [("body", "半页回信"), ("other", "x")])
            let back = try await client.get("/staff/openid/callback?code=c&state=\(state)")
            #expect(back.status == 200 && back.body.contains("action=\"/t/staff\""))
            let sent = try await client.submit(back, to: "/t/staff", [("body", "半页回信"), ("other", "x")])
            #expect(sent.status == 200 && sent.body.contains("半页回信"))
        }
    }

    @Test("a form of another site begins nothing")
    func foreign() async throws {
        try await withSite(pages: pages, provider: SpokenProvider()) { web in
            let client = web.browser
            let page = try await client.get("/staff/sign-in")
            #expect(try await client.post("/staff/openid", [("next", "/desk")]).status == 403)
            let cross = try await client.post(
                "/staff/openid", [("_csrf", page.hidden("_csrf") ?? "")], headers: ["Sec-Fetch-Site": "cross-site"])
            #expect(cross.status == 403)
        }
    }

    @Test("passwords for emergencies: administrators always, others while the provider does not answer")
    func emergencies() async throws {
        let provider = SpokenProvider()
        try await withSite(pages: pages, provider: provider, change: { $0.passwordIsForEmergencies = true }) { web in
            func sign(_ name: String, _ password: String = TestSite.password) async throws -> TestClient.Answer {
                let client = web.browser
                let page = try await client.get("/staff/sign-in")
                #expect(page.body.contains("<details class=\"signin-password\"><summary>"))
                return try await client.post(
                    "/staff/sign-in",
                    [("_csrf", page.hidden("_csrf") ?? ""), ("name", name), ("password", password), ("next", "/desk")])
            }
            #expect(try await sign("admin").status == 303)
            let refused = try await sign("clerk")
            #expect(refused.status == 422 && refused.body.contains("密码是对的"))
            #expect(refused.body.contains("<details class=\"signin-password\" open>"))
            #expect(try await sign("clerk", "wrong").body.contains("登录名或密码"))
            provider.set { $0.trouble = IdentityTrouble(.unreachable, "connect") }
            #expect(try await sign("clerk").status == 303)
        }
    }

    @Test("leaving is leaving here; the way out over there is offered to those who came from there")
    func leaving() async throws {
        try await withSite(pages: pages, provider: SpokenProvider()) { web in
            try await link(web, "clerk")
            let client = web.browser
            _ = try await come(client)
            let form = try await client.get("/t/staff")
            let out = try await client.post("/staff/sign-out", [("_csrf", form.hidden("_csrf") ?? "")])
            #expect(out.headers[.location] == "/staff/sign-in?left=1" && client.cookie("staff") == nil)
            let page = try await client.get("/staff/sign-in?left=1")
            #expect(page.body.contains("href=\"https://id.example/logout?back=/staff/sign-in\""))
            let other = try await web.signedIn("leader")
            let secret = try await other.get("/t/staff").hidden("_csrf") ?? ""
            #expect(
                try await other.post("/staff/sign-out", [("_csrf", secret)]).headers[.location] == "/staff/sign-in")
        }
    }

    @Test("people link themselves against their password, and an account belongs to one of them")
    func own() async throws {
        let provider = SpokenProvider()
        try await withSite(pages: pages, provider: provider) { web in
            let client = try await web.signedIn()
            let page = try await client.get("/desk/openid")
            #expect(page.status == 200 && page.body.contains("您还没有关联"))
            let secret = ("_csrf", page.hidden("_csrf") ?? "")
            let wrong = try await client.post("/desk/openid", [secret, ("act", "link"), ("password", "wrong")])
            #expect(wrong.status == 422 && wrong.body.contains("id=\"password-error\""))
            func ask() async throws -> String {
                let going = try await client.post(
                    "/desk/openid", [secret, ("act", "link"), ("password", TestSite.password)])
                return try #require(going["Refresh"]?.split(separator: "state=").last.map(String.init))
            }
            // The answer counts in the session that asked, not in whoever's came after it.
            let stolen = try await ask()
            let token = client.cookie("staff")
            let leader = try await web.signedIn("leader")
            client.setCookie("staff", leader.cookie("staff"))
            let refused = try await client.get("/staff/openid/callback?code=c&state=\(stolen)")
            #expect(refused.headers[.location]?.hasPrefix("/desk/openid?problem=tookTooLong&reference=E-") == true)
            #expect(try await client.get(refused.headers[.location] ?? "").body.contains("这次登录隔得太久"))
            client.setCookie("staff", token)
            func member() async throws -> StaffMember? {
                web.clock.advance(seconds: 2)
                return try await web.site.organisation.current().staff(signInName: "clerk")
            }
            #expect(try await member()?.openID == nil)

            let done = try await client.get("/staff/openid/callback?code=c&state=\(try await ask())")
            #expect(done.headers[.location] == "/desk/openid?done=1")
            #expect(try await client.get("/desk/openid?done=1").body.contains("关联好了"))
            #expect(try await member()?.openID?.subject == "u-1")
            let invented = try await client.get("/desk/openid?problem=%3Cb%3E&reference=E-XXXX")
            #expect(!invented.body.contains("参考编号"), "only what a page of ours told before")

            let secondPage = try await leader.get("/desk/openid")
            let going = try await leader.post(
                "/desk/openid",
                [("_csrf", secondPage.hidden("_csrf") ?? ""), ("act", "link"), ("password", TestSite.password)])
            let state = try #require(going["Refresh"]?.split(separator: "state=").last)
            let taken = try await leader.get("/staff/openid/callback?code=c&state=\(state)")
            #expect(taken.headers[.location] == "/desk/openid?taken=1")
            #expect(try await leader.get("/desk/openid?taken=1").body.contains("已经关联给另一位同事"))

            let ended = try await client.post(
                "/desk/openid", [secret, ("act", "unlink"), ("password", TestSite.password)])
            #expect(ended.headers[.location] == "/staff/sign-in")
            #expect(try await member()?.openID == nil)
            #expect(try await web.signedIn().get("/t/staff").status == 200, "the password still works")
        }
    }

    @Test("nobody is linked while the screens of a role are looked at")
    func looking() async throws {
        try await withSite(pages: pages, provider: SpokenProvider()) { web in
            let client = try await web.signedIn("admin")
            let page = try await client.get("/desk/openid")
            let going = try await client.post(
                "/desk/openid",
                [("_csrf", page.hidden("_csrf") ?? ""), ("act", "link"), ("password", TestSite.password)])
            let state = try #require(going["Refresh"]?.split(separator: "state=").last)
            let organisation = try await web.site.organisation.current()
            let admin = try #require(organisation.staff(signInName: "admin"))
            try await web.site.organisation.beginLook(
                as: .handler, in: admin.unit, because: "核对菜单", token: try #require(client.cookie("staff")),
                sessions: web.site.sessions, by: Viewer(staff: admin, organisation: organisation))
            let answer = try await client.get("/staff/openid/callback?code=c&state=\(state)")
            #expect(answer.headers[.location]?.hasPrefix("/desk/openid?problem=tookTooLong") == true)
            web.clock.advance(seconds: 2)
            #expect(try await web.site.organisation.current().staff(signInName: "admin")?.openID == nil)
            #expect(try await client.get("/desk/openid").status == 403)
        }
    }
}
