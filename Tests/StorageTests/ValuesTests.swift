import Kernel
import Storage
import StorageTestKit
import Testing

@Suite("Values, on both engines")
struct ValuesTests {
    private let table = Migration(
        "values",
        [
            """
            CREATE TABLE things (
                id INTEGER PRIMARY KEY, label TEXT, amount REAL, content BLOB,
                other INTEGER REFERENCES things (id), CHECK (id > 0)
            )
            """,
            "CREATE UNIQUE INDEX things_by_label ON things (label)",
        ])

    @Test("every type comes back as it went in", arguments: eachEngine)
    func roundTrip(engine: Dialect.Engine) async throws {
        let texts = [
            "", "a", "您好,世界", "🧧 e\u{301} \u{10FFFF}", "'; DROP TABLE things; --", "$1 ?1 \\ \" %_", "\u{FEFF}x\n\t",
        ]
        let numbers: [Int64] = [1, 255, 65_536, .max, 4_294_967_296]
        let reals = [0.0, -1.5, 1e300, Double.leastNonzeroMagnitude, .infinity, 3.141592653589793]
        try await withDatabase(engine, migrations: [table]) { database in
            let insert = "INSERT INTO things (id, label, amount, content) VALUES ($1, $2, $3, $4)"
            try await database.write { tx in
                for (number, text) in zip(Int64(1)..., texts) {
                    try tx.execute(insert, [number, text, Double?.none, Array(text.utf8)])
                }
                for (number, real) in zip(Int64(100)..., reals) {
                    try tx.execute(insert, [number, String?.none, real, [UInt8]?.none])
                }
            }
            let rows = try await database.read { tx in
                try tx.rows("SELECT id, label, amount, content FROM things ORDER BY id")
            }
            for (row, text) in zip(rows, texts) {
                #expect(try row.text(1) == text)
                #expect(try Array(row.text(1).utf8) == Array(text.utf8))
                #expect(row.values[2] == .null)
                #expect(try row.blob(3) == Array(text.utf8))
            }
            for (row, real) in zip(rows.dropFirst(texts.count), reals) {
                #expect(row.values[1] == .null && row.values[3] == .null)
                #expect(try row.double(2) == real)
            }
            let echoed = try await database.read { tx in
                try tx.rows(
                    "SELECT $1, $2, $3, $4",
                    [SQLValue.integer(.min), SQLValue.text("x"), SQLValue.real(0.5), [UInt8(0), 255]])
            }
            #expect(echoed[0].values == [.integer(.min), .text("x"), .real(0.5), .blob([0, 255])])
            for number in numbers {
                let row = try await database.read { try $0.first("SELECT $1", [number]) }
                #expect(row?.values == [.integer(number)])
            }
        }
    }

    @Test("counts, sums and averages are numbers", arguments: eachEngine)
    func aggregates(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            try await database.write { tx in
                for id in 1...10 {
                    try tx.execute("INSERT INTO things (id, amount) VALUES ($1, $2)", [id * 1_000_000_000, 0.25])
                }
            }
            let row = try await database.read { tx in
                try tx.first("SELECT COUNT(*), SUM(id), SUM(amount), AVG(id), MIN(id), SUM(-id) FROM things")
            }
            let found = try #require(row)
            #expect(try found.int(0) == 10)
            #expect(try found.int64(1) == 55_000_000_000)
            #expect(try found.double(2) == 2.5)
            #expect(try found.double(3) == 5_500_000_000)
            #expect(try found.int64(5) == -55_000_000_000)
        }
    }

    @Test("NUL and not-a-number are refused before they reach the engine", arguments: eachEngine)
    func refused(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            await #expect(throws: StorageError.engine(code: "22021", message: "text holds a NUL character")) {
                try await database.write { try $0.execute("INSERT INTO things (id, label) VALUES (1, $1)", ["a\0b"]) }
            }
            await #expect(throws: StorageError.self) {
                try await database.write {
                    try $0.execute("INSERT INTO things (id, amount) VALUES (1, $1)", [Double.nan])
                }
            }
            let rows = try await database.read { try $0.rows("SELECT id FROM things") }
            #expect(rows.isEmpty)
        }
    }

    @Test("a file of 5 MB survives", arguments: eachEngine)
    func bigBlob(engine: Dialect.Engine) async throws {
        let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await withDatabase(engine, migrations: [table]) { database in
            try await database.write { try $0.execute("INSERT INTO things (id, content) VALUES (1, $1)", [bytes]) }
            let found = try await database.read { try $0.first("SELECT content FROM things WHERE id = 1")?.blob(0) }
            #expect(found == bytes)
        }
    }

    @Test("constraints are told apart by code", arguments: eachEngine)
    func constraints(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            try await database.write { try $0.execute("INSERT INTO things (id, label) VALUES (1, 'a')") }
            for sql in ["INSERT INTO things (id) VALUES (1)", "INSERT INTO things (id, label) VALUES (2, 'a')"] {
                let error = await #expect(throws: StorageError.self) {
                    try await database.write { try $0.execute(sql) }
                }
                guard case .duplicate(let constraint) = error else {
                    Issue.record("\(sql): \(String(describing: error))")
                    continue
                }
                #expect(!constraint.isEmpty)
            }
            for sql in ["INSERT INTO things (id) VALUES (0)", "INSERT INTO things (id, other) VALUES (3, 99)"] {
                let error = await #expect(throws: StorageError.self) {
                    try await database.write { try $0.execute(sql) }
                }
                guard case .constraint = error else {
                    Issue.record("\(sql): \(String(describing: error))")
                    continue
                }
            }
            let error = await #expect(throws: StorageError.self) {
                try await database.write { try $0.execute("NO SUCH") }
            }
            guard case .engine = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("numbered placeholders keep their numbers, whatever their order and repetition", arguments: eachEngine)
    func placeholders(engine: Dialect.Engine) async throws {
        try await withDatabase(engine) { database in
            let row = try await database.read { try $0.first("SELECT $2, $1, '$1', $2 || $1", ["a", "b"]) }
            #expect(row?.values == [.text("b"), .text("a"), .text("$1"), .text("ba")])
            await #expect(throws: StorageError.self) { try await database.read { try $0.rows("SELECT $1, $2", ["a"]) } }
        }
    }

    @Test("text sorts by bytes", arguments: eachEngine)
    func order(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            let labels = ["b", "B", "a", "Z", "_", "é", "中", "1", "ab", "a b"]
            try await database.write { tx in
                for (id, label) in zip(1..., labels) {
                    try tx.execute("INSERT INTO things (id, label) VALUES ($1, $2)", [id, label])
                }
            }
            let found = try await database.read { tx in
                try tx.rows("SELECT label FROM things ORDER BY label").map { try $0.text(0) }
            }
            #expect(found == labels.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        }
    }

    @Test("a keyset walk sees every row once", arguments: eachEngine)
    func keyset(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            try await database.write { tx in
                for id in 1...95 {
                    try tx.execute("INSERT INTO things (id, amount) VALUES ($1, $2)", [id, Double(id % 7)])
                }
            }
            var seen: [Int64] = []
            var key: (Double, Int64) = (.infinity, .max)
            while true {
                let (amount, id) = key
                let rows = try await database.read { tx in
                    try tx.rows(
                        """
                        SELECT amount, id FROM things WHERE (amount, id) < ($1, $2) ORDER BY amount DESC, id DESC LIMIT $3
                        """, [amount, id, 11])
                }
                let page = KeysetPage(fetched: rows, limit: 10) { $0.values }
                seen += try page.items.map { try $0.int64(1) }
                guard let next = page.next, let last = page.items.last else { break }
                #expect(next == last.values)
                key = (try last.double(0), try last.int64(1))
            }
            #expect(seen.count == 95 && Set(seen).count == 95)
        }
    }
}
