import Casework
import Kernel
import Ledger
import Organisation
import StorageTestKit
import Testing

@testable import Web

/// What a resident reads of the lawful process, and what nobody outside reads.
@Suite("Portal: the matter's page")
struct PortalMatterTests {
    private func both(_ client: TestClient) async throws -> String {
        let zh = try await client.get("/matter?lang=zh-Hans")
        let en = try await client.get("/matter?lang=en")
        #expect(zh.status == 200 && en.status == 200)
        return zh.body
    }

    @Test("a page gives exactly the names of its sample")
    func names() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            let client = try await county.reading(receipt)
            #expect(try await client.get("/matter").status == 200)
            let file = try await county.casework.file(receipt.caseID, for: receipt.reporterID)
            #expect(file.state.phase == .registered)
        }
    }

    @Test("routes, time and helpers are told; reasons, notes and accused people are not")
    func told() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            try await county.inHand(receipt)
            let handler = try await county.viewer("handler")
            let casework = county.casework
            try await casework.note(receipt.caseID, text: "秘密备注", submission: nil, by: handler)
            try await casework.nameAccused(
                receipt.caseID, staff: [try await county.viewer("clerk").staff.id], units: [], reason: "秘密指控",
                by: try await county.viewer("dispatcher"))
            try await casework.extend(
                receipt.caseID, rule: "XF-HANDLE", length: 30, reason: "水样要送市里化验。",
                version: try await county.version(receipt), by: try await county.viewer("approver"))
            try await casework.promise(
                receipt.caseID, PromiseDraft(kind: .other, text: "六月先换滤芯。", due: try #require(LocalDate("2026-06-10"))),
                submission: nil, by: handler)
            try await casework.callHearing(
                receipt.caseID, on: try #require(LocalDate("2026-06-02")), notice: "县会议室，上午九点。", papers: nil,
                version: try await county.version(receipt), by: try await county.viewer("approver"))

            let client = try await county.reading(receipt)
            let page = try await both(client)
            for told in ["申诉求决", "听您把话说完", "第 29、31(6) 条", "水样要送市里化验。", "签发甲", "六月先换滤芯。", "县会议室，上午九点。"] {
                #expect(page.contains(told), "\(told)")
            }
            for secret in ["秘密", "窗口甲"] { #expect(!page.contains(secret), "\(secret)") }
            #expect(page.contains("8 月 19 日"), "sixty days and thirty more")
            // Opening the page is the delivery of the notices.
            let notices = try await county.state(receipt).reporters[0].notices
            #expect(notices == [.acceptance, .extension, .hearing])
        }
    }

    @Test("another lawful route says where to go and why; the matter stays registered")
    func routed() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            let draft = TriageDraft(
                sort: .claim, route: .arbitration, reason: "秘密理由", organ: "县劳动人事争议仲裁院", words: "带上合同。")
            try await county.casework.triage(
                receipt.caseID, draft, version: 1, by: try await county.viewer("dispatcher"))
            let page = try await both(try await county.reading(receipt))
            for told in ["县劳动人事争议仲裁院", "带上合同。", "仲裁委员会", "第 31(2) 条", "要求重新办"] {
                #expect(page.contains(told), "\(told)")
            }
            #expect(!page.contains("秘密理由"))
            #expect(try await county.state(receipt).reporters[0].notices.contains(.route))
        }
    }

    @Test("what is late is said, with whoever was told of it")
    func late() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            try await county.inHand(receipt)
            county.web.clock.advance(seconds: 62 * 86_400)
            var page = try await both(try await county.reading(receipt))
            #expect(page.contains("我们没做到") && page.contains("会报告上面的人"))
            _ = try await county.casework.escalateOverdue()
            page = try await both(try await county.reading(receipt))
            #expect(page.contains("已经报告签发人"))
        }
    }

    @Test("an opinion letter shows its blocks, the law and both last days")
    func opinion() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            try await county.refused(receipt)
            let client = try await county.reading(receipt)
            // 30 days from 2026-05-21 is Saturday 20 June, between days off: the right rolls.
            let page = try await both(client)
            for told in [
                "信访事项处理意见书", "更换小区水箱。", "水箱 2021 年更换，检测合格。", "按规定不能更换水箱。", "《信访工作条例》第 32 条", "不予支持",
                "6 月 22 日", "6 月 20 日", "青禾县来信办理中心复查",
            ] {
                #expect(page.contains(told), "\(told)")
            }
            #expect(try await county.state(receipt).reporters[0].deliveredAt != nil, "reading is the delivery")
            // The higher office first; the same office again only beside it.
            let review = try #require(page.firstRange(of: "href=\"/matter/review\""))
            let again = try #require(page.firstRange(of: "action=\"/matter/reopen\""))
            #expect(review.lowerBound < again.lowerBound)
            #expect(page.contains("复查的日子从新答复算起"))
        }
    }

    @Test("the office that took it in is judged by itself, and a call is announced where a rule asks for it")
    func twoRatings() async throws {
        try await withPortal(packs: TestRules.withCallBack) { county in
            for (kind, isCalled) in [(MatterKind.hotline, true), (.petition, false)] {
                let receipt = try await county.register { $0.kind = kind }
                try await county.inHand(receipt)
                var draft = ReplyDraft(outcome: .explained, body: "按规定不能更换水箱。", basis: "甲规定")
                (draft.request, draft.facts) = ("更换水箱。", "水箱 2021 年更换。")
                try await county.casework.reply(
                    receipt.caseID, draft, version: try await county.version(receipt),
                    by: try await county.viewer("handler"))
                let client = try await county.reading(receipt)
                var page = try await client.get("/matter")
                #expect(page.body.contains("收下并转办这件事的青禾县来信办理中心，做得怎么样？"))
                #expect(!page.body.contains("name=\"intake\" value=\"good\" checked"), "nothing is chosen beforehand")
                #expect(page.body.contains("我们会打电话问您办得怎么样") == isCalled)
                // What was chosen stays when the verdict itself is missing.
                let chosen = [("intake", "poor"), ("attitude", "good")]
                page = try await client.submit(page, to: "/matter/judge", chosen)
                #expect(page.status == 422 && page.body.contains("name=\"intake\" value=\"poor\" checked"))
                #expect(
                    try await client.submit(page, to: "/matter/judge", chosen + [("outcome", "partly")]).status == 303)
                let judged = try await county.state(receipt).reporters[0].judgement
                #expect(judged?.intake == .poor && judged?.attitude == .good)
                page = try await client.get("/matter")
                #expect(page.body.contains("name=\"intake\" value=\"poor\" checked"), "it can be changed")
                #expect(!page.body.contains("我们会打电话问您办得怎么样"))
                #expect(try await client.get("/matter?lang=en").body.contains("which took it in and passed it on"))
            }
        }
    }

    @Test("of several writers each reads their own part only")
    func several() async throws {
        try await withPortal { county in
            let receipt = try await county.register { registration in
                registration.groupSize = 3
                registration.others = [GroupMember(Contact(name: "李大爷", phone: "0990-0000033"), as: .member)]
            }
            try await county.inHand(receipt)
            try await county.casework.assist(
                receipt.caseID, text: "帮王女士申请临时救助。", submission: nil, by: try await county.viewer("handler"))
            let first = try await both(try await county.reading(receipt))
            let other = try await both(try await county.reading(receipt, code: receipt.members[0].code))
            #expect(first.contains("你们一共 3 位，您是代表之一") && other.contains("结果每一位都告诉"))
            #expect(!other.contains("王女士") && !first.contains("李大爷"))
            #expect(other.contains("给您说了能帮上忙的办法") && !other.contains("临时救助"))
        }
    }

    @Test("promises stand with their day and how they ended")
    func promises() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            try await county.inHand(receipt)
            let handler = try await county.viewer("handler")
            for (text, due) in [("先换滤芯。", "2026-05-25"), ("再洗水箱。", "2026-05-30"), ("装两盏灯。", "2026-06-30")] {
                try await county.casework.promise(
                    receipt.caseID, PromiseDraft(kind: .other, text: text, due: try #require(LocalDate(due))),
                    submission: nil, by: handler)
            }
            county.web.clock.advance(seconds: 6 * 86_400)
            let made = try await county.state(receipt).promises
            try await county.casework.settlePromise(
                receipt.caseID, promise: made[0].made.id, end: .kept, text: "换好了，有照片。", by: handler)
            try await county.casework.settlePromise(
                receipt.caseID, promise: made[2].made.id, end: .withdrawn, text: "电不够，装不了。", by: handler)
            county.web.clock.advance(seconds: 6 * 86_400)
            let page = try await both(try await county.reading(receipt))
            for told in ["晚了，5 月 27 日做到", "换好了，有照片。", "过了日子，还没做到", "收回了", "电不够，装不了。"] {
                #expect(page.contains(told), "\(told)")
            }
        }
    }
}
