import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// The call to ask how it went (接诉即办 Art. 23, 济南 Art. 27): who is called from when, by whom, and what a call brings.
@Suite struct CallBackTests {
    /// A caller of the hotline who has the answer.
    private func answered(_ county: County, phone: String = "138 0000 0027", noReply: Bool = false) async throws
        -> CaseReceipt
    {
        var call = Registration(channel: .call, body: "小区门口的路灯半个月不亮，晚上看不见路。")
        call.kind = .hotline
        call.contact = Contact(name: "王女士", phone: phone)
        call.noReply = noReply
        let clerk = try await county.viewer("clerk")
        let receipt = try await county.casework.register(
            call, submission: "s-\(UInt64.random(in: 0 ... .max))", by: clerk.actor)
        let handler = try await county.viewer("handler")
        try await county.casework.dispatch(
            receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 1,
            by: try await county.viewer("dispatcher"))
        try await county.casework.accept(
            receipt.caseID, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "在受理范围内"), version: 2,
            by: handler)
        try await county.casework.reply(
            receipt.caseID, ReplyDraft(outcome: .solved, body: "六盏灯都换好了。"),
            version: try await county.state(receipt.caseID).version, by: handler)
        try await county.casework.deliver(
            receipt.caseID, to: receipt.reporterID, method: .phone, at: nil, by: clerk)
        return receipt
    }

    private func waiting(_ county: County, _ name: String = "clerk") async throws -> [CaseID] {
        let viewer = try await county.viewer(name)
        let page = try await county.casework.queue(QueueRequest(.callBack), for: viewer)
        let counts = try await county.casework.queueCounts([.callBack], for: viewer)
        #expect(counts[.callBack] == page.rows.count, "the number is that of the list")
        return page.rows.map(\.id)
    }

    private func call(
        _ county: County, _ receipt: CaseReceipt, _ result: CallBackResult, again: LocalDate? = nil,
        words: String? = nil, by name: String = "clerk"
    ) async throws {
        try await county.casework.recordCallBack(
            receipt.caseID, of: receipt.reporterID, result, again: again, words: words, submission: nil,
            by: try await county.viewer(name))
    }

    @Test func whoHasTheAnswerIsCalledUntilTheySay() async throws {
        try await withCounty(packs: TestRules.withCallBack) { county in
            let first = try await answered(county)
            #expect(try await waiting(county).isEmpty, "two days after the answer")
            county.clock.advance(days: 2)
            #expect(try await waiting(county) == [first.caseID])
            let second = try await answered(county)
            let today = county.casework.today
            // Not reached: again tomorrow; the list of today is empty then.
            try await call(county, first, .notReached, again: today.adding(days: 1))
            #expect(try await waiting(county).isEmpty)
            #expect(try await county.state(first.caseID).reporters[0].calls == 1)
            county.clock.advance(days: 1)
            #expect(try await waiting(county) == [first.caseID])
            county.clock.advance(days: 1)
            #expect(try await waiting(county) == [first.caseID, second.caseID], "in the order of their days")
            // A verdict by whatever way ends it.
            try await county.casework.judge(first.caseID, JudgementDraft(outcome: .solved), by: first.reporterID)
            try await county.casework.recordJudgement(
                second.caseID, JudgementDraft(outcome: .notSolved), of: second.reporterID,
                by: try await county.viewer("clerk"))
            #expect(try await waiting(county).isEmpty)
            #expect(await plainCode { try await call(county, second, .declined) } == "case.notNow")
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func aCallBringsWhatItBrings() async throws {
        try await withCounty(packs: TestRules.withCallBack) { county in
            let receipt = try await answered(county)
            county.clock.advance(days: 2)
            let today = county.casework.today
            let until = try #require(try await county.state(receipt.caseID).reporters[0].judgeUntil)
            for (result, again, words) in [
                (CallBackResult.later, nil, nil), (.notReached, nil, nil), (.notReached, nil, "  "),
                (.declined, today, nil), (.later, today.adding(days: -1), "她说的"), (.later, until.adding(days: 1), nil),
            ] as [(CallBackResult, LocalDate?, String?)] {
                let code = await plainCode { try await call(county, receipt, result, again: again, words: words) }
                #expect(code == "case.callBackDay", "\(result) \(again.map { "\($0)" } ?? "-")")
            }
            try await call(county, receipt, .later, again: today, words: "下午三点以后")
            #expect(try await waiting(county) == [receipt.caseID], "later today")
            try await call(county, receipt, .notReached, again: nil, words: "三次都没人接")
            #expect(try await waiting(county).isEmpty)
            #expect(await plainCode { try await call(county, receipt, .declined) } == "case.noCallBack")
            // They can still say so themselves; silence is no praise.
            #expect(try await county.state(receipt.caseID).phase == .delivered)
            county.clock.advance(days: 40)
            #expect(try await county.casework.endWindows() == 1)
            #expect(try await county.state(receipt.caseID).judgement == nil)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whoIsJudgedDoesNotCall() async throws {
        try await withCounty(packs: TestRules.withCallBack) { county in
            let receipt = try await answered(county)
            county.clock.advance(days: 2)
            for name in ["handler", "handler2", "signer", "roads", "dispatcher"] {
                let code = await plainCode { try await call(county, receipt, .declined, by: name) }
                #expect(
                    ["permission.missing", "case.notFound", "judgement.byHandler"].contains(code ?? ""), "\(name)")
            }
            // With another hat on it is still the one who handled it, and not in their list.
            let handler = try await county.viewer("handler")
            var both = handler.staff
            both.grants = [RoleGrant(role: .receptionClerk, unit: handler.staff.unit)]
            let hat = Viewer(staff: both, organisation: handler.organisation)
            #expect(try await county.casework.queue(QueueRequest(.callBack), for: hat).rows.isEmpty)
            let code = await plainCode {
                try await county.casework.recordCallBack(
                    receipt.caseID, of: receipt.reporterID, .declined, again: nil, words: nil, submission: nil, by: hat)
            }
            #expect(code == "judgement.byHandler")
            // What was said on the telephone does not reach whoever is judged.
            try await call(county, receipt, .declined, words: "说没修好，不想多说")
            #expect(try await waiting(county).isEmpty)
        }
    }

    @Test func nobodyIsCalledWhoDoesNotWantToBeOrWhomNoRuleNames() async throws {
        try await withCounty(packs: TestRules.withCallBack) { county in
            _ = try await answered(county, noReply: true)
            // Petitions follow a rule that knows no such call.
            _ = try await county.answered()
            county.clock.advance(days: 5)
            #expect(try await waiting(county).isEmpty)
            let reopened = try await answered(county)
            county.clock.advance(days: 3)
            #expect(try await waiting(county) == [reopened.caseID])
            try await county.casework.reopen(reopened.caseID, reason: "又不亮了", by: reopened.reporterID)
            #expect(try await waiting(county).isEmpty, "work has begun anew")
            #expect(try await county.findings().isEmpty)
        }
    }

    // MARK: Two ratings

    @Test func theOfficeThatTookItInIsJudgedByItself() async throws {
        try await withCounty { county in
            let (office, water) = (try await county.unit("county"), try await county.unit("water"))
            for (intake, treated) in [(Attitude.good, Attitude.poor), (.good, .poor), (.fair, .good)] {
                let receipt = try await county.answered()
                try await county.casework.judge(
                    receipt.caseID, JudgementDraft(outcome: .partly, attitude: treated, intake: intake),
                    by: receipt.reporterID)
            }
            // Answered where it was taken in: there is nothing to be said of a second unit.
            let own = try await county.register()
            let dispatcher = try await county.viewer("dispatcher")
            var watcher = dispatcher.staff
            watcher.grants = [RoleGrant(role: .handler, unit: office)]
            let handler = Viewer(staff: watcher, organisation: dispatcher.organisation)
            try await county.casework.accept(own.caseID, deciding: County.ordinary, version: 1, by: handler)
            try await county.casework.reply(
                own.caseID, County.opinion(), version: try await county.state(own.caseID).version, by: handler)
            try await county.casework.noteReplyRead(own.caseID, by: own.reporterID)
            #expect(try await county.state(own.caseID).asksOfIntake == false)
            try await county.casework.judge(
                own.caseID, JudgementDraft(outcome: .solved, attitude: .good, intake: .poor), by: own.reporterID)
            #expect(try await county.state(own.caseID).reporters[0].judgement?.intake == nil)

            let period = ReportPeriod(monthOf: county.casework.today)
            let report = try await county.casework.lawfulReport(period, for: try await county.viewer("watcher"))
            let lines = Dictionary(uniqueKeysWithValues: report.units.map { ($0.unit, $0) })
            #expect(lines[office]?.intake == [.good: 2, .fair: 1] && lines[office]?.treatment == [.good: 1])
            #expect(lines[water]?.intake.isEmpty == true && lines[water]?.treatment == [.poor: 2, .good: 1])
            #expect(try await county.findings().isEmpty)
        }
    }
}
