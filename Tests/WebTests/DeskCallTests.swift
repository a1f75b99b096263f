import Casework
import Kernel
import Ledger
import Organisation
import StorageTestKit
import Testing

@testable import Web

/// The call to ask how it went, and the two ratings, by the forms of the matter page.
@Suite("Workbench: asking how it went")
struct DeskCallTests {
    private func path(_ receipt: CaseReceipt) -> String { "/desk/matter/\(receipt.number)" }

    /// A caller of the hotline who was told the answer.
    private func answered(_ county: DeskCounty) async throws -> CaseReceipt {
        var call = Registration(channel: .call, body: "锦绣家园三号楼的水发黄半个月了，请查一查。")
        call.kind = .hotline
        call.category = "01.01"
        call.contact = Contact(name: "王女士", phone: "13800000027")
        let clerk = try await county.viewer("clerk")
        let receipt = try await county.casework.register(
            call, submission: "s-\(UInt64.random(in: 0 ... .max))", by: clerk.actor)
        let handler = try await county.viewer("handler")
        try await county.casework.dispatch(
            receipt.caseID, to: .entry(id: "1", version: 1), version: 1, by: try await county.viewer("dispatcher"))
        try await county.casework.accept(
            receipt.caseID, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "在受理范围内"), version: 2,
            by: handler)
        try await county.casework.reply(
            receipt.caseID, ReplyDraft(outcome: .solved, body: "水箱洗好了。"), version: try await county.version(receipt),
            by: handler)
        try await county.casework.deliver(
            receipt.caseID, to: receipt.reporterID, method: .phone, at: nil, by: clerk)
        return receipt
    }

    @Test("a clerk finds whom to call, records what came of it, and keeps what was typed when it is refused")
    func calls() async throws {
        try await withDesk(packs: TestRules.withCallBack) { county in
            let receipt = try await answered(county)
            var clerk = try await county.web.signedIn("clerk")
            var list = try await clerk.get("/desk/queue/call-back")
            #expect(list.status == 200 && list.body.contains("待回访") && !list.body.contains(receipt.number))
            var page = try await clerk.get(path(receipt))
            #expect(page.body.contains("id=\"act-call-back\"") && page.body.contains("5 月 23 日起"))
            #expect(!page.body.contains("打电话回访，问问办得怎么样"), "not before its day")
            county.web.clock.advance(seconds: 2 * 86_400)
            clerk = try await county.web.signedIn("clerk")
            list = try await clerk.get("/desk/queue/call-back")
            #expect(list.body.contains(receipt.number))
            #expect(try await clerk.get("/desk/queue/call-back?lang=en").body.contains("To call back"))
            page = try await clerk.get("\(path(receipt))?lang=zh-Hans")
            #expect(page.body.contains("打电话回访，问问办得怎么样"))
            #expect(!page.body.contains("name=\"result\" value=\"notReached\" checked"), "nothing is chosen beforehand")
            let form = [("reporter", "\(receipt.reporterID)")]
            let url = "\(path(receipt))/call-back"
            for wrong in [
                [("again", "2026-05-24")], [("result", "notReached"), ("again", "")],
                [("result", "later"), ("again", "2020-01-01"), ("words", "下午再打")],
                [("result", "later"), ("again", "明天")],
            ] {
                page = try await clerk.submit(page, to: url, form + wrong)
                #expect(page.status == 422 && page.body.contains("href=\"#act-call-back\""), "\(wrong)")
                for (_, text) in wrong { #expect(page.body.contains(text.isEmpty ? "act-call-back" : text), "\(text)") }
            }
            page = try await clerk.submit(page, to: url, form + [("result", "notReached"), ("again", "2026-05-24")])
            #expect(page["Location"] == "\(path(receipt))?done=call-back")
            page = try await clerk.get("\(path(receipt))?done=call-back")
            #expect(page.body.contains("打过 1 次") && page.body.contains("没打通"))
            #expect(try await clerk.get("\(path(receipt))?lang=en").body.contains("1 call without a verdict"))
            #expect(!(try await clerk.get("/desk/queue/call-back")).body.contains(receipt.number))
            // Who handled it neither calls nor reads of it.
            let handler = try await county.web.signedIn("handler")
            let theirs = try await handler.get(path(receipt))
            #expect(!theirs.body.contains("act-call-back") && !theirs.body.contains("没打通"))
            #expect(try await handler.get("/desk/queue/call-back").status != 200)
            let refused = try await handler.submit(theirs, to: url, form + [("result", "declined")])
            #expect([403, 404].contains(refused.status))
            // A verdict ends it.
            let judge = form + [("outcome", "solved")]
            #expect(try await clerk.submit(page, to: "\(path(receipt))/judge-on-behalf", judge).status == 303)
            #expect(!(try await clerk.get(path(receipt))).body.contains("id=\"act-call-back\""))
        }
    }

    @Test("where no rule asks for calls, none are offered")
    func none() async throws {
        try await withDesk { county in
            let clerk = try await county.web.signedIn("clerk")
            #expect(!(try await clerk.get("/desk/queue/awaiting")).body.contains("/desk/queue/call-back"))
        }
    }

    @Test("the office that took it in is asked about by people of other units only")
    func intake() async throws {
        try await withDesk { county in
            let receipt = try await county.judged()
            try await county.casework.judge(
                receipt.caseID, JudgementDraft(outcome: .partly, attitude: .good, intake: .poor),
                by: receipt.reporterID)
            let said = "收件转办的青禾县来信办理中心：不好"
            for name in ["clerk", "supervisor"] {
                let page = try await county.web.signedIn(name).get(path(receipt))
                #expect(page.body.contains("态度：好") == (name == "supervisor"), "\(name)")
                #expect(!page.body.contains(said) && !page.body.contains("name=\"intake\""), "\(name)")
            }
            let file = try await county.casework.file(receipt.caseID, for: receipt.reporterID)
            let words = MatterWords(
                words: county.web.site.words(.chinese),
                organisation: try await county.organisation.current(), book: county.casework.deadlines,
                now: county.web.clock.now(), countyName: "青禾县", law: TestRules.law)
            let roads = try await county.viewer("stranger"), clerk = try await county.viewer("clerk")
            #expect(words.asksOfIntake(file.state, roads) && !words.asksOfIntake(file.state, clerk))
            let story = StaffTimeline(words: words, file: file, seesJudgement: true, seesIntake: true, letterURL: "")
            #expect("\(story.entries())".contains(said))
        }
    }
}
