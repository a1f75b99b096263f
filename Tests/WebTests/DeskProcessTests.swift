@testable import Casework
import Kernel
import Organisation
import Testing

@testable import Web

/// More time, hearings, reviews, promises, agreements and notices, by the forms of the matter page.
@Suite("Workbench: time, remedies, promises")
struct DeskProcessTests {
    private func path(_ receipt: CaseReceipt) -> String { "/desk/matter/\(receipt.number)" }

    /// A claim that was answered and read.
    private func answered(_ county: DeskCounty, _ outcome: ReplyOutcome = .solved) async throws -> CaseReceipt {
        let receipt = try await county.accepted()
        try await county.casework.reply(
            receipt.caseID, DeskCounty.answer(outcome), version: try await county.version(receipt),
            by: try await county.viewer("handler"))
        try await county.casework.noteRead(receipt.caseID, by: receipt.reporterID)
        return receipt
    }

    @Test("the handler asks for more time, the head of the unit decides; both days, who and why are shown")
    func moreTime() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            #expect(page.body.contains("最多再延 30 天，《信访工作条例》第 34 条"))
            var answer = try await handler.submit(
                page, to: "\(path(receipt))/ask-extension",
                [("rule", "XF-HANDLE"), ("length", "45"), ("reason", "化验要两周")])
            #expect(answer.status == 422 && answer.body.contains("最多再延 30") && answer.body.contains("化验要两周</textarea>"))
            answer = try await handler.submit(
                page, to: "\(path(receipt))/ask-extension",
                [("rule", "XF-HANDLE"), ("length", "20"), ("reason", "化验要两周")])
            #expect(answer.status == 303)
            let approver = try await county.web.signedIn("approver")
            #expect(try await approver.get("/desk/queue/to-extend").body.contains(receipt.number))
            page = try await approver.get(path(receipt))
            #expect(page.body.contains("href=\"#act-extension\"") && page.body.contains("化验要两周"))
            let empty = try await approver.submit(page, to: "\(path(receipt))/extension", [("reason", "同意")])
            #expect(empty.status == 422)
            let stale = page
            let decision = [("rule", "XF-HANDLE"), ("decision", "extend"), ("length", "20"), ("reason", "化验要送市里")]
            #expect(try await approver.submit(page, to: "\(path(receipt))/extension", decision).status == 303)
            #expect(try await handler.submit(stale, to: "\(path(receipt))/extension", decision).status == 403)
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("延长了 20 天，签发甲批准：化验要送市里"))
            #expect(!page.body.contains("id=\"act-ask-extension\""), "it can be extended once")
            #expect(page.body.contains("extension.\(receipt.reporterID)"), "the notice waits to be delivered")
            #expect(try await handler.get("\(path(receipt))?lang=en").body.contains("Extended by 20 days"))
        }
    }

    @Test("the head of the unit refuses more time")
    func refusal() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            try await county.casework.askExtension(
                receipt.caseID, rule: "XF-HANDLE", length: 10, reason: "忙", version: try await county.version(receipt),
                by: try await county.viewer("handler"))
            let approver = try await county.web.signedIn("approver")
            let page = try await approver.get(path(receipt))
            let answer = try await approver.submit(
                page, to: "\(path(receipt))/extension",
                [("rule", "XF-HANDLE"), ("decision", "refuse"), ("length", ""), ("reason", "来得及")])
            #expect(answer["Location"]?.hasSuffix("done=extension-refused") == true)
            #expect(try await county.state(receipt).extensionWish == nil)
        }
    }

    @Test("a hearing is called with its notice and held with list and minutes")
    func hearing() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let approver = try await county.web.signedIn("approver")
            var page = try await approver.get(path(receipt))
            var answer = try await approver.submit(
                page, to: "\(path(receipt))/call-hearing", [("on", "2020-01-01"), ("notice", "九点"), ("papers", "")])
            #expect(answer.status == 422 && answer.body.contains("九点</textarea>"))
            answer = try await approver.submit(
                page, to: "\(path(receipt))/call-hearing",
                [("on", "2026-05-21"), ("notice", "九点，三楼会议室"), ("papers", "检测报告")])
            #expect(answer.status == 303, "\(answer.body.suffix(300))")
            page = try await approver.get(path(receipt))
            #expect(page.body.contains("href=\"#act-hearing\"") && page.body.contains("检测报告"))
            answer = try await approver.submit(
                page, to: "\(path(receipt))/hearing", [("list", "甲、乙"), ("minutes", "")])
            #expect(answer.status == 422 && answer.body.contains("甲、乙</textarea>"))
            answer = try await approver.submit(
                page, to: "\(path(receipt))/hearing", [("list", "甲、乙"), ("minutes", "核对身份。"), ("result", "重新核查")])
            #expect(answer.status == 303)
            page = try await approver.get(path(receipt))
            #expect(page.body.contains("核对身份。") && page.body.contains("听证开过了"))
            for part in ["?lang=en", "/file"] { #expect(try await approver.get(path(receipt) + part).status == 200) }
        }
    }

    @Test("review at the counter, decided by the body above, delivered; the second one by another body; then final")
    func reviews() async throws {
        try await withDesk { county in
            let receipt = try await answered(county, .notSupported)
            let clerk = try await county.web.signedIn("clerk")
            var page = try await clerk.get(path(receipt))
            #expect(page.body.contains("id=\"act-take-review\"") && page.body.contains("这是复查，由青禾县来信办理中心办"))
            var answer = try await clerk.submit(
                page, to: "\(path(receipt))/take-review",
                [("reporter", "\(receipt.reporterID)"), ("posted", "2027-01-01"), ("reason", "水费没有说")])
            #expect(answer.status == 422 && answer.body.contains("水费没有说</textarea>"))
            answer = try await clerk.submit(
                page, to: "\(path(receipt))/take-review",
                [("reporter", "\(receipt.reporterID)"), ("posted", ""), ("reason", "水费没有说")])
            #expect(answer.status == 303, "\(answer.body.suffix(300))")

            let reviewer = try await county.web.signedIn("reviewer")
            #expect(try await reviewer.get("/desk/queue/to-review").body.contains(receipt.number))
            page = try await reviewer.get(path(receipt))
            #expect(page.body.contains("水费没有说") && page.body.contains("县水务局的答复"))
            #expect(page.body.contains("查清水发黄的原因"), "the blocks of the earlier opinion are shown")
            answer = try await reviewer.submit(
                page, to: "\(path(receipt))/review", [("outcome", "maintain"), ("facts", "查过了")])
            #expect(answer.status == 422 && answer.body.contains("查过了</textarea>"))
            let decision = [
                ("outcome", "maintain"), ("facts", "查过台账。"), ("body", "维持原处理意见。"), ("basis", ""),
                ("law", "《信访工作条例》第 35 条"), ("law", ""),
            ]
            let stale = page
            #expect(try await reviewer.submit(page, to: "\(path(receipt))/review", decision).status == 303)
            #expect(
                try await reviewer.submit(stale, to: "\(path(receipt))/review", decision).status == 303, "sent twice")
            page = try await reviewer.get(path(receipt))
            #expect(page.body.contains("维持原处理意见。") && page.body.contains("《信访工作条例》第 35 条"))
            let delivery = [("reporter", "\(receipt.reporterID)"), ("how", "handed"), ("when", "")]
            #expect(try await reviewer.submit(page, to: "\(path(receipt))/deliver-review", delivery).status == 303)

            page = try await clerk.get(path(receipt))
            #expect(page.body.contains("这是复核，由市信访局办"))
            answer = try await clerk.submit(
                page, to: "\(path(receipt))/take-review",
                [("reporter", "\(receipt.reporterID)"), ("posted", ""), ("reason", "还是没有说水费")])
            #expect(answer.status == 303)
            #expect(
                try await reviewer.submit(
                    try await reviewer.get(path(receipt)), to: "\(path(receipt))/review", decision
                ).status == 403, "whoever decided before does not decide again")
            let second = try await county.web.signedIn("rereviewer")
            page = try await second.get(path(receipt))
            #expect(page.body.contains("青禾县来信办理中心的复查决定"))
            #expect(try await second.submit(page, to: "\(path(receipt))/review", decision).status == 303)
            page = try await second.get(path(receipt))
            #expect(try await second.submit(page, to: "\(path(receipt))/deliver-review", delivery).status == 303)
            let supervisor = try await county.web.signedIn("supervisor")
            page = try await supervisor.get("\(path(receipt))?lang=en")
            #expect(page.body.contains("All remedies are used"))
            #expect(page.body.contains("id=\"act-assist\""), "help in need goes on")
            #expect(try await supervisor.get("\(path(receipt))/file").body.contains("维持原处理意见。"))
        }
    }

    @Test("a decision that is sent back must be made anew, and differently")
    func redo() async throws {
        try await withDesk { county in
            let receipt = try await answered(county, .notSupported)
            try await county.casework.askReview(receipt.caseID, reason: "没有查", submission: nil, by: receipt.reporterID)
            try await county.casework.decideReview(
                receipt.caseID, ReviewDraft(outcome: .redo, facts: "没有查台账。", body: "重新作出。", basis: "事实不清"),
                version: try await county.version(receipt), by: try await county.viewer("reviewer"))
            let handler = try await county.web.signedIn("handler")
            let page = try await handler.get(path(receipt))
            #expect(page.body.contains("原来的答复被退回") && page.body.contains("水箱 6 月 1 日洗好了。"))
            let same = [
                ("outcome", "notSupported"), ("request", "查清原因"), ("facts", "又看了一遍。"), ("basis", "甲规定"),
                ("body", "水箱 6 月 1 日，洗好了！"), ("step", "sign"),
            ]
            let refused = try await handler.submit(page, to: "\(path(receipt))/reply", same)
            #expect(refused.status == 422 && refused.body.contains("href=\"#reply-body\""))
            let other = same.filter { $0.0 != "body" } + [("body", "台账查过，老管要换，六月底前换好。")]
            #expect(try await handler.submit(page, to: "\(path(receipt))/reply", other).status == 303)
        }
    }

    @Test("a promised execution keeps the matter open until there is proof; promises are made, kept, withdrawn")
    func promises() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            let reply = [
                ("outcome", "solved"), ("request", "减免水费"), ("facts", "多收了三个月。"), ("body", "退给您。"),
                ("execution", "promised"), ("executionDue", "2026-05-29"), ("executionText", "退还三个月水费"),
                ("promiseText1", "装一块新表"), ("promiseDue1", "2026-06-30"), ("step", "sign"),
            ]
            #expect(try await handler.submit(page, to: "\(path(receipt))/reply", reply).status == 303)
            try await county.casework.noteRead(receipt.caseID, by: receipt.reporterID)
            try await county.casework.judge(
                receipt.caseID, JudgementDraft(outcome: .solved), by: receipt.reporterID)
            let supervisor = try await county.web.signedIn("supervisor")
            page = try await supervisor.get(path(receipt))
            #expect(page.body.contains("退还三个月水费") && !page.body.contains("id=\"act-close\""))
            page = try await handler.get(path(receipt))
            let promise = try #require(try await county.state(receipt).promises.first { $0.made.kind == .execution })
            var answer = try await handler.submit(
                page, to: "\(path(receipt))/settle-promise",
                [("promise", "\(promise.made.id)"), ("end", "kept"), ("proof", "")])
            #expect(answer.status == 422)
            answer = try await handler.submit(
                page, to: "\(path(receipt))/settle-promise",
                [("promise", "\(promise.made.id)"), ("end", "kept"), ("proof", "回单见附件")])
            #expect(answer.status == 303, "\(answer.body.suffix(300))")
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("按时兑现") && page.body.contains("回单见附件"))
            answer = try await handler.submit(
                page, to: "\(path(receipt))/promise", [("promise", "再来看一次"), ("due", "")])
            #expect(answer.status == 422 && answer.body.contains("value=\"再来看一次\""))
            answer = try await handler.submit(
                page, to: "\(path(receipt))/promise", [("promise", "再来看一次"), ("due", "2026-06-10")])
            #expect(answer.status == 303)
            #expect(try await supervisor.get(path(receipt)).body.contains("id=\"act-close\""))
            county.web.clock.advance(seconds: 30 * 86_400)
            // The old session has ended by then.
            let later = try await county.web.signedIn("handler")
            #expect(try await later.get("/desk/queue/promises").body.contains(receipt.number))
            #expect(try await later.get("\(path(receipt))?lang=en").body.contains("Not kept"))
        }
    }

    @Test("agreement, help in need, and a notice by its channel")
    func keeping() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            let agreement = [("reporter", "\(receipt.reporterID)"), ("kind", "mediation"), ("terms", "减免三个月水费")]
            var answer = try await handler.submit(
                page, to: "\(path(receipt))/settlement", agreement + [("residentOn", "2026-05-20"), ("unitOn", "")])
            #expect(answer.status == 422 && answer.body.contains("减免三个月水费</textarea>"))
            answer = try await handler.submit(
                page, to: "\(path(receipt))/settlement",
                agreement + [("residentOn", "2026-05-20"), ("unitOn", "2026-05-21")])
            #expect(answer.status == 303)
            page = try await handler.get(path(receipt))
            let none = try await handler.submit(page, to: "\(path(receipt))/report-up", [("text", "管道漏气")])
            #expect(none.status == 422 && none.body.contains("href=\"#report-up-to\""))
            answer = try await handler.submit(
                page, to: "\(path(receipt))/report-up", [("to", "own"), ("to", "nextLevel"), ("text", "管道漏气，已经关阀")])
            #expect(answer.status == 303)
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("已报告本级党委和政府") && page.body.contains("管道漏气，已经关阀"))
            answer = try await handler.submit(page, to: "\(path(receipt))/assist", [("text", "告诉他可以申请临时救助")])
            #expect(answer.status == 303)
            let notice = [
                ("notice", "settlement.\(receipt.reporterID)"), ("how", "post"), ("when", "2026-05-21T10:00"),
            ]
            page = try await handler.get(path(receipt))
            #expect(try await handler.submit(page, to: "\(path(receipt))/notice", notice).status == 303)
            answer = try await handler.submit(page, to: "\(path(receipt))/notice", notice)
            #expect(answer.status == 422, "once is enough")
            page = try await handler.get("\(path(receipt))?lang=en")
            #expect(page.body.contains("Help in need") && page.body.contains("agreed by mediation"))
        }
    }

    @Test("an hour clock shows the exact time, a paused one since when and why, a provisional one that it is")
    func clocks() async throws {
        try await withDesk { county in
            let viewer = try await county.viewer("handler")
            let words = MatterWords(
                words: county.web.site.words(.chinese), organisation: viewer.organisation,
                book: county.casework.deadlines, now: county.web.clock.now(), countyName: "青禾县")
            let state = try await county.state(try await county.accepted())
            func text(_ fields: Fields, _ name: String) -> String {
                if case .text(let text)? = fields[name] { text } else { "" }
            }
            let today = words.today
            var clock = try #require(state.nextClock)
            clock.start = ClockStart(
                rule: "HL", from: today, due: today, rolled: nil, provisional: false, calendar: "1", owner: .authority,
                dueAt: words.now.adding(seconds: 90 * 60))
            var fields = words.clock(clock, of: state, withMonth: false)
            #expect(text(fields, "words") == "还有 1 小时" && text(fields, "dateText").contains("12:12"))
            clock.start.dueAt = words.now.adding(seconds: -3 * 3600)
            #expect(text(words.clock(clock, of: state, withMonth: false), "words") == "超 3 小时")
            clock.start.dueAt = nil
            clock.paused = CaseState.Pause(cause: .thirdParty, since: today)
            fields = words.clock(clock, of: state, withMonth: false)
            #expect(text(fields, "state") == "pause" && text(fields, "dateText").contains("征求第三方意见"))
            clock.paused = nil
            clock.start = ClockStart(
                rule: "XF-HANDLE", from: today, due: today.adding(days: 2), rolled: today.adding(days: 4),
                provisional: true, calendar: "1", owner: .authority)
            fields = words.clock(clock, of: state, withMonth: false)
            #expect(text(fields, "dateText").contains("还没公布"))
            guard case .list(let why)? = fields["why"] else {
                Issue.record("no reasons")
                return
            }
            #expect(why.contains { text($0, "text").contains("办理单位的期限不顺延") })
        }
    }
}
