import Foundation
import Kernel
import Organisation
import Testing

@testable import Web

@Suite("Workbench: texts for oneself and for others")
struct DeskSharedTextTests {
    private func fields(_ county: DeskCounty) async throws -> [(String, String)] {
        [
            ("name", "水箱清洗后的答复"), ("form", "reply"), ("body", "您好。{{place}}的水箱[[哪天]]洗好了。"), ("category", "01"),
            ("unit", "\(try await county.unit("water"))"), ("until", "2026-11-01"), ("reason", "常写"),
        ]
    }

    @Test("a text for oneself alone needs no reason and is nobody else's; a later day waits and is taken back")
    func ownAndLater() async throws {
        try await withDesk { county in
            let handler = try await county.web.signedIn("handler")
            let own = try await fields(county).filter { !["reason", "unit"].contains($0.0) } + [("unit", "me")]
            let added = try await handler.submit(try await handler.get("/desk/texts/new"), to: "/desk/texts/new", own)
            let location = try #require(added["Location"])
            let id = String(try #require(location.split(separator: "#text-").last))
            #expect(try await handler.get("/desk/texts").body.contains("只给我自己用"))
            let colleague = try await county.web.signedIn("handler2")
            #expect(try await !colleague.get("/desk/texts").body.contains("水箱清洗"))
            #expect(try await colleague.get("/desk/texts/\(id)").status == 404)
            let page = try await handler.get("/desk/texts/\(id)")
            #expect(try await handler.submit(page, to: "/desk/texts/\(id)", own + [("act", "save")]).status == 303)
            // Given to the unit, from a later day on.
            let later = try await fields(county) + [("act", "save"), ("effective", "2026-05-23")]
            let shown = try await handler.submit(page, to: "/desk/texts/\(id)", later)
            #expect(shown.status == 200 && shown.body.contains("2026 年 5 月 23 日"))
            let waits = try await handler.fill(shown, to: "/desk/texts/\(id)", [])
            #expect(waits["Location"] == "/desk/texts?done=scheduled")
            let list = try await colleague.get("/desk/texts?done=scheduled")
            #expect(list.body.contains("新的常用文字“水箱清洗后的答复”") && list.body.contains("到那天自动生效"))
            let plan = try #require(try await county.organisation.current().plans.first)
            let stranger = try await county.web.signedIn("stranger")
            let token = try await stranger.get("/desk/texts/new")
            let path = "/desk/texts/\(plan.id)/withdraw"
            #expect(try await stranger.submit(token, to: path, [("reason", "不")]).status == 403)
            // The administrator sees it among the changes and takes it back.
            let admin = try await county.web.signedIn("admin")
            let changes = try await admin.get("/admin/changes")
            #expect(changes.body.contains("新的常用文字“水箱清洗后的答复”"))
            let gone = try await admin.fill(changes, to: "/admin/changes/\(plan.id)/withdraw", [("reason", "等新办法")])
            #expect(gone.status == 303)
            #expect(try await admin.get("/admin/changes?topic=plans").body.contains("等新办法"))
            #expect(try await !colleague.get("/desk/texts").body.contains("水箱清洗"))
        }
    }
}
