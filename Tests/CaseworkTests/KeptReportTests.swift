import Kernel
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Reports are made once, at their time, and never change.
@Suite struct KeptReportTests {
    /// The county's clock stands at 2026-05-28 20:26:40 UTC: 29 May, 4:26 in the morning there, a Friday.
    private func made(_ county: County) async throws -> Int {
        try await county.casework.makeDueReports(fromHour: 7, try await county.store.current())
    }

    @Test func eachIsMadeOnceAndStaysAsItWas() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            let receipt = try await county.answered()
            county.clock.advance(days: 7)
            let organisation = try await county.store.current()
            let casework = county.casework
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await casework.makeDueReports(fromHour: 7, organisation) } }
                return try await group.reduce(0, +)
            }
            #expect(counts == 2, "one of a week and one of a month, whoever makes them")
            #expect(try await made(county) == 0)
            let lines = try await casework.keptReports(for: watcher)
            #expect(lines.map(\.kind) == [.week, .month])
            let week = try await casework.keptReport(lines[0].id, for: watcher)
            #expect(week.days == (try #require(LocalDate("2026-05-25")))...(try #require(LocalDate("2026-05-31"))))
            #expect(week.total.registered == 1 && week.total.inTime == 1 && week.total.unsolved == 0)
            #expect(week.tables.map(\.by) == [.unit, .area, .category, .channel])
            #expect(week.tables[0].lines.map(\.name?.zh) == ["县水务局"])
            try await casework.judge(
                receipt.caseID, JudgementDraft(outcome: .notSolved), by: receipt.reporterID)
            let now = try await casework.breakdown(BreakdownRequest(.unit, week.days), for: watcher)
            #expect(now.total.unsolved == 1, "the live numbers change")
            #expect(try await casework.keptReport(lines[0].id, for: watcher) == week, "the kept ones do not")
            #expect(try await county.findings() == [])
        }
    }

    @Test func itsHourComesFirstAndWhatWasMissedFollows() async throws {
        try await withCounty { county in
            #expect(try await made(county) == 2)
            let watcher = try await county.viewer("watcher")
            func weeks() async throws -> [String] {
                try await county.casework.keptReports(for: watcher).filter { $0.kind == .week }
                    .map { "\($0.days.lowerBound)" }.sorted()
            }
            #expect(try await weeks() == ["2026-05-18"])
            // Monday, 1 June, 4:26: it is not seven yet.
            county.clock.advance(days: 3)
            #expect(try await made(county) == 0)
            county.clock.advance(seconds: 3 * 3600)
            #expect(try await made(county) == 2, "the week and May")
            // Nobody is there for four weeks.
            county.clock.advance(days: 28)
            #expect(try await made(county) == 4)
            #expect(
                try await weeks() == [
                    "2026-05-18", "2026-05-25", "2026-06-01", "2026-06-08", "2026-06-15", "2026-06-22",
                ])
            #expect(try await made(county) == 0)
        }
    }

    @Test func aReportIsForThoseWhoWatchOverItsUnit() async throws {
        try await withCounty { county in
            let water = try await county.unit("water")
            _ = try await county.store.addStaff(
                NewStaff(
                    signInName: "boss", displayName: "局长甲", unit: water,
                    grants: [RoleGrant(role: .supervisor, unit: water)]), by: .system("test"))
            _ = try await county.register()
            _ = try await county.answered()
            county.clock.advance(days: 7)
            #expect(try await made(county) == 4, "of the county and of the bureau")
            let (boss, watcher) = (try await county.viewer("boss"), try await county.viewer("watcher"))
            let own = try await county.casework.keptReports(for: boss)
            #expect(own.count == 2 && own.allSatisfy { $0.unit == water })
            let week = try await county.casework.keptReport(own[0].id, for: boss)
            #expect(week.total.registered == 1)
            let all = try await county.casework.keptReports(for: watcher)
            #expect(all.count == 2 && all.allSatisfy { $0.unit != water })
            #expect(
                await plainCode { _ = try await county.casework.keptReport(all[0].id, for: boss) } == "route.missing")
            _ = try await county.casework.keptReport(own[0].id, for: watcher)
            let handler = try await county.viewer("handler")
            #expect(await plainCode { _ = try await county.casework.keptReports(for: handler) } == "permission.missing")
        }
    }

    @Test func aChangedReportIsFound() async throws {
        try await withCounty { county in
            _ = try await made(county)
            #expect(try await county.findings() == [])
            try await county.database.write { tx in
                try tx.execute("UPDATE kept_reports SET body = REPLACE(body, '\"registered\":0', '\"registered\":9')")
            }
            #expect(try await county.findings().count == 2)
        }
    }

    @Test func whatComplainsOfAnybodyIsInNoKeptReport() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            let handler = try await county.viewer("handler").staff.id
            try await county.database.write { tx in
                try tx.execute(
                    "INSERT INTO case_exclusions (case_id, excluded_id) VALUES ($1, $2)", [receipt.caseID, handler])
            }
            try await county.casework.foldAllCounts()
            county.clock.advance(days: 7)
            _ = try await made(county)
            let watcher = try await county.viewer("watcher")
            for line in try await county.casework.keptReports(for: watcher) {
                let report = try await county.casework.keptReport(line.id, for: watcher)
                #expect(report.total.registered == 0)
                let now = try await county.casework.breakdown(BreakdownRequest(.unit, report.days), for: watcher)
                #expect(now.total.registered == 1, "it was there to be left out")
            }
        }
    }
}
