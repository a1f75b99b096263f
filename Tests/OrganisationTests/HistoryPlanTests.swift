import Kernel
import Storage
import StorageTestKit
import Testing

@testable import Organisation

/// The list of changes follows an index however it is narrowed.
@Suite struct HistoryPlanTests {
    @Test func everyNarrowingFollowsAnIndex() async throws {
        try await withFixture { fixture in
            guard fixture.database.dialect.engine == .sqlite else { return }
            let id = StaffID(rawValue: 7)
            let changes: [(inout HistoryRequest) -> Void] = [
                { _ in }, { $0.topic = .roles }, { $0.actor = id }, { $0.staff = id },
                { $0.unit = UnitID(rawValue: 7) },
                {
                    $0.since = Instant(milliseconds: 1_790_000_000_000)
                    $0.before = Instant(milliseconds: 1_790_900_000_000)
                },
            ]
            for change in changes {
                var request = HistoryRequest()
                request.after = EventID(rawValue: 9)
                change(&request)
                let (sql, values) = request.statement
                let lines = try await fixture.database.read { tx in
                    try tx.rows("EXPLAIN QUERY PLAN " + sql, values).map { try $0.text(3) }
                }
                #expect(!lines.isEmpty)
                for line in lines {
                    #expect(line.hasPrefix("SEARCH") && !line.contains("TEMP B-TREE"), "\(line)")
                }
            }
        }
    }

    @Test func looksAtContactDataAreFoundByTheirOwnIndex() async throws {
        try await withFixture { fixture in
            guard fixture.database.dialect.engine == .sqlite else { return }
            let lines = try await fixture.database.read { tx in
                try tx.rows(
                    """
                    EXPLAIN QUERY PLAN SELECT e.id FROM events e
                    WHERE e.kind IN ('contactRevealed', 'personLookedUp') AND e.id < $1 ORDER BY e.id DESC LIMIT $2
                    """, [9, 50]
                ).map { try $0.text(3) }
            }
            #expect(lines.contains { $0.contains("events_readings") })
        }
    }
}
