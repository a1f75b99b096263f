import Kernel
import Organisation
import Reception
import Testing

@testable import Web

@Suite("Reception: calls that nobody took")
struct MissedCallPagesTests {
    @Test("written down, tried, and taken down as a matter with what is known; refusals keep what was typed")
    func calls() async throws {
        try await withReception { county in
            let clerk = try await county.web.signedIn("clerk")
            let url = "/desk/reception/calls"
            var page = try await clerk.get(url)
            #expect(page.status == 200 && page.body.contains("没有未接来电"))
            page = try await clerk.submit(
                page, to: url, [("phone", "12"), ("about", "说本地话的事"), ("when", "明天"), ("needs", "dialect")])
            #expect(page.status == 422 && page.body.contains("说本地话的事"))
            #expect(page.body.contains("value=\"dialect\" checked"))
            page = try await clerk.submit(
                page, to: url,
                [("phone", "13800000027"), ("name", "李大爷"), ("about", "说本地话的事"), ("needs", "dialect")])
            #expect(page["Location"] == "\(url)?done=called")
            page = try await clerk.get(url)
            #expect(page.body.contains("tel:13800000027") && page.body.contains("李大爷"))
            let call = try #require(
                try await county.reception.missedCalls(for: try await county.viewer("clerk")).calls.first)
            let refused = try await clerk.submit(page, to: "\(url)/\(call.id)/try", [("again", "2020-01-01")])
            #expect(refused.status == 422 && refused.body.contains("2020-01-01"))
            let tried = try await clerk.submit(page, to: "\(url)/\(call.id)/try", [("again", "2026-05-22")])
            #expect(tried.status == 303)
            #expect(try await clerk.get(url).body.contains("回拨过 1 次"))
            #expect(try await clerk.get("\(url)?lang=en").body.contains("1 try"))
            // Reached: the form knows what the call left behind, and the call is over with it.
            let form = try await clerk.get("/desk/new?call=\(call.id)&lang=zh-Hans")
            for known in ["13800000027", "李大爷", "说本地话的事", "name=\"call\" value=\"\(call.id)\""] {
                #expect(form.body.contains(known), "\(known)")
            }
            let saved = try await clerk.submit(
                form, to: "/desk/new",
                [
                    ("call", "\(call.id)"), ("channel", "call"), ("name", "李大爷"), ("phone", "13800000027"),
                    ("body", "巷口的水管爆了，水一直流。"), ("readBack", "yes"), ("urgency", "normal"), ("step", "save"),
                ])
            #expect(saved.status == 200 && saved.body.contains("2605-"))
            #expect(try await clerk.get(url).body.contains("没有未接来电"))
            #expect(try await clerk.get("/desk/new?call=\(call.id)").body.contains("李大爷") == false)
            // Who works elsewhere has an own list; who does not receive has none.
            #expect(try await county.web.signedIn("leader").get(url).status != 200)
        }
    }
}
