import Kernel
import Storage
import StorageTestKit
import Testing

@testable import Reception

/// Lines, days and the calendar follow an index; nothing is sorted or read whole.
@Suite struct PlanTests {
    private func plan(_ sql: String, _ values: [any SQLConvertible]) async throws -> [String] {
        var lines: [String] = []
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            lines = try await database.read { tx in
                try tx.rows("EXPLAIN QUERY PLAN \(sql)", values).map { try $0.text(3) }
            }
        }
        return lines
    }

    @Test func linesAndCalendarFollowAnIndex() async throws {
        let today = day("2026-05-21")
        let queries: [(String, [any SQLConvertible], String)] = [
            (Reception.lineSQL, [1, today], "visit_line_by_desk"),
            (
                Reception.visitSQL + " WHERE v.place_id = $1 AND v.day = $2 ORDER BY v.id DESC LIMIT 500", [1, today],
                "visits_by_day"
            ),
            (Reception.visitSQL + " WHERE v.leader_day_id = $1 ORDER BY v.id LIMIT 500", [1], "visits_by_leader_day"),
            (Reception.publishedSQL, [today], "leader_days_by_day"),
            (Reception.openSQL, [], "leader_day_entries_by_due"),
            ("SELECT id FROM visits WHERE case_id = $1 ORDER BY id DESC LIMIT 20", [1], "visits_by_matter"),
            (
                "SELECT id FROM visits WHERE kept = 1 AND day < $1 ORDER BY day, id LIMIT 200", [today],
                "visits_to_forget"
            ),
            (
                "SELECT id FROM appointments WHERE place_id = $1 AND day = $2 AND state = 'booked' ORDER BY minute, id LIMIT 500",
                [1, today], "appointments_by_day"
            ),
            (
                "SELECT id FROM missed_calls WHERE unit_id = $1 AND state = 'open' ORDER BY again_on, called_at, id LIMIT 50",
                [1], "missed_calls_open"
            ),
            (
                "UPDATE missed_calls SET calls = calls + 1 WHERE unit_id = $1 AND phone_hash = $2 AND state = 'open'",
                [1, [UInt8](repeating: 0, count: 32)], "missed_calls_by_phone"
            ),
            ("DELETE FROM missed_calls WHERE called_at < $1", [1], "missed_calls_to_forget"),
            ("DELETE FROM appointments WHERE day < $1", [today], "appointments_to_forget"),
            (
                "SELECT slot, taken FROM appointment_slots WHERE slot >= $1 AND slot < $2", ["p:1:", "p:1;"],
                "sqlite_autoindex_appointment_slots_1"
            ),
        ]
        for (sql, values, index) in queries {
            let lines = try await plan(sql, values)
            #expect(lines.contains { $0.contains(index) }, "\(sql): \(lines)")
            #expect(
                !lines.contains { $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN v") && !$0.contains("USING") },
                "\(sql): \(lines)")
        }
    }
}
