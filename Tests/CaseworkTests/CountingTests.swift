import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Counts that are kept say what the facts say, whatever happens to a matter and whoever adds them up.
@Suite struct CountingTests {
    /// The days around the county's present, with a whole month and an edge on both sides.
    private static func days(_ county: County) -> ClosedRange<LocalDate> {
        let month = BreakdownStep.month.start(of: county.casework.today)
        return month.adding(days: -40)...BreakdownStep.month.next(after: month).adding(days: -1)
    }

    /// A question whose answer comes from kept counts, and the same one asked of the facts alone.
    private func both(
        _ by: BreakdownDimension, _ days: ClosedRange<LocalDate>, _ viewer: Viewer, _ county: County,
        step: BreakdownStep = .month
    ) async throws -> Breakdown {
        var request = BreakdownRequest(by, days)
        request.step = step
        let scope = CountScope(
            filter: CountFilter(), visibility: viewer.visibility, today: county.casework.today)
        let kept = try await county.casework.breakdown(
            request, scope, viewer.organisation, seesVerdicts: true)
        let facts = try await county.database.read { tx in
            var cells: [String: CountedNumbers] = [:]
            var values: [any SQLConvertible] = []
            let condition = scope.condition(days, &values)
            for row in try tx.rows("SELECT \(CaseFacts.read) FROM case_tallies t WHERE \(condition)", values) {
                let facts = try CaseFacts(row)
                let code: String
                switch by {
                case .unit: code = "\(facts.unit)"
                case .area: code = facts.area
                case .category: code = BreakdownCount.level(of: facts.category, below: nil)
                case .channel: code = facts.channel
                case .time: code = "\(step.start(of: facts.day))"
                }
                cells[code, default: CountedNumbers()].registered += 1
                if facts.days != nil { if facts.isLate { cells[code]?.late += 1 } else { cells[code]?.inTime += 1 } }
                if facts.isOpen { cells[code]?.open += 1 }
                let unsolved = (cells[code]?.unsolved ?? 0) + (facts.isUnsolved ? 1 : 0)
                cells[code]?.unsolved = unsolved
            }
            return cells
        }
        for (code, expected) in facts {
            let line = kept.lines.first { $0.code == code }?.numbers
            #expect(line?.registered == expected.registered, "\(by) \(code)")
            #expect(line?.inTime == expected.inTime && line?.late == expected.late, "\(by) \(code)")
            #expect(line?.open == expected.open && line?.unsolved == expected.unsolved, "\(by) \(code)")
        }
        #expect(kept.lines.filter { $0.numbers.registered > 0 }.count == facts.count, "\(by)")
        #expect(kept.total.registered == facts.values.reduce(0) { $0 + $1.registered })
        return kept
    }

    private func expectRight(_ county: County, _ viewer: Viewer) async throws {
        for by in BreakdownDimension.allCases { _ = try await both(by, Self.days(county), viewer, county) }
        for step in BreakdownStep.allCases { _ = try await both(.time, Self.days(county), viewer, county, step: step) }
        #expect(try await county.findings() == [])
    }

    @Test func countsFollowALifeBeforeAndAfterTheyAreAddedUp() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            _ = try await county.register()
            try await expectRight(county, watcher)
            let answered = try await county.answered()
            try await expectRight(county, watcher)
            #expect(try await county.casework.foldCounts() > 0)
            #expect(try await county.casework.foldCounts() == 0, "nothing waits any more")
            try await expectRight(county, watcher)
            try await county.casework.judge(
                answered.caseID, JudgementDraft(outcome: .notSolved), by: answered.reporterID)
            try await expectRight(county, watcher)
            let before = try await county.casework.breakdown(
                BreakdownRequest(.unit, Self.days(county)), for: watcher)
            #expect(before.total.unsolved == 1 && before.total.inTime == 1 && before.total.registered == 2)
            try await county.casework.foldAllCounts()
            let after = try await county.casework.breakdown(BreakdownRequest(.unit, Self.days(county)), for: watcher)
            #expect(after.lines == before.lines && after.total == before.total)
        }
    }

    @Test func aMatterKeptToNamedPeopleLeavesTheCounts() async throws {
        try await withCounty { county in
            let (watcher, receipt) = (try await county.viewer("watcher"), try await county.register())
            try await county.casework.foldAllCounts()
            try await county.casework.restrict(
                receipt.caseID, to: [watcher.staff.id], reason: "涉及个人隐私", by: watcher)
            for isAdded in [false, true] {
                if isAdded { try await county.casework.foldAllCounts() }
                let found = try await county.casework.breakdown(
                    BreakdownRequest(.channel, Self.days(county)), for: watcher)
                var none = CountedNumbers()
                none.unsolved = 0
                #expect(found.total == none)
                let list = try await county.casework.countedMatters(CountedRequest(Self.days(county)), for: watcher)
                #expect(list.rows.isEmpty)
            }
            let kept = try await county.database.read { tx in try tx.rows("SELECT 1 FROM case_counts").count }
            #expect(kept == 0, "a count of nothing is no row")
            #expect(try await county.findings() == [])
        }
    }

    @Test func everyNumberIsAsLongAsItsList() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            for _ in 0..<3 { _ = try await county.register() }
            _ = try await county.accepted()
            let late = try await county.accepted()
            let answered = try await county.answered()
            try await county.casework.judge(
                answered.caseID, JudgementDraft(outcome: .notSolved), by: answered.reporterID)
            county.clock.advance(days: 90)
            try await county.casework.reply(
                late.caseID, County.opinion(), version: 4, by: try await county.viewer("handler"))
            try await county.casework.foldCounts()
            let today = county.casework.today
            for by in BreakdownDimension.allCases {
                var request = BreakdownRequest(by, today.adding(days: -100)...today)
                request.step = .month
                let found = try await county.casework.breakdown(request, for: watcher)
                #expect(found.total.overdue > 0 && found.total.late == 1 && found.total.inTime == 1)
                for line in found.lines {
                    for measure in CountedMeasure.allCases {
                        var list = CountedRequest(request.days, measure)
                        list.limit = 2
                        switch by {
                        case .unit: list.filter.unit = UnitID(line.code)
                        case .area: list.filter.area = line.code
                        case .category: list.filter.category = line.code
                        case .channel: list.filter.channel = Channel(rawValue: line.code)
                        case .time:
                            let start = try #require(LocalDate(line.code))
                            list.days =
                                max(
                                    start, request.days.lowerBound)...max(
                                    start, min(BreakdownStep.month.next(after: start).adding(days: -1), today))
                        }
                        var seen: [CaseID] = []
                        repeat {
                            let page = try await county.casework.countedMatters(list, for: watcher)
                            seen += page.rows.map(\.id)
                            list.after = page.next
                        } while list.after != nil
                        #expect(Set(seen).count == seen.count)
                        #expect(seen.count == measure.value(in: line.numbers), "\(by) \(line.code) \(measure)")
                    }
                }
            }
        }
    }

    @Test func aUnitSeesItsOwnAlone() async throws {
        try await withCounty { county in
            _ = try await county.register()
            _ = try await county.answered()
            let water = try await county.unit("water")
            _ = try await county.store.addStaff(
                NewStaff(
                    signInName: "boss", displayName: "局长甲", unit: water,
                    grants: [RoleGrant(role: .supervisor, unit: water)]), by: .system("test"))
            let boss = try await county.viewer("boss")
            let everything = try await county.viewer("watcher")
            for isAdded in [false, true] {
                if isAdded { try await county.casework.foldAllCounts() }
                for by in BreakdownDimension.allCases { _ = try await both(by, Self.days(county), boss, county) }
                let own = try await county.casework.breakdown(BreakdownRequest(.unit, Self.days(county)), for: boss)
                #expect(own.lines.map(\.code) == ["\(water)"] && own.total.registered == 1)
                #expect(own.total.unsolved == 0, "verdicts about one's own unit are for others")
                var asked = BreakdownRequest(.category, Self.days(county))
                asked.filter.unit = try await county.unit("county")
                #expect(try await county.casework.breakdown(asked, for: boss).total.registered == 0)
                #expect(try await county.casework.breakdown(asked, for: everything).total.registered == 1)
            }
        }
    }

    @Test func twoWhoAddUpAtOnceCountNothingTwice() async throws {
        try await withCounty { county in
            for index in 0..<24 { _ = try await county.register("第 \(index) 封信，说路灯的事。") }
            let casework = county.casework
            let folded = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var all = 0
                        for _ in 0..<8 { all += try await casework.foldCounts(limit: 3) }
                        return all
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(folded == 24)
            try await expectRight(county, try await county.viewer("watcher"))
        }
    }

    @Test func changedCountsAreFound() async throws {
        try await withCounty { county in
            _ = try await county.register()
            try await county.casework.foldAllCounts()
            #expect(try await county.findings() == [])
            try await county.database.write { tx in
                try tx.execute("UPDATE case_counts SET registered = registered + 1 WHERE dim = 'channel'")
            }
            let findings = try await county.findings()
            #expect(findings.count == 2 && findings.allSatisfy { $0.kind == .projection })
            try await county.database.write { tx in
                try tx.execute("UPDATE case_counts SET registered = registered - 1 WHERE dim = 'channel'")
                try tx.execute("UPDATE case_tallies SET is_open = 0")
            }
            #expect(try await county.findings().contains { $0.detail.contains("case_tallies") })
        }
    }

    @Test func rowsOfAnOlderProgramAreCountedOnce() async throws {
        try await withCounty { county in
            _ = try await county.register()
            _ = try await county.answered()
            try await county.database.write { tx in
                for table in ["case_tallies", "case_counts", "case_count_changes"] {
                    try tx.execute("DELETE FROM \(table)")
                }
            }
            #expect(!(try await county.findings()).isEmpty)
            for _ in 0..<2 { try await county.casework.rebuildProjections(force: true) }
            try await expectRight(county, try await county.viewer("watcher"))
            try await county.casework.foldAllCounts()
            try await expectRight(county, try await county.viewer("watcher"))
        }
    }

    @Test func categoriesAreRolledUpToTheLevelThatIsAskedFor() {
        #expect(BreakdownCount.level(of: "03.02.01", below: nil) == "03")
        #expect(BreakdownCount.level(of: "03.02.01", below: "03") == "03.02")
        #expect(BreakdownCount.level(of: "03", below: "03") == "03=")
        #expect(BreakdownCount.level(of: "", below: nil) == "")
        #expect(BreakdownCount.level(of: "03.02", below: "03.02=") == "03")
    }

    @Test func periodsAreCutIntoMonthsAndDays() throws {
        func split(_ from: String, _ to: String, today: String) throws -> PeriodSplit {
            let days = try #require(LocalDate(from))...(try #require(LocalDate(to)))
            let scope = CountScope(
                filter: CountFilter(), visibility: PlanTests.visibilities[0], today: try #require(LocalDate(today)))
            return PeriodSplit(BreakdownRequest(.unit, days), scope)
        }
        var cut = try split("2026-01-01", "2026-12-31", today: "2026-05-21")
        #expect(cut.months?.first == "2026-01" && cut.months?.last == "2026-12" && cut.days.isEmpty)
        cut = try split("2026-03-15", "2026-05-10", today: "2026-05-21")
        #expect(cut.months?.first == "2026-04" && cut.months?.last == "2026-04")
        #expect(
            cut.days.map { "\($0.lowerBound) \($0.upperBound)" } == ["2026-03-15 2026-03-31", "2026-05-01 2026-05-10"])
        cut = try split("2026-05-01", "2026-05-21", today: "2026-05-21")
        #expect(cut.months?.first == "2026-05" && cut.days.isEmpty, "all of a month so far is all of the month")
        cut = try split("2026-05-18", "2026-05-24", today: "2026-05-21")
        #expect(cut.months == nil && cut.days.count == 1)
        cut = try split("2026-02-28", "2026-03-01", today: "2026-05-21")
        #expect(cut.months == nil && cut.days.count == 1)
    }

    // MARK: Plans

    private func plan(
        _ sql: String, _ values: [any SQLConvertible], _ database: any Database
    ) async throws -> [String] {
        try await database.read { tx in try tx.rows("EXPLAIN QUERY PLAN \(sql)", values).map { try $0.text(3) } }
    }

    @Test(arguments: BreakdownDimension.allCases)
    func breakdownsReadIndexesOfTheirPeriod(_ by: BreakdownDimension) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let today = try #require(LocalDate("2026-05-21"))
            let days = today.adding(days: -40)...today
            for visibility in PlanTests.visibilities {
                for isNarrowed in [false, true] {
                    var request = BreakdownRequest(by, days)
                    if isNarrowed { (request.filter.area, request.filter.channel) = ("990101001", .call) }
                    let scope = CountScope(filter: request.filter, visibility: visibility, today: today)
                    var asked = [
                        BreakdownCount.factsStatement(request, scope, days),
                        BreakdownCount.measureStatement(.overdue, request, scope),
                        BreakdownCount.measureStatement(.unsolved, request, scope),
                    ]
                    let late = try await plan(asked[1].sql, asked[1].values, database)
                    #expect(late.contains { $0.contains("case_tallies_due") }, "only what has a limit is read: \(late)")
                    for (sql, values) in asked {
                        let lines = try await plan(sql, values, database).filter { $0.contains(" t ") }
                        #expect(
                            lines.allSatisfy { $0.hasPrefix("SEARCH t USING COVERING INDEX case_tallies_") }, "\(lines)"
                        )
                    }
                    asked = CountedMeasure.allCases.map { measure in
                        var list = CountedRequest(days, measure)
                        list.filter = request.filter
                        list.after = QueueCursor(due: today, id: CaseID(rawValue: 5))
                        return list.statement(scope)
                    }
                    for (sql, values) in asked {
                        let lines = try await plan(sql, values, database)
                        #expect(!lines.contains { $0.hasPrefix("SCAN t") || $0.hasPrefix("SCAN c") }, "\(lines)")
                        #expect(lines.contains { $0.hasPrefix("SEARCH t USING COVERING INDEX") }, "\(lines)")
                    }
                }
                let months = MonthRange(first: "2026-01", last: "2026-05", days: days)
                let scope = CountScope(filter: CountFilter(), visibility: visibility, today: today)
                let (sql, values) = BreakdownCount.keptStatement(by, scope, months)
                let lines = try await plan(sql, values, database)
                #expect(
                    lines == [
                        "SEARCH k USING INDEX sqlite_autoindex_case_counts_1 (dim=? AND unit_id=? AND month>? AND month<?)"
                    ])
                var bound: [any SQLConvertible] = []
                let left = BreakdownCount.leftOutStatement(scope, &bound)
                #expect(
                    try await plan(left, bound, database).contains {
                        $0.hasPrefix("SEARCH t USING INTEGER PRIMARY KEY")
                    })
            }
        }
    }

    @Test(arguments: PromiseList.allCases)
    func promisesOfAWeekReadAnIndex(_ list: PromiseList) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let today = try #require(LocalDate("2026-05-21"))
            for visibility in PlanTests.visibilities {
                var values: [any SQLConvertible] = []
                let condition = Casework.promiseCondition(list, today, visibility, &values)
                let lines = try await plan(
                    "SELECT COUNT(*) FROM case_promises p JOIN cases c ON c.id = p.case_id WHERE \(condition)", values,
                    database)
                let indexes = [PromiseList.late: "case_promises_open", .open: "case_promises_waiting"]
                let index = indexes[list] ?? "case_promises_by_due"
                #expect(lines.contains { $0.contains(index) && $0.hasPrefix("SEARCH p") }, "\(lines)")
            }
        }
    }
}
