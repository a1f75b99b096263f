import Foundation
import HTTPTypes
import Kernel
import Ledger
import Organisation
import Testing

@testable import Web

@Suite("The second step of signing in") struct SecondFactorPageTests {
    /// The code that an app would show now for the seed that a page tells.
    private func code(_ page: TestClient.Answer, _ county: DeskCounty, after steps: Int64 = 0) throws -> String {
        let secret = try #require(page.body.firstMatch(of: /<code>([A-Z2-7 ]+)<\/code>/)).1.filter { $0 != " " }
        let codes = OneTimeCode(seed: Self.seed(base32: String(secret)))
        return codes.code(step: OneTimeCode.step(at: county.web.clock.now()) + steps)
    }

    private static func seed(base32 text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (bits, count, out) = (UInt32(0), 0, [UInt8]())
        for letter in text {
            bits = bits << 5 | UInt32(alphabet.firstIndex(of: letter) ?? 0)
            count += 5
            if count >= 8 {
                count -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return out
    }

    @Test("whose role asks for it sets it up before anything else, and then gives a code each time")
    func requiredRole() async throws {
        try await withDesk(change: { $0.requiresSecondFactor = true }) { county in
            let approver = try await county.web.signedIn("approver")
            for path in ["/desk", "/desk/queue/mine", "/desk/search?q=x"] {
                #expect(try await approver.get(path).headers[.location] == "/desk/second-factor")
            }
            let page = try await approver.get("/desk/second-factor")
            #expect(page.status == 200 && page.body.contains("<svg") && page.body.contains("请先设好两步验证"))
            let wrong = try await approver.submit(
                page, to: "/desk/second-factor", [("act", "confirm"), ("code", "000")])
            #expect(wrong.status == 422 && wrong.body.contains("这个验证码不对"))
            let done = try await approver.submit(
                page, to: "/desk/second-factor", [("act", "confirm"), ("code", try code(page, county))])
            #expect(done.status == 200 && done.body.contains("您的备用码"))
            let spare = try #require(done.body.firstMatch(of: /<code>([0-9A-Z]{4}-[0-9A-Z]{4})<\/code>/)).1
            #expect(try await approver.get("/desk/queue/mine").status == 200)

            // The next sign-in: the password alone opens the page for the code and nothing else.
            let again = try await county.web.signedIn("approver")
            let refused = try await again.get("/desk/search?q=x")
            #expect(refused.headers[.location] == "/staff/second-factor?next=%2Fdesk%2Fsearch")
            let ask = try await again.get("/staff/second-factor?next=/desk/people")
            #expect(ask.status == 200 && !ask.body.contains("/desk/queue/"))
            let entered = try await again.submit(
                ask, to: "/staff/second-factor", [("next", "/desk/search"), ("code", try code(page, county, after: 1))])
            #expect(entered.status == 303 && entered.headers[.location] == "/desk/search")
            #expect(try await again.get("/desk/queue/mine").status == 200)

            let third = try await county.web.signedIn("approver")
            let spareUsed = try await third.submit(
                try await third.get("/staff/second-factor"), to: "/staff/second-factor", [("code", String(spare))])
            #expect(spareUsed.status == 303)
        }
    }

    @Test("others may have it, nobody is asked who does not need it, and a foreign form changes nothing")
    func offered() async throws {
        try await withDesk(change: { $0.requiresSecondFactor = true }) { county in
            let clerk = try await county.web.signedIn("clerk")
            #expect(try await clerk.get("/desk/new").status == 200)
            let page = try await clerk.get("/desk/second-factor")
            #expect(!page.body.contains("请先设好两步验证"))
            let foreign = try await clerk.post(
                "/desk/second-factor", [("act", "confirm"), ("code", try code(page, county)), ("_csrf", "x")])
            #expect(foreign.status == 403)
            #expect(try await county.web.browser.get("/staff/second-factor").status == 303, "nobody is signed in")
        }
    }
}
