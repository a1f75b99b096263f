import Kernel
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Reports, findings, precedents and sweeps read what their period or their fault holds, never the whole ledger.
@Suite struct ReportPlanTests {
    private static func scopes() throws -> [ReportScope] {
        try PlanTests.visibilities.map {
            ReportScope(
                period: try #require(ReportPeriod("2026-05")), zone: .shanghai, visibility: $0,
                today: try #require(LocalDate("2026-06-01")))
        }
    }

    private func plan(
        _ sql: String, _ values: [any SQLConvertible], _ database: any Database
    ) async throws -> [String] {
        try await database.read { tx in
            try tx.rows("EXPLAIN QUERY PLAN \(sql)", values).map { try $0.text(3) }
        }
    }

    /// No step reads a whole table of matters or of what hangs on them.
    private func expectNoScan(_ lines: [String], _ what: String) {
        for line in lines {
            #expect(!line.hasPrefix("SCAN") || line.hasPrefix("SCAN CONSTANT"), "\(what): \(line)")
        }
    }

    @Test func aReportReadsTheRowsOfItsPeriod() async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            for scope in try Self.scopes() {
                let recorder = Recorder()
                var count = ReportCount(
                    scope: scope, report: LawfulReport(period: scope.period, countedAt: Instant(milliseconds: 0)))
                try count.received(recorder)
                try count.clocks(recorder)
                try count.answers(recorder)
                try count.reviews(recorder)
                try count.verdicts(recorder)
                try count.moves(recorder)
                try count.rulings(recorder)
                #expect(recorder.asked.count == 9)
                for (sql, values) in recorder.asked {
                    let lines = try await plan(sql, values, database)
                    expectNoScan(lines, sql)
                    let isBounded = lines.contains { line in
                        [
                            "cases_by_registration", "case_answers_by_time", "case_reviews_by", "cases_by_verdict",
                            "case_moves_by_time", "case_rulings_by_time", "cases_by_kind",
                        ]
                        .contains { line.contains($0) }
                    }
                    #expect(isBounded, "\(lines)")
                }
                var request = ReceivedRequest(scope.period)
                request.channel = .web
                request.after = ReceivedCursor(at: Instant(milliseconds: 5), id: CaseID(rawValue: 5))
                let (sql, values) = request.statement(scope)
                let lines = try await plan(sql, values, database)
                expectNoScan(lines, "list")
                #expect(lines.contains { $0.contains("cases_by_registration (registered_at>") }, "\(lines)")
            }
        }
    }

    @Test func promisesAreCountedFromAnIndexAlone() async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let day = try #require(LocalDate("2026-05-21"))
            let lines = try await plan(Casework.promiseCounts + " GROUP BY unit_id", [day, day, day], database)
            #expect(lines.contains { $0.contains("COVERING INDEX case_promises_by_due (due_on>") }, "\(lines)")
        }
    }

    @Test(arguments: CaseFindingTrigger.allCases)
    func findingsReadOnlyWhatIsWrong(_ trigger: CaseFindingTrigger) async throws {
        let indexes: [CaseFindingTrigger: String] = [
            .notAcceptedInTime: "case_clocks_watched (duty=? AND",
            .notAnsweredInTime: "case_clocks_watched (duty=? AND",
            .objectedWithoutGround: "case_rulings_rejected", .answeredWithoutSubstance: "case_answers_weak",
            .notExecuted: "case_promises_open (kind=? AND", .promiseBroken: "case_promises_open (kind=? AND",
            .noticeMissing: "case_notices_by_due", .helpMissing: "case_units_due",
        ]
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let county = try await County(database)
            let today = try #require(LocalDate("2026-05-21"))
            for name in ["watcher", "handler"] {
                var query = FindingQuery(
                    trigger: trigger, viewer: try await county.viewer(name), today: today, zone: .shanghai, limit: 21)
                for after in [nil, CaseFindingKey(trigger: trigger, since: today, caseID: CaseID(rawValue: 5))] {
                    query.after = after
                    let (sql, values) = query.statement
                    let lines = try await plan(sql, values, database)
                    let first = try #require(lines.first { $0.contains(" h ") || $0.hasSuffix(" h") }, "\(lines)")
                    #expect(first.contains(try #require(indexes[trigger])), "\(name): \(lines)")
                    #expect(!lines.contains { $0.contains("TEMP B-TREE") }, "\(name): \(lines)")
                    #expect(!lines.contains { $0.hasPrefix("SCAN c") }, "\(name): \(lines)")
                }
            }
        }
    }

    @Test func precedentsAndSweepsFollowAnIndex() async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let county = try await County(database)
            let today = try #require(LocalDate("2026-05-21"))
            var query = PrecedentQuery(viewer: try await county.viewer("watcher"), limit: 5)
            query.category = "01"
            var lines = try await plan(query.statement.sql, query.statement.values, database)
            #expect(lines.contains { $0.contains("case_rulings_by_category (category=?") }, "\(lines)")
            #expect(!lines.contains { $0.contains("TEMP B-TREE") }, "\(lines)")
            query.category = nil
            query.upheldSince = Instant(milliseconds: 0)
            lines = try await plan(query.statement.sql, query.statement.values, database)
            #expect(lines.contains { $0.contains("case_rulings_upheld (ruled_at>") }, "\(lines)")
            for after in [nil, Casework.OverduePlace(day: today, id: CaseID(rawValue: 4))] {
                let (sql, values) = Casework.overdueClocks(
                    after: after, today: today, now: Instant(milliseconds: 5), limit: 100)
                lines = try await plan(sql, values, database)
                #expect(lines.count == 1 && lines[0].contains("COVERING INDEX case_clocks_to_escalate"), "\(lines)")
            }
        }
    }
}

/// Keeps what is asked and answers nothing.
private final class Recorder: ReadTransaction {
    let dialect = Dialect(.sqlite)
    private(set) var asked: [(sql: String, values: [any SQLConvertible])] = []

    func rows(_ sql: String, _ values: [any SQLConvertible]) throws -> [Row] {
        asked.append((sql, values))
        return []
    }

    func forEach(_ sql: String, _ values: [any SQLConvertible], _ each: (Row) throws -> Bool) throws {
        asked.append((sql, values))
    }
}
