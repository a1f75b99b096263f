import Casework
import Foundation
import Kernel
import Ledger
import Organisation
import Testing

@testable import Web

/// Who gets which document, as what, and what happens where there is no PDF.
@Suite("Pages of official documents")
struct DocumentPageTests {
    @Test("staff read, print and download; the file is called by the number alone")
    func staff() async throws {
        try await withDocuments { county in
            let receipt = try await county.letter()
            try await county.accepted(receipt)
            try await county.reply(receipt, DocumentCounty.opinion)
            let handler = try await county.web.signedIn("handler")
            let url = "/desk/matter/\(receipt.number)/document/opinion"
            let page = try await handler.get(url)
            #expect(page.status == 200)
            #expect(page.body.contains("信访事项处理意见书") && page.body.contains("王某某："))
            #expect(page.body.contains("href=\"\(url)?as=pdf\""))
            #expect(page.body.contains("盖章处"))
            let pdf = try await handler.get(url + "?as=pdf")
            #expect(pdf.status == 200 && pdf.body == "%PDF-stub")
            #expect(pdf["content-type"] == "application/pdf")
            #expect(pdf["content-disposition"] == "attachment; filename=\"\(receipt.number).pdf\"")
            #expect(pdf["cache-control"] == "no-store")
            let english = try await handler.get(url + "?lang=en")
            #expect(english.body.contains("Opinion on the petition") && english.body.contains("Space for the seal"))
            #expect(english.body.contains("The official text is the Chinese one."))
        }
    }

    @Test("a resident gets the own documents, addressed to them, and nothing of others")
    func resident() async throws {
        try await withDocuments { county in
            let other = GroupMember(Contact(name: "赵某某", phone: "13900000009"), as: .representative)
            let receipt = try await county.letter(others: [other])
            let second = try #require(receipt.members.first)
            try await county.accepted(receipt)
            let handler = try await county.viewer("handler")
            try await county.casework.note(receipt.caseID, text: "备注里的秘密", submission: nil, by: handler)
            let agreed = LocalDate(year: 2026, month: 5, day: 20)
            try await county.casework.settle(
                receipt.caseID,
                SettlementDraft(kind: .settlement, terms: "退水费 86 元。", residentOn: agreed, unitOn: agreed),
                of: second.reporterID, version: try await county.version(receipt), by: handler)
            try await county.reply(receipt, DocumentCounty.opinion)

            let first = try await county.resident(receipt)
            for kind in DocumentKind.allCases {
                let answer = try await first.get("/matter/document/\(kind.rawValue)")
                let isTheirs = [.acceptanceNotice, .opinion].contains(kind)
                #expect(answer.status == (isTheirs ? 200 : 404), "\(kind)")
                for secret in ["赵某某", "13900000009", "13800000027", "备注里的秘密"] {
                    #expect(!answer.body.contains(secret), "\(kind): \(secret)")
                }
            }
            let list = DocumentList.fields(
                try await county.file(receipt),
                MatterWords(
                    words: county.web.site.words(.chinese), organisation: try await county.organisation.current(),
                    book: county.casework.deadlines, now: county.web.clock.now(), countyName: "青禾县"),
                for: receipt.reporterID)
            #expect("\(list)".contains("/matter/document/opinion?as=pdf"))
            #expect(!"\(list)".contains("settlementAgreement"))
        }
    }

    @Test("what is new is read on the matter's page first, which records its arrival")
    func unread() async throws {
        try await withDocuments { county in
            let receipt = try await county.letter()
            try await county.accepted(receipt)
            let client = try await county.resident(receipt)
            try await county.reply(receipt, DocumentCounty.opinion)
            let answer = try await client.get("/matter/document/opinion")
            #expect(answer.status == 303 && answer["location"] == "/matter")
            _ = try await client.get("/matter")
            #expect(try await client.get("/matter/document/opinion").status == 200)
        }
    }

    @Test(
        "without a PDF the page says how to print, and nothing is lost",
        arguments: [PDFProblem.missing, .failed, .busy])
    func without(_ problem: PDFProblem) async throws {
        try await withDocuments(StubRenderer { _ in throw problem }) { county in
            let receipt = try await county.letter(name: "王某某")
            try await county.accepted(receipt)
            let handler = try await county.web.signedIn("handler")
            let answer = try await handler.get("/desk/matter/\(receipt.number)/document/acceptanceNotice?as=pdf")
            #expect(answer.status == 503)
            #expect(answer.body.contains("做不出 PDF") && answer.body.contains("另存为 PDF"))
            #expect(answer.body.contains("受理告知书") && answer.body.contains("王某某："))
            let lines = county.web.log.all.filter { $0.text.contains("no PDF") }
            #expect(lines.count == 1 && lines[0].text.contains("reason=\(problem.rawValue)"))
            #expect(!county.web.log.text.contains("王某某") && !county.web.log.text.contains(receipt.number))
        }
    }

    @Test("hostile text is text, on the page and in what becomes a PDF")
    func hostile() async throws {
        try await withDocuments { county in
            let receipt = try await county.letter(name: "</style><img src=file:///etc/passwd>{{styles}}")
            try await county.accepted(receipt)
            var draft = DocumentCounty.opinion
            draft.body = Hostile.signable
            // Marks of templates are refused in what staff sign (`canned.gap`); a name may be anything.
            draft.request = "</article><script>alert(1)</script>"
            try await county.reply(receipt, draft)
            let html = String(decoding: try await county.paper("opinion", receipt), as: UTF8.self)
            #expect(!html.contains("<img") && !html.contains("<script") && !html.contains("<link"))
            #expect(html.components(separatedBy: "</style>").count == 2)
            #expect(html.contains("&lt;/article&gt;"))
        }
    }
}

/// Text that nobody should write.
enum Hostile {
    static let start = """
        <img src="file:///etc/passwd"><img src=x onerror=alert(1)><link rel=attachment href="file:///etc/passwd">
        <style>@import url(http://127.0.0.1:9/x); body { background: url(http://127.0.0.1:9/y) }</style>
        \u{202E}反着写\u{202C} \u{2067}abc\u{2069} 👨‍👩‍👧‍👦🏮 a\u{301}\u{302}\u{303} &amp; ]]> {{title}} \u{0}\u{FFFE}

        """
    static let text = start + String(repeating: "家信八千字没有句号", count: (7_990 - start.count) / 9)
    /// The same without marks of ready texts.
    static let signable = text.replacing("]]>", with: "]>").replacing("{{title}}", with: "{title}")
}
