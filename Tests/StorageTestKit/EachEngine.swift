import Foundation
public import Storage
import StoragePostgres
import StorageSQLite

/// Both engines, for `@Test(arguments: eachEngine)`.
public let eachEngine: [Dialect.Engine] = [.sqlite, .postgres]

/// A store for one test, and what tests of the drivers need to know about it.
public struct TestStore: Sendable {
    /// The store.
    public let database: any Database
    /// SQLite: the file. PostgreSQL: the address (`schema` is `jiaxin`).
    public let location: String
}

/// An error with the engine on which it happened.
public struct EngineFailure: Error, CustomStringConvertible {
    /// The engine.
    public let engine: Dialect.Engine
    /// What went wrong there.
    public let error: any Error
    /// Both.
    public var description: String { "on \(engine.rawValue): \(error)" }
}

/// Runs a test on an empty (or ready migrated) store of each engine. Missing PostgreSQL is a failure.
///
///     @Test func registers() async throws {
///         try await withEachEngine(migrations: all) { database in … }
///     }
public func withEachEngine(
    migrations: [Migration] = [], _ body: (any Database) async throws -> Void
) async throws {
    for engine in eachEngine {
        do {
            try await withDatabase(engine, migrations: migrations, body)
        } catch {
            throw EngineFailure(engine: engine, error: error)
        }
    }
}

/// Runs a test on one engine.
public func withDatabase(
    _ engine: Dialect.Engine, migrations: [Migration] = [], _ body: (any Database) async throws -> Void
) async throws {
    try await withStore(engine, migrations: migrations) { try await body($0.database) }
}

/// Runs a test on one engine, with the store's location.
public func withStore(
    _ engine: Dialect.Engine, migrations: [Migration] = [], _ body: (TestStore) async throws -> Void
) async throws {
    switch engine {
    case .sqlite:
        let directory = NSTemporaryDirectory() + "jiaxin-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/store.sqlite"
        if !migrations.isEmpty {
            let template = try await Templates.shared.sqlite(migrations)
            try FileManager.default.copyItem(atPath: template, toPath: path)
        }
        let database = try SQLiteDatabase(path: path)
        try await closing(database) { try await body(TestStore(database: database, location: path)) }
    case .postgres:
        let cluster = try PostgresCluster.shared.get()
        let template = migrations.isEmpty ? nil : try await Templates.shared.postgres(migrations, cluster)
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "_")
        try await cluster.create(name, template: template)
        let url = cluster.url(database: name)
        let database = try PostgresDatabase(url: url, poolSize: 4)
        try await closing(database) { try await body(TestStore(database: database, location: url)) }
        try await cluster.drop(name)
    }
}

private func closing(_ database: any Database, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch {
        await database.close()
        throw error
    }
    await database.close()
}

/// Migrated stores to copy, made once for each list of steps.
private actor Templates {
    static let shared = Templates()

    private var made: [String: Task<String, any Error>] = [:]

    func sqlite(_ migrations: [Migration]) async throws -> String {
        try await once("sqlite", migrations) { number in
            let path = "/tmp/jiaxin-template-\(getpid())-\(number).sqlite"
            try? FileManager.default.removeItem(atPath: path)
            let database = try SQLiteDatabase(path: path)
            try await Migrator(migrations).migrate(database)
            await database.close()
            return path
        }
    }

    func postgres(_ migrations: [Migration], _ cluster: PostgresCluster) async throws -> String {
        try await once("postgres", migrations) { number in
            let name = "template_\(number)"
            try await cluster.create(name, template: nil)
            let database = try PostgresDatabase(url: cluster.url(database: name), poolSize: 1)
            try await Migrator(migrations).migrate(database)
            await database.close()
            return name
        }
    }

    private func once(
        _ engine: String, _ migrations: [Migration], _ make: @escaping @Sendable (Int) async throws -> String
    ) async throws -> String {
        let steps = migrations.map { step in
            let extra = step.engineStatements.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap(\.value)
            return ([step.name] + step.statements + extra).joined(separator: "\u{1}")
        }
        let key = engine + steps.joined(separator: "\u{2}")
        if let task = made[key] { return try await task.value }
        let number = made.count
        let task = Task { try await make(number) }
        made[key] = task
        return try await task.value
    }
}
