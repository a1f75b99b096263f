import Kernel
import Storage
import StoragePostgres
import StorageSQLite
import StorageTestKit
import Testing

@Suite("Migrations, on both engines")
struct MigrationTests {
    private let first = Migration("first", ["CREATE TABLE one (id INTEGER PRIMARY KEY, label TEXT NOT NULL)"])
    private let second = Migration(
        "second",
        ["ALTER TABLE one ADD COLUMN extra TEXT", "UPDATE one SET extra = label"],
        engine: [
            .sqlite: ["CREATE TABLE extras (engine TEXT PRIMARY KEY) STRICT"],
            .postgres: ["CREATE TABLE extras (engine text PRIMARY KEY)"],
        ])

    @Test("an empty store, a filled one, and one that is current", arguments: eachEngine)
    func steps(engine: Dialect.Engine) async throws {
        try await withDatabase(engine) { database in
            #expect(try await Migrator([first]).migrate(database) == 1)
            try await database.write { try $0.execute("INSERT INTO one (id, label) VALUES (1, '甲')") }
            #expect(try await Migrator([first, second]).migrate(database) == 1)
            #expect(try await Migrator([first, second]).migrate(database) == 0)
            let extra = try await database.read { try $0.first("SELECT extra FROM one")?.text(0) }
            #expect(extra == "甲")
            #expect(try await Migrator([first, second]).currentVersion(of: database) == 2)
        }
    }

    @Test("a newer schema is refused and left alone", arguments: eachEngine)
    func future(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [first, second]) { database in
            await #expect(throws: StorageError.schemaFromTheFuture(found: 2, known: 1)) {
                try await Migrator([first]).migrate(database)
            }
        }
    }

    @Test("a step that fails leaves nothing of itself", arguments: eachEngine)
    func failure(engine: Dialect.Engine) async throws {
        let broken = Migration("broken", ["CREATE TABLE two (id INTEGER PRIMARY KEY)", "CREATE NONSENSE"])
        try await withDatabase(engine, migrations: [first]) { database in
            await #expect(throws: StorageError.self) { try await Migrator([first, broken]).migrate(database) }
            #expect(try await Migrator([first]).currentVersion(of: database) == 1)
            try await database.write { try $0.execute("CREATE TABLE two (id INTEGER PRIMARY KEY)") }
        }
    }

    @Test("nodes that start together migrate once", arguments: eachEngine)
    func together(engine: Dialect.Engine) async throws {
        try await withStore(engine) { store in
            let others: [any Database] = try (0..<3).map { _ in
                switch engine {
                case .sqlite: try SQLiteDatabase(path: store.location)
                case .postgres: try PostgresDatabase(url: store.location, poolSize: 1)
                }
            }
            let migrator = Migrator([first, second] + StorageMigrations.all)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for database in others + [store.database] { group.addTask { _ = try await migrator.migrate(database) } }
                try await group.waitForAll()
            }
            #expect(try await migrator.currentVersion(of: store.database) == 2 + StorageMigrations.all.count)
            for database in others { await database.close() }
        }
    }

    @Test("every table has a primary key", arguments: eachEngine)
    func primaryKeys(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: StorageMigrations.all) { database in
            let lacking = try await database.read { tx in
                switch engine {
                case .sqlite:
                    try tx.rows(
                        """
                        SELECT name FROM sqlite_schema AS tables WHERE type = 'table' AND name NOT LIKE 'search%'
                        AND NOT EXISTS (SELECT 1 FROM pragma_table_info(tables.name) WHERE pk > 0)
                        """)
                case .postgres:
                    try tx.rows(
                        """
                        SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                        WHERE relkind = 'r' AND nspname = 'jiaxin'
                        AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = c.oid AND indisprimary)
                        """)
                }
            }
            #expect(lacking.isEmpty)
        }
    }
}
