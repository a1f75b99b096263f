import Kernel
import Storage
import StorageTestKit
import Testing

/// The queries behind the table in `docs/decisions/0001-one-sql-two-engines.md`: written once, the same answer on
/// both engines, and no scan of the large table where an index should serve.
@Suite("Twenty queries of a casework application")
struct TwentyQueriesTests {
    private struct Query: Sendable {
        let name: String
        let sql: String
        var values: [SQLValue] = []
        var writes = false
        /// Whether the plan may walk the whole table of matters (reports do).
        var scans = false
    }

    private static let schema = Migration(
        "casework in small",
        [
            """
            CREATE TABLE cases (
                id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, unit INTEGER NOT NULL,
                category TEXT, due_on TEXT, registered_at INTEGER NOT NULL, judgement TEXT, version INTEGER NOT NULL)
            """,
            "CREATE INDEX cases_by_unit ON cases (unit, phase, due_on, id)",
            "CREATE INDEX cases_by_time ON cases (registered_at, id)",
            """
            CREATE TABLE events (
                case_id INTEGER NOT NULL REFERENCES cases (id), version INTEGER NOT NULL, body TEXT NOT NULL,
                recorded_at INTEGER NOT NULL, PRIMARY KEY (case_id, version))
            """,
            "CREATE TABLE units (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES units (id), name TEXT NOT NULL)",
            "CREATE INDEX units_by_parent ON units (parent)",
            "CREATE TABLE tallies (unit INTEGER NOT NULL, day TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (unit, day))",
        ])

    private static let queries: [Query] = [
        Query(
            name: "one matter by number", sql: "SELECT id, phase FROM cases WHERE number = $1", values: [.text("n-77")]),
        Query(
            name: "history of a matter", sql: "SELECT version, body FROM events WHERE case_id = $1 ORDER BY version",
            values: [.integer(77)]),
        Query(
            name: "work queue, a page by keyset",
            sql: """
                SELECT id, due_on FROM cases WHERE unit = $1 AND phase = $2 AND (due_on, id) > ($3, $4)
                ORDER BY due_on, id LIMIT $5
                """, values: [.integer(3), .text("open"), .text("2026-03-01"), .integer(0), .integer(20)]),
        Query(
            name: "newest first, a page by keyset",
            sql: """
                SELECT id FROM cases WHERE (registered_at, id) < ($1, $2) ORDER BY registered_at DESC, id DESC LIMIT 20
                """, values: [.integer(500_000), .integer(0)]),
        Query(
            name: "without a date last",
            sql: """
                SELECT id, due_on FROM cases WHERE unit = $1 ORDER BY CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, id
                LIMIT 400
                """, values: [.integer(3)]),
        Query(
            name: "count, capped",
            sql: "SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE unit = $1 LIMIT 101) AS capped",
            values: [.integer(3)]),
        Query(
            name: "counts by phase",
            sql: "SELECT phase, COUNT(*) FROM cases WHERE unit = $1 GROUP BY phase ORDER BY phase",
            values: [.integer(3)]),
        Query(
            name: "several counts in one walk",
            sql: """
                SELECT SUM(CASE WHEN due_on < $1 THEN 1 ELSE 0 END), SUM(CASE WHEN judgement = 'no' THEN 1 ELSE 0 END)
                FROM cases WHERE unit = $2 AND phase = 'open'
                """, values: [.text("2026-06-01"), .integer(4)]),
        Query(
            name: "a unit and all below it",
            sql: """
                WITH RECURSIVE below (id) AS (
                    SELECT id FROM units WHERE id = $1
                    UNION ALL SELECT u.id FROM units u JOIN below b ON u.parent = b.id)
                SELECT id FROM below ORDER BY id
                """, values: [.integer(2)]),
        Query(
            name: "list within a subtree",
            sql: """
                SELECT c.id FROM cases c WHERE c.unit IN (SELECT id FROM units WHERE parent = $1 OR id = $1)
                AND c.phase = $2 AND c.due_on > $3 ORDER BY c.due_on, c.id LIMIT 30
                """, values: [.integer(2), .text("open"), .text("")]),
        Query(
            name: "latest event of each matter on a page",
            sql: """
                SELECT c.id, e.body FROM cases c JOIN events e ON e.case_id = c.id
                WHERE c.unit = $1 AND c.phase = 'open'
                AND e.version = (SELECT MAX(version) FROM events x WHERE x.case_id = c.id) ORDER BY c.id LIMIT 20
                """, values: [.integer(3)]),
        Query(
            name: "names beside numbers",
            sql: """
                SELECT u.name, COUNT(c.id) FROM units u LEFT JOIN cases c ON c.unit = u.id AND c.phase = $1
                GROUP BY u.id, u.name HAVING COUNT(c.id) >= $2 ORDER BY u.id
                """, values: [.text("open"), .integer(1)], scans: true),
        Query(
            name: "rank within a unit",
            sql: """
                SELECT id, ROW_NUMBER() OVER (PARTITION BY phase ORDER BY due_on, id) FROM cases
                WHERE unit = $1 AND due_on IS NOT NULL ORDER BY id LIMIT 25
                """, values: [.integer(3)]),
        Query(
            name: "share of satisfied, as a real number",
            sql: """
                SELECT unit, 1.0 * SUM(CASE WHEN judgement = 'yes' THEN 1 ELSE 0 END) / COUNT(*)
                FROM cases WHERE judgement IS NOT NULL GROUP BY unit ORDER BY unit
                """, scans: true),
        Query(
            name: "text that begins so",
            sql: "SELECT id FROM cases WHERE number >= $1 AND number < $2 ORDER BY number LIMIT 10",
            values: [.text("n-12"), .text("n-13")]),
        Query(
            name: "append an event with its version",
            sql: "INSERT INTO events (case_id, version, body, recorded_at) VALUES ($1, $2, $3, $4) RETURNING version",
            values: [.integer(77), .integer(3), .text("{}"), .integer(1)], writes: true),
        Query(
            name: "change guarded by version",
            sql: "UPDATE cases SET phase = $1, version = version + 1 WHERE id = $2 AND version = $3 RETURNING version",
            values: [.text("done"), .integer(77), .integer(1)], writes: true),
        Query(
            name: "count up, or begin at one",
            sql: """
                INSERT INTO tallies (unit, day, n) VALUES ($1, $2, 1)
                ON CONFLICT (unit, day) DO UPDATE SET n = tallies.n + 1 RETURNING n
                """, values: [.integer(1), .text("2026-01-01")], writes: true),
        Query(
            name: "insert unless there",
            sql: "INSERT INTO tallies (unit, day, n) VALUES ($1, $2, 9) ON CONFLICT DO NOTHING RETURNING n",
            values: [.integer(1), .text("2026-01-01")], writes: true),
        Query(
            name: "remove the old", sql: "DELETE FROM events WHERE recorded_at < $1 AND case_id = $2 RETURNING version",
            values: [.integer(2), .integer(77)], writes: true),
    ]

    private func fill(_ database: any Database) async throws {
        try await database.write { tx in
            try tx.executeAll(
                (1...40).map { unit in
                    (
                        "INSERT INTO units (id, parent, name) VALUES ($1, $2, $3)",
                        [unit, unit == 1 ? nil : unit / 2 as Int?, "unit \(unit)"]
                    )
                })
            for id in 1...3000 {
                let due: String? = id % 11 == 0 ? nil : "2026-\(id % 9 + 1 < 10 ? "0" : "")\(id % 9 + 1)-15"
                try tx.executeAll([
                    (
                        """
                        INSERT INTO cases (id, number, phase, unit, category, due_on, registered_at, judgement, version)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
                        """,
                        [
                            id, "n-\(id)", id % 3 == 0 ? "open" : "done", id % 40 + 1, "c\(id % 5)", due, id * 300,
                            id % 7 == 0 ? "yes" : (id % 7 == 1 ? "no" : nil) as String?,
                        ]
                    ),
                    (
                        "INSERT INTO events (case_id, version, body, recorded_at) VALUES ($1, 1, $2, $3)",
                        [id, "a\(id)", id]
                    ),
                    (
                        "INSERT INTO events (case_id, version, body, recorded_at) VALUES ($1, 2, $2, $3)",
                        [id, "b\(id)", id]
                    ),
                ])
            }
        }
        try await database.maintain("ANALYZE")
    }

    @Test("the same answers")
    func answers() async throws {
        var answers: [Dialect.Engine: [[Row]]] = [:]
        for engine in eachEngine {
            try await withDatabase(engine, migrations: [Self.schema]) { database in
                try await fill(database)
                for query in Self.queries {
                    let rows =
                        query.writes
                        ? try await database.write { try $0.rows(query.sql, query.values) }
                        : try await database.read { try $0.rows(query.sql, query.values) }
                    answers[engine, default: []].append(rows)
                }
            }
        }
        #expect(Self.queries.count == 20)
        for (place, query) in Self.queries.enumerated() {
            let (one, two) = (answers[.sqlite]?[place], answers[.postgres]?[place])
            // PostgreSQL divides in decimals, SQLite in binary; nothing else may differ.
            if query.name.hasPrefix("share") {
                #expect(one?.count == two?.count)
                for (a, b) in zip(one ?? [], two ?? []) { #expect(try abs(a.double(1) - b.double(1)) < 1e-12) }
            } else {
                #expect(one?.map(\.values) == two?.map(\.values), "\(query.name)")
            }
            if query.name != "insert unless there" { #expect(one?.isEmpty == false, "\(query.name)") }
        }
    }

    @Test("no list walks the large table", arguments: eachEngine)
    func plans(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [Self.schema]) { database in
            try await fill(database)
            for query in Self.queries where !query.scans {
                let explain = (engine == .sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + query.sql
                let rows = try await database.write { tx in
                    // In a small table a walk is right; asked is whether an index could serve.
                    if engine == .postgres { try tx.execute("SET LOCAL enable_seqscan = off") }
                    return try tx.rows(explain, query.values)
                }
                let plan = try rows.map { try $0.text(engine == .sqlite ? 3 : 0) }
                let walks = plan.filter { line in
                    engine == .sqlite
                        ? (line == "SCAN cases" || line == "SCAN c" || line == "SCAN events")
                        : (line.contains("Seq Scan on cases") || line.contains("Seq Scan on events"))
                }
                #expect(walks.isEmpty, "\(query.name): \(plan.joined(separator: "\n"))")
            }
        }
    }
}
