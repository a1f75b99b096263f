import Casework
import Kernel
import Testing

@testable import Web

/// A public search that is broken off can be gone on with, on the page and in the feed.
@Suite("Public search")
struct PublicSearchTests {
    private func link(_ body: String, _ relation: String) -> String? {
        body.split(separator: "<").first { $0.contains("rel=\"\(relation)\"") }.flatMap { tag in
            tag.firstRange(of: "href=\"").map { String(tag[$0.upperBound...].prefix { $0 != "\"" }) }
        }?.replacing("&amp;", with: "&")
    }

    @Test("what is rare and old is reached by looking further", arguments: ["zh-Hans", "en"])
    func goesOn(_ language: String) async throws {
        try await withPortal { county in
            var wanted = ""
            for index in 0..<6 {
                let receipt = try await county.register("第 \(index) 盏路灯不亮。") {
                    $0.publishable = true
                    $0.category = index == 0 ? "01.01" : nil
                }
                let number = try await county.casework.publish(
                    receipt.caseID, PublicDraft(title: "路灯", body: "第 \(index) 盏路灯不亮。", reply: ""),
                    version: try await county.version(receipt), submission: nil,
                    by: try await county.viewer("dispatcher"))
                if index == 0 { wanted = number }
            }
            let client = county.web.browser
            let query = "category=01&q=\(Form.escaped("路灯"))"
            let first = try await client.get("/matters?\(query)&lang=\(language)")
            #expect(first.status == 200 && !first.body.contains("/matters/\(wanted)"))
            #expect(first.body.contains(language == "en" ? "Look further" : "接着往前找"))
            #expect(first.body.contains(language == "en" ? "Nothing found so far." : "看过的这些里还没有。"))
            #expect(!first.body.contains(language == "en" ? "Nothing found.<" : "没有查到。"))
            let second = try await client.get(try #require(link(first.body, "next")))
            #expect(second.body.contains("/matters/\(wanted)") && link(second.body, "next") == nil)
            #expect(!second.body.contains(language == "en" ? "Look further" : "接着往前找"))

            let feed = try await client.get("/matters.atom?\(query)")
            #expect(!feed.body.contains("<entry>") && link(feed.body, "first") == nil)
            let next = try #require(link(feed.body, "next"))
            #expect(next.hasPrefix("http://127.0.0.1:8080/matters.atom?") && next.contains("category=01"))
            let rest = try await client.get(String(next.dropFirst("http://127.0.0.1:8080".count)))
            #expect(rest.body.contains("/matters/\(wanted)</id>") && link(rest.body, "next") == nil)
            #expect(link(rest.body, "self") == next && link(rest.body, "first") != nil)
            // Both pages are one feed.
            func id(_ body: String) -> Substring? { body.split(separator: "<").first { $0.hasPrefix("id>") } }
            #expect(id(feed.body) == id(rest.body))
        }
    }
}
