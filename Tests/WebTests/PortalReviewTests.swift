import Casework
import Kernel
import Ledger
import Organisation
import Testing

@testable import Web

/// Review, second review, and what stays open after the end.
@Suite("Portal: remedies")
struct PortalReviewTests {
    @Test("from the refusal to the end of the three steps, by forms alone")
    func wholeWay() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            try await county.refused(receipt)
            let client = try await county.reading(receipt)
            #expect(try await client.get("/matter/review").status == 303, "what is unread is read first")
            _ = try await client.get("/matter")

            var page = try await client.get("/matter/review")
            #expect(page.status == 200)
            for filled in ["县水务局", "签发", "青禾县来信办理中心", "2026 年 6 月 22 日", "6 月 20 日", "王女士"] {
                #expect(page.body.contains(filled), "\(filled)")
            }
            let empty = try await client.submit(page, to: "/matter/review", [("reason", " "), ("step", "send")])
            #expect(empty.status == 422 && empty.body.contains("请写明原因"))
            let fields = [("reason", "检测的不是我们楼的水。"), ("step", "send")]
            var answer = try await client.submit(page, to: "/matter/review", fields)
            #expect(answer["Location"] == "/matter?done=review")
            // The same form once more: a double tap makes no second request.
            answer = try await client.submit(page, to: "/matter/review", fields)
            #expect(answer.status == 303)
            #expect(try await county.state(receipt).reviews.count == 1)
            page = try await client.get("/matter?done=review")
            #expect(page.body.contains("申请寄出了") && page.body.contains("检测的不是我们楼的水。"))
            #expect(page.body.contains("上一级最晚"))
            #expect(try await client.get("/matter/review").status == 303, "one at a time")

            try await county.decide(receipt, .maintain, by: "reviewer")
            page = try await client.get("/matter")
            for told in ["复查意见书", "查阅了检测记录。", "原处理意见事实清楚。", "维持", "请再上一级复核"] {
                #expect(page.body.contains(told), "\(told)")
            }
            #expect(try await county.state(receipt).reviews[0].deliveredAt != nil)

            page = try await client.get("/matter/review")
            #expect(page.body.contains("清源市复查复核委员会") && page.body.contains("清源市文明路 1 号"))
            answer = try await client.submit(page, to: "/matter/review", [("reason", "还是不服。"), ("step", "send")])
            #expect(answer.status == 303)
            try await county.decide(receipt, .maintain, by: "upper")
            page = try await client.get("/matter")
            #expect(try await county.state(receipt).phase == .concluded)
            page = try await client.get("/matter")
            for told in ["三级办理到这里结束", "/write?about=\(receipt.number)", "调解", "法律援助", "救助"] {
                #expect(page.body.contains(told), "\(told)")
            }
            #expect(!page.body.contains("action=\"/matter/reopen\"") && !page.body.contains("href=\"/matter/review\""))

            page = try await client.get("/write?about=\(receipt.number)&lang=en")
            #expect(page.body.contains("name=\"repeatOf\" value=\"\(receipt.number)\""))
        }
    }

    @Test("late is said honestly and registered all the same")
    func late() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            try await county.refused(receipt)
            var client = try await county.reading(receipt)
            _ = try await client.get("/matter")
            county.web.clock.advance(seconds: 40 * 86_400)
            client = try await county.reading(receipt)
            let page = try await client.get("/matter/review")
            #expect(page.body.contains("已经过了") && page.body.contains("照样登记"))
            let answer = try await client.submit(
                page, to: "/matter/review", [("reason", "住院了，才回来。"), ("step", "send")])
            #expect(answer.status == 303)
            #expect(try await county.state(receipt).reviews.first?.asked.late == true)
            #expect(try await client.get("/matter").body.contains("提出时日子已过"))
        }
    }

    @Test("the form on paper: filled in, with what was typed, and without telephone and address")
    func paper() async throws {
        try await withPortal { county in
            let receipt = try await county.register()
            try await county.refused(receipt)
            let client = try await county.reading(receipt)
            _ = try await client.get("/matter")
            let blank = try await client.get("/matter/review/paper")
            #expect(blank.status == 200 && blank.body.contains("信访事项复查申请书") && blank.body.contains("青禾县人民路 1 号"))
            #expect(blank.body.contains("a4-blank"))
            #expect(!blank.body.contains("13800000027") && !blank.body.contains("锦绣家园三号楼二单元"))
            let page = try await client.get("/matter/review")
            let typed = try await client.submit(
                page, to: "/matter/review", [("reason", "我不服。\n第二条。"), ("step", "paper")])
            #expect(typed.status == 200 && typed.body.contains("<p>第二条。</p>"))
            #expect(try await county.state(receipt).reviews.isEmpty, "paper registers nothing")
        }
    }

    @Test("one of several can ask before the others have read")
    func several() async throws {
        try await withPortal { county in
            let receipt = try await county.register { registration in
                registration.groupSize = 2
                registration.others = [GroupMember(Contact(name: "李大爷", phone: "0990-0000033"), as: .member)]
            }
            try await county.refused(receipt)
            let first = try await county.reading(receipt)
            _ = try await first.get("/matter")
            #expect(try await county.state(receipt).phase == .replied)
            let page = try await first.get("/matter/review")
            #expect(page.status == 200)
            #expect(
                try await first.submit(page, to: "/matter/review", [("reason", "不服这一条。"), ("step", "send")]).status
                    == 303)
            // The other one still gets the answer by reading it, and no reasons of somebody else.
            let other = try await county.reading(receipt, code: receipt.members[0].code)
            let read = try await other.get("/matter")
            #expect(read.body.contains("按规定不能更换水箱。") && read.body.contains("另一位来信人申请了复查"))
            #expect(!read.body.contains("不服这一条。"))
            #expect(try await county.state(receipt).reporters.allSatisfy { $0.deliveredAt != nil })
        }
    }

    @Test("a suggestion is answered, not reviewed; who judges it unsolved is led on")
    func suggestion() async throws {
        try await withPortal { county in
            let receipt = try await county.register("建议在东街装两盏灯。")
            try await county.casework.dispatch(
                receipt.caseID, to: .entry(id: "1", version: 1), version: 1, by: try await county.viewer("dispatcher"))
            try await county.casework.accept(
                receipt.caseID, deciding: TriageDraft(sort: .suggestion, route: .ordinary, reason: "建议"), version: 2,
                by: try await county.viewer("handler"))
            var draft = ReplyDraft(outcome: .solved, body: "六月装。")
            draft.adoption = .adopted
            try await county.casework.reply(
                receipt.caseID, draft, version: try await county.version(receipt),
                by: try await county.viewer("handler"))
            let client = try await county.reading(receipt)
            let page = try await client.get("/matter")
            #expect(page.body.contains("采纳") && !page.body.contains("/matter/review"))
            #expect(try await client.get("/matter/review").status == 303)

            let refused = try await county.register()
            try await county.refused(refused)
            let reader = try await county.reading(refused)
            let form = try await reader.get("/matter")
            #expect(
                try await reader.submit(form, to: "/matter/judge", [("outcome", "not")])["Location"]
                    == "/matter?done=judged")
            let after = try await reader.get("/matter")
            let judged = try #require(after.body.firstRange(of: "id=\"judged\""))
            #expect(after.body[judged.lowerBound...].prefix(700).contains("/matter/review"))
        }
    }
}
