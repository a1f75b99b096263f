import Casework
import Foundation
import HTTPTypes
import Kernel
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Web

@Suite("Divisions and their outlines") struct AreaPagesTests {
    @Test("a division is added: looked at, confirmed once, and listed with its reason", arguments: eachEngine)
    func add(_ engine: Dialect.Engine) async throws {
        try await withDesk(on: engine) { county in
            let admin = try await county.web.signedIn("admin")
            #expect(try await admin.get("/admin").body.contains("href=\"/admin/areas\""))
            let tree = try await admin.get("/admin/areas")
            #expect(tree.body.contains("/admin/areas/area?of=990101001") && tree.body.contains("ad-d1"))
            let one = try await admin.get("/admin/areas/area?of=990101")
            #expect(one.body.contains("青禾县来信办理中心") && one.body.contains("/admin/areas/add?of=990101"))
            let form = try await admin.get("/admin/areas/add?of=990101")
            #expect(form.body.contains("<option value=\"990101\" selected>"))
            let typed = [
                ("code", "990101002"), ("nameZh", "青石镇"), ("inside", "990101"), ("reason", "撤乡设镇"),
                ("effective", "2026-05-21"),
            ]
            let shown = try await admin.submit(form, to: "/admin/areas/add", typed)
            #expect(shown.status == 200 && shown.body.contains("<ins>青石镇</ins>"))
            #expect(try await county.organisation.current().area("990101002") == nil)
            let confirmed = typed + [("step", "confirm"), ("seen", try #require(shown.hidden("seen")))]
            for _ in 1...2 {
                let done = try await admin.submit(shown, to: "/admin/areas/add", confirmed)
                #expect(done.status == 303 && done.headers[.location] == "/admin/areas?done=changed")
            }
            let after = try await admin.get("/admin/areas?done=changed")
            #expect(after.body.contains("青石镇") && after.body.contains("撤乡设镇"))
            #expect(after.body.components(separatedBy: "增加了区域").count == 2)
            let changes = try await admin.get("/admin/changes?topic=rules")
            #expect(changes.body.contains("增加了区域") && changes.body.contains("青石镇"))
            let units = try await admin.get("/admin/units/\(try await county.unit("town"))/change")
            #expect(units.body.contains("value=\"990101002\""), "units can serve it")
        }
    }

    @Test("what cannot be is said beside its field, and what was typed stays", arguments: eachEngine)
    func refused(_ engine: Dialect.Engine) async throws {
        try await withDesk(on: engine) { county in
            let admin = try await county.web.signedIn("admin")
            let form = try await admin.get("/admin/areas/add")
            let rest = [("reason", "新设"), ("effective", "2026-05-21")]
            func add(_ code: String, _ name: String, _ inside: String) async throws -> TestClient.Answer {
                try await admin.submit(
                    form, to: "/admin/areas/add", [("code", code), ("nameZh", name), ("inside", inside)] + rest)
            }
            let taken = try await add("990101001", "青石镇", "990101")
            #expect(taken.status == 422 && taken.body.contains("已经是“柳溪镇”的") && taken.body.contains("value=\"青石镇\""))
            let strange = try await add("990101002", "青石镇", "88")
            #expect(strange.status == 422 && strange.body.contains("id=\"inside-error\""))
            let empty = try await add("9 9", "", "")
            #expect(empty.body.contains("id=\"code-error\"") && empty.body.contains("id=\"nameZh-error\""))
            let move = try await admin.get("/admin/areas/move?of=990101")
            #expect(!move.body.contains("value=\"990101001\""), "what lies inside is not offered")
            #expect(move.hidden("of") == "990101")
            let circle = try await admin.submit(
                move, to: "/admin/areas/move", [("of", "990101"), ("inside", "990101001")] + rest)
            #expect(circle.status == 422 && circle.body.contains("不能移到它自己或里面的区域里"))
            #expect(try await admin.get("/admin/areas/area?of=88").status == 404)
            #expect(try await admin.get("/admin/areas/rename?of=88").status == 404)
            #expect(try await admin.submit(move, to: "/admin/areas/retire", [("of", "88")] + rest).status == 404)
        }
    }

    @Test("a retired division stays with its matters and can be brought back", arguments: eachEngine)
    func retire(_ engine: Dialect.Engine) async throws {
        try await withDesk(on: engine) { county in
            let admin = try await county.web.signedIn("admin")
            for (act, state) in [("retire", true), ("restore", false)] {
                let path = "/admin/areas/\(act)"
                let form = try await admin.get("\(path)?of=990101001")
                let typed = [("of", "990101001"), ("reason", "并入县城"), ("effective", "2026-05-21")]
                let shown = try await admin.submit(form, to: path, typed)
                #expect(shown.status == 200 && shown.hidden("of") == "990101001")
                let done = try await admin.submit(
                    shown, to: path, typed + [("step", "confirm"), ("seen", try #require(shown.hidden("seen")))])
                #expect(done.status == 303)
                #expect(try await county.organisation.current().area("990101001")?.isRetired == state)
                let page = try await admin.get("/admin/areas/area?of=990101001")
                #expect(page.body.contains("/admin/areas/restore") == state && page.body.contains("并入县城"))
                #expect(try await admin.get("/admin/areas").body.contains("is-over") == state)
            }
        }
    }

    private static func point(_ code: String) -> String {
        "{\"type\":\"Feature\",\"properties\":{\"code\":\"\(code)\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}"
    }

    private static func file(_ codes: String...) -> String {
        "{\"type\":\"FeatureCollection\",\"features\":[\(codes.map(point).joined(separator: ","))]}"
    }

    @Test("outlines are looked at, loaded with a reason and stand on the map", arguments: eachEngine)
    func outlines(_ engine: Dialect.Engine) async throws {
        try await withDesk(on: engine) { county in
            let old = AreaShape(area: "990101", geometry: "{\"type\":\"Point\",\"coordinates\":[0,0]}")
            try await county.casework.loadAreaShapes([old], because: nil, by: .system("operator"))
            let admin = try await county.web.signedIn("admin")
            let page = try await admin.get("/admin/areas/outlines")
            #expect(page.body.contains("1 个区域有轮廓") && page.body.contains("柳溪镇（990101001）"))
            let draft = try await admin.fill(page, to: "/admin/areas/draft", [("file", Self.file("990101001", "88"))])
            #expect(draft.next.hasPrefix("/admin/areas/draft/"))
            let shown = try await admin.get(draft.next)
            #expect(shown.body.contains("对上 1 个区域") && shown.body.contains("1 个图形不会载入：88"))
            #expect(shown.body.contains("会去掉的：1 个") && shown.body.contains("青禾县（990101）"))
            #expect(try await county.casework.areaShapes() == [old], "looking loads nothing")
            let bare = try await admin.fill(shown, to: "\(draft.next)/load", [("reason", " ")])
            #expect(bare.status == 422 && bare.body.contains("请写一句为什么改"))
            for _ in 1...2 {
                let done = try await admin.fill(shown, to: "\(draft.next)/load", [("reason", "测绘更新")])
                #expect(done.next == "/admin/areas/outlines?done=outlinesLoaded")
            }
            #expect(try await county.casework.areaShapes().map(\.area) == ["990101001"])
            let after = try await admin.get("/admin/areas/outlines?done=outlinesLoaded")
            #expect(after.body.contains("测绘更新") && after.body.contains("换上地图轮廓，1 个"))
            let tree = try await admin.get("/admin/areas")
            #expect(tree.body.components(separatedBy: "换了地图轮廓").count == 3)
            let leader = try await county.web.signedIn("leader")
            #expect(try await leader.get("/oversight/map/shapes").body.contains("\"code\":\"990101001\""))
            #expect(try await leader.get("/admin/areas/outlines").status == 403)
        }
    }

    @Test("a wrong, strange or large file is refused with what is wrong", arguments: eachEngine)
    func wrongFiles(_ engine: Dialect.Engine) async throws {
        try await withDesk(on: engine) { county in
            let admin = try await county.web.signedIn("admin")
            let page = try await admin.get("/admin/areas/outlines")
            func send(_ text: String) async throws -> TestClient.Answer {
                try await admin.fill(page, to: "/admin/areas/draft", [("file", text)])
            }
            #expect(try await send("").body.contains("还没有文字"))
            let noJSON = try await send("代码,名称")
            #expect(noJSON.status == 422 && noJSON.body.contains("整个文件") && noJSON.body.contains("这不是只有点和多边形"))
            let twice = try await send(Self.file("990101", "990101"))
            #expect(twice.status == 422 && twice.body.contains("第 2 个图形") && twice.body.contains("已经有一个轮廓"))
            let nowhere = try await send(Self.file("990101").replacing("[1,2]", with: "[1,95]"))
            #expect(nowhere.body.contains("经度、纬度") && !nowhere.body.contains("FeatureCollection"))
            let strange = try await send(Self.file("77", "88"))
            #expect(strange.status == 422 && strange.body.contains("77, 88"))
            let blanks = String(repeating: " ", count: AreaOutlines.mostBytes)
            let large = try await multipart(Self.file("990101") + blanks, page, admin)
            #expect(large.status == 422 && large.body.contains("超过 5 MB"))
            let larger = try await multipart(blanks + String(repeating: " ", count: 100_000), page, admin)
            #expect(larger.status == 413)
            // More than other forms may bring, from whom the route lets in alone.
            let middle = try await multipart(Self.file("990101") + String(blanks.prefix(600_000)), page, admin)
            #expect(middle.status == 303)
            let handler = try await county.web.signedIn("handler")
            #expect(try await multipart(String(blanks.prefix(600_000)), page, handler).status == 413)
            #expect(try await county.casework.areaShapes().isEmpty)
        }
    }

    /// Sends a file as browsers do.
    private func multipart(
        _ file: String, _ page: TestClient.Answer, _ client: TestClient
    ) async throws -> TestClient.Answer {
        var body = ""
        for name in ["_csrf", "submission"] {
            body += "--x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(page.hidden(name) ?? "")\r\n"
        }
        body +=
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.geojson\"\r\n\r\n\(file)\r\n--x--\r\n"
        return try await client.send(
            .post, "/admin/areas/draft", headers: ["Content-Type": "multipart/form-data; boundary=x"],
            body: Array(body.utf8))
    }
}
