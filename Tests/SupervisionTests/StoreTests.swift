import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Supervision

@Suite struct StoreTests {
    @Test func aChangedTableIsFound() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            let id = try await county.task()
            let suggestion = try await county.supervision.suggest(
                SuggestionDraft(unit: try await county.unit("water"), kind: .improveWork, text: "建议。"),
                submission: nil, by: watcher)
            let meeting = try await county.supervision.convene(
                ConferenceDraft(on: day("2026-05-25"), place: "会议室", units: [try await county.unit("water")]),
                submission: nil, by: watcher)
            #expect(try await county.findings() == [])
            let tampering: [(String, StreamID)] = [
                ("UPDATE supervision_tasks SET due_on = '2027-01-01'", id.stream),
                ("DELETE FROM supervision_findings", id.stream),
                ("INSERT INTO supervision_measures VALUES (\(id), 9, 'urge', 1, 1)", id.stream),
                ("UPDATE supervision_suggestions SET adoption = 'adopted'", suggestion.stream),
                ("UPDATE conferences SET held_on = '2026-05-01'", meeting.stream),
                ("DELETE FROM conference_units", meeting.stream),
                ("INSERT INTO conference_units VALUES (77, 1)", StreamID(rawValue: 77)),
            ]
            for (sql, stream) in tampering {
                await county.tampered(sql) { findings in
                    #expect(findings.contains { $0.kind == .projection && $0.stream == stream }, "\(sql)")
                }
            }
            #expect(try await county.findings() == [])
        }
    }

    @Test func everyRecordIsRebuiltFromItsEventsAlone() async throws {
        try await withCounty { county in
            let id = try await county.task()
            let watcher = try await county.viewer("watcher")
            try await county.supervision.urge(id, text: "请答复。", due: day("2026-05-30"), by: watcher)
            let known = try await county.state(id)
            let replayed = try await county.database.read { tx in
                try county.supervision.records.history(SupervisionTask.self, id, in: tx)?.state
            }
            #expect(replayed == known)
            // A stream of another kind is none of this room's records.
            let other = try await county.database.read { tx in
                try county.supervision.records.history(
                    Suggestion.self, SuggestionID(rawValue: id.rawValue), in: tx)?.state
            }
            #expect(other == nil)
        }
    }

    @Test func theDemoCountyIsLawful() async throws {
        try await withCounty { county in
            var causes: [SupervisionFinding] = []
            for number in 1...3 { causes.append(try await county.found(number)) }
            let demo = SupervisionDemo(
                county.supervision, organisation: try await county.store.current(), now: county.clock.now())
            try await demo.load(causes)
            let watcher = try await county.viewer("watcher")
            let supervision = county.supervision
            #expect(try await supervision.tasks(TaskRequest(.unfinished), for: watcher).rows.count == 3)
            #expect(try await supervision.tasks(TaskRequest(.finished), for: watcher).rows.count == 1)
            #expect(try await supervision.tasks(TaskRequest(.listed), for: watcher).rows.count == 1)
            #expect(try await supervision.suggestions(SuggestionRequest(), for: watcher).rows.count == 3)
            #expect(try await supervision.conferences(for: watcher).rows.map(\.phase) == [.planned, .held])
            #expect(try await supervision.conferenceDecisions(on: causes[2].caseID).first?.responsible != nil)
            #expect(try await supervision.findings(FindingRequest(), for: watcher).items.isEmpty)
            #expect(try await county.findings() == [])
        }
    }

    /// Lists must follow an index and never walk through a whole table.
    @Test(arguments: TaskQueue.allCases)
    func listsFollowAnIndex(_ queue: TaskQueue) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let staff = StaffID(rawValue: 1)
            for scope in [Visibility.Scope.everything, .units([UnitID(rawValue: 2)])] {
                var request = TaskRequest(queue)
                request.after = DueCursor(due: day("2026-05-21"), id: 9)
                let filter = TaskFilter(request, Visibility(scope: scope, staff: staff), day("2026-05-21"))
                let plan = try await database.read { tx in
                    try tx.rows(
                        "EXPLAIN QUERY PLAN SELECT t.id FROM supervision_tasks t WHERE \(filter.sql) ORDER BY t.due_on, t.id",
                        filter.values
                    ).map { try $0.text(3) }
                }
                for line in plan {
                    #expect(!line.hasPrefix("SCAN t"), "\(queue): \(line)")
                    #expect(!line.contains("TEMP B-TREE"), "\(queue): \(line)")
                }
            }
        }
    }
}

extension County {
    /// Runs one statement behind the room's back, looks at what verification finds, and takes it back.
    func tampered(_ sql: String, _ check: ([LedgerFinding]) -> Void) async {
        let tables = [
            "supervision_tasks", "supervision_findings", "supervision_measures", "supervision_suggestions",
            "conferences",
            "conference_units",
        ]
        do {
            let kept = try await database.read { tx in
                try tables.map { table in (table, try tx.rows("SELECT * FROM \(table)").map(\.values)) }
            }
            try await database.write { tx in try tx.execute(sql) }
            check(try await supervision.verifyProjections())
            try await database.write { tx in
                for (table, rows) in kept {
                    try tx.execute("DELETE FROM \(table)")
                    for row in rows {
                        let marks = row.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
                        try tx.execute("INSERT INTO \(table) VALUES (\(marks))", row)
                    }
                }
            }
        } catch {
            Issue.record(error)
        }
    }
}
