import Bulk
import Casework
import Foundation
import Kernel
import Ledger
import Organisation
import Testing

@testable import Web

@Suite("Many matters at once")
struct BulkRunTests {
    private func work(_ county: DeskCounty) async throws {
        let exporter = ListExporter(casework: county.casework, site: county.web.site)
        while try await BulkWorker(county.bulk, exporter: exporter, owner: "test").workOnce() {}
    }

    /// Ticks, act, run: the address of its page.
    private func select(
        _ client: TestClient, _ list: String, _ act: String, _ matters: [CaseID], scope: String = "ticked"
    ) async throws -> TestClient.Answer {
        let page = try await client.get("/desk/queue/\(list)")
        return try await client.submit(
            page, to: "/desk/bulk",
            [("list", "queue/\(list)"), ("act", act), ("scope", scope)] + matters.map { ("matter", "\($0)") })
    }

    @Test("selected, foreseen, begun, reported, tried again, taken back")
    func story() async throws {
        try await withDesk { county in
            var letters: [CaseReceipt] = []
            for _ in 0..<3 { letters.append(try await county.letter()) }
            var registration = Registration(channel: .web, body: "说的是别的事，没有分类，请看一看。")
            registration.contact = Contact(name: "王女士")
            let odd = try await county.casework.register(registration, submission: "odd", by: .newReporter)
            let client = try await county.web.signedIn("dispatcher")

            let nothing = try await select(client, "unassigned", "dispatch", [])
            #expect(nothing["Location"]?.contains("error=bulk-nothingTicked") == true)
            #expect(try await client.get(nothing["Location"] ?? "").body.contains("还没有勾选"))

            let chosen = try await select(client, "unassigned", "dispatch", letters.map(\.caseID) + [odd.caseID])
            let run = try #require(chosen["Location"])
            let plan = try await client.get(run)
            #expect(plan.body.contains("县水务局") && plan.body.contains("目录第 1 条") && plan.body.contains("甲条例第一条"))
            #expect(plan.body.contains("还没有分类") && plan.body.contains("交办 3 件"))
            #expect(try await county.state(letters[0]).phase == .registered, "looking changes nothing")

            #expect(try await client.submit(plan, to: "\(run)/start", []).status == 303)
            #expect(try await client.submit(plan, to: "\(run)/start", []).status == 303, "sent twice")
            #expect(try await client.get(run).body.contains("data-running"))
            try await work(county)
            let report = try await client.get(run)
            #expect(!report.body.contains("data-running") && report.body.contains("还没有分类"))
            for letter in letters { #expect(try await county.state(letter).phase == .dispatched) }
            let actors = try await county.casework.file(
                number: letters[0].number, for: try await county.viewer("dispatcher")
            ).entries.map(\.stored.actor.staffID)
            #expect(actors.last == (try await county.viewer("dispatcher").staff.id), "a named person's act")

            let rows = try await client.get("\(run)/report.csv")
            #expect(rows.body.contains(odd.number) && rows.body.split(separator: "\r\n").count == 5)

            // Repaired, and tried again.
            try await county.casework.categorise(
                odd.caseID, category: "01.01", area: nil, by: try await county.viewer("dispatcher"))
            let again = try #require(try await client.submit(report, to: "\(run)/again", [])["Location"])
            let second = try await client.get(again)
            #expect(second.body.contains("交办 1 件"))
            _ = try await client.submit(second, to: "\(again)/start", [])
            try await work(county)
            #expect(try await county.state(odd).phase == .dispatched)

            // One of them comes back, then the rest.
            let undone = try await client.submit(report, to: "\(run)/undo", [("scope", "ticked"), ("item", "2")])
            try await work(county)
            #expect(undone["Location"]?.hasPrefix("/desk/runs/") == true)
            #expect(try await county.state(letters[1]).phase == .registered)
            #expect(try await county.state(letters[0]).phase == .dispatched)
            county.web.clock.advance(seconds: 31 * 60)
            #expect(!(try await client.get(run)).body.contains("id=\"undo\""))

            // Whose it is not does not see it.
            let other = try await county.web.signedIn("dispatcher2")
            #expect(try await other.get(run).status == 404)
            #expect(!(try await other.get("/desk/runs")).body.contains(run))
        }
    }

    @Test("by hand it takes a reason, and what was typed is kept")
    func byHand() async throws {
        try await withDesk { county in
            let letter = try await county.letter()
            let client = try await county.web.signedIn("dispatcher")
            let run = try #require(try await select(client, "unassigned", "dispatch", [letter.caseID])["Location"])
            let page = try await client.get(run)
            let roads = "\(try await county.unit("roads"))"
            let refused = try await client.submit(page, to: "\(run)/plan", [("how", "unit"), ("unit", roads)])
            #expect(refused.status == 422 && refused.body.contains("value=\"\(roads)\" selected"))
            let town = "\(try await county.unit("town"))"
            _ = try await client.submit(
                page, to: "\(run)/plan", [("how", "unit"), ("unit", town), ("reason", "离他们近")])
            let warned = try await client.get(run).body
            #expect(warned.contains("基层") || warned.contains("乡镇"))
            _ = try await client.submit(
                page, to: "\(run)/plan", [("how", "unit"), ("unit", roads), ("reason", "修路挖断的")])
            #expect(try await client.get(run).body.contains("县交通局"))
            _ = try await client.submit(page, to: "\(run)/start", [])
            try await work(county)
            #expect(try await county.state(letter).lead == (try await county.unit("roads")))
        }
    }

    @Test("the whole list, and only what is on it")
    func whole() async throws {
        try await withDesk { county in
            for _ in 0..<30 { _ = try await county.letter() }
            let elsewhere = try await county.accepted()
            let client = try await county.web.signedIn("dispatcher")
            let run = try #require(try await select(client, "unassigned", "dispatch", [], scope: "all")["Location"])
            #expect(try await client.get(run).body.contains("交办 30 件"))
            // Another's number among the ticks is not taken.
            let none = try await select(client, "unassigned", "dispatch", [elsewhere.caseID])
            #expect(none["Location"]?.contains("error=bulk-nothingTicked") == true)
            // A handler has no such button, and gets nowhere without it.
            let handler = try await county.web.signedIn("handler")
            let mine = try #require(try await select(handler, "mine", "dispatch", [elsewhere.caseID])["Location"])
            let page = try await handler.get(mine)
            #expect(page.body.contains("办不了") && !page.body.contains("/start\""))
        }
    }

    @Test("a long list is written in the background and fetched")
    func background() async throws {
        try await withDesk { county in
            for _ in 0..<101 { _ = try await county.letter() }
            let client = try await county.web.signedIn("dispatcher")
            let page = try await client.get("/desk/queue/unassigned")
            let form = [("list", "queue/unassigned"), ("format", "csv")]
            let run = try #require(try await client.submit(page, to: "/desk/export", form)["Location"])
            #expect(try await client.get("\(run)/file").status == 404)
            try await work(county)
            #expect(try await client.get(run).body.contains("\(run)/file"))
            let file = try await client.get("\(run)/file")
            #expect(file.status == 200 && file.body.split(separator: "\r\n").count == 102)
            #expect(try await (try await county.web.signedIn("dispatcher2")).get("\(run)/file").status == 404)
            county.web.clock.advance(seconds: 25 * 3600)
            try await county.bulk.keepHouse()
            let later = try await county.web.signedIn("dispatcher")
            #expect(try await later.get("\(run)/file").status == 404)
        }
    }

    @Test("words are made by who may, never about people, and put on matters")
    func tags() async throws {
        try await withDesk { county in
            let letter = try await county.letter()
            let client = try await county.web.signedIn("dispatcher")
            let page = try await client.get("/desk/tags/add")
            let rest = [("unit", "\(try await county.unit("county"))"), ("reason", "入冬"), ("effective", "2026-05-21")]
            let refused = try await client.submit(page, to: "/desk/tags/add", rest + [("zh", "缠访")])
            #expect(refused.status == 422 && refused.body.contains("value=\"缠访\"") && refused.body.contains("说的是人"))
            let difference = try await client.submit(
                page, to: "/desk/tags/add", rest + [("zh", "供暖季"), ("en", "Heating season")])
            #expect(difference.body.contains("<ins>Heating season</ins>") && difference.body.contains("入冬"))
            #expect(try await client.fill(difference, to: "/desk/tags/add", []).next == "/desk/tags?done=changed")
            let tag = try #require(try await county.organisation.current().tags.first)
            county.web.clock.advance(seconds: 2)
            let matter = "/desk/matter/\(letter.number)"
            let shown = try await client.get(matter)
            _ = try await client.submit(shown, to: "\(matter)/tag", [("mark", "\(tag.id)")])
            #expect(try await client.get(matter).body.contains("取下标签 供暖季"))
            let list = try await client.get("/desk/queue/unassigned?mark=\(tag.id)")
            #expect(list.body.contains(letter.number) && list.body.contains("供暖季"))
            #expect(!(try await client.get("/desk/queue/unassigned?mark=99")).body.contains(letter.number))
            let retire = try await client.get("/desk/tags/retire?of=\(tag.id)")
            let later = [("reason", "入夏"), ("effective", "2026-05-23")]
            let waits = try await client.fill(
                try await client.fill(retire, to: "/desk/tags/retire", later), to: "/desk/tags/retire", [])
            #expect(waits.next == "/desk/tags?done=scheduled")
            #expect(try await county.organisation.current().tag(tag.id)?.isRetired == false)
            let plan = try #require(try await county.organisation.current().plans.first)
            let withdraw = "/desk/tags/\(plan.id)/withdraw"
            let back = try await client.fill(try await client.get("/desk/tags"), to: withdraw, [("reason", "还用着")])
            #expect(back.next == "/desk/tags?done=withdrawn")
            #expect(try await client.fill(retire, to: "/desk/tags/retire", later).body.contains("2026 年 5 月 23 日"))
            let admin = try await county.web.signedIn("admin")
            let changes = try await admin.get("/admin/changes?topic=vocabulary")
            #expect(changes.body.contains("加了标签") && changes.body.contains("供暖季") && changes.body.contains("入冬"))
            #expect(try await (try await county.web.signedIn("handler")).get("/desk/tags").status == 403)
        }
    }

    @Test("what was just sent can be taken back on its page, by who sent it")
    func recall() async throws {
        try await withDesk { county in
            let letter = try await county.letter()
            try await county.casework.dispatch(
                letter.caseID, to: .entry(id: "1", version: 1), version: 1, by: try await county.viewer("dispatcher"))
            let matter = "/desk/matter/\(letter.number)"
            let handler = try await county.web.signedIn("handler")
            #expect(try await handler.get(matter).status == 200)
            #expect(!(try await (try await county.web.signedIn("dispatcher2")).get(matter)).body.contains("act-recall"))
            let client = try await county.web.signedIn("dispatcher")
            let page = try await client.get(matter)
            #expect(page.body.contains("act-recall"))
            #expect(try await client.submit(page, to: "\(matter)/recall", []).status == 303)
            #expect(try await county.state(letter).phase == .registered)
            let gone = try await handler.get(matter)
            #expect(gone.status == 404 && gone.body.contains("撤回"))
            #expect(try await handler.get("/desk/queue/incoming").body.contains(letter.number))
        }
    }
}
