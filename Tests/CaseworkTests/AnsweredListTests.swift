import Kernel
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// What the first screen tells of the last 90 days has its lists, and lists behind numbers can be counted and read on.
@Suite struct AnsweredListTests {
    private func all(_ request: AnsweredRequest, _ viewer: Viewer, _ county: County) async throws -> [CaseID] {
        var (request, seen): (AnsweredRequest, [CaseID]) = (request, [])
        request.limit = 1
        repeat {
            let page = try await county.casework.answeredMatters(request, for: viewer)
            seen += page.rows.map(\.id)
            request.after = page.next
        } while request.after != nil
        request.after = nil
        #expect(try await county.casework.answeredCount(request, upTo: 50, for: viewer) == seen.count)
        return seen
    }

    @Test func theListIsAsLongAsTheNumber() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            let water = try await county.unit("water")
            let old = try await county.answered()
            try await county.casework.judge(old.caseID, JudgementDraft(outcome: .solved), by: old.reporterID)
            county.clock.advance(days: 91)
            var answered: [CaseID] = []
            for _ in 0..<3 {
                answered.append(try await county.answered().caseID)
                county.clock.advance(seconds: 60)
            }
            let judged = try await county.answered()
            try await county.casework.judge(judged.caseID, JudgementDraft(outcome: .notSolved), by: judged.reporterID)
            answered.append(judged.caseID)
            _ = try await county.accepted()

            var request = AnsweredRequest(.answered)
            request.unit = water
            let line = try #require(
                try await county.casework.oversight(for: watcher).units.first { $0.unit == water })
            #expect(line.answered == 4 && line.judged == 1)
            #expect(try await all(request, watcher, county) == answered.reversed(), "the latest first")
            request.measure = .judged
            #expect(try await all(request, watcher, county) == [judged.caseID])
            request.unit = try await county.unit("roads")
            #expect(try await all(request, watcher, county).isEmpty)

            // What is kept to named people is in neither.
            try await county.casework.restrict(
                judged.caseID, to: [watcher.staff.id], reason: "涉及个人隐私", by: watcher)
            let rest = try await county.casework.oversight(for: watcher).units.first { $0.unit == water }
            #expect(rest?.answered == 3 && rest?.judged == 0)
            request = AnsweredRequest(.judged)
            #expect(try await all(request, watcher, county).isEmpty)
            request.measure = .answered
            #expect(try await all(request, watcher, county).count == 3)
        }
    }

    @Test func aUnitLearnsHowManyJudgedButNotWhich() async throws {
        try await withCounty { county in
            let judged = try await county.answered()
            try await county.casework.judge(judged.caseID, JudgementDraft(outcome: .notSolved), by: judged.reporterID)
            let water = try await county.unit("water")
            _ = try await county.store.addStaff(
                NewStaff(
                    signInName: "boss", displayName: "局长甲", unit: water,
                    grants: [RoleGrant(role: .supervisor, unit: water)]), by: .system("test"))
            let boss = try await county.viewer("boss")
            #expect(try await county.casework.oversight(for: boss).units.first?.judged == 1)
            #expect(try await all(AnsweredRequest(.judged), boss, county).isEmpty)
            #expect(try await all(AnsweredRequest(.answered), boss, county) == [judged.caseID])
            // Whoever is complained of does not find the complaint in a list.
            try await county.casework.nameAccused(
                judged.caseID, staff: [boss.staff.id], units: [], reason: "信里写的",
                by: try await county.viewer("dispatcher"))
            #expect(try await all(AnsweredRequest(.answered), boss, county).isEmpty)
            let handler = try await county.viewer("handler")
            #expect(
                await plainCode {
                    _ = try await county.casework.answeredMatters(AnsweredRequest(.answered), for: handler)
                } == "permission.missing")
        }
    }

    @Test func promisesAreReadOnFromTheLastOne() async throws {
        try await withCounty { county in
            let handler = try await county.viewer("handler")
            let watcher = try await county.viewer("watcher")
            let day = county.casework.today
            for index in 0..<5 {
                let receipt = try await county.accepted()
                try await county.casework.promise(
                    receipt.caseID, PromiseDraft(kind: .other, text: "第 \(index) 件", due: day), submission: nil,
                    by: handler)
            }
            var seen: [DuePromise] = []
            var page: [DuePromise]
            repeat {
                page = try await county.casework.duePromises(.week, after: seen.last, limit: 2, for: watcher)
                seen += page
            } while page.count == 2
            #expect(seen.count == 5 && Set(seen.map(\.id)).count == 5)
            #expect(try await county.casework.promiseCount(.week, upTo: 50, for: watcher) == 5)
            #expect(try await county.casework.promiseCount(.week, upTo: 3, for: watcher) == 3)
            #expect(
                try await county.casework.receivedCount(
                    ReceivedRequest(ReportPeriod(monthOf: day)), upTo: 50, for: watcher) == 5)
            #expect(
                try await county.casework.countedCount(CountedRequest(day...day, .open), upTo: 50, for: watcher) == 5)
        }
    }

    @Test(arguments: AnsweredRequest.Measure.allCases)
    func theyReadAnIndexOfTheirDays(_ measure: AnsweredRequest.Measure) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            for visibility in PlanTests.visibilities {
                var request = AnsweredRequest(measure)
                request.unit = UnitID(rawValue: 2)
                request.after = ReceivedCursor(at: Instant(milliseconds: 9), id: CaseID(rawValue: 9))
                let scope = AnsweredScope(
                    since: Instant(milliseconds: 5), visibility: visibility, hidden: [UnitID(rawValue: 3)])
                let (sql, values) = request.statement(scope)
                let lines = try await database.read { tx in
                    try tx.rows("EXPLAIN QUERY PLAN \(sql)", values).map { try $0.text(3) }
                }
                let index = measure == .answered ? "cases_by_reply" : "cases_by_verdict"
                #expect(lines.contains { $0.hasPrefix("SEARCH c USING COVERING INDEX \(index)") }, "\(lines)")
                #expect(!lines.contains { $0.contains("TEMP B-TREE") }, "they come in their order: \(lines)")
            }
        }
    }
}
