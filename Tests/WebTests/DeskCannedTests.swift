import Casework
import Foundation
import Kernel
import Organisation
import Testing
import Workbench

@testable import Web

@Suite("Workbench: texts kept ready, the paper original")
struct DeskCannedTests {
    private func fields(
        _ county: DeskCounty, name: String = "水箱清洗后的答复", body: String = "您好。{{place}}的水箱[[哪天]]洗好了。",
        unit: String = "water", form: String = "reply", category: String = "01"
    ) async throws -> [(String, String)] {
        [
            ("name", name), ("form", form), ("body", body), ("category", category),
            ("unit", "\(try await county.unit(unit))"), ("until", "2026-11-01"), ("reason", "常写"),
        ]
    }

    /// Keeps a text and answers with its identifier.
    private func add(
        _ county: DeskCounty, by who: String = "handler", _ fields: [(String, String)]
    ) async throws -> String {
        let client = try await county.web.signedIn(who)
        let shown = try await client.submit(try await client.get("/desk/texts/new"), to: "/desk/texts/new", fields)
        let answer = try await client.fill(shown, to: "/desk/texts/new", [])
        let location = try #require(answer["Location"], "\(answer.status)")
        return String(try #require(location.split(separator: "#text-").last))
    }

    @Test("a text is kept, changed, renewed and retired; each version stays and says what it changed")
    func keep() async throws {
        try await withDesk { county in
            let handler = try await county.web.signedIn("handler")
            let empty = try await handler.get("/desk/texts")
            #expect(empty.status == 200 && empty.body.contains("还没有常用文字"))
            let id = try await add(county, try await fields(county))
            var page = try await handler.get("/desk/texts/\(id)")
            #expect(page.body.contains("{{place}}") && page.body.contains("水箱清洗后的答复"))
            let path = "/desk/texts/\(id)"
            let changed = try await fields(county, body: "您好。{{place}}的水箱[[哪天]]洗过了。")
            let bare = try await handler.submit(page, to: path, changed.filter { $0.0 != "reason" } + [("act", "save")])
            #expect(bare.status == 422 && bare.body.contains("请写一句为什么改") && bare.body.contains("#text-reason"))
            let shown = try await handler.submit(page, to: path, changed + [("act", "save")])
            #expect(shown.body.contains("<del>您好。{{place}}的水箱[[哪天]]洗好了。</del>"), "the difference comes first")
            #expect(try await handler.get(path).hidden("version") == "1")
            // Sent twice: nothing new. An older form with something else: told, and kept.
            for _ in 1...2 { #expect(try await handler.fill(shown, to: path, []).status == 303) }
            let late = try await handler.submit(
                page, to: path, try await fields(county, body: "旧页面上写的") + [("act", "save")])
            #expect(late.status == 409 && late.body.contains("旧页面上写的"))
            page = try await handler.get(path)
            #expect(page.body.contains("<del>好</del>") && page.body.contains("<ins>过</ins>"))
            #expect(page.body.contains("<p class=\"ad-reason\">常写</p>"))
            #expect(try await handler.submit(page, to: path, [("act", "renew")]).status == 303, "without a reason")
            page = try await handler.get(path)
            #expect(page.hidden("version") == "3")
            let retiring = try await handler.submit(page, to: path, [("act", "retire"), ("reason", "过时了")])
            #expect(try await handler.fill(retiring, to: path, []).status == 303)
            #expect(try await !handler.get("/desk/texts").body.contains("text-\(id)"))
            #expect(try await handler.get("/desk/texts?retired=1").body.contains("text-\(id)"))
            for path in ["/desk/texts?lang=en", "/desk/texts/\(id)", "/desk/texts/new"] {
                #expect(try await handler.get(path).status == 200, "\(path)")
            }
        }
    }

    @Test("wrong texts come back with everything typed and a sentence beside each field")
    func wrong() async throws {
        try await withDesk { county in
            let handler = try await county.web.signedIn("handler")
            let page = try await handler.get("/desk/texts/new")
            let wrong = try await fields(county, name: "", body: "打 13800000027 找 {{boss}}")
            let answer = try await handler.submit(page, to: "/desk/texts/new", wrong)
            #expect(answer.status == 422 && answer.body.contains("{{boss}}"))
            for anchor in ["#text-name", "#text-body"] { #expect(answer.body.contains("href=\"\(anchor)\"")) }
            // Somebody else's unit, and a person who is not there.
            let other = try await handler.submit(
                page, to: "/desk/texts/new", try await fields(county, unit: "roads") + [("owner", "99")])
            #expect(other.status == 422 && other.body.contains("#text-unit") && other.body.contains("#text-owner"))
            #expect(try await handler.get("/desk/texts").body.contains("还没有常用文字"))
        }
    }

    @Test("each unit keeps its own; the county's are offered to all; who may not write replies keeps none")
    func rights() async throws {
        try await withDesk { county in
            let own = try await add(county, try await fields(county))
            let all = try await add(county, by: "dispatcher", try await fields(county, name: "全县的", unit: "county"))
            let stranger = try await county.web.signedIn("stranger")
            #expect(try await stranger.get("/desk/texts/\(own)").status == 404)
            let list = try await stranger.get("/desk/texts")
            #expect(list.body.contains("全县的") && !list.body.contains("水箱清洗"))
            // Read, not changed.
            let page = try await stranger.get("/desk/texts/\(all)")
            #expect(page.status == 200 && !page.body.contains("name=\"act\" value=\"save\""))
            let token = try await stranger.get("/desk/texts/new")
            #expect(
                try await stranger.submit(token, to: "/desk/texts/\(all)", [("act", "retire")]).status == 403)
            for name in ["clerk", "supervisor", "auditor", "admin"] {
                #expect(try await county.web.signedIn(name).get("/desk/texts").status == 403, "\(name)")
            }
            // The dispatcher keeps those of the whole county.
            let dispatcher = try await county.web.signedIn("dispatcher")
            #expect(try await dispatcher.get("/desk/texts").body.contains("水箱清洗"))
        }
    }

    @Test("without a script: chosen, put behind what was typed, refused while a gap is open, marked when sent as it is")
    func compose() async throws {
        try await withDesk { county in
            let id = try await add(county, try await fields(county))
            _ = try await add(county, try await fields(county, name: "修路的", form: "reply", category: ""))
            let receipt = try await county.accepted()
            let (path, handler) = ("/desk/matter/\(receipt.number)", try await county.web.signedIn("handler"))
            var page = try await handler.get(path)
            // What fits the category stands first.
            let fitting = try #require(page.body.firstRange(of: "水箱清洗后的答复"))
            let other = try #require(page.body.firstRange(of: "修路的"))
            #expect(fitting.lowerBound < other.lowerBound)
            page = try await handler.submit(
                page, to: "\(path)/reply",
                [("step", "canned"), ("canned", id), ("body", "先写的一句。"), ("outcome", "solved")])
            #expect(page.status == 200)
            #expect(page.body.contains("先写的一句。\n\n您好。锦绣家园三号楼的水箱[[哪天]]洗好了。"))
            #expect(page.hidden("template") == "\(id).1")
            let blocks = [
                ("outcome", "solved"), ("request", "查"), ("facts", "查了。"), ("execution", "done"),
                ("executedOn", "2026-05-01"), ("executionText", "照片归档"),
                ("template", "\(id).1"),
            ]
            let open = "您好。锦绣家园三号楼的水箱[[哪天]]洗好了。"
            for step in ["preview", "sign"] {
                let refused = try await handler.submit(
                    page, to: "\(path)/reply", blocks + [("body", open), ("step", step)])
                #expect(refused.status == 422 && refused.body.contains("还有一处没填：哪天"), "\(step)")
            }
            // A text that is chosen and put in twice by mistake does not send anything either.
            #expect(try await county.state(receipt).reply == nil)
            let body = "您好。锦绣家园三号楼的水箱 6 月 1 日洗好了。"
            let preview = try await handler.submit(
                page, to: "\(path)/reply", blocks + [("body", body), ("step", "preview")])
            #expect(preview.status == 200 && preview.body.contains("除了补上的空白，文字和常用文字“水箱清洗后的答复”"))
            #expect(preview.hidden("template") == "\(id).1")
            let changed = try await handler.submit(
                page, to: "\(path)/reply", blocks + [("body", body + "另外谢谢您。"), ("step", "preview")])
            #expect(changed.body.contains("已经改过"))
            #expect(
                try await handler.submit(page, to: "\(path)/reply", blocks + [("body", body), ("step", "sign")]).status
                    == 303)
            let used = try #require(try await county.state(receipt).reply?.canned)
            #expect(used.map(\.edited) == [false] && used.map(\.version) == [1] && used.map { "\($0.id)" } == [id])
            page = try await handler.get(path)
            #expect(page.body.contains("文字与常用文字（第 1 版）一样，没有改。"))
            #expect(try await handler.get("\(path)/file").body.contains("文字与常用文字"))
        }
    }

    @Test("the script gets the text with the matter's fields; texts of other units and forms are not given")
    func fetched() async throws {
        try await withDesk { county in
            let id = try await add(
                county,
                try await fields(
                    county, body: "{{number}} {{received}} {{unit}} {{handler}} {{hotline}} {{title}} {{due}}"))
            let foreign = try await add(county, by: "stranger", try await fields(county, unit: "roads"))
            let receipt = try await county.accepted()
            let (path, handler) = ("/desk/matter/\(receipt.number)", try await county.web.signedIn("handler"))
            let answer = try await handler.get("\(path)/canned?form=reply&canned=\(id)&lang=en")
            let lines = answer.body.split(separator: "\n")
            #expect(lines.first == "\(id).1")
            // A Chinese letter has Chinese days, whatever the page's language.
            let start = "\(receipt.number) 2026 年 5 月 21 日 县水务局 经办甲 12345 "
            #expect(lines.last?.hasPrefix(start) == true, "\(answer.body)")
            #expect(lines.last?.contains("[[") == false, "\(answer.body)")
            for query in [
                "form=reply&canned=\(foreign)", "form=note&canned=\(id)", "form=x&canned=\(id)", "form=reply",
            ] {
                #expect(try await handler.get("\(path)/canned?\(query)").status == 404, "\(query)")
            }
            let none = try await handler.submit(
                try await handler.get("\(path)?lang=zh-Hans"), to: "\(path)/message",
                [("step", "canned"), ("canned", foreign), ("body", "写")])
            #expect(none.status == 422 && none.body.contains("先从单子里选一条"))
            #expect(try await !handler.get(path).body.contains("wb-message"), "choosing never sends")
        }
    }

    @Test("the paper original: put away, moved, found, printed on top of it")
    func paper() async throws {
        try await withDesk { county in
            let receipt = try await county.letter()
            let (path, clerk) = ("/desk/matter/\(receipt.number)", try await county.web.signedIn("clerk"))
            var page = try await clerk.get(path)
            let blank = try await clerk.get("\(path)/cover")
            #expect(blank.body.contains("a4-shelf-blank") && blank.body.contains(receipt.number))
            let code = receipt.code.description
            #expect(!blank.body.contains(code) && !blank.body.contains(receipt.code.symbols))
            #expect(try await clerk.submit(page, to: "\(path)/shelve", [("mark", " ")]).status == 422)
            #expect(try await clerk.submit(page, to: "\(path)/shelve", [("mark", "东库 3 柜 2 层")]).status == 303)
            page = try await clerk.get(path)
            let same = try await clerk.submit(page, to: "\(path)/shelve", [("mark", "东库 3 柜 2 层")])
            #expect(same.status == 422 && same.body.contains("它本来就记在这里"))
            #expect(try await clerk.submit(page, to: "\(path)/shelve", [("mark", "西库 1 柜")]).status == 303)
            page = try await clerk.get(path)
            #expect(page.body.contains("西库 1 柜") && page.body.contains("东库 3 柜 2 层"))
            let cover = try await clerk.get("\(path)/cover?lang=en")
            #expect(cover.body.contains("西库 1 柜") && cover.body.contains("窗口甲"))
            let query = "/desk/search?q=" + Form.escaped("西库")
            #expect(try await clerk.get(query).body.contains(receipt.number))
            #expect(try await clerk.get("/desk/search?q=\(receipt.number)")["Location"] == path)
            let handler = try await county.web.signedIn("stranger")
            #expect(try await handler.get("\(path)/cover").status == 404)
        }
    }
}

@Suite("Differences between two texts")
struct TextDifferenceTests {
    @Test(
        "what went and what came",
        arguments: [
            ("水箱洗好了。", "水箱洗过了。", ["=水箱洗", "-好", "+过", "=了。"]), ("", "新", ["+新"]), ("旧", "", ["-旧"]),
            ("一样", "一样", ["=一样"]), ("May 12", "May 13", ["=May ", "-12", "+13"]),
        ])
    func pieces(_ old: String, _ new: String, _ expected: [String]) {
        let signs: [TextDifference.Kind: String] = [.same: "=", .added: "+", .removed: "-"]
        #expect(TextDifference.pieces(old, new).map { (signs[$0.kind] ?? "") + $0.text } == expected)
    }

    @Test("both texts can be read out of it again")
    func both() {
        let old = String(repeating: "请您放心，我们会继续跟进。", count: 30) + "甲"
        let new = "您好！" + String(repeating: "请您放心，我们将继续跟进。", count: 29)
        let pieces = TextDifference.pieces(old, new)
        #expect(pieces.filter { $0.kind != .added }.map(\.text).joined() == old)
        #expect(pieces.filter { $0.kind != .removed }.map(\.text).joined() == new)
    }
}
