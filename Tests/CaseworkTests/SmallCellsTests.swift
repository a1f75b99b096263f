import Kernel
import Testing

@testable import Casework

@Suite struct SmallCellsTests {
    @Test func smallNumbersAreHiddenAndTakeOneMoreWithThem() {
        #expect(SmallCells.shown([3, 20, 40]) == [nil, nil, 40])
        #expect(SmallCells.shown([3, 4, 40]) == [nil, nil, 40], "seven people together are not small")
        #expect(SmallCells.shown([1, 2, 40, 90]) == [nil, nil, nil, 90], "three people would be told by the sum")
        #expect(SmallCells.shown([0, 20, 40]) == [0, 20, 40])
        #expect(SmallCells.shown([2, 0, 0]) == [nil, nil, 0], "a zero keeps it company")
        #expect(SmallCells.shown([5, 6]) == [5, 6])
        #expect(SmallCells.shown([] as [Int]) == [])
    }

    /// Whatever the table: with all sums of rows and columns known, no hidden number follows from the others in its row
    /// or column, and those that are hidden together are not few.
    @Test(arguments: 0..<200)
    func nothingHiddenFollowsFromASum(_ seed: Int) {
        var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func next(_ most: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(most + 1))
        }
        let (rows, columns) = (2 + next(4), 2 + next(4))
        let table = (0..<rows).map { _ in (0..<columns).map { _ in next(2) == 0 ? next(6) : next(60) } }
        let shown = SmallCells.shown(table)
        for row in 0..<rows {
            for column in 0..<columns where SmallCells.isSmall(table[row][column]) {
                #expect(shown[row][column] == nil)
            }
        }
        let lines =
            (0..<rows).map { row in (0..<columns).map { (row, $0) } }
            + (0..<columns).map { column in (0..<rows).map { ($0, column) } }
        for line in lines {
            let hidden = line.filter { shown[$0.0][$0.1] == nil }
            let isWholeLine = hidden.count == line.count
            #expect(hidden.count != 1, "\(table)")
            let sum = hidden.reduce(0) { $0 + table[$1.0][$1.1] }
            // Where nothing is left to hide, the sum of the line itself is what is small.
            let hasMore = line.contains { shown[$0.0][$0.1] ?? 0 > 0 }
            #expect(hidden.isEmpty || isWholeLine || !hasMore || sum >= SmallCells.fewest, "\(table)")
        }
    }

    @Test func linesOfFewMattersSayNothing() {
        func tally(_ received: Int, _ results: [EqualityAudit.Result: Int]) -> EqualityTally {
            var tally = EqualityTally()
            tally.received = received
            tally.accepted = received
            for day in 0..<received { tally.acceptance.add(day) }
            tally.results = results
            return tally
        }
        let lines = EqualityAudit.lines([
            "web": tally(60, [.solved: 30, .explained: 20, .waiting: 10]),
            "visit": tally(40, [.solved: 28, .explained: 2, .waiting: 10]), "fax": tally(3, [.solved: 3]),
            "": tally(9, [.solved: 9]),
        ])
        #expect(lines.map(\.code) == ["fax", "visit", "web", nil], "in the order of the codes, none last")
        let fax = lines[0]
        #expect(fax.received == nil && fax.accepted == nil && fax.acceptanceDays == nil && fax.results.isEmpty)
        #expect(lines[3].received == nil, "otherwise the three by fax would follow from the total")
        let visit = lines[1]
        #expect(visit.received == 40 && visit.results[.explained] == nil)
        #expect(visit.results.count < 7 - 1, "a second one is hidden with the two that were explained")
        #expect(lines[2].results[.explained] == nil, "nor does it follow from the column")
        #expect(visit.acceptanceDays == 20)
    }

    @Test func periodsAreMonthsAndYears() throws {
        let month = try #require(ReportPeriod("2026-02"))
        #expect(month.days.lowerBound.description == "2026-02-01" && month.days.upperBound.description == "2026-02-28")
        #expect("\(month)" == "2026-02" && "\(month.previous)" == "2026-01")
        #expect(try #require(ReportPeriod("2026-12")).days.upperBound.description == "2026-12-31")
        let year = try #require(ReportPeriod("2024"))
        #expect(year.days.upperBound.description == "2024-12-31" && "\(year.previous)" == "2023")
        #expect("\(try #require(ReportPeriod("2026-01")).previous)" == "2025-12")
        for date in ["2026-01-31", "2026-02-01", "2024-02-29", "2026-12-31"] {
            let period = ReportPeriod(monthOf: try #require(.init(date)))
            #expect("\(period)" == date.prefix(7) && period == ReportPeriod("\(period)"))
        }
        for wrong in ["", "26", "2026-13", "2026-0", "2026-1", "2026-00", "2026-10-01", "abcd", "0000", "+026", "２０２６"]
        {
            #expect(ReportPeriod(wrong) == nil, "\(wrong)")
        }
    }
}
