internal import Attachments
internal import Bulk
internal import Casework
internal import Ledger
internal import Organisation
internal import Reception
public import Storage
internal import Supervision
internal import Workbench

/// The schema of the whole program.
public enum Schema {
    /// All rooms' steps. The order is part of the stored schema: new steps go to the end of the list, whichever room
    /// they belong to, so that a step never changes its number.
    public static var migrations: [Migration] {
        // The first release, whose steps keep their numbers for good.
        var steps: [Migration] = StorageMigrations.all + Ledger.migrations
        steps += Organisation.migrations.prefix(2)
        steps += Casework.migrations.prefix(1)
        // The lawful process.
        steps += Organisation.migrations[2..<3]
        steps += Casework.migrations[1..<3]
        steps += Supervision.migrations.prefix(1)
        // What came since.
        steps += Organisation.migrations[3..<4]
        steps += Casework.migrations[3..<6]
        steps += Supervision.migrations.dropFirst(1)
        steps += Workbench.migrations.prefix(1)
        steps.append(StorageMigrations.pieces)
        steps += Attachments.migrations
        steps += Casework.migrations[6..<7]
        // The desk: matters that are one, texts kept ready, many matters at once, administration.
        steps += Organisation.migrations[4..<7]
        steps += Casework.migrations[7..<13]
        steps += Workbench.migrations.dropFirst(1)
        steps += Bulk.migrations
        steps.append(ChoreLog.migration)
        steps += Reception.migrations
        // Signing in at a provider.
        steps += Organisation.migrations.dropFirst(7)
        // What is open in very large counties.
        steps += Casework.migrations.dropFirst(13)
        return steps
    }

    /// Refuses a store whose schema is older or newer than this program's, without changing it.
    static func check(_ database: any Database) async throws {
        let found: Int
        do {
            found = try await Migrator(migrations).currentVersion(of: database)
        } catch StorageError.engine {
            throw Trouble(.store, "this is no store of Jiaxin")
        }
        guard found <= migrations.count else {
            throw StorageError.schemaFromTheFuture(found: found, known: migrations.count)
        }
        guard found == migrations.count else {
            throw Trouble(
                .store,
                "the store has schema \(found), this program \(migrations.count); start `jiaxin serve` once to bring it up to date"
            )
        }
    }

    /// Whether a store has never been used: no keys, no records.
    static func isEmpty(_ database: any Database) async throws -> Bool {
        try await database.read { tx in
            for table in ["store_keys", "streams"]
            where try tx.first("SELECT 1 FROM \(table) LIMIT 1") != nil { return false }
            return true
        }
    }
}
