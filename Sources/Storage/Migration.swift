/// One step of the schema. Steps are numbered by their place in the list and never change once released.
public struct Migration: Sendable {
    /// What it does, for people: `casework: matters and reporters`.
    public let name: String
    /// Common-form statements, one per message (`Dialect.schema` adapts them).
    public let statements: [String]
    /// Statements for one engine only (full-text tables, special indexes).
    public let engineStatements: [Dialect.Engine: [String]]

    /// A step.
    public init(_ name: String, _ statements: [String], engine: [Dialect.Engine: [String]] = [:]) {
        self.name = name
        self.statements = statements
        self.engineStatements = engine
    }
}

/// Brings a store to the schema that this program knows.
public struct Migrator: Sendable {
    private let migrations: [Migration]

    /// - Parameter migrations: all steps, in order, of all rooms.
    public init(_ migrations: [Migration]) { self.migrations = migrations }

    /// Applies what is missing, a transaction a step, and records each in `schema_versions`.
    ///
    /// - Throws: `StorageError.schemaFromTheFuture` when the store knows steps that this program does not.
    /// - Returns: how many steps were applied.
    @discardableResult
    public func migrate(_ database: any Database) async throws -> Int {
        let migrations = self.migrations
        try await database.write { tx in
            try Self.takeTurn(tx)
            try tx.execute(
                tx.dialect.schema(
                    "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL)"))
        }
        let found = try await currentVersion(of: database)
        guard found <= migrations.count else {
            throw StorageError.schemaFromTheFuture(found: found, known: migrations.count)
        }
        for version in found..<migrations.count {
            let migration = migrations[version]
            try await database.write { tx in
                try Self.takeTurn(tx)
                // Another node may have been faster.
                guard try tx.first("SELECT 1 FROM schema_versions WHERE version = $1", [version + 1]) == nil else {
                    return
                }
                for statement in migration.statements { try tx.execute(tx.dialect.schema(statement)) }
                for statement in migration.engineStatements[tx.dialect.engine] ?? [] { try tx.execute(statement) }
                try tx.execute(
                    "INSERT INTO schema_versions (version, name) VALUES ($1, $2)", [version + 1, migration.name])
            }
        }
        return migrations.count - found
    }

    /// The number of the last applied step; 0 for an empty store.
    public func currentVersion(of database: any Database) async throws -> Int {
        try await database.read { tx in
            try tx.first("SELECT COALESCE(MAX(version), 0) FROM schema_versions")?.int(0) ?? 0
        }
    }

    /// Nodes that start together migrate one after the other; SQLite has one writer anyway.
    private static func takeTurn(_ tx: any Transaction) throws {
        guard tx.dialect.engine == .postgres else { return }
        _ = try tx.rows("SELECT pg_advisory_xact_lock($1)", [7_241_995_310])
    }
}
