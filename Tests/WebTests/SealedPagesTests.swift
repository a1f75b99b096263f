import HTTPTypes
import Kernel
import Ledger
import Organisation
import SealedReports
import Storage
import StorageTestKit
import Testing

@testable import Web

/// A county with a connected discipline organ, and somebody in every role.
struct SealedCounty: Sendable {
    let web: TestSite
    let key: OrganPrivateKey
    let otherKey: OrganPrivateKey

    /// Signs in as somebody who has this role.
    func signedIn(_ name: String) async throws -> TestClient { try await web.signedIn(name) }

    /// Hands in a report as a browser without JavaScript does; gives the answer with the code.
    func report(_ words: String, in client: TestClient) async throws -> TestClient.Answer {
        let page = try await client.get("/sealed/write")
        return try await client.submit(
            page, to: "/sealed/write", [("words", words), ("accused", "某局某科长"), ("named", "no")])
    }

    /// The receipt code on a page.
    static func code(in body: String) throws -> ReceiptCode {
        let groups = body.split(separator: "class=\"big-code\">").dropFirst().prefix(5).map { $0.prefix(4) }
        return try #require(ReceiptCode(groups.joined()))
    }

    /// The address of the only report in the list.
    func only(_ client: TestClient) async throws -> String {
        let body = try await client.get("/desk/sealed").body
        let start = try #require(body.firstRange(of: "/desk/sealed/report/"))
        return String(body[start.lowerBound...].prefix { $0 != "\"" })
    }
}

func withSealedSite(isConnected: Bool = true, _ body: (SealedCounty) async throws -> Void) async throws {
    try await withDatabase(.sqlite, migrations: SealedReports.migrations) { database in
        let key = try OrganPrivateKey(name: LocalizedName(zh: "县纪委监委"), unit: "discipline")
        let other = try OrganPrivateKey(name: LocalizedName(zh: "市纪委监委"))
        let sealed = try await SealedReports(
            database: database, keys: try await SealedKeys.open(database, wrapping: randomBytes(32)),
            receiver: key.organ, others: [other.organ], clock: FixedClock(Instant(milliseconds: 1_779_331_320_000)))
        let pages = SealedPages(sealed: isConnected ? sealed : nil, calendar: TestRules.calendar)
        try await withSite(pages: [pages], isStrict: true) { web in
            let store = web.site.organisation
            let county = try #require(try await store.current().unit(code: "county")).id
            let unit = try await store.addUnit(
                NewUnit(
                    code: "discipline", name: LocalizedName(zh: "县纪委监委"), kind: .department, parent: county),
                by: .system("test"))
            let people =
                Role.allCases.filter { $0 != .leader }.map { ($0.rawValue, $0, $0 == .sealedReceiver ? unit : county) }
                + [("second", .sealedReceiver, unit)]
            for (name, role, unit) in people {
                _ = try await store.addStaff(
                    NewStaff(
                        signInName: name, displayName: "受理\(name)", unit: unit,
                        grants: [RoleGrant(role: role, unit: unit)]),
                    password: TestSite.password, mustChangePassword: false, by: .system("test"))
            }
            try await body(SealedCounty(web: web, key: key, otherKey: other))
        }
    }
}

@Suite("Pages of sealed reports")
struct SealedPagesTests {
    @Test("for every other role each of the organ's pages is a page that is not there")
    func permissions() async throws {
        try await withSealedSite { county in
            let id = "00112233445566778899aabbccddeeff"
            let routes = county.web.web.inventory.filter { $0.template.hasPrefix("/desk/sealed") }
            #expect(routes.count == 10)
            #expect(routes.allSatisfy { $0.access == .staff(.receiveSealed) })
            for role in Role.allCases {
                let client = try await county.signedIn(role.rawValue)
                let secret = try #require(try await client.get("/desk/password").hidden("_csrf"))
                for route in routes {
                    let path = route.template.replacing("{id}", with: id)
                    func ask(_ path: String) async throws -> TestClient.Answer {
                        route.method == "GET"
                            ? try await client.get(path) : try await client.post(path, [("_csrf", secret)])
                    }
                    let answer = try await ask(path)
                    guard role != .sealedReceiver else {
                        #expect(![403, 405, 500].contains(answer.status), "\(path) \(answer.status)")
                        continue
                    }
                    let missing = try await ask(path.replacing("/desk/sealed", with: "/desk/nothing"))
                    #expect(answer.status == 404 && missing.status == 404, "\(role) \(route.method) \(path)")
                    // The same page but for the address, which stands in links to another language.
                    #expect(
                        answer.body.replacing("/desk/sealed", with: "/desk/nothing") == missing.body,
                        "\(role) \(route.method) \(path)")
                    #expect(answer.headers.map(\.name) == missing.headers.map(\.name))
                }
            }
        }
    }

    @Test("whoever is in danger reads on the first pages whom to call")
    func emergency() async throws {
        try await withSealedSite { county in
            for path in ["/sealed", "/sealed/write"] {
                let page = try await county.web.browser.get(path)
                #expect(page.body.contains("href=\"tel:110\""), "\(path)")
            }
        }
    }

    @Test("without an organ there is only the page that says where such reports go")
    func notConnected() async throws {
        try await withSealedSite(isConnected: false) { county in
            let client = county.web.browser
            for path in ["/sealed", "/sealed/write", "/sealed/upward", "/sealed/answer"] {
                #expect(try await client.get(path)["Location"] == "/misconduct", "\(path)")
            }
            let secret = ("_csrf", try await client.get("/staff/sign-in").hidden("_csrf") ?? "")
            for path in ["/sealed/write", "/sealed/answer", "/sealed/words"] {
                #expect(try await client.post(path, [secret, ("words", "信")]).status == 404)
            }
            let receiver = try await county.signedIn("sealedReceiver")
            #expect(try await receiver.get("/desk/sealed").status == 404)
        }
    }

    @Test("written without JavaScript, fetched, answered, read with the code; nothing is logged")
    func loop() async throws {
        try await withSealedSite { county in
            let client = county.web.browser
            #expect(try await client.get("/sealed").body.contains("县纪委监委"))
            let before = client.cookie("visitor")
            let sent = try await county.report("他收了红包。", in: client)
            #expect(sent.status == 200 && sent["Cache-Control"] == "no-store")
            #expect(before != nil && client.cookie("visitor") == nil, "later forms have another name")
            let code = try SealedCounty.code(in: sent.body)

            let organ = try await county.signedIn("sealedReceiver")
            let path = try await county.only(organ)
            var page = try await organ.get(path)
            #expect(page.body.contains("新到") && !page.body.contains("红包"))
            #expect(try await organ.submit(page, to: "\(path)/fetched", []).status == 303)
            let file = try await organ.get("\(path)/file").bytes
            let piece = try SealedEnvelope(bytes: file)
            let report = try SealedLetters.read(
                try Sealing.open(piece, with: county.key), as: SealedReport.self)
            #expect(report.words == "他收了红包。" && report.accused == "某局某科长" && !report.named)

            let letter = try SealedLetters.bytes(of: OrganAnswer("已受理。\n请放心。"))
            let answer = try Sealing.sealAnswer(
                letter, to: piece.id, replyKey: try #require(base64Bytes(report.replyKey)))
            page = try await organ.get(path)
            let plain = try await organ.submit(page, to: "\(path)/answer", [("answer", "直接写的答复")])
            #expect(plain.status == 422 && plain.body.contains("直接写的答复</textarea>"))
            let answered = try await organ.submit(
                page, to: "\(path)/answer", [("answer", SealedArmor.text(answer.bytes))])
            #expect(answered["Location"] == "\(path)?done=answered")

            let follow = try await client.get("/sealed/answer")
            let missed = try await client.submit(
                follow, to: "/sealed/answer", [("code", "K7QM-4TZP-9XWE-2HJR-V3ND")])
            let empty = try await client.submit(follow, to: "/sealed/answer", [("code", "?")])
            #expect(missed.status == 404 && !missed.body.contains("K7QM"))
            #expect(missed.body == empty.body, "one answer for every miss")
            let read = try await client.submit(
                follow, to: "/sealed/answer", [("code", code.description.lowercased())])
            #expect(read.status == 200 && read["Cache-Control"] == "no-store")
            #expect(read.body.contains("<p>已受理。</p>") && read.body.contains("<p>请放心。</p>"))
            #expect(!read.body.contains(code.symbols) && !read.body.contains(code.description))

            // A browser that only sends the handle gets the sealed answer.
            let closed = try await client.submit(
                follow, to: "/sealed/answer", [("handle", code.handle.description)])
            #expect(!closed.body.contains("请放心") && closed.body.contains("data-sealed-answer=\"SlhTM"))

            let none = try await client.submit(
                read, to: "/sealed/words", [("handle", code.handle.description), ("words", " ")])
            #expect(none.status == 422 && none.body.contains("还没有写是什么事"))
            let added = try await client.submit(
                read, to: "/sealed/words", [("handle", code.handle.description), ("words", "还有一件事。")])
            #expect(added["Location"] == "/sealed/answer?done=words")
            #expect(try await organ.get("/desk/sealed").body.contains("添了话"))
            #expect(try await organ.get("/desk/sealed/log").body.contains("取走"))

            let log = county.web.log.text
            for word in ["sealed", "红包", "POST", code.symbols, code.handle.description] {
                let lines = log.split(separator: "\n").filter {
                    $0.contains(word) && !$0.contains("/staff/sign-in") && !$0.contains("/t/")
                }
                #expect(lines.isEmpty, "\(word): \(lines)")
            }
        }
    }

    @Test("what is wrong is told beside its field, and nothing typed is lost")
    func typed() async throws {
        try await withSealedSite { county in
            let client = county.web.browser
            let page = try await client.get("/sealed/write")
            let hostile = "<script>alert(1)</script>\"'"
            let wrong = try await client.submit(
                page, to: "/sealed/write",
                [("accused", hostile), ("words", ""), ("named", "yes"), ("contact", hostile), ("safety", "晚上")])
            #expect(wrong.status == 422)
            #expect(wrong.body.contains("href=\"#words\"") && wrong.body.contains("href=\"#name\""))
            #expect(wrong.body.contains("&lt;script&gt;") && !wrong.body.contains("<script>alert"))
            #expect(wrong.body.contains("value=\"yes\" checked") && wrong.body.contains("value=\"晚上\""))
            // An old page: the words come back in the same answer, with a secret that works.
            let stale = try await client.post(
                "/sealed/write", [("_csrf", "x"), ("words", "旧页面上写的"), ("named", "no")])
            #expect(stale.status == 403 && stale.body.contains("旧页面上写的"))
            let again = try await client.submit(
                wrong, to: "/sealed/write", [("words", "旧页面上写的"), ("named", "no")])
            let code = try SealedCounty.code(in: again.body)
            // The same form and words give the same code; other words on the same form are shown again.
            #expect(client.cookie("visitor") == nil)
            client.setCookie("visitor", nil)
            let fresh = try await client.get("/sealed/write")
            let same = [("submission", try #require(wrong.hidden("submission")))]
            let secret = [("_csrf", try #require(fresh.hidden("_csrf")))]
            let repeated = try await client.post(
                "/sealed/write", secret + same + [("words", "旧页面上写的"), ("named", "no")])
            #expect(try SealedCounty.code(in: repeated.body) == code)
            let next = try await client.get("/sealed/write")
            let other = try await client.post(
                "/sealed/write",
                [("_csrf", try #require(next.hidden("_csrf")))] + same + [("words", "别的话"), ("named", "no")])
            #expect(other.status == 409 && other.body.contains("别的话</textarea>"))
            #expect(other.hidden("submission") != same[0].1)
        }
    }

    @Test("bytes that are no envelope are refused")
    func hostile() async throws {
        try await withSealedSite { county in
            let client = county.web.browser
            let page = try await client.get("/sealed/write")
            let handle = ("handle", "00112233445566778899aabbccddeeff")
            for envelope in ["", "!", "AAAA", String(repeating: "A", count: 10_000)] {
                let answer = try await client.submit(page, to: "/sealed/write", [handle, ("envelope", envelope)])
                #expect(answer.status == 422, "\(envelope.prefix(5)) \(answer.status)")
            }
            let id = try #require(EnvelopeID("00112233445566778899aabbccddeeff"))
            let old = try Sealing.seal([1], .report, of: id, to: county.otherKey.organ)
            let refused = try await client.submit(
                page, to: "/sealed/write", [handle, ("envelope", base64URL(old.bytes))])
            #expect(refused.status == 409)
            let good = try Sealing.seal([1], .report, of: id, to: county.key.organ)
            let sent = try await client.submit(
                page, to: "/sealed/write", [handle, ("envelope", base64URL(good.bytes))])
            #expect(sent.status == 200 && sent.body.contains("data-sealed-code"))
        }
    }

    @Test("an exception needs a second person, on the pages too")
    func twoPersons() async throws {
        try await withSealedSite { county in
            let sent = try await county.report("信", in: county.web.browser)
            let code = try SealedCounty.code(in: sent.body)
            let (first, second) = (try await county.signedIn("sealedReceiver"), try await county.signedIn("second"))
            let path = try await county.only(first)
            let early = try await first.submit(
                try await first.get(path), to: "\(path)/remove", [("reason", "retention")])
            #expect(early.status == 409)
            _ = try await first.submit(try await first.get(path), to: "\(path)/fetched", [])
            let page = try await first.get(path)
            #expect(page.body.contains("\(path)/remove") && page.body.contains("\(path)/readdress"))
            #expect(try await first.submit(page, to: "\(path)/remove", [("reason", "?")]).status == 422)
            #expect(try await first.submit(page, to: "\(path)/remove", [("reason", "sentUp")]).status == 303)
            let own = try await first.get(path)
            #expect(!own.body.contains("\(path)/agree") && own.body.contains("要由另一个人同意"))
            #expect(try await first.submit(own, to: "\(path)/agree", []).status == 403)
            #expect(try await first.get("/desk/sealed").body.contains("等第二个人同意"))
            let seen = try await second.get(path)
            #expect(seen.body.contains("受理sealedReceiver"))
            #expect(try await second.submit(seen, to: "\(path)/agree", [])["Location"] == "/desk/sealed?done=removed")
            #expect(try await second.get(path).status == 404)
            #expect(try await second.get("/desk/sealed/log").body.contains("两人同意，删除"))
            let client = county.web.browser
            let told = try await client.submit(
                try await client.get("/sealed/answer"), to: "/sealed/answer", [("code", code.description)])
            #expect(told.body.contains("已报上级") && !told.body.contains("action=\"/sealed/words\""))
        }
    }

    @Test("the organ's own matters are pointed to the next higher organ, and nothing is kept")
    func upward() async throws {
        try await withSealedSite { county in
            let page = try await county.web.browser.get("/sealed/upward")
            #expect(page.status == 200 && page.body.contains("12388") && !page.body.contains("<form"))
        }
    }
}
