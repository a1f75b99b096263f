import Casework
import Foundation
import HTTPTypes
import Kernel
import Organisation
import Testing

@testable import Web

@Suite("Administration") struct AdminPagesTests {
    @Test("each page opens only for whom it is, and none shows a letter")
    func pages() async throws {
        try await withDesk { county in
            _ = try await county.accepted()
            let handler = try await county.viewer("handler").staff
            let unit = try await county.unit("water")
            let everybody = [
                "/admin", "/admin/units", "/admin/units/\(unit)", "/admin/staff", "/admin/staff/\(handler.id)",
                "/admin/changes", "/admin/areas", "/admin/areas/area?of=990101",
            ]
            // Apart from each other: the compiler takes long over sums of lists of pairs.
            var only: [(path: String, who: Set<String>)] = [
                ("/admin/areas/add", ["admin"]), ("/admin/areas/retire?of=990101", ["admin"]),
                ("/admin/areas/outlines", ["admin"]),
                ("/admin/units/\(unit)/move", ["admin"]), ("/admin/staff/new", ["admin"]),
                ("/admin/staff/import", ["admin"]), ("/admin/staff/\(handler.id)/move", ["admin"]),
                ("/admin/staff/\(handler.id)/roles", ["admin", "guard"]),
                ("/admin/staff/\(handler.id)/password", ["guard"]),
                ("/admin/staff/\(handler.id)/openid", ["guard"]), ("/admin/health", ["admin"]),
                ("/admin/access", ["inspector"]), ("/admin/sign-ins", ["inspector"]),
                ("/admin/readings", ["inspector"]), ("/admin/looks", ["guard", "inspector", "approver"]),
                ("/admin/look", ["admin", "guard"]),
            ]
            only += everybody.map { (path: $0, who: ["admin", "guard", "inspector"]) }
            for (name, _) in DeskCounty.roles {
                let client = try await county.web.signedIn(name)
                for (path, who) in only {
                    let page = try await client.get(path)
                    #expect((page.status == 200) == who.contains(name), "\(name) \(path) \(page.status)")
                    #expect(!page.body.contains("水发黄"), "\(name) \(path)")
                }
            }
        }
    }

    @Test("a change is shown, confirmed once, and stands in the history with its reason")
    func change() async throws {
        try await withDesk { county in
            let admin = try await county.web.signedIn("admin")
            let unit = try await county.unit("water")
            let form = try await admin.get("/admin/units/\(unit)/change")
            let nothing = try await admin.submit(
                form, to: "/admin/units/\(unit)/change",
                [("nameZh", "县水务局"), ("kind", "department"), ("reason", ""), ("effective", "")])
            #expect(nothing.status == 422 && nothing.body.contains("请写一句为什么改"))
            let typed = [
                ("nameZh", "县水利水务局"), ("kind", "department"), ("reason", "机构改革"), ("effective", "2026-05-21"),
            ]
            let shown = try await admin.submit(form, to: "/admin/units/\(unit)/change", typed)
            #expect(shown.status == 200 && shown.body.contains("<ins>县水利水务局</ins>"))
            #expect(try await county.organisation.current().unit(unit)?.name.zh != "县水利水务局")
            let seen = try #require(shown.hidden("seen"))
            let confirmed = typed + [("step", "confirm"), ("seen", seen)]
            let done = try await admin.submit(shown, to: "/admin/units/\(unit)/change", confirmed)
            #expect(done.status == 303 && done.headers[.location] == "/admin/units/\(unit)?done=changed")
            // The same form again: the same answer, one change.
            let again = try await admin.submit(shown, to: "/admin/units/\(unit)/change", confirmed)
            #expect(again.headers[.location] == "/admin/units/\(unit)?done=changed")
            let page = try await admin.get("/admin/changes?unit=\(unit)")
            #expect(page.body.contains("机构改革") && page.body.components(separatedBy: "改了单位").count == 2)
        }
    }

    @Test("rights are proposed by one administrator and given by another")
    func proposal() async throws {
        try await withDesk { county in
            let (admin, security) = (try await county.web.signedIn("admin"), try await county.web.signedIn("guard"))
            let member = try await county.viewer("handler2").staff
            let path = "/admin/staff/\(member.id)/roles"
            let form = try await admin.get(path)
            let typed = [("roles", "approver@\(member.unit)"), ("reason", "接替"), ("effective", "2026-05-21")]
            let shown = try await admin.submit(form, to: path, typed)
            #expect(shown.body.contains("提给安全管理员"))
            let done = try await admin.submit(
                shown, to: path, typed + [("step", "confirm"), ("seen", try #require(shown.hidden("seen")))])
            #expect(done.headers[.location] == "/admin/changes?done=proposed")
            #expect(try await county.viewer("handler2").staff.grants == member.grants)
            let plan = try #require(try await county.organisation.current().plans.first)
            let refused = try await admin.submit(
                try await admin.get("/admin/changes"), to: "/admin/changes/\(plan.id)/consent", [("reason", "好")])
            #expect(refused.status == 403)
            let list = try await security.get("/admin/changes")
            #expect(list.body.contains("同意给这些角色"))
            let given = try await security.submit(list, to: "/admin/changes/\(plan.id)/consent", [("reason", "核过")])
            #expect(given.headers[.location] == "/admin/changes?done=consented")
            #expect(try await county.viewer("handler2").staff.grants.map(\.role) == [.approver])
        }
    }

    @Test("a list of staff is compared first, taken once, and its passwords are shown once")
    func list() async throws {
        try await withDesk { county in
            let admin = try await county.web.signedIn("admin")
            let form = try await admin.get("/admin/staff/import")
            let csv = "登录名,姓名,单位代码,角色\nnew.one,新人甲,water,经办人\nhandler,经办甲,water,\nbad,某,nowhere,\n"
            let wrong = try await admin.submit(form, to: "/admin/staff/import", [("text", csv), ("reason", "新同事")])
            #expect(wrong.status == 422 && wrong.body.contains("没有代码为“nowhere”的单位"))
            let good = csv.replacing("bad,某,nowhere,\n", with: "")
            let shown = try await admin.submit(form, to: "/admin/staff/import", [("text", good), ("reason", "新同事")])
            #expect(shown.status == 200 && shown.body.contains("1 人新增"))
            #expect(try await county.organisation.current().staff(signInName: "new.one") == nil)
            let confirmed = [("text", good), ("reason", "新同事"), ("step", "confirm")]
            let done = try await admin.submit(shown, to: "/admin/staff/import", confirmed)
            let password = try #require(done.body.firstMatch(of: /<code class="big-code">([^<]+)<\/code>/)).1
            let again = try await admin.submit(shown, to: "/admin/staff/import", confirmed)
            #expect(again.headers[.location] == "/admin/staff?done=already")
            #expect(try await !admin.get("/admin/staff").body.contains(password))
        }
    }

    @Test("while the screens of a role are looked at, nothing can be sent and no letter opens")
    func look() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let admin = try await county.web.signedIn("admin")
            let unit = try await county.unit("water")
            let form = try await admin.get("/admin/look")
            let begun = try await admin.submit(
                form, to: "/admin/look", [("role", "handler"), ("unit", "\(unit)"), ("reason", "核对菜单")])
            #expect(begun.status == 303)
            let queue = try await admin.get("/desk/queue/mine")
            #expect(queue.status == 200 && queue.body.contains("您在以“经办人”查看"))
            #expect(!queue.body.contains("水发黄") && !queue.body.contains(receipt.number))
            for path in [
                "/desk/matter/\(receipt.number)", "/desk/matter/\(receipt.number)/letter", "/admin", "/admin/staff",
                "/desk/password", "/desk/second-factor",
            ] {
                #expect(try await admin.get(path).status == 403, "\(path)")
            }
            // Every form of the whole program, for staff and for everybody.
            var tried = 0
            for route in county.web.web.inventory where route.method == "POST" {
                guard route.template != "/admin/look/stop", route.template != "/staff/sign-out",
                    !route.template.hasPrefix("/staff/"), route.access != .reporter
                else { continue }
                let path = route.template.replacing("{number}", with: receipt.number).replacing("{id}", with: "1")
                    .replacing("{queue}", with: "mine")
                let answer = try await admin.submit(queue, to: path, [("body", "x"), ("reason", "x")])
                #expect(answer.status == 403, "\(path) \(answer.status)")
                tried += 1
            }
            #expect(tried > 40)
            let stopped = try await admin.submit(queue, to: "/admin/look/stop", [])
            #expect(stopped.headers[.location] == "/admin")
            #expect(try await admin.get("/admin/staff").status == 200)
            let inspector = try await county.web.signedIn("inspector")
            #expect(try await inspector.get("/admin/looks").body.contains("核对菜单"))
            let approver = try await county.web.signedIn("approver")
            #expect(try await approver.get("/admin/looks").body.contains("核对菜单"))
        }
    }

    @Test("the link to a provider is shown to all administrators and taken off by the security administrator")
    func link() async throws {
        try await withDesk { county in
            let (admin, security) = (try await county.web.signedIn("admin"), try await county.web.signedIn("guard"))
            let member = try await county.viewer("handler").staff
            let (person, path) = ("/admin/staff/\(member.id)", "/admin/staff/\(member.id)/openid")
            #expect(try await !security.get(person).body.contains(path), "there is nothing to take off")
            try await county.organisation.linkOpenID(
                OpenIDIdentity(issuer: "https://id.example", subject: "u-secret"), to: member.id, by: .system("test"))
            let handler = try await county.web.signedIn("handler")
            let seen = try await admin.get(person)
            #expect(seen.body.contains("已关联（https://id.example）") && !seen.body.contains(path))
            #expect(!seen.body.contains("u-secret"))
            #expect(try await admin.get(path).status == 403)
            #expect(try await security.get(person).body.contains(path))
            let form = try await security.get(path)
            let bare = try await security.submit(form, to: path, [("reason", "")])
            #expect(bare.status == 422 && bare.body.contains("请写一句为什么改"))
            let done = try await security.submit(form, to: path, [("reason", "账号收回")])
            #expect(done.headers[.location] == "\(person)?done=openID")
            #expect(try await county.organisation.current().staff(member.id)?.openID == nil)
            #expect(try await handler.get("/desk").status == 303, "the sessions have ended")
            let page = try await security.get("\(person)?done=openID")
            #expect(page.body.contains("关联解除了") && !page.body.contains("已关联"))
            let changes = try await admin.get("/admin/changes?staff=\(member.id)")
            #expect(changes.body.contains("解除了统一身份认证的关联") && changes.body.contains("账号收回"))
        }
    }

    @Test("who may do what says by which role, since when and who gave it")
    func access() async throws {
        try await withDesk { county in
            let inspector = try await county.web.signedIn("inspector")
            let unit = try await county.unit("water")
            let of = try await inspector.get("/admin/access?name=handler&permission=reply&unit=\(unit)")
            #expect(of.body.contains("经办人（") && of.body.contains("给的"))
            let who = try await inspector.get("/admin/access?permission=reply&unit=\(unit)")
            #expect(who.body.contains("经办甲") && who.body.contains("签发甲") && !who.body.contains("经办丙"))
            let none = try await inspector.get("/admin/access?name=nobody.here")
            #expect(none.body.contains("没有这个登录名"))
        }
    }
}
