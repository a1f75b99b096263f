import Casework
import Kernel
import Organisation
import Testing

@testable import Web

@Suite("Workbench: who may do and see what")
struct DeskSafetyTests {
    @Test("each route asks for its permission, for every role")
    func permissions() async throws {
        try await withDesk { county in
            let receipt = try await county.letter()
            for (name, role) in DeskCounty.roles {
                let client = try await county.web.signedIn(name)
                let secret = try #require(try await client.get("/desk/password").hidden("_csrf"))
                for route in county.web.web.inventory {
                    guard case .staff(let permission) = route.access else { continue }
                    let path = route.template.replacing("{number}", with: receipt.number)
                        .replacing("{queue}", with: "all")
                    let answer =
                        route.method == "GET"
                        ? try await client.get(path) : try await client.post(path, [("_csrf", secret)])
                    if role.allowed.contains(permission) {
                        // 404: the matter is not among their units; 409 and 422: the form was empty.
                        #expect(
                            [200, 303, 404, 409, 422, 400].contains(answer.status), "\(role) \(path) \(answer.status)")
                    } else {
                        #expect(answer.status == 403, "\(role) may not \(path): \(answer.status)")
                    }
                }
            }
        }
    }

    @Test("nobody gets in without signing in")
    func strangers() async throws {
        try await withDesk { county in
            for route in county.web.web.inventory where route.access.isStaff && route.method == "GET" {
                let path = route.template.replacing("{number}", with: "2605-0001-1").replacing("{queue}", with: "all")
                let answer = try await county.web.browser.get(path)
                #expect(answer["Location"]?.hasPrefix("/staff/sign-in") == true, "\(path)")
            }
        }
    }

    @Test("a matter of another unit is not there")
    func otherUnit() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let stranger = try await county.web.signedIn("stranger")
            for part in ["", "/letter", "/file", "/slip"] {
                let answer = try await stranger.get("/desk/matter/\(receipt.number)\(part)")
                #expect(answer.status == 404)
                #expect(!answer.body.contains("锦绣家园"))
            }
            #expect(try await stranger.get("/desk/search?q=%E9%94%A6%E7%BB%A3").body.contains("锦绣家园") == false)
        }
    }

    @Test("contact data: masked, shown once with a reason, recorded, masked again")
    func reveal() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let handler = try await county.web.signedIn("handler")
            let matter = "/desk/matter/\(receipt.number)"
            let page = try await handler.get(matter)
            #expect(!page.body.contains("13800000027"))
            let reporter = ("reporter", "\(receipt.reporterID)")
            let refused = try await handler.submit(page, to: "\(matter)/reveal", [reporter, ("reason", " ")])
            #expect(refused.status == 422)
            #expect(!refused.body.contains("13800000027"))
            let shown = try await handler.submit(page, to: "\(matter)/reveal", [reporter, ("reason", "约时间看现场")])
            #expect(shown.status == 200)
            #expect(shown["Cache-Control"] == "no-store")
            #expect(shown.body.contains("13800000027") && shown.body.contains("锦绣家园三号楼二单元"))
            let again = try await handler.get(matter)
            #expect(!again.body.contains("13800000027"))
            #expect(again.body.contains("约时间看现场"))
            let file = try await county.casework.file(receipt.caseID, for: receipt.reporterID)
            let words = MatterWords(
                words: county.web.site.words(.chinese), organisation: try await county.organisation.current(),
                book: county.casework.deadlines, now: county.web.clock.now(), countyName: "青禾县")
            let told = ResidentTimeline(words: words, file: file, reporter: receipt.reporterID).entries()
            #expect(
                told.contains { entry in
                    if case .text(let detail)? = entry["detail"] { detail.contains("约时间看现场") } else { false }
                })
        }
    }

    @Test("judgements are hidden from those who handle the matter, everywhere")
    func judgements() async throws {
        try await withDesk { county in
            let receipt = try await county.judged()
            let handler = try await county.web.signedIn("handler")
            for path in ["", "/file", "/letter"] {
                let body = try await handler.get("/desk/matter/\(receipt.number)\(path)").body
                for word in ["秘密", "说没解决", "已评价"] { #expect(!body.contains(word), "\(path) tells \(word)") }
            }
            #expect(try await handler.get("/desk/matter/\(receipt.number)").body.contains("看不到"))
            #expect(try await handler.get("/desk/queue/unsolved").status == 403)
            let supervisor = try await county.web.signedIn("supervisor")
            #expect(try await supervisor.get("/desk/matter/\(receipt.number)").body.contains("秘密"))
            #expect(try await supervisor.get("/desk/queue/unsolved").body.contains("说没解决"))
        }
    }

    @Test("two people at once: both texts are shown, and the own one can be sent again")
    func conflict() async throws {
        try await withDesk { county in
            let receipt = try await county.letter()
            let matter = "/desk/matter/\(receipt.number)"
            let first = try await county.web.signedIn("dispatcher")
            let second = try await county.web.signedIn("dispatcher2")
            let (pageOne, pageTwo) = (try await first.get(matter), try await second.get(matter))
            let unit = ("unit", "\(try await county.unit("roads"))")
            #expect(
                try await first.submit(pageOne, to: "\(matter)/dispatch", [unit, ("reason", "第一个人的理由")]).status == 303)
            let shown = try await second.submit(pageTwo, to: "\(matter)/dispatch", [unit, ("reason", "第二个人的理由")])
            #expect(shown.status == 409)
            #expect(shown.body.contains("第一个人的理由") && shown.body.contains("第二个人的理由"))
            #expect(shown.body.contains("action=\"\(matter)/dispatch\""))
            let sent = try await second.submit(shown, to: "\(matter)/dispatch", [unit, ("reason", "第二个人的理由")])
            #expect(sent.status == 303)
            // The same form twice by the same person is no conflict.
            let again = try await second.submit(shown, to: "\(matter)/dispatch", [unit, ("reason", "第二个人的理由")])
            #expect(again.status == 303)
        }
    }

    @Test("what is typed stays through errors, and is text wherever it stands")
    func typed() async throws {
        try await withDesk { county in
            let hostile = "<script>alert(1)</script>{{csrf}} \"' &amp;"
            let receipt = try await county.letter(hostile)
            let clerk = try await county.web.signedIn("clerk")
            let matter = "/desk/matter/\(receipt.number)"
            #expect(!(try await clerk.get(matter).body.contains("<script>alert")))
            var page = try await clerk.get("/desk/new")
            let fields = [
                ("name", hostile), ("phone", "1380000002"), ("body", "井坏了。"), ("place", hostile), ("channel", "visit"),
                ("urgency", "urgent"), ("needSign", "yes"), ("step", "save"),
            ]
            page = try await clerk.submit(page, to: "/desk/new", fields)
            #expect(page.status == 422)
            #expect(!page.body.contains("<script>alert"))
            #expect(page.body.contains("井坏了。</textarea>") && page.body.contains("value=\"1380000002\""))
            #expect(page.body.contains("href=\"#phone\"") && page.body.contains("href=\"#readBack\""))
            page = try await clerk.submit(page, to: "/desk/new", fields.filter { $0.0 != "step" } + [("step", "find")])
            #expect(page.body.contains("井坏了。</textarea>"))
            let right = fields.filter { $0.0 != "phone" } + [("phone", "13800000028"), ("readBack", "yes")]
            let saved = try await clerk.submit(page, to: "/desk/new", right)
            #expect(saved.status == 200, "\(saved.body.suffix(500))")
            #expect(saved.body.contains("<svg"))
            let repeated = try await clerk.submit(page, to: "/desk/new", right)
            #expect(repeated.body.contains("2605-0002-"), "sent twice, registered once")
        }
    }

    @Test("a person is looked up by the whole number only, and by POST")
    func people() async throws {
        try await withDesk { county in
            _ = try await county.letter()
            let clerk = try await county.web.signedIn("clerk")
            var page = try await clerk.get("/desk/people?value=13800000027")
            #expect(!page.body.contains("王女士"))
            page = try await clerk.submit(
                page, to: "/desk/people", [("kind", "phone"), ("value", "138"), ("reason", "")])
            #expect(page.status == 422)
            page = try await clerk.submit(
                page, to: "/desk/people", [("kind", "phone"), ("value", "138 0000 0027"), ("reason", "要回电话")])
            #expect(page.body.contains("王女士") && page.body.contains("138••••0027"))
            #expect(!county.web.log.text.contains("13800000027"))
        }
    }
}
