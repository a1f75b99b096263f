import Casework
import Kernel
import Ledger
import Organisation
import Supervision
import Testing

@testable import Web

/// Category and route, responsibility, helpers, by the forms of the matter page.
@Suite("Workbench: where a matter leads")
struct DeskRouteTests {
    private func path(_ receipt: CaseReceipt) -> String { "/desk/matter/\(receipt.number)" }

    private func dispatched(_ county: DeskCounty) async throws -> CaseReceipt {
        let receipt = try await county.letter()
        try await county.casework.dispatch(
            receipt.caseID, to: .entry(id: "1", version: 1), version: 1, by: try await county.viewer("dispatcher"))
        return receipt
    }

    @Test("taking a matter up asks for category and route, preselects nothing, and says everything that is missing")
    func acceptance() async throws {
        try await withDesk { county in
            let receipt = try await dispatched(county)
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            #expect(page.body.contains("name=\"sort\" value=\"claim\"") && page.body.contains("31(1)"))
            #expect(!page.body.contains("name=\"route\" value=\"ordinary\" checked"))
            #expect(page.body.contains("来信人会看到"))
            page = try await handler.submit(page, to: "\(path(receipt))/accept", [("reason", "")])
            #expect(page.status == 422)
            for anchor in ["#accept-sort", "#accept-route", "#accept-reason"] {
                #expect(page.body.contains("href=\"\(anchor)\""), "\(anchor)")
            }
            page = try await handler.submit(
                page, to: "\(path(receipt))/accept",
                [("sort", "claim"), ("route", "litigation"), ("reason", "法院已经立案"), ("organ", " ")])
            #expect(page.status == 422 && page.body.contains("href=\"#accept-organ\""))
            #expect(page.body.contains("value=\"litigation\" checked") && page.body.contains("法院已经立案</textarea>"))
            let stale = page
            let done = try await handler.submit(
                page, to: "\(path(receipt))/accept", [("sort", "claim"), ("route", "ordinary"), ("reason", "归本单位管")])
            #expect(done["Location"] == "\(path(receipt))?done=accept")
            let state = try await county.state(receipt)
            #expect(state.phase == .inHand && state.triage?.sort == .claim)
            // The same form again by the same person is no conflict; by another one it is.
            let again = try await handler.submit(
                stale, to: "\(path(receipt))/accept", [("sort", "claim"), ("route", "ordinary"), ("reason", "归本单位管")])
            #expect(again.status == 303)
            for language in ["zh-Hans", "en"] {
                #expect(try await handler.get("\(path(receipt))?lang=\(language)").status == 200)
            }
        }
    }

    @Test("a procedure of another law is told with its limit, and until when where its first day is known")
    func procedure() async throws {
        try await withDesk { county in
            let receipt = try await dispatched(county)
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            #expect(page.body.contains("行政复议（普通程序）：60 天（《行政复议法》第 62 条）"))
            #expect(!page.body.contains("value=\"FY-DECIDE\" data-routes=\"administrative\" selected"))
            let decision = [
                ("sort", "claim"), ("route", "administrative"), ("reason", "对处罚决定不服"), ("organ", "青禾县人民政府"),
            ]
            for (field, wrong) in [
                ("procedure", [("procedure", "SJ-LEAD")]), ("procedure", [("procedure", "FY-99")]),
                ("procedureFrom", [("procedure", "FY-DECIDE"), ("procedureFrom", "2026-06-30")]),
                ("procedureFrom", [("procedure", "FY-DECIDE"), ("procedureFrom", "昨天")]),
                ("procedure", [("procedure", ""), ("procedureFrom", "2026-05-01")]),
            ] {
                page = try await handler.submit(page, to: "\(path(receipt))/accept", decision + wrong)
                #expect(page.status == 422 && page.body.contains("href=\"#accept-\(field)\""), "\(wrong)")
                #expect(page.body.contains("id=\"accept-\(field)\"") && page.body.contains("对处罚决定不服</textarea>"))
            }
            let done = try await handler.submit(
                page, to: "\(path(receipt))/accept",
                decision + [("procedure", "FY-DECIDE"), ("procedureFrom", "2026-03-02")])
            #expect(done.status == 303)
            let told = try await county.state(receipt).route?.procedure
            #expect(told?.length == 60 && told?.due.map { "\($0)" } == "2026-05-01" && told?.provisional == false)
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("从复议机关受理那天起 60 天内办") && page.body.contains("最迟到 5 月 1 日"))
            let english = try await handler.get("\(path(receipt))?lang=en").body
            #expect(english.contains("The limit is 60 days from acceptance by the reconsideration body"))
        }
    }

    @Test("an account is asked for by a day, by the catalogue and by hand; what is refused stands in its own form")
    func account() async throws {
        try await withDesk { county in
            let dispatcher = try await county.web.signedIn("dispatcher")
            let receipt = try await county.letter()
            var page = try await dispatcher.get(path(receipt))
            #expect(page.body.contains("交办，定反馈日子") && page.body.contains("id=\"dispatch-feedback-0\""))
            let unit = "\(try await county.unit("water"))"
            let byEntry = [("entry", "1/1"), ("unit", unit)]
            for day in ["2020-01-01", "明天"] {
                page = try await dispatcher.submit(
                    page, to: "\(path(receipt))/dispatch", byEntry + [("feedback", day)])
                #expect(page.status == 422 && page.body.contains("href=\"#dispatch-feedback\""), "\(day)")
                #expect(page.body.contains("id=\"dispatch-feedback\" name=\"feedback\" value=\"\(day)\""))
                #expect(page.body.contains("id=\"dispatch-feedback-hand\" name=\"feedback\" value=\"\""))
            }
            let done = try await dispatcher.submit(
                page, to: "\(path(receipt))/dispatch", byEntry + [("feedback", "2026-05-29")])
            #expect(done.status == 303)
            let handler = try await county.web.signedIn("handler")
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("以前反馈办理情况。") && page.body.contains("要求反馈"))
            #expect(try await handler.get("\(path(receipt))?lang=en").body.contains("account asked for"))
            let other = try await county.letter()
            page = try await dispatcher.get(path(other))
            page = try await dispatcher.submit(
                page, to: "\(path(other))/dispatch",
                [("unit", unit), ("reason", "交办"), ("feedback", "2020-01-01")])
            #expect(page.status == 422)
            #expect(page.body.contains("id=\"dispatch-feedback\" name=\"feedback\" value=\"2020-01-01\""))
            #expect(try await county.state(other).phase == .registered)
        }
    }

    @Test("once it is decided, taking it up is one press")
    func onePress() async throws {
        try await withDesk { county in
            let receipt = try await dispatched(county)
            let dispatcher = try await county.web.signedIn("dispatcher")
            var page = try await dispatcher.get(path(receipt))
            let decision = [("sort", "claim"), ("route", "ordinary"), ("reason", "一般事项")]
            #expect(try await dispatcher.submit(page, to: "\(path(receipt))/triage", decision).status == 303)
            let handler = try await county.web.signedIn("handler")
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("我们办</button>"))
            #expect(try await handler.submit(page, to: "\(path(receipt))/accept", []).status == 303)
            // Both decide again with an old page.
            let late = try await dispatcher.submit(
                try await dispatcher.get(path(receipt)), to: "\(path(receipt))/triage",
                [("sort", "suggestion"), ("route", "litigation"), ("reason", "x"), ("organ", "法院")])
            #expect(late.status == 422, "a suggestion does not go to court")
        }
    }

    @Test("another route tells where to go, is delivered, and can then be closed")
    func routed() async throws {
        try await withDesk { county in
            let receipt = try await dispatched(county)
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            let done = try await handler.submit(
                page, to: "\(path(receipt))/accept",
                [
                    ("sort", "claim"), ("route", "litigation"), ("reason", "法院已经立案"), ("organ", "青禾县人民法院"),
                    ("words", "请带上裁定书。"),
                ])
            #expect(done["Location"]?.hasSuffix("done=triage-routed") == true)
            let supervisor = try await county.web.signedIn("supervisor")
            page = try await supervisor.get(path(receipt))
            #expect(page.body.contains("青禾县人民法院") && page.body.contains("请带上裁定书。"))
            let early = try await supervisor.submit(page, to: "\(path(receipt))/close", [("reason", "告知了")])
            #expect(early.status == 422 && early.body.contains("还没有告诉到来信人"))
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("id=\"act-notice\""))
            let told = [("notice", "route.\(receipt.reporterID)"), ("how", "handed"), ("when", "")]
            #expect(try await handler.submit(page, to: "\(path(receipt))/notice", told).status == 303)
            page = try await supervisor.get(path(receipt))
            let closed = try await supervisor.submit(page, to: "\(path(receipt))/close", [("reason", "告知了")])
            #expect(closed.status == 303)
            #expect(try await supervisor.get("\(path(receipt))?lang=en").status == 200)
            #expect(try await supervisor.get("\(path(receipt))/file").status == 200)
        }
    }

    @Test("a report of wrongdoing is restricted at once, and the page says so")
    func accusation() async throws {
        try await withDesk { county in
            let receipt = try await county.letter()
            let dispatcher = try await county.web.signedIn("dispatcher")
            let page = try await dispatcher.get(path(receipt))
            let done = try await dispatcher.submit(
                page, to: "\(path(receipt))/triage",
                [("sort", "accusation"), ("route", "discipline"), ("reason", "反映作风"), ("organ", "县纪委监委")])
            let shown = try await dispatcher.get(try #require(done["Location"]))
            #expect(shown.body.contains("已经设为限看"))
            #expect(try await county.web.signedIn("supervisor").get(path(receipt)).status == 404)
        }
    }

    @Test("whom it complains of sees nothing of it, and it goes back")
    func accused() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let dispatcher = try await county.web.signedIn("dispatcher")
            var page = try await dispatcher.get(path(receipt))
            var answer = try await dispatcher.submit(
                page, to: "\(path(receipt))/accused", [("unit", ""), ("reason", "推诿")])
            #expect(answer.status == 422)
            page = try await dispatcher.get(path(receipt))
            answer = try await dispatcher.submit(
                page, to: "\(path(receipt))/accused", [("unit", "\(try await county.unit("water"))"), ("reason", "推诿")])
            #expect(answer.status == 303, "\(answer.body.suffix(300))")
            #expect(try await county.web.signedIn("handler").get(path(receipt)).status == 404)
            page = try await dispatcher.get(path(receipt))
            #expect(page.body.contains("退回青禾县来信办理中心"))
            #expect(try await county.state(receipt).phase == .registered)
            // The unit is not offered again, and is refused when somebody asks for it all the same.
            let water = "\(try await county.unit("water"))"
            let select = page.body.split(separator: "id=\"dispatch-unit\"").last?.prefix(2_000) ?? ""
            #expect(!select.contains("value=\"\(water)\""))
            answer = try await dispatcher.submit(
                page, to: "\(path(receipt))/dispatch", [("unit", water), ("reason", "x")])
            #expect(answer.status == 422)
        }
    }

    @Test("department work goes to a township only by an exception that is ticked after the refusal")
    func grassroots() async throws {
        try await withDesk { county in
            let receipt = try await county.letter()
            let dispatcher = try await county.web.signedIn("dispatcher")
            var page = try await dispatcher.get(path(receipt))
            #expect(!page.body.contains("name=\"grassroots\""))
            let offered = page.body.split(separator: "id=\"dispatch-unit\"").last?.prefix(1_200) ?? ""
            #expect(offered.contains("柳溪镇") && !offered.contains("柳溪村"), "villages are not offered")
            let town = [("unit", "\(try await county.unit("town"))"), ("reason", "镇上的井")]
            page = try await dispatcher.submit(page, to: "\(path(receipt))/dispatch", town)
            #expect(page.status == 422 && page.body.contains("name=\"grassroots\""))
            #expect(page.body.contains("value=\"镇上的井\""))
            let done = try await dispatcher.submit(
                page, to: "\(path(receipt))/dispatch", town + [("grassroots", "yes")])
            #expect(done.status == 303, "\(done.body.suffix(300))")
        }
    }

    @Test("a ruling that pushes department work down meets the same refusal and the same exception")
    func rulingDown() async throws {
        try await withDesk { county in
            let receipt = try await dispatched(county)
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            _ = try await handler.submit(page, to: "\(path(receipt))/object", [("reason", "镇上的井")])
            let dispatcher = try await county.web.signedIn("dispatcher")
            page = try await dispatcher.get(path(receipt))
            #expect(page.body.contains("id=\"rule-unit\"") && !page.body.contains("name=\"grassroots\""))
            let town = try await county.unit("town")
            let ruling = [("ruling", "uphold"), ("unit", "\(town)"), ("reason", "镇上自己打的井")]
            page = try await dispatcher.submit(page, to: "\(path(receipt))/rule-objection", ruling)
            #expect(page.status == 422 && page.body.contains("name=\"grassroots\""))
            #expect(page.body.contains("镇上自己打的井") && page.body.contains("value=\"\(town)\" selected"))
            let done = try await dispatcher.submit(
                page, to: "\(path(receipt))/rule-objection", ruling + [("grassroots", "yes")])
            #expect(done.status == 303, "\(done.body.suffix(300))")
        }
    }

    @Test("objection with evidence, the ladder of a dispute, the ruling, and the precedent next time")
    func dispute() async throws {
        try await withDesk { county in
            let receipt = try await dispatched(county)
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            let objection = [("reason", "水箱归住建管"), ("evidence", "三定方案第四条")]
            #expect(try await handler.submit(page, to: "\(path(receipt))/object", objection).status == 303)
            let dispatcher = try await county.web.signedIn("dispatcher")
            page = try await dispatcher.get(path(receipt))
            #expect(page.body.contains("三定方案第四条") && page.body.contains("两边商量"))
            let stale = page
            #expect(
                try await dispatcher.submit(page, to: "\(path(receipt))/raise-dispute", [("reason", "谈不拢")]).status
                    == 303)
            let conflict = try await dispatcher.submit(
                stale, to: "\(path(receipt))/raise-dispute", [("reason", "另一个理由")])
            #expect(conflict.status == 409)
            page = try await dispatcher.get(path(receipt))
            #expect(page.body.contains("<li aria-current=\"step\"><b>共同上级定</b>"))
            let ruling = [("ruling", "uphold"), ("unit", "\(try await county.unit("roads"))"), ("reason", "说得对")]
            // Whoever asked the superior does not answer in its place: no form, and none that is made up.
            #expect(page.body.contains("由那里没有上报这件事的人裁定") && !page.body.contains("id=\"rule-reason\""))
            #expect(try await dispatcher.submit(page, to: "\(path(receipt))/rule-objection", ruling).status == 403)
            let other = try await county.web.signedIn("dispatcher2")
            page = try await other.get(path(receipt))
            #expect(try await other.submit(page, to: "\(path(receipt))/rule-objection", ruling).status == 303)

            let next = try await dispatched(county)
            page = try await handler.get(path(next))
            _ = try await handler.submit(page, to: "\(path(next))/object", [("reason", "还是不归我们")])
            page = try await dispatcher.get(path(next))
            #expect(page.body.contains("这类异议以前怎么定的") && page.body.contains("改由县交通局办"))
            #expect(try await dispatcher.get("\(path(next))?lang=en").body.contains("decided before"))
        }
    }

    @Test("a ruling rests on a decision of the joint conference and cannot say otherwise")
    func conference() async throws {
        try await withDesk { county in
            let receipt = try await dispatched(county)
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            _ = try await handler.submit(page, to: "\(path(receipt))/object", [("reason", "水箱归住建管")])
            var dispatcher = try await county.web.signedIn("dispatcher")
            page = try await dispatcher.get(path(receipt))
            #expect(!page.body.contains("id=\"rule-conference\""), "nothing to choose from")
            for reason in ["谈不拢", "上级也没定"] {
                _ = try await dispatcher.submit(page, to: "\(path(receipt))/raise-dispute", [("reason", reason)])
                page = try await dispatcher.get(path(receipt))
            }
            #expect(page.body.contains("联席会议还没有定由谁负责") && !page.body.contains("id=\"rule-reason\""))
            let early = try await dispatcher.submit(
                page, to: "\(path(receipt))/rule-objection", [("ruling", "reject"), ("reason", "还是你们")])
            #expect(early.status == 422 && early.body.contains("要选会议的哪一项决定"))

            let supervisor = try await county.viewer("supervisor")
            let (water, roads) = (try await county.unit("water"), try await county.unit("roads"))
            let meeting = try await county.supervision.convene(
                ConferenceDraft(on: county.web.site.today, place: "三楼", units: [water, roads]), submission: nil,
                by: supervisor)
            try await county.supervision.addItem(
                to: meeting, title: "水箱归谁", matterNumber: receipt.number, by: supervisor)
            try await county.supervision.hold(meeting, units: [water, roads], by: supervisor)
            try await county.supervision.decide(
                1, of: meeting,
                DecisionDraft(
                    text: "由交通局负责到底", owner: roads, due: county.web.site.today.adding(days: 9), responsible: roads),
                by: supervisor)
            dispatcher = try await county.web.signedIn("dispatcher")
            page = try await dispatcher.get(path(receipt))
            #expect(page.body.contains("联席会议〔2026〕第 1 次第 1 项") && page.body.contains("）：由县交通局负责"))
            #expect(try await dispatcher.get("\(path(receipt))?lang=en").body.contains("Rests on a decision"))
            page = try await dispatcher.get("\(path(receipt))?lang=zh-Hans")
            let choice = ("conference", "\(meeting).1")
            let other = try await dispatcher.submit(
                page, to: "\(path(receipt))/rule-objection", [("ruling", "reject"), ("reason", "还是你们"), choice])
            #expect(other.status == 422 && other.body.contains("联席会议定的是由县交通局负责"))
            #expect(other.body.contains("value=\"\(meeting).1\" selected") && other.body.contains("还是你们</textarea>"))
            let unknown = try await dispatcher.submit(
                page, to: "\(path(receipt))/rule-objection",
                [("ruling", "uphold"), ("unit", "\(roads)"), ("reason", "按会议"), ("conference", "\(meeting).7")])
            #expect(unknown.status == 422)
            let done = try await dispatcher.submit(
                page, to: "\(path(receipt))/rule-objection",
                [("ruling", "uphold"), ("unit", "\(roads)"), ("reason", "按会议"), choice])
            #expect(done.status == 303, "\(done.body.suffix(300))")
            page = try await dispatcher.get(path(receipt))
            #expect(page.body.contains("依据联席会议的决定。"))
            let file = try await county.casework.file(number: receipt.number, for: supervisor)
            let rulings = file.entries.compactMap { entry -> ConferenceID? in
                if case .objectionRuled(let p) = entry.event { p.conference } else { nil }
            }
            #expect(rulings == [meeting])
        }
    }

    @Test("a township calls a department; afterwards both sides rate, and both read it")
    func callOut() async throws {
        try await withDesk { county in
            var registration = Registration(channel: .visit, body: "村口的路灯坏了，晚上看不见路。")
            registration.contact = Contact(name: "李某")
            registration.receivedBy = try await county.unit("town")
            let receipt = try await county.casework.register(
                registration, submission: "s-call", by: .newReporter)
            let town = try await county.viewer("town")
            try await county.casework.accept(receipt.caseID, deciding: DeskCounty.claim, version: 1, by: town)
            let caller = try await county.web.signedIn("town")
            var page = try await caller.get(path(receipt))
            let roads = "\(try await county.unit("roads"))"
            var answer = try await caller.submit(
                page, to: "\(path(receipt))/helper", [("unit", roads), ("ask", "换灯"), ("due", "2020-01-01")])
            #expect(answer.status == 422 && answer.body.contains("value=\"2020-01-01\""))
            answer = try await caller.submit(
                page, to: "\(path(receipt))/helper", [("unit", roads), ("ask", "换灯"), ("due", "2026-05-28")])
            #expect(answer.status == 303)
            page = try await caller.get(path(receipt))
            #expect(page.body.contains("吹哨") && page.body.contains("5 月 28 日"))
            let called = try await county.web.signedIn("stranger")
            page = try await called.get(path(receipt))
            #expect(
                try await called.submit(page, to: "\(path(receipt))/help-answer", [("text", "换好了")]).status == 303)
            for (client, rating) in [(caller, "good"), (called, "poor")] {
                page = try await client.get(path(receipt))
                #expect(page.body.contains("id=\"act-rate-helper\""))
                let wrong = try await client.submit(page, to: "\(path(receipt))/rate-helper", [("unit", roads)])
                #expect(wrong.status == 422)
                answer = try await client.submit(
                    page, to: "\(path(receipt))/rate-helper", [("unit", roads), ("rating", rating), ("text", "当天就来了")])
                #expect(answer.status == 303, "\(answer.body.suffix(300))")
            }
            page = try await caller.get(path(receipt))
            #expect(page.body.contains("柳溪镇说：好；县交通局说：不好"))
            #expect(!page.body.contains("id=\"act-rate-helper\""))
        }
    }
}
