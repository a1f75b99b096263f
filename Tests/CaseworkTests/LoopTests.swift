import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

@Suite struct LoopTests {
    @Test func theWholeLoopOnBothEngines() async throws {
        try await withCounty { county in
            let receipt = try await county.answered()
            let casework = county.casework
            #expect(try await county.state(receipt.caseID).phase == .delivered)
            try await casework.judge(
                receipt.caseID, JudgementDraft(outcome: .notSolved, words: "第六盏又灭了"), by: receipt.reporterID)
            let watcher = try await county.viewer("watcher")
            let unsolved = try await casework.queue(QueueRequest(.unsolved), for: watcher)
            #expect(unsolved.rows.map(\.number) == [receipt.number])
            try await casework.reopen(receipt.caseID, reason: "灯又灭了", by: receipt.reporterID)
            let state = try await county.state(receipt.caseID)
            try await casework.reply(
                receipt.caseID, County.opinion(.solved, "换了整段电缆。"), version: state.version,
                by: try await county.viewer("handler"))
            try await casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
            try await casework.judge(receipt.caseID, JudgementDraft(outcome: .solved), by: receipt.reporterID)
            let judged = try await county.state(receipt.caseID)
            try await casework.close(receipt.caseID, reason: nil, version: judged.version, by: watcher)
            #expect(try await county.state(receipt.caseID).phase == .closed)
            #expect(try await county.findings() == [])
        }
    }

    @Test func theSameSubmissionMakesOneMatterAndOneAnswer() async throws {
        try await withCounty { county in
            let receipts = try await withThrowingTaskGroup(of: CaseReceipt.self) { group in
                for _ in 0..<8 { group.addTask { try await county.register(submission: "same") } }
                return try await group.reduce(into: [CaseReceipt]()) { $0.append($1) }
            }
            #expect(Set(receipts.map(\.number)).count == 1)
            #expect(Set(receipts.map(\.code)).count == 1)
            let count = try await county.database.read { try $0.first("SELECT COUNT(*) FROM cases")?.int(0) }
            #expect(count == 1)
        }
    }

    @Test func numberAndCodeOpenAndNothingElseDoes() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            let other = try await county.register()
            func find(_ number: String, _ code: String) async throws -> ReporterID? {
                try await county.casework.findReporter(number: number, code: code)?.reporter
            }
            #expect(try await find(receipt.number, "\(receipt.code)") == receipt.reporterID)
            #expect(try await find(receipt.number, receipt.code.symbols.lowercased()) == receipt.reporterID)
            #expect(try await find(receipt.number, "\(other.code)") == nil)
            #expect(try await find(other.number, "\(receipt.code)") == nil)
            for code in ["", "AAAA-AAAA", "' OR 1=1 --", "０"] { #expect(try await find(receipt.number, code) == nil) }
        }
    }

    @Test func aStaleFormIsTold() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let draft = County.opinion(.solved, "修好了。")
            try await county.casework.reply(receipt.caseID, draft, version: 4, by: try await county.viewer("handler"))
            let code = await plainCode {
                try await county.casework.reply(
                    receipt.caseID, draft, version: 4, by: try await county.viewer("handler2"))
            }
            #expect(code == "conflict")
        }
    }

    @Test func eachPersonDoesOnlyWhatTheirRoleAllows() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let casework = county.casework
            let draft = County.opinion(.solved, "好了。")
            for (name, expected) in [
                ("clerk", "permission.missing"), ("roads", "case.notFound"), ("admin", "case.notFound"),
            ] {
                let code = await plainCode {
                    try await casework.reply(receipt.caseID, draft, version: 4, by: try await county.viewer(name))
                }
                #expect(code == expected, "\(name)")
            }
            // The handler may not take down the judgement of an own matter.
            try await casework.reply(receipt.caseID, draft, version: 4, by: try await county.viewer("handler"))
            try await casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
            let code = await plainCode {
                try await casework.recordJudgement(
                    receipt.caseID, JudgementDraft(outcome: .solved), of: receipt.reporterID,
                    by: try await county.viewer("handler"))
            }
            #expect(code == "judgement.byHandler")
        }
    }

    @Test func aRestrictedMatterIsGoneForAllOthers() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let watcher = try await county.viewer("watcher")
            try await county.casework.restrict(receipt.caseID, to: [], reason: "涉及举报", by: watcher)
            let handler = try await county.viewer("handler")
            let code = await plainCode { _ = try await county.casework.file(number: receipt.number, for: handler) }
            #expect(code == "case.notFound")
            #expect(try await county.casework.queue(QueueRequest(.mine), for: handler).rows.isEmpty)
            #expect(try await county.casework.search("路灯", for: handler).hits.isEmpty)
            #expect(try await county.casework.queue(QueueRequest(.restricted), for: watcher).rows.count == 1)
            #expect(try await county.casework.file(number: receipt.number, for: watcher).state.number == receipt.number)
        }
    }

    @Test func theWindowEndsWithoutInventingAJudgement() async throws {
        try await withCounty { county in
            let receipt = try await county.answered()
            #expect(try await county.casework.endWindows() == 0)
            county.clock.advance(days: 31)
            #expect(try await county.casework.endWindows() == 1)
            let state = try await county.state(receipt.caseID)
            #expect(state.phase == .unjudged && state.judgement == nil)
            #expect(try await county.casework.endWindows() == 0)
        }
    }

    @Test func wrongFieldsAreToldTogether() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .web, body: " \n\t ")
            registration.place = String(repeating: "巷", count: 201)
            registration.contact = Contact(phone: "1380000002")
            let bad = registration
            let code = await plainCode {
                _ = try await county.casework.register(bad, submission: "x", by: .newReporter)
            }
            #expect(code == "text.missing,text.tooLong,phone.length")
        }
    }

    @Test func hostileTextIsKeptAsItIsAndHurtsNothing() async throws {
        try await withCounty { county in
            let body = "'); DROP TABLE cases; -- <script>alert(1)</script> \u{0}\u{7}结束\r\n第二行"
            let receipt = try await county.register(body)
            let watcher = try await county.viewer("watcher")
            let file = try await county.casework.file(number: receipt.number, for: watcher)
            #expect(
                file.letter(of: receipt.reporterID)
                    == "'); DROP TABLE cases; -- <script>alert(1)</script> 结束\n第二行")
            #expect(try await county.casework.search("alert", for: watcher).hits.count == 1)
        }
    }
}
