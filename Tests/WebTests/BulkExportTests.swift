import Casework
import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Web

@Suite("Lists as files")
struct BulkExportTests {
    /// What an export of the list on a page gives, or of a list that somebody names in a form of their own making.
    private func csv(
        _ county: DeskCounty, _ client: TestClient, _ page: String, _ list: String? = nil
    ) async throws -> [String] {
        let shown = try await client.get(page)
        let wanted = list ?? Self.unescaped(shown.hidden("list") ?? "")
        // Pages without a line offer no file; the form is forged with everything that it would have.
        let forged = [
            ("_csrf", shown.hidden("_csrf") ?? ""), ("submission", SubmissionToken.issue(county.web.site.keys)),
            ("list", wanted), ("format", "csv"),
        ]
        let answer = try await client.post("/desk/export", forged)
        guard answer.status == 200 else { return ["\(answer.status)"] }
        #expect(answer["Content-Disposition"] == "attachment; filename=\"letters-2026-05-21.csv\"")
        return answer.body.split(separator: "\r\n").dropFirst().map(String.init)
    }

    private static func unescaped(_ text: String) -> String { text.replacing("&amp;", with: "&") }

    @Test("all rows, with the filter, nothing of who wrote, and it is on record")
    func whole() async throws {
        try await withDesk { county in
            for index in 0..<61 { _ = try await county.letter("第 \(index) 封，水管爆了，请打 13800000027。") }
            let dispatcher = try await county.web.signedIn("dispatcher")
            let rows = try await csv(county, dispatcher, "/desk/queue/unassigned?category=01.01")
            #expect(rows.count == 61 && Set(rows).count == 61)
            #expect(rows.allSatisfy { !$0.contains("13800000027") && !$0.contains("王女士") && !$0.contains("二单元") })
            #expect(rows.allSatisfy { $0.contains("〔电话〕") && $0.contains("锦绣家园三号楼") })
            #expect(
                try await csv(county, dispatcher, "/desk/queue/unassigned", "queue/unassigned?channel=call").isEmpty
                    == true)

            let found = try await csv(county, dispatcher, "/desk/search?q=%E6%B0%B4%E7%AE%A1")
            #expect(found.count == 61)
            #expect(
                try await csv(county, try await county.web.signedIn("supervisor"), "/oversight/list?kind=open").count
                    == 61)

            let records = try await county.web.database.read { tx in
                try tx.rows(
                    "SELECT e.body FROM events e JOIN streams s ON s.id = e.stream_id WHERE s.kind = 'export' ORDER BY e.id"
                )
                .map { try $0.text(0) }
            }
            #expect(records.count == 4, "a file without a line is one too")
            #expect(records[0].contains("queue/unassigned") && records[0].contains("61"))
            #expect(records.allSatisfy { !$0.contains("水管") })
        }
    }

    @Test("the lists behind numbers of oversight, as their pages show them, and nobody else's")
    func numbers() async throws {
        try await withDesk { county in
            let judged = try await county.judged()
            let open = try await county.letter("=1+1 水管爆了，请打 13800000027。")
            let promised = try await county.accepted()
            try await county.casework.promise(
                promised.caseID, PromiseDraft(kind: .other, text: "洗水箱秘密", due: county.casework.today),
                submission: nil, by: try await county.viewer("handler"))
            let leader = try await county.web.signedIn("leader")
            let days = "from=2026-05-01&to=2026-05-31"
            let registered = try await csv(county, leader, "/oversight/matters?measure=registered&\(days)")
            #expect(registered.count == 3 && registered.allSatisfy { !$0.contains("13800000027") })
            #expect(registered.contains { $0.hasPrefix("\(open.number),'=1+1 水管爆了") }, "\(registered)")
            // The days of "this month" are written out, so that the file is the page.
            #expect(try await csv(county, leader, "/oversight/matters?measure=answered&period=month").count == 1)
            let received = try await csv(county, leader, "/oversight/received?period=2026-05&category=01.01")
            #expect(received.count == 3 && received.contains { $0.contains("县水务局") })
            let unit = try await county.unit("water")
            let verdicts = try await csv(county, leader, "/oversight/answered?measure=judged&unit=\(unit)")
            #expect(verdicts.count == 1 && verdicts.allSatisfy { $0.hasPrefix(judged.number) })
            let promises = try await csv(county, leader, "/oversight/promises?list=week")
            #expect(promises.count == 1 && promises.allSatisfy { $0.hasPrefix(promised.number) })
            #expect(promises.allSatisfy { $0.hasSuffix("还有时间") && !$0.contains("秘密") }, "\(promises)")
            let page = try await leader.get("/oversight/promises")
            let book = try await leader.submit(
                page, to: "/desk/export", [("list", "promises?list=week"), ("format", "xlsx")])
            #expect(book.status == 200 && book.bytes.starts(with: Array("PK".utf8)))

            let records = try await county.web.database.read { tx in
                try tx.rows(
                    "SELECT e.body FROM events e JOIN streams s ON s.id = e.stream_id WHERE s.kind = 'export' ORDER BY e.id"
                ).map { try $0.text(0) }
            }
            #expect(records.count == 6)
            for (record, words) in zip(
                records, ["2026-05-01", "\"answered\"", "01.01", "\"judged\"", "oversight/promises", "xlsx"])
            {
                #expect(record.contains(words), "\(record)")
            }

            let handler = try await county.web.signedIn("handler")
            for list in [
                "matters?measure=registered&\(days)", "received?period=2026-05", "answered?measure=answered",
                "promises?list=week",
            ] { #expect(try await csv(county, handler, "/desk/queue/unit", list) == ["403"]) }
            for list in [
                "matters?measure=registered", "matters?measure=all&\(days)", "received", "answered?measure=x",
                "promises",
            ] { #expect(try await csv(county, leader, "/oversight/matters", list) == ["400"]) }
        }
    }

    @Test("sent twice it is recorded once")
    func twice() async throws {
        try await withDesk { county in
            _ = try await county.letter()
            let dispatcher = try await county.web.signedIn("dispatcher")
            let page = try await dispatcher.get("/desk/queue/unassigned")
            for _ in 0..<2 {
                let form = [("list", "queue/unassigned"), ("format", "xlsx")]
                let answer = try await dispatcher.submit(page, to: "/desk/export", form)
                #expect(answer.status == 200 && answer.bytes.starts(with: Array("PK".utf8)))
            }
            let count = try await county.web.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM streams WHERE kind = 'export'")?.int(0)
            }
            #expect(count == 1)
        }
    }

    @Test("a file shows nobody more than the list does")
    func sight() async throws {
        try await withDesk { county in
            let open = try await county.accepted()
            let hidden = try await county.accepted()
            let accusing = try await county.accepted()
            let dispatcher = try await county.viewer("dispatcher")
            try await county.casework.restrict(hidden.caseID, to: [], reason: "涉及隐私", by: dispatcher)
            try await county.casework.nameAccused(
                accusing.caseID, staff: [try await county.viewer("handler").staff.id], units: [], reason: "信里写的",
                by: dispatcher)
            let handler = try await county.web.signedIn("handler")
            let rows = try await csv(county, handler, "/desk/queue/unit")
            #expect(rows.count == 1 && rows.allSatisfy { $0.hasPrefix(open.number) })
            let stranger = try await county.web.signedIn("stranger")
            #expect(try await csv(county, stranger, "/desk/queue/unit", "queue/unit").isEmpty)
            #expect(try await csv(county, stranger, "/desk/queue/unit", "search?q=%E6%B0%B4").isEmpty)
            // Lists that are not theirs to open give no file either.
            for list in ["queue/unassigned", "queue/unsolved", "oversight?kind=overdue"] {
                #expect(try await csv(county, handler, "/desk/queue/unit", list) == ["403"])
            }
            for list in ["", "queue/nobody", "search?q=", "//evil"] {
                #expect(try await csv(county, handler, "/desk/queue/unit", list) == ["400"])
            }
            // Whoever handles it reads no verdict out of the file.
            let judged = try await county.judged()
            let theirs = try await csv(county, handler, "/desk/queue/mine", "queue/mine")
            #expect(theirs.allSatisfy { !$0.contains("没解决") }, "\(judged.number)")
        }
    }
}
