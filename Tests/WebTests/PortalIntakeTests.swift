import Casework
import Kernel
import Organisation
import Storage
import Testing

@testable import Web

/// Letters of several, letters about the same, applications for information, and the way round a unit that presses.
@Suite("Portal: taking in")
struct PortalIntakeTests {
    private let letter = [
        ("body", "东街的路灯坏了三个星期。"), ("place", "东街"), ("name", "王女士"), ("phone", "0990-0000027"),
    ]

    /// The numbers that a page after sending shows.
    private func shownNumber(in page: String) -> String? {
        page.firstMatch(of: #/\d{4}-\d{4}-\d/#).map { String($0.output) }
    }

    private func codes(in page: String) -> Set<String> {
        // The number of the matter begins the same way; what follows it tells them apart.
        Set(page.matches(of: #/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/#).map { String($0.output) })
            .filter { !page.contains("\($0)-") }
    }

    @Test("several: representatives and members each get an own code, and a repeated form gives the same")
    func group() async throws {
        try await withPortal { county in
            let client = county.web.browser
            var page = try await client.get("/write")
            #expect(page.body.contains("tel:110"))
            let group = [
                ("groupSize", "12"), ("repName1", "李大爷"), ("repPhone1", "0990-0000031"),
                ("members", "孙师傅 0990-0000032\n\n周大姐，0990-0000033\n吴老师"),
            ]
            page = try await client.submit(page, to: "/write", letter + group + [("step", "review")])
            #expect(page.status == 200)
            for shown in ["一共 12 位", "李大爷", "孙师傅", "周大姐", "吴老师"] {
                #expect(page.body.contains(shown), "\(shown)")
            }
            let sent = try await client.submit(page, to: "/write", letter + group + [("step", "send")])
            #expect(sent.status == 200)
            let all = codes(in: sent.body)
            #expect(all.count == 5, "\(all)")
            #expect(sent.body.contains("李大爷") && sent.body.contains("吴老师"))
            let again = try await client.submit(page, to: "/write", letter + group + [("step", "send")])
            #expect(codes(in: again.body) == all && again.body.contains("吴老师"))
            // Each code opens the same letter.
            let number = try #require(shownNumber(in: sent.body))
            for code in all {
                #expect(try await county.casework.findReporter(number: number, code: code) != nil, "\(code)")
            }
        }
    }

    @Test("a form sent again with other words is a letter of its own, and shows nobody another's code")
    func otherWords() async throws {
        try await withPortal { county in
            let client = county.web.browser
            let page = try await client.get("/write?lang=zh-Hans")
            let sent = try await client.submit(page, to: "/write", letter + [("step", "send")])
            let code = try #require(codes(in: sent.body).first)
            // Back in the browser, other words, sent once more.
            let other = letter.map { $0.0 == "body" ? ($0.0, "井盖松了，晚上车一过就响，请来修。") : $0 }
            let second = try await client.submit(page, to: "/write", other + [("step", "send")])
            #expect(second.status == 200 && !second.body.contains("\(code)"))
            #expect(shownNumber(in: second.body) != shownNumber(in: sent.body))
            // Each of them pressed twice is one letter still.
            for (fields, known) in [(letter, sent), (other, second)] {
                let again = try await client.submit(page, to: "/write", fields + [("step", "send")])
                #expect(codes(in: again.body) == codes(in: known.body))
            }
            let count = try await county.web.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM cases")?.int(0)
            }
            #expect(count == 2)
        }
    }

    @Test("words added twice from one open page are both kept, pressed twice they are kept once")
    func wordsFromOnePage() async throws {
        try await withPortal { county in
            let client = county.web.browser
            let sent = try await client.submit(
                try await client.get("/write?lang=zh-Hans"), to: "/write", letter + [("step", "send")])
            let number = try #require(shownNumber(in: sent.body))
            let code = try #require(codes(in: sent.body).first)
            let found = try #require(try await county.casework.findReporter(number: number, code: code))
            let session = try await county.web.site.sessions.openReporterSession(
                reporter: found.reporter, case: found.id)
            client.setCookie(Portal.reporterCookie, session.token)
            let page = try await client.get("/matter")
            for words in ["昨天又灭了一盏。", "昨天又灭了一盏。", "今天全灭了。"] {
                #expect(try await client.submit(page, to: "/matter/words", [("words", words)]).status == 303)
            }
            let shown = try await client.get("/matter").body
            #expect(shown.split(separator: "昨天又灭了一盏。", omittingEmptySubsequences: false).count == 2)
            #expect(shown.contains("今天全灭了。"))
        }
    }

    @Test("what does not fit is told beside its field, with everything kept")
    func groupErrors() async throws {
        try await withPortal { county in
            let client = county.web.browser
            let page = try await client.get("/write")
            func send(_ fields: [(String, String)]) async throws -> TestClient.Answer {
                try await client.submit(page, to: "/write", letter + fields + [("step", "review")])
            }
            var answer = try await send([("groupSize", "2"), ("members", "孙师傅\n周大姐\n吴老师")])
            #expect(answer.status == 422 && answer.body.contains("id=\"groupSize-error\""))
            #expect(answer.body.contains("周大姐") && answer.body.contains("东街的路灯坏了三个星期。"))
            answer = try await send([("groupSize", "many")])
            #expect(answer.status == 422 && answer.body.contains("value=\"many\""))
            let five = (1...5).map { ("repName\($0)", "代表\($0)") }
            answer = try await send([("groupSize", "9")] + five)
            #expect(answer.status == 422 && answer.body.contains("id=\"representatives-error\""))
            #expect(answer.body.contains("代表4"), "nothing typed is lost")
            // The writer is the first of the five who may speak (Art. 20).
            #expect(answer.body.contains("id=\"repName4\"") && !answer.body.contains("id=\"repName5\""))
            answer = try await send([("members", String(repeating: "长", count: 80))])
            #expect(answer.status == 422 && answer.body.contains("id=\"members-error\""))
            // Names alone are counted; one alone is no group.
            #expect(try await send([("members", "孙师傅")]).body.contains("一共 2 位"))
            #expect(try await send([("groupSize", "1")]).status == 200)
        }
    }

    @Test("an earlier letter: kept as a number, its progress only for whoever has opened it")
    func repeated() async throws {
        try await withPortal { county in
            let earlier = try await county.register()
            try await county.inHand(earlier)
            let fields = letter + [("repeatOf", earlier.number.replacing("-", with: "")), ("step", "review")]
            let stranger = county.web.browser
            var page = try await stranger.submit(try await stranger.get("/write"), to: "/write", fields)
            #expect(page.status == 200 && !page.body.contains("那一封现在"))
            let reader = try await county.reading(earlier)
            page = try await reader.submit(try await reader.get("/write"), to: "/write", fields)
            #expect(page.body.contains("那一封现在：正在办"))
            let sent = try await reader.submit(
                page, to: "/write", letter + [("repeatOf", earlier.number), ("step", "send")])
            let number = try #require(shownNumber(in: sent.body))
            #expect(number != earlier.number)
            let file = try await county.casework.file(number: number, for: try await county.viewer("dispatcher"))
            #expect(file.state.repeatOf == earlier.number)
            page = try await stranger.submit(
                try await stranger.get("/write"), to: "/write",
                letter + [("repeatOf", "2605-0001-1"), ("step", "review")])
            #expect(page.status == 422 && page.body.contains("id=\"repeatOf-error\""))
        }
    }

    @Test("an application for information: filled in, looked at, sent once, completed, answered")
    func information() async throws {
        try await withPortal { county in
            let client = county.web.browser
            var page = try await client.get("/information")
            #expect(page.status == 200)
            for told in ["不收费", "20 个工作日", "口头说", "tel:110"] { #expect(page.body.contains(told), "\(told)") }
            let empty = try await client.submit(page, to: "/information", [("description", ""), ("step", "review")])
            #expect(empty.status == 422 && empty.body.contains("id=\"description-error\""))
            let bare = [("description", "2024 年东街改造的预算。"), ("step", "review")]
            page = try await client.submit(page, to: "/information", bare)
            #expect(page.status == 200 && page.body.contains("还缺姓名或联系方式"))
            let fields = [
                ("description", "2024 年东街改造的预算。"), ("name", "王女士"), ("phone", "0990-0000027"), ("address", ""),
                ("form", "复印件"),
            ]
            page = try await client.submit(page, to: "/information", fields + [("step", "review")])
            #expect(!page.body.contains("还缺姓名"))
            let sent = try await client.submit(page, to: "/information", fields + [("step", "send")])
            let again = try await client.submit(page, to: "/information", fields + [("step", "send")])
            #expect(sent.status == 200 && sent.body.contains("我们收到了您的申请"))
            let number = try #require(shownNumber(in: sent.body))
            #expect(number == shownNumber(in: again.body))
            let code = try #require(codes(in: sent.body).first)
            let found = try #require(try await county.casework.findReporter(number: number, code: code))
            let id = found.id
            let clerk = try await county.viewer("dispatcher")
            let state = try await county.casework.file(number: number, for: clerk).state
            #expect(state.kind == .information && state.form != nil)

            let dispatched = CaseReceiptLike(id: id, reporter: found.reporter)
            try await answer(dispatched, number, county)
        }
    }

    private struct CaseReceiptLike {
        let id: CaseID
        let reporter: ReporterID
    }

    /// Completion, a third party, an answer with a part kept back, and both remedies.
    private func answer(_ matter: CaseReceiptLike, _ number: String, _ county: PortalCounty) async throws {
        let casework = county.casework
        func version() async throws -> Int {
            try await casework.file(matter.id, for: matter.reporter).state.version
        }
        try await casework.dispatch(
            matter.id, to: .entry(id: "1", version: 1), version: try await version(),
            by: try await county.viewer("dispatcher"))
        let handler = try await county.viewer("handler")
        try await casework.accept(
            matter.id, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "公开申请"), version: try await version(),
            by: handler)
        try await casework.askCorrection(matter.id, text: "请写明是哪一段。", version: try await version(), by: handler)

        let session = try await county.web.site.sessions.openReporterSession(reporter: matter.reporter, case: matter.id)
        let client = county.web.browser
        client.setCookie(Portal.reporterCookie, session.token)
        var page = try await client.get("/matter")
        #expect(page.body.contains("action=\"/matter/correct\"") && page.body.contains("请写明是哪一段。"))
        let empty = try await client.submit(page, to: "/matter/correct", [("correction", "")])
        #expect(empty.status == 422 && empty.body.contains("id=\"correction-error\""))
        var sent = try await client.submit(page, to: "/matter/correct", [("correction", "东门到钟楼。")])
        #expect(sent["Location"] == "/matter?done=corrected")
        sent = try await client.submit(page, to: "/matter/correct", [("correction", "东门到钟楼。")])
        #expect(sent.status == 303, "sent twice")

        try await casework.consult(
            matter.id, .thirdParty, text: "秘密：问某公司", version: try await version(), by: handler)
        page = try await client.get("/matter")
        #expect(page.body.contains("东门到钟楼。") && page.body.contains("期限先停着") && !page.body.contains("某公司"))
        county.web.clock.advance(seconds: 5 * 86_400)
        try await casework.answerConsultation(
            matter.id, .thirdParty, answer: .objects, text: "秘密：不同意", version: try await version(), by: handler)
        var draft = ReplyDraft(outcome: .partly, body: "预算随信附上。")
        draft.answer = .disclosed
        draft.withheld = [WithheldDraft(what: "投标人的报价明细", law: "GI-15")]
        draft.law = ["GI-36"]
        try await casework.reply(matter.id, draft, version: try await version(), by: handler)
        // The session of a resident is short; five days later it was opened again.
        let later = try await county.web.site.sessions.openReporterSession(reporter: matter.reporter, case: matter.id)
        client.setCookie(Portal.reporterCookie, later.token)
        page = try await client.get("/matter?lang=en")
        #expect(page.status == 200)
        page = try await client.get("/matter?lang=zh-Hans")
        for told in ["政府信息公开申请答复书", "预算随信附上。", "投标人的报价明细", "政府信息公开条例", "行政复议", "7 月 27 日", "行政诉讼", "11 月 26 日"] {
            #expect(page.body.contains(told), "\(told)")
        }
        #expect(!page.body.contains("秘密") && !page.body.contains("/matter/review"))
    }

    @Test("pressure because of a letter goes past the unit that is named")
    func pressed() async throws {
        try await withPortal { county in
            let earlier = try await county.register()
            try await county.inHand(earlier)
            let client = try await county.reading(earlier)
            var page = try await client.get("/matter")
            #expect(page.body.contains("/pressed?about=\(earlier.number)"))
            page = try await client.get("/pressed?about=\(earlier.number)")
            #expect(page.status == 200 && page.body.contains("value=\"\(earlier.number)\""))
            #expect(page.body.contains("青禾县来信办理中心") && page.body.contains("清源市文明路 1 号"))
            let water = "\(try await county.unit("water"))"
            var answer = try await client.submit(
                page, to: "/pressed", [("body", ""), ("unit", water), ("name", "王女士")])
            #expect(answer.status == 422 && answer.body.contains("value=\"王女士\""))
            answer = try await client.submit(page, to: "/pressed", [("body", "x"), ("number", "2605-0001-1")])
            #expect(answer.status == 422 && answer.body.contains("id=\"number-error\""))
            let fields = [("body", "有人到我家叫我撤信。"), ("unit", water), ("number", earlier.number)]
            answer = try await client.submit(page, to: "/pressed", fields)
            #expect(answer.status == 200)
            let number = try #require(shownNumber(in: answer.body))
            let again = try await client.submit(page, to: "/pressed", fields)
            #expect(shownNumber(in: again.body) == number)

            let file = try await county.casework.file(number: number, for: try await county.viewer("dispatcher"))
            #expect(file.state.receivedBy == (try await county.unit("county")))
            #expect(file.text(file.state.body)?.contains("县水务局") == true)
            #expect(file.state.reporters[0].details.keepSecret)
            await #expect(throws: PlainError.self) {
                try await county.casework.file(number: number, for: try await county.viewer("handler"))
            }
            // Where the county's own office is named, a body above it reads it.
            let office = "\(try await county.unit("county"))"
            page = try await client.get("/pressed")
            answer = try await client.submit(page, to: "/pressed", [("body", "中心的人吓唬我。"), ("unit", office)])
            let second = try #require(shownNumber(in: answer.body))
            await #expect(throws: PlainError.self) {
                try await county.casework.file(number: second, for: try await county.viewer("dispatcher"))
            }
            #expect(
                try await county.casework.file(number: second, for: try await county.viewer("upper")).state.number
                    == second)
        }
    }

    @Test("letters, applications and reports share the limit of an address")
    func limits() async throws {
        try await withPortal(change: { $0.lettersPerHour = 2 }) { county in
            let client = county.web.browser
            for path in ["/information", "/pressed"] {
                let page = try await client.get(path)
                let answer = try await client.submit(
                    page, to: path, [("description", "预算"), ("body", "吓唬我"), ("step", "send")])
                #expect(answer.status == 200, "\(path)")
            }
            let page = try await client.get("/information")
            let answer = try await client.submit(page, to: "/information", [("description", "决算"), ("step", "send")])
            #expect(answer.status == 429 && answer.body.contains("决算"))
        }
    }
}

/// What everybody can read without a letter.
@Suite("Portal: public pages")
struct PortalPublicTests {
    @Test("how it works comes from the packs that hold")
    func how() async throws {
        try await withPortal { county in
            for language in ["zh-Hans", "en"] {
                let page = try await county.web.browser.get("/how?lang=\(language)")
                #expect(page.status == 200)
                let packs = county.casework.deadlines.packs
                for kind in [MatterKind.petition, .information] {
                    let pack = try #require(packs.pack(for: kind, on: county.web.site.today))
                    for rule in pack.rules {
                        #expect(page.body.contains(rule.name.text(isEnglish: language == "en")), "\(rule.id)")
                    }
                    for route in pack.routes {
                        let name = route.name.text(isEnglish: language == "en")
                        #expect(page.body.contains(name), "\(route.id)")
                    }
                }
                #expect(page.body.contains("id=\"deadlines\""))
            }
        }
    }

    @Test("the pages about reports of wrongdoing say too where to call in danger")
    func emergency() async throws {
        try await withPortal { county in
            for path in ["/write", "/information", "/misconduct"] {
                let page = try await county.web.browser.get(path)
                #expect(page.body.contains("href=\"tel:110\""), "\(path)")
            }
        }
    }

    @Test("promises by unit: no words, no names, no small numbers")
    func promises() async throws {
        try await withPortal { county in
            let empty = try await county.web.browser.get("/promises")
            #expect(empty.status == 200 && empty.body.contains("还没有答应过"))
            county.web.clock.advance(seconds: 601)
            let receipt = try await county.register()
            try await county.inHand(receipt)
            let handler = try await county.viewer("handler")
            for day in 0..<4 {
                let due = county.web.site.today.adding(days: day == 0 ? 1 : 40)
                try await county.casework.promise(
                    receipt.caseID, PromiseDraft(kind: .other, text: "秘密承诺", due: due), submission: nil, by: handler)
            }
            county.web.clock.advance(seconds: 3 * 86_400)
            let page = try await county.web.browser.get("/promises?lang=zh-Hans")
            #expect(page.body.contains("县水务局") && !page.body.contains("秘密承诺") && !page.body.contains(receipt.number))
            #expect(page.body.contains("少于 3"), "one broken")
            #expect(page.body.contains("</span> 3</td>"), "three open")
        }
    }
}
