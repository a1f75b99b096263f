import Foundation
import Kernel
import Storage
import StoragePostgres
import StorageTestKit
import Synchronization
import Testing

@Suite("PostgreSQL")
struct PostgresDriverTests {
    private let table = Migration("numbers", ["CREATE TABLE numbers (id INTEGER PRIMARY KEY, content TEXT)"])

    @Test("a connection lost before COMMIT is replaced, and the closure runs again")
    func lostBeforeCommit() async throws {
        try await withDatabase(.postgres, migrations: [table]) { database in
            let runs = Mutex(0)
            try await database.write { tx in
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                try tx.execute("INSERT INTO numbers (id) VALUES ($1)", [run])
                if run == 1 { _ = try tx.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
            #expect(runs.withLock { $0 } == 2)
            let ids = try await database.read { try $0.rows("SELECT id FROM numbers").map { try $0.int(0) } }
            #expect(ids == [2])
        }
    }

    @Test("idle connections that were ended are replaced unnoticed")
    func lostWhileIdle() async throws {
        try await withDatabase(.postgres, migrations: [table]) { database in
            for round in 1...3 {
                try await database.write { try $0.execute("INSERT INTO numbers (id) VALUES ($1)", [round]) }
                _ = try await database.read { tx in
                    try tx.rows(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """)
                }
                let count = try await database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
                #expect(count == round)
            }
        }
    }

    @Test("a connection lost during COMMIT leaves the outcome unknown, and is not tried again")
    func lostDuringCommit() async throws {
        try await withDatabase(.postgres, migrations: [table]) { database in
            try await database.write { tx in
                try tx.execute(
                    """
                    CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'
                    """)
                try tx.execute(
                    """
                    CREATE CONSTRAINT TRIGGER vanishing AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION vanish()
                    """)
            }
            let runs = Mutex(0)
            await #expect(throws: StorageError.outcomeUnknown) {
                try await database.write { tx in
                    runs.withLock { $0 += 1 }
                    try tx.execute("INSERT INTO numbers (id) VALUES (1)")
                }
            }
            await #expect(throws: StorageError.outcomeUnknown) {
                try await database.write { tx in
                    runs.withLock { $0 += 1 }
                    try tx.executeAll([("INSERT INTO numbers (id) VALUES ($1)", [2])])
                }
            }
            #expect(runs.withLock { $0 } == 2)
            let count = try await database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(count == 0)
        }
    }

    @Test(
        "serialization failures and deadlocks are tried again, within bounds",
        arguments: ["40001", "40P01", "55P03", "08006"])
    func retried(code: String) async throws {
        try await withDatabase(.postgres, migrations: [table]) { database in
            let runs = Mutex(0)
            try await database.write { tx in
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                try tx.execute("INSERT INTO numbers (id) VALUES ($1)", [run])
                if run < 3 { try tx.execute("DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''\(code)''; END'") }
            }
            #expect(runs.withLock { $0 } == 3)
            let ids = try await database.read { try $0.rows("SELECT id FROM numbers").map { try $0.int(0) } }
            #expect(ids == [3])
        }
    }

    @Test("a schema that is missing is made, and each schema is its own store")
    func schemas() async throws {
        try await withStore(.postgres) { store in
            let names = ["county \"one\"", "县二"]
            let stores = try names.map { try PostgresDatabase(url: store.location, schema: $0, poolSize: 2) }
            for (number, database) in zip(1..., stores) {
                try await Migrator([table]).migrate(database)
                try await database.write { try $0.execute("INSERT INTO numbers (id) VALUES ($1)", [number]) }
            }
            for (number, database) in zip(1..., stores) {
                let ids = try await database.read { try $0.rows("SELECT id FROM numbers").map { try $0.int(0) } }
                #expect(ids == [number])
                await database.close()
            }
        }
    }

    @Test("no error repeats the password or a bound value")
    func secrets() async throws {
        let secret = "S3cr3t-Value"
        for url in ["postgres://u:\(secret)@/x?nonsense=1", "postgres://u:\(secret)@[bad", "\(secret) = = ="] {
            let error = #expect(throws: (any Error).self) { try PostgresDatabase(url: url) }
            #expect(!"\(String(describing: error))".contains(secret))
        }
        try await withStore(.postgres, migrations: [table]) { store in
            let wrong = store.location.replacing("postgres@", with: "nobody:\(secret)@")
            let refused = try PostgresDatabase(url: wrong, poolSize: 1)
            let error = await #expect(throws: StorageError.self) {
                try await refused.read { _ = try $0.rows("SELECT 1") }
            }
            guard case .engine(code: "28000", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(!"\(String(describing: error))".contains(secret))
            await refused.close()
            for sql in [
                "INSERT INTO numbers (id, content) VALUES (CAST($1 AS bigint), '')", "SELECT CAST($1 AS bytea)",
            ] {
                let failure = await #expect(throws: StorageError.self) {
                    try await store.database.write { try $0.execute(sql, [secret + "\\"]) }
                }
                #expect(!"\(String(describing: failure))".contains(secret))
            }
            try await store.database.write {
                try $0.execute("CREATE UNIQUE INDEX numbers_by_content ON numbers (content)")
            }
            let duplicate = await #expect(throws: StorageError.self) {
                try await store.database.write { tx in
                    for id in 1...2 {
                        try tx.execute("INSERT INTO numbers (id, content) VALUES ($1, $2)", [id, secret])
                    }
                }
            }
            #expect(duplicate == .duplicate(constraint: "numbers_by_content"))
        }
    }

    @Test("no server: the answer says so, in bounded time")
    func unreachable() async throws {
        var settings = PostgresSettings()
        settings.attempts = 2
        let database = try PostgresDatabase(url: "postgres://u:p@/x?host=/nonexistent", schema: "s", settings: settings)
        await #expect(throws: StorageError.connectionLost) { try await database.write { _ in } }
        await #expect(throws: StorageError.connectionLost) { try await database.read { _ in } }
        await database.close()
    }

    @Test("more statements than the cache holds, with every combination of types")
    func preparedStatements() async throws {
        try await withDatabase(.postgres, migrations: [table]) { database in
            for number in 0..<700 {
                let value = try await database.read { tx in
                    try tx.first(
                        "SELECT \(number) + $1, COALESCE($2, 'x')", [1, number % 2 == 0 ? "y" : nil as String?])
                }
                #expect(value?.values == [.integer(Int64(number + 1)), .text(number % 2 == 0 ? "y" : "x")])
            }
        }
    }

    @Test("a table that changes under a prepared statement is read again")
    func changedTable() async throws {
        try await withDatabase(.postgres, migrations: [table]) { database in
            for _ in 0..<8 { _ = try await database.read { try $0.rows("SELECT * FROM numbers") } }
            try await database.write { try $0.execute("ALTER TABLE numbers ADD COLUMN extra bigint") }
            for _ in 0..<8 { _ = try await database.read { try $0.rows("SELECT * FROM numbers") } }
        }
    }
}
