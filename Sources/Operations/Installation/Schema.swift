internal import Casework
internal import Ledger
internal import Organisation
public import Storage
internal import Supervision

/// The schema of the whole program.
public enum Schema {
    /// All rooms' steps. The order is part of the stored schema: new steps go to the end of the list, whichever room
    /// they belong to, so that a step never changes its number.
    public static var migrations: [Migration] {
        // The first release, whose steps keep their numbers for good.
        StorageMigrations.all + Ledger.migrations + Organisation.migrations.prefix(2) + Casework.migrations.prefix(1)
            // What came since.
            + Organisation.migrations.dropFirst(2) + Casework.migrations.dropFirst(1)
            + Supervision.migrations
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
