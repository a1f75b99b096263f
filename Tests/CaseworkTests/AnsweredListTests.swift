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

    /// What a report tells of a unit: each answer of the period, and what was judged in it, whatever else is in the store.
    @Test func aReportLeadsToTheListsOfItsUnits() async throws {
        try await withCounty { county in
            county.clock.advance(days: 10)
            let (watcher, handler) = (try await county.viewer("watcher"), try await county.viewer("handler"))
            let june = ReportPeriod(monthOf: county.casework.today)
            let twice = try await county.answered()
            try await county.casework.judge(twice.caseID, JudgementDraft(outcome: .notSolved), by: twice.reporterID)
            county.clock.advance(seconds: 60)
            try await county.casework.reopen(twice.caseID, reason: "灯又灭了", by: twice.reporterID)
            let version = try await county.state(twice.caseID).version
            try await county.casework.reply(
                twice.caseID, County.opinion(.solved, "换了整段电缆。"), version: version, by: handler)
            county.clock.advance(seconds: 60)
            var judged: [CaseID] = []
            for _ in 0..<2 {
                let receipt = try await county.answered()
                try await county.casework.judge(
                    receipt.caseID, JudgementDraft(outcome: .solved), by: receipt.reporterID)
                judged.append(receipt.caseID)
                county.clock.advance(seconds: 60)
            }
            let kept = try await county.answered()
            try await county.casework.judge(kept.caseID, JudgementDraft(outcome: .solved), by: kept.reporterID)
            try await county.casework.restrict(kept.caseID, to: [watcher.staff.id], reason: "涉及个人隐私", by: watcher)
            let accused = try await county.answered()
            try await county.casework.nameAccused(
                accused.caseID, staff: [watcher.staff.id], units: [], reason: "信里写的",
                by: try await county.viewer("dispatcher"))
            county.clock.advance(days: 30)
            let late = try await county.answered()

            typealias Lists = (unit: UnitID, answered: [CaseID], judged: [CaseID])
            func lines(_ period: ReportPeriod) async throws -> [Lists] {
                let report = try await county.casework.lawfulReport(period, for: watcher)
                var out: [Lists] = []
                for line in report.units {
                    var request = AnsweredRequest(.answered)
                    (request.unit, request.period) = (line.unit, period)
                    let answered = try await all(request, watcher, county)
                    #expect(answered.count == line.answered, "\(period)")
                    request.measure = .judged
                    let judged = try await all(request, watcher, county)
                    #expect(judged.count == line.verdicts.values.reduce(0, +), "\(period)")
                    out.append((line.unit, answered, judged))
                }
                return out
            }
            let water = try await county.unit("water")
            let first = try #require(try await lines(june).first { $0.unit == water })
            #expect(first.answered == judged.reversed() + [twice.caseID, twice.caseID], "each answer")
            #expect(first.judged.prefix(2) == judged.reversed().prefix(2))
            let july = ReportPeriod(monthOf: county.casework.today)
            #expect(try await lines(july).first { $0.unit == water }?.answered == [late.caseID])
            let year = try #require(ReportPeriod(year: 2026))
            #expect(try await lines(year).first { $0.unit == water }?.answered.count == 5)
            var nobody = AnsweredRequest(.answered)
            (nobody.unit, nobody.period) = (try await county.unit("roads"), year)
            #expect(try await all(nobody, watcher, county).isEmpty)
        }
    }

    @Test(arguments: AnsweredRequest.Measure.allCases)
    func listsOfAReportReadTheDaysOfItsPeriod(_ measure: AnsweredRequest.Measure) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            for visibility in PlanTests.visibilities {
                var request = AnsweredRequest(measure)
                (request.unit, request.period) = (UnitID(rawValue: 2), ReportPeriod(year: 2026, month: 5))
                request.after = ReceivedCursor(at: Instant(milliseconds: 9), id: CaseID(rawValue: 9))
                let scope = AnsweredScope(
                    since: Instant(milliseconds: 5), until: Instant(milliseconds: 99), visibility: visibility)
                let (sql, values) = request.statement(scope)
                let lines = try await PlanTests().plan(sql, values, database)
                let index = measure == .answered ? "case_answers_by_time" : "cases_by_verdict"
                #expect(lines.contains { $0.hasPrefix("SEARCH") && $0.contains(index) }, "\(lines)")
                #expect(!lines.contains { $0.contains("B-TREE FOR ORDER BY") }, "they come by their moment: \(lines)")
            }
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
