import Storage
import Testing

@testable import Casework

@Suite("Searching letters") struct SearchTests {
    @Test func pagesEndWhereNothingFollowsAndCountWhatTheyFound() async throws {
        try await withCounty { county in
            for number in 1...6 { _ = try await county.register("第 \(number) 封：白杨渠的闸门锈死了。") }
            _ = try await county.register("别的事。")
            let watcher = try await county.viewer("watcher")
            let casework = county.casework
            let first = try await casework.search("闸门", limit: 4, countingUpTo: 200, for: watcher)
            #expect(first.hits.count == 4 && first.count == 6 && first.next == first.hits.last?.text)
            let second = try await casework.search(
                "闸门", before: first.next, limit: 4, countingUpTo: 200, for: watcher)
            #expect(second.hits.count == 2 && second.next == nil && second.count == nil)
            #expect(Set((first.hits + second.hits).map(\.number)).count == 6)
            // A page that is just full: nothing follows, and nothing is promised.
            let third = try await casework.search("闸门", limit: 3, for: watcher)
            let fourth = try await casework.search("闸门", before: third.next, limit: 3, for: watcher)
            #expect(fourth.hits.count == 3 && fourth.next == nil && fourth.count == nil)
            // The page counts as the count does, within its cap, for each way to write the words.
            for query in ["闸门", "闸", "白杨渠 锈死", "没有这回事", ""] {
                for cap in [2, 200] {
                    let page = try await casework.search(query, limit: 1, countingUpTo: cap, for: watcher)
                    let count = try await casework.searchCount(query, upTo: cap, for: watcher)
                    #expect(page.count == count, "\(query) \(cap)")
                }
            }
        }
    }

    @Test func whatIsShownStandsAroundTheFirstWord() {
        func shown(_ body: String, _ query: String) -> String {
            SearchHit.snippet(of: body, terms: SearchText().terms(of: query))
        }
        #expect(shown("闸门锈死了。\n\t请来修。", "闸门") == "闸门锈死了。  请来修。")
        let before = String(repeating: "甲", count: 30)
        let long = shown(before + "闸门" + String(repeating: "乙", count: 90), "闸门")
        #expect(long.hasPrefix("…" + before.prefix(24) + "闸门乙") && long.count == 81)
        #expect(shown("机房的 UPS 坏了", "ups") == "机房的 UPS 坏了")
        // What stands in the title or the place alone: the letter's beginning.
        #expect(shown(before + before + before, "闸门") == String(repeating: "甲", count: 80))
        #expect(shown("", "闸门") == "" && shown("闸", "闸门") == "闸" && shown("甲", "") == "甲")
        // An accent and a face are not cut in two.
        #expect(shown("e\u{301}👨‍👩‍👧" + before.prefix(23) + "闸门", "闸门").hasPrefix("…👨‍👩‍👧甲"))
    }
}
