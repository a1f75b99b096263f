import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// The numbers of a period against stories whose numbers are counted by hand.
@Suite struct ReportTests {
    private func report(_ county: County, _ period: ReportPeriod, as name: String = "watcher") async throws
        -> LawfulReport
    {
        try await county.casework.lawfulReport(period, for: try await county.viewer(name))
    }

    private func thisMonth(_ county: County) -> ReportPeriod { ReportPeriod(monthOf: county.casework.today) }

    @Test func aMonthOfLetters() async throws {
        try await withCounty { county in
            // 2026-06-08, so that a month and its neighbours can be told apart.
            county.clock.advance(days: 10)
            let june = thisMonth(county)
            let (water, office) = (try await county.unit("water"), try await county.unit("county"))
            let dispatcher = try await county.viewer("dispatcher")
            for _ in 0..<3 { _ = try await county.answered() }
            _ = try await county.accepted()
            var visit = Registration(channel: .visit, body: "来窗口说停水的事。")
            visit.anonymous = true
            visit.category = "01.01.01"
            visit.area = "990101"
            _ = try await county.casework.register(visit, submission: "visit", by: dispatcher.actor)
            let kept = try await county.register()
            try await county.casework.restrict(kept.caseID, to: [dispatcher.staff.id], reason: "保密", by: dispatcher)

            var june1 = try await report(county, june)
            #expect(june1.received.total == 5, "what is kept to named people is in no number")
            #expect(june1.received.channels == [.web: 4, .visit: 1] && june1.received.kinds == [.petition: 5])
            #expect(june1.received.sorts == [.claim: 4] && june1.received.routes == [.ordinary: 4])
            #expect(june1.received.anonymous == 1 && june1.received.groups == 0)
            #expect(june1.received.phases == [.delivered: 3, .inHand: 1, .registered: 1])
            #expect(
                june1.received.categories == ["": 4, "01.01.01": 1] && june1.received.areas == ["": 4, "990101": 1])
            #expect(june1.received.units == [water: 4, office: 1])
            #expect(june1.answers.total == 3 && june1.answers.outcomes == [.solved: 3])
            #expect(june1.moves == [.hand: 4])
            #expect(june1.verdicts?.isEmpty == true)
            #expect(june1.units.map(\.unit) == [office, water], "in the order of the organisation's code")
            let line = try #require(june1.units.last)
            #expect(line.received == 4 && line.answered == 3 && line.moves == [.hand: 4])
            let transfer = try #require(june1.clocks.first { $0.rule == "XF-TRANSFER" })
            #expect(transfer.duty == .acceptance && transfer.times.inTime == 4 && transfer.times.running == 1)
            #expect(!june1.clocks.contains { $0.rule == "XF-OBJECT" }, "objecting is no duty")

            county.clock.advance(days: 20)
            june1 = try await report(county, june)
            let over = try #require(june1.clocks.first { $0.rule == "XF-TRANSFER" })
            #expect(over.times.overdue == 1 && over.times.running == 0 && over.times.decided == 5)
            // Nothing of June is received, answered or moved in July.
            let july = try #require(ReportPeriod(year: 2026, month: 7))
            let empty = try await report(county, july)
            #expect(empty.received.total == 0 && empty.answers.total == 0 && empty.moves.isEmpty && empty.units.isEmpty)
            let year = try await report(county, try #require(ReportPeriod(year: 2026)))
            #expect(year.received == june1.received && year.clocks == june1.clocks && year.answers == june1.answers)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func lateAndExtendedAndCorrected() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let period = thisMonth(county)
            let (handler, signer) = (try await county.viewer("handler"), try await county.viewer("signer"))
            try await county.casework.askExtension(
                receipt.caseID, rule: "XF-HANDLE", length: 30, reason: "要等图纸", version: 4, by: handler)
            try await county.casework.extend(
                receipt.caseID, rule: "XF-HANDLE", length: 30, reason: "要等图纸", version: 5, by: signer)
            county.clock.advance(days: 95)
            var draft = County.opinion(.notSupported, "不予支持。")
            draft.law = []
            let version = try await county.state(receipt.caseID).version
            try await county.casework.reply(receipt.caseID, draft, version: version, by: handler)
            try await county.casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
            try await county.casework.judge(receipt.caseID, JudgementDraft(outcome: .notSolved), by: receipt.reporterID)
            try await county.casework.askReview(
                receipt.caseID, reason: "没有查清", submission: nil, by: receipt.reporterID)
            var changed = ReviewDraft(outcome: .change, facts: "查明", body: "改为支持", basis: "甲条例第一条")
            (changed.execution, changed.executionText) = (.promised, "换灯")
            changed.executionDue = county.casework.today.adding(days: 9)
            try await county.casework.decideReview(
                receipt.caseID, changed,
                version: try await county.state(receipt.caseID).version, by: try await county.viewer("reviewer"))

            let received = try await report(county, period)
            let handle = try #require(received.clocks.first { $0.rule == "XF-HANDLE" })
            #expect(handle.times.late == 1 && handle.times.extended == 1 && handle.duty == .answer)
            let review = try #require(received.clocks.first { $0.rule == "XF-REVIEW" })
            #expect(review.times.inTime == 1)
            #expect(received.answers.total == 0, "the answer came in another month")
            let later = try await report(county, thisMonth(county))
            #expect(later.received.total == 0 && later.answers.outcomes == [.notSupported: 1])
            #expect(later.reviews[1]?.asked == 1 && later.reviews[1]?.askedLate == 0)
            #expect(later.reviews[1]?.outcomes == [.change: 1] && later.reviews[2] == nil)
            #expect(later.verdicts == [.notSolved: 1])
            let line = try #require(later.units.first { $0.unit == signer.staff.unit })
            #expect(line.corrected == 1 && line.verdicts == [.notSolved: 1] && line.received == 0)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func promisesByUnit() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            let first = county.casework.today
            for days in [5, 6, 7, 8, 9] {
                try await county.casework.promise(
                    receipt.caseID, PromiseDraft(kind: .other, text: "装灯", due: first.adding(days: days)),
                    submission: nil, by: handler)
            }
            let ids = try await county.state(receipt.caseID).promises.map(\.made.id)
            func settle(_ index: Int, _ end: PromiseEnd) async throws {
                try await county.casework.settlePromise(
                    receipt.caseID, promise: ids[index], end: end, text: "照片", by: handler)
            }
            try await settle(0, .kept)
            try await settle(1, .withdrawn)
            county.clock.advance(days: 8)
            try await settle(2, .kept)
            county.clock.advance(days: 1)
            let board = try await county.casework.promiseBoard(from: first, to: first.adding(days: 30))
            let line = try #require(board.lines.first)
            #expect(board.lines.count == 1 && line.unit == handler.staff.unit && line.all == 5)
            #expect(line.kept == 1 && line.late == 1 && line.broken == 1 && line.open == 1 && line.withdrawn == 1)
            // The pure rule and the SQL agree.
            let state = try await county.state(receipt.caseID)
            let standings = state.promises.map { $0.standing(on: county.casework.today) }
            #expect(standings == [.kept, .withdrawn, .late, .broken, .open])
            let few = try await county.casework.promiseBoard(from: first, to: first.adding(days: 5))
            #expect(few.lines.map(\.all) == [1])
            #expect(try await county.casework.promiseBoard(from: first, to: first).lines.isEmpty)
        }
    }

    @Test func applicationsForInformation() async throws {
        try await withCounty { county in
            let period = thisMonth(county)
            let (dispatcher, handler) = (try await county.viewer("dispatcher"), try await county.viewer("handler"))
            var ids: [CaseID] = []
            for index in 0..<3 {
                var request = Registration(channel: .web, body: "申请公开供水合同。")
                request.kind = .information
                request.contact = Contact(name: "王女士", phone: "13800000027")
                let receipt = try await county.casework.register(request, submission: "i\(index)", by: .newReporter)
                try await county.casework.dispatch(
                    receipt.caseID, to: .unit(handler.staff.unit, reason: "归水务局"), version: 1, by: dispatcher)
                ids.append(receipt.caseID)
            }
            for id in ids.prefix(2) {
                try await county.casework.accept(
                    id, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "是信息公开申请"),
                    version: 2, by: handler)
            }
            var draft = ReplyDraft(outcome: .solved, body: "合同附后。")
            draft.answer = .disclosed
            try await county.casework.reply(
                ids[0], draft, version: try await county.state(ids[0]).version, by: handler)
            county.clock.advance(days: 40)
            draft.answer = .absent
            try await county.casework.reply(
                ids[1], draft, version: try await county.state(ids[1]).version, by: handler)
            let report = try await report(county, period)
            #expect(report.information.received == 3 && report.information.answered == 2)
            #expect(report.information.answers == [.disclosed: 1, .absent: 1])
            #expect(report.information.times.inTime == 1 && report.information.times.late == 1)
            #expect(report.information.times.overdue == 1)
            #expect(report.received.kinds == [.information: 3])
            #expect(report.equality.channels.isEmpty, "another law, another section")
            #expect(report.answers.outcomes.isEmpty, "their seven kinds are counted, not the results of petitions")
        }
    }

    /// The list behind a number holds as many matters as the number says.
    @Test func everyNumberIsTheLengthOfItsList() async throws {
        try await withCounty { county in
            county.clock.advance(days: 10)
            for index in 0..<6 {
                var registration = Registration(channel: index % 2 == 0 ? .call : .letter, body: "第 \(index) 件事，水管漏了。")
                registration.contact = Contact(name: "王女士", phone: "13800000027")
                registration.category = index < 4 ? "01.01" : nil
                _ = try await county.casework.register(registration, submission: "r\(index)", by: .newReporter)
            }
            _ = try await county.answered()
            let watcher = try await county.viewer("watcher")
            let report = try await report(county, thisMonth(county))
            func count(_ change: (inout ReceivedRequest) -> Void) async throws -> Int {
                var request = ReceivedRequest(thisMonth(county))
                request.limit = 2
                change(&request)
                var seen: [CaseID] = []
                repeat {
                    let page = try await county.casework.receivedMatters(request, for: watcher)
                    seen += page.rows.map(\.id)
                    request.after = page.next
                } while request.after != nil
                #expect(Set(seen).count == seen.count && seen == seen.sorted())
                return seen.count
            }
            #expect(try await count { _ in } == report.received.total)
            for (channel, number) in report.received.channels {
                #expect(try await count { $0.channel = channel } == number)
            }
            for (phase, number) in report.received.phases { #expect(try await count { $0.phase = phase } == number) }
            for (unit, number) in report.received.units { #expect(try await count { $0.unit = unit } == number) }
            for (category, number) in report.received.categories {
                #expect(try await count { $0.category = category } == number)
            }
            #expect(try await count { $0.category = "01" } == 4, "a category holds those below it")
            #expect(try await count { $0.sort = .claim } == 1)
            #expect(try await count { $0.sort = .suggestion } == 0)
        }
    }

    @Test func aUnitSeesItsOwnNumbersOnly() async throws {
        try await withCounty { county in
            _ = try await county.answered()
            _ = try await county.register()
            for name in ["handler", "dispatcher", "admin"] {
                let code = await plainCode { _ = try await report(county, thisMonth(county), as: name) }
                #expect(code == "permission.missing")
            }
            let organisation = try await county.store.current()
            let water = try await county.unit("water")
            let member = StaffMember(
                id: StaffID(rawValue: 99), signInName: "head", displayName: "局长甲", unit: water,
                grants: [RoleGrant(role: .supervisor, unit: water)])
            let head = Viewer(staff: member, organisation: organisation)
            let own = try await county.casework.lawfulReport(thisMonth(county), for: head)
            #expect(own.received.total == 1 && own.units.map(\.unit) == [water] && own.answers.total == 1)
            let whole = try await county.casework.lawfulReport(thisMonth(county), of: organisation)
            #expect(whole.received.total == 2)
        }
    }
}
