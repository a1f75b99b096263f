import Casework
import Foundation
import Kernel
import Organisation
import Testing

@testable import Web

/// Every kind of official document, from the events that make it.
@Suite("Official documents")
struct DocumentTests {
    private let day = LocalDate(year: 2026, month: 6, day: 1)

    /// A claim through every step: taken up, more time, heard, answered, reviewed twice.
    private func story(_ county: DocumentCounty) async throws -> CaseReceipt {
        let receipt = try await county.letter()
        let casework = county.casework
        try await county.accepted(receipt)
        let approver = try await county.viewer("approver")
        try await casework.extend(
            receipt.caseID, rule: "XF-HANDLE", length: 30, reason: "水样要送市里化验。",
            version: try await county.version(receipt), by: approver)
        try await casework.callHearing(
            receipt.caseID, on: try #require(day), notice: "上午九点，水务局二楼会议室，谈水费怎么退。", papers: "水样化验单",
            version: try await county.version(receipt), by: approver)
        try await casework.holdHearing(
            receipt.caseID, list: "来信人王某某；水务局签发甲。", minutes: "王某某：水黄了半个月。\n水务局：换管，退费。", result: "双方同意换管、退费。",
            version: try await county.version(receipt), by: approver)
        try await county.reply(receipt, DocumentCounty.opinion)
        return receipt
    }

    private func reviewed(_ county: DocumentCounty, _ receipt: CaseReceipt, _ outcome: ReviewOutcome = .maintain)
        async throws
    {
        let casework = county.casework
        try await casework.noteRead(receipt.caseID, by: receipt.reporterID)
        try await casework.askReview(
            receipt.caseID, reason: "水费没有退够。", submission: nil, by: receipt.reporterID)
        try await casework.decideReview(
            receipt.caseID,
            ReviewDraft(outcome: outcome, facts: "水费按表退，表没有错。", body: "水务局的处理意见符合规定。", law: ["XF-35"]),
            version: try await county.version(receipt), by: try await county.viewer("reviewer"))
    }

    private func rereviewed(_ county: DocumentCounty, _ receipt: CaseReceipt) async throws {
        let casework = county.casework
        try await casework.noteRead(receipt.caseID, by: receipt.reporterID)
        try await casework.askReview(
            receipt.caseID, reason: "还是没有退够。", submission: nil, by: receipt.reporterID)
        try await casework.decideReview(
            receipt.caseID, ReviewDraft(outcome: .maintain, facts: "复查查得清楚。", body: "复查意见符合规定。", law: ["XF-36"]),
            version: try await county.version(receipt), by: try await county.viewer("rereviewer"))
    }

    private func routed(_ county: DocumentCounty) async throws -> CaseReceipt {
        let receipt = try await county.letter("老板拖欠三个月工资，我要仲裁。")
        try await county.casework.triage(
            receipt.caseID,
            TriageDraft(
                sort: .claim, route: .arbitration, reason: "劳动争议", organ: "青禾县劳动人事争议仲裁委员会，一号楼 203",
                words: "带上考勤表和工资条。"),
            version: 1, by: try await county.viewer("dispatcher"))
        return receipt
    }

    private func application(_ county: DocumentCounty) async throws -> CaseReceipt {
        let receipt = try await county.letter("我要三号楼去年的水质检测报告。", kind: .information)
        try await county.dispatch(receipt)
        let handler = try await county.viewer("handler")
        try await county.casework.askCorrection(
            receipt.caseID, text: "请写明是哪一个月的报告。", version: try await county.version(receipt), by: handler)
        try await county.casework.correct(
            receipt.caseID, text: "去年十二月的。", submission: nil, by: receipt.reporterID)
        try await county.casework.accept(
            receipt.caseID, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "要一份文件"),
            version: try await county.version(receipt), by: handler)
        var draft = ReplyDraft(outcome: .partly, body: "报告附后，共三页。")
        draft.answer = .disclosed
        draft.law = ["GI-37"]
        draft.withheld = [WithheldDraft(what: "第三页采样人的姓名和电话", law: "GI-15")]
        try await county.reply(receipt, draft)
        return receipt
    }

    private func settled(_ county: DocumentCounty, _ kind: SettlementKind) async throws -> CaseReceipt {
        let receipt = try await county.letter()
        try await county.accepted(receipt)
        let agreed = LocalDate(year: 2026, month: 5, day: 20)
        try await county.casework.settle(
            receipt.caseID,
            SettlementDraft(kind: kind, terms: "一、水务局 6 月 30 日前换管。\n二、退水费 86 元。", residentOn: agreed, unitOn: agreed),
            of: receipt.reporterID, version: try await county.version(receipt), by: try await county.viewer("handler"))
        return receipt
    }

    private func suggestion(_ county: DocumentCounty) async throws -> CaseReceipt {
        let receipt = try await county.letter("建议在三号楼前装一个直饮水机。")
        try await county.accepted(receipt, sort: .suggestion)
        var draft = ReplyDraft(outcome: .partly, body: "今年先装一台试用。")
        draft.adoption = .partlyAdopted
        try await county.reply(receipt, draft)
        return receipt
    }

    /// One matter for each document.
    private func each(_ county: DocumentCounty) async throws -> [(String, CaseReceipt)] {
        let claim = try await story(county)
        try await reviewed(county, claim)
        try await rereviewed(county, claim)
        let information = try await application(county)
        return [
            ("acceptanceNotice", claim), ("extensionNotice", claim), ("hearingNotice", claim),
            ("hearingMinutes", claim), ("opinion", claim), ("reviewDecision", claim), ("rereviewDecision", claim),
            ("routeNotice", try await routed(county)), ("correctionNotice", information),
            ("informationAnswer", information), ("mediationAgreement", try await settled(county, .mediation)),
            ("settlementAgreement", try await settled(county, .settlement)), ("reply", try await suggestion(county)),
        ]
    }

    @Test("each kind is as it was last looked at", arguments: Language.allCases)
    func snapshots(_ language: Language) async throws {
        try await withDocuments { county in
            let folder = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "Snapshots/documents/\(language.rawValue)")
            let isWriting = ProcessInfo.processInfo.environment["JIAXIN_SNAPSHOTS"] == "write"
            let documents = try await each(county)
            #expect(Set(documents.map(\.0)) == Set(DocumentKind.allCases.map(\.rawValue)))
            for (name, receipt) in documents {
                // Styles have a file of their own, and hashes rest on random salts.
                var html = String(decoding: try await county.paper(name, receipt, language), as: UTF8.self)
                html.replace(#/<style>.*<\/style>/#.dotMatchesNewlines(), with: "<style></style>")
                html.replace(#/[0-9a-f]{4}( [0-9a-f]{4}){15}/#, with: "0000")
                let file = folder.appending(path: "\(name).html")
                if isWriting {
                    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                    try Data(html.utf8).write(to: file)
                }
                let known = try? String(contentsOf: file, encoding: .utf8)
                #expect(known == html, "\(name) in \(language.rawValue) is not as its snapshot")
                #expect(!html.contains("document."), "\(name): a sentence is missing")
            }
        }
    }

    @Test("each kind becomes a PDF whose text can be read")
    func asPDF() async throws {
        try await withDocuments { county in
            let renderer = try WeasyPrintRenderer(try TestSite.resources(), seconds: 180)
            let documents = try await each(county)
            try await withThrowingTaskGroup(of: (String, String, String).self) { group in
                for (name, receipt) in documents {
                    let (model, page) = (
                        try await county.model(name, receipt), try await county.paper(name, receipt)
                    )
                    group.addTask {
                        let pdf = try await renderer.pdf(of: page)
                        let words = ([model.title, model.unit] + model.blocks.flatMap(\.paragraphs)).joined(
                            separator: "\n")
                        return (name, words, try PDFTools.text(of: pdf))
                    }
                }
                for try await (name, wanted, text) in group {
                    let found = text.filter { !$0.isWhitespace }
                    for line in wanted.split(separator: "\n") {
                        #expect(found.contains(line.filter { !$0.isWhitespace }), "\(name) lacks \(line)")
                    }
                }
            }
        }
    }

    @Test("the opinion letter has its blocks and the last day; the day follows the delivery")
    func opinion() async throws {
        try await withDocuments { county in
            let receipt = try await story(county)
            var model = try await county.model("opinion", receipt)
            #expect(model.blocks.map(\.heading) == ["您的请求", "查明的事实和理由", "处理意见", "依据", "怎样落实"])
            #expect(model.blocks.allSatisfy { !$0.isEmpty })
            #expect(model.blocks[4].items.first?.term == "2026 年 6 月 30 日以前")
            #expect(model.remedies.count == 1)
            #expect(model.remedies[0].text.contains("青禾县人民政府"))
            // Received on 21 May: thirty days end on Saturday, 20 June, and a right rolls on to Monday. The dragon boat
            // festival of 2026 is 19 to 21 June.
            #expect(model.remedies[0].dayLabel == "今天收到的话，最后一天：")
            #expect(model.remedies[0].day == "2026 年 6 月 22 日（周一）")
            county.web.clock.advance(seconds: 3 * 86_400)
            try await county.casework.deliver(
                receipt.caseID, to: receipt.reporterID, method: .inPerson, at: nil,
                by: try await county.viewer("handler"))
            county.web.clock.advance(seconds: 5 * 86_400)
            model = try await county.model("opinion", receipt)
            #expect(model.remedies[0].dayLabel == "最后一天：")
            #expect(model.remedies[0].day == "2026 年 6 月 23 日（周二）")
            #expect(model.signing == ["经办 经办甲", "签发 签发甲"])
        }
    }

    @Test("reviews name the next body, a redo starts anew, the second review is final")
    func reviews() async throws {
        try await withDocuments { county in
            let receipt = try await story(county)
            try await reviewed(county, receipt)
            var model = try await county.model("reviewDecision", receipt)
            #expect(model.unit == "青禾县人民政府")
            #expect(model.remedies.first?.text.contains("江北市信访局") == true)
            #expect(model.remedies.first?.day.isEmpty == false)
            try await rereviewed(county, receipt)
            model = try await county.model("rereviewDecision", receipt)
            #expect(model.remediesHeading == "以后怎么办")
            #expect(model.remedies.allSatisfy { $0.day.isEmpty })
            let other = try await county.letter()
            try await county.accepted(other)
            try await county.reply(other, DocumentCounty.opinion)
            try await reviewed(county, other, .redo)
            model = try await county.model("reviewDecision", other)
            #expect(model.remedies.first?.text.contains("重新作出处理意见") == true)
            #expect(model.remedies.allSatisfy { $0.day.isEmpty })
        }
    }

    @Test("what is kept back names the rule, and the remedies are the court and reconsideration")
    func information() async throws {
        try await withDocuments { county in
            let receipt = try await application(county)
            let model = try await county.model("informationAnswer", receipt)
            let kept = try #require(model.blocks.first { $0.heading == "不予公开的部分和理由" })
            #expect(kept.items.map(\.text) == ["第三页采样人的姓名和电话"])
            #expect(kept.items[0].term.contains("政府信息公开条例"))
            #expect(model.remedies.map(\.day) == ["2026 年 7 月 20 日（周一）", "2026 年 11 月 23 日（周一）"])
        }
    }

    @Test("a document is there only when its event is, and only under its own name")
    func existence() async throws {
        try await withDocuments { county in
            let receipt = try await county.letter()
            let clerk = try await county.web.signedIn("dispatcher")
            let base = "/desk/matter/\(receipt.number)/document/"
            for kind in DocumentKind.allCases {
                #expect(try await clerk.get(base + kind.rawValue).status == 404, "\(kind)")
            }
            try await county.accepted(receipt)
            #expect(try await clerk.get(base + "acceptanceNotice").status == 200)
            for name in [
                "opinion", "acceptanceNotice-2", "acceptanceNotice-1", "acceptanceNotice-02", "x", "-", "opinion-",
            ] {
                #expect(try await clerk.get(base + name).status == 404, "\(name)")
            }
            #expect(try await county.web.browser.get(base + "acceptanceNotice").status == 303)
        }
    }

    @Test("a long paragraph is cut where sentences end, and nothing is lost")
    func portions() {
        let sentence = "这是一句二十个字左右的话，用来凑成很长的一段。"
        let long = String(repeating: sentence, count: 200)
        let parts = DocumentModel.portions(long[...])
        #expect(parts.joined() == long)
        #expect(parts.count > 4 && parts.allSatisfy { $0.count <= 1_000 && $0.hasSuffix("。") })
        let solid = String(repeating: "a", count: 2_500)
        #expect(DocumentModel.portions(solid[...]).map(\.count) == [1_000, 1_000, 500])
        #expect(DocumentModel.portions("短。") == ["短。"])
    }
}
