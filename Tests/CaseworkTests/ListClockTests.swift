import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Lists tell the time as it is: hours run out within their day, and who waits for others sees until when.
@Suite struct ListClockTests {
    /// The county with the example of a hotline whose tiers count hours.
    private func hotline(_ county: County) throws -> Casework {
        let tiers = try RulePacks.exampleTexts().map { try RulePack(yaml: $0) }.filter { !$0.tiers.isEmpty }
        return Casework(
            database: county.database, events: county.events, vault: county.casework.vault, keys: county.keys,
            ids: county.casework.ids, clock: county.clock, organisation: county.store,
            deadlines: DeadlineBook(packs: RulePacks(tiers), calendar: TestRules.calendar, zone: .shanghai),
            numbers: PlainNumbers())
    }

    @Test func hoursRunOutWithinTheirDay() async throws {
        try await withCounty { county in
            let casework = try hotline(county)
            let dispatcher = try await county.viewer("dispatcher")
            // Nine in the morning, so that two hours end on the same day.
            let today = casework.deadlines.zone.instant(of: casework.today, hour: 9)
            county.clock.advance(days: 1, seconds: (today.milliseconds - county.clock.now().milliseconds) / 1000)
            var call = Registration(channel: .call, body: "小区停水，家里有病人。")
            call.kind = .hotline
            call.receivedBy = try await county.unit("county")
            let id = try await casework.register(call, submission: "h", by: dispatcher.actor).caseID
            try await casework.triage(
                id, TriageDraft(sort: nil, route: .ordinary, tier: "h2", reason: "涉及生活用水"), version: 1,
                by: dispatcher)
            let due = try #require(try await county.state(id).nextClock?.start.dueAt)
            #expect(casework.deadlines.zone.date(of: due) == casework.today)

            func lists() async throws -> [WorkQueue: Int] {
                let counts = try await casework.queueCounts([.overdue, .today], for: dispatcher)
                for queue in [WorkQueue.overdue, .today] {
                    #expect(try await casework.queue(QueueRequest(queue), for: dispatcher).rows.count == counts[queue])
                }
                return counts
            }
            #expect(try await lists() == [.overdue: 0, .today: 1])
            county.clock.advance(seconds: (due.milliseconds - county.clock.now().milliseconds) / 1000 + 60)
            #expect(try await lists() == [.overdue: 1, .today: 0], "late to the minute, not on the next day")
            county.clock.advance(days: 1)
            #expect(try await lists() == [.overdue: 1, .today: 0])
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func theSweepTellsOfHoursByTheHour() async throws {
        try await withCounty { county in
            let casework = try hotline(county)
            let dispatcher = try await county.viewer("dispatcher")
            let nine = casework.deadlines.zone.instant(of: casework.today, hour: 9)
            county.clock.advance(days: 1, seconds: (nine.milliseconds - county.clock.now().milliseconds) / 1000)
            var call = Registration(channel: .call, body: "小区停水，家里有病人。")
            call.kind = .hotline
            call.receivedBy = try await county.unit("county")
            let id = try await casework.register(call, submission: "h", by: dispatcher.actor).caseID
            try await casework.triage(
                id, TriageDraft(sort: nil, route: .ordinary, tier: "h2", reason: "涉及生活用水"), version: 1,
                by: dispatcher)
            let due = try #require(try await county.state(id).nextClock?.start.dueAt)
            func advance(to moment: Instant) {
                county.clock.advance(seconds: (moment.milliseconds - county.clock.now().milliseconds) / 1000)
            }
            advance(to: due.adding(seconds: 3_540))
            #expect(try await casework.escalateOverdue().looked == 0, "fifty-nine minutes over is not an hour")
            advance(to: due.adding(seconds: 3_600))
            #expect(try await casework.escalateOverdue().escalated == 1)
            #expect(try await casework.escalateOverdue().looked == 0, "nobody is called twice")
            advance(to: due.adding(seconds: 86_400))
            #expect(try await casework.escalateOverdue().escalated == 1, "a day is a day of hours")
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whoWaitsForOthersSeesUntilWhen() async throws {
        try await withCounty { county in
            let casework = county.casework
            var registration = Registration(channel: .web, body: "申请公开 2025 年道路养护合同。")
            registration.kind = .information
            registration.form = "电子件"
            registration.contact = Contact(name: "申请人甲", phone: "13800000031")
            registration.receivedBy = try await county.unit("roads")
            let id = try await casework.register(registration, submission: "i", by: .newReporter).caseID
            let roads = try await county.viewer("roads")
            try await casework.accept(
                id, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "属政府信息公开申请"), version: 1, by: roads)
            try await casework.consult(id, .thirdParty, text: "合同相对方", version: 3, by: roads)
            let until = try #require(try await county.state(id).waitsUntil)

            func row() async throws -> QueueRow {
                try #require(try await casework.queue(QueueRequest(.mine), for: roads).rows.first)
            }
            #expect(try await row().waitsUntil == until)
            #expect(try await row().dueOn == nil, "nothing of the office's own runs, so nothing of it can be late")
            let version = try await county.state(id).version
            let refused = await plainCode {
                try await casework.answerConsultation(
                    id, .thirdParty, answer: .silent, text: nil, version: version, by: roads)
            }
            #expect(refused == "case.consultationRuns")
            #expect(try await casework.escalateOverdue().looked == 0)

            county.clock.advance(days: until.days(since: casework.today) + 3)
            #expect(try await casework.queueCounts([.overdue], for: roads)[.overdue] == 0)
            let sweep = try await casework.escalateOverdue()
            #expect(sweep.looked == 1 && sweep.escalated == 1)
            #expect(try await row().waitsUntil == nil)
            let due = try #require(try await row().dueOn)
            #expect(due > until, "the office's own time runs on")
            #expect(try await casework.escalateOverdue().looked == 0, "once")
            #expect(try await county.state(id).consultations.map(\.answered?.answer) == [.silent])
            #expect(try await county.findings().isEmpty)
        }
    }
}
