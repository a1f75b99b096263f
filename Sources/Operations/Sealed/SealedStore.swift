internal import Casework
internal import Foundation
internal import Kernel
internal import Ledger
internal import Organisation
public import SealedReports
internal import Storage
internal import StoragePostgres
internal import StorageSQLite

/// Where sealed reports lie: a store of their own beside the county's, opened only where a receiving organ's public key
/// is named.
public enum SealedStore {
    /// Opens the channel of an installation; `nil` when no organ is connected.
    ///
    /// - Throws: `Trouble` for a key file that is none, or names a unit that there is not.
    public static func open(_ installation: Installation) async throws -> SealedReports? {
        let settings = installation.settings
        guard !settings.sealedKeys.isEmpty else { return nil }
        var organs: [OrganKey] = []
        let organisation = try await installation.organisation.current()
        for path in settings.sealedKeys {
            let organ = try SealedTools.organ(file: path)
            if let code = organ.unit, organisation.unit(code: code) == nil {
                throw Trouble(.usage, "\(path) names the unit \(code), which this county does not have")
            }
            organs.append(organ)
        }
        guard let receiver = organs.first else { return nil }
        let database = try database(settings, makes: true)
        do {
            try await Migrator(SealedReports.migrations).migrate(database)
            return try await SealedReports(
                database: database, keys: try await SealedKeys.open(database, wrapping: key("wrap", of: installation)),
                receiver: receiver, others: Array(organs.dropFirst()), clock: installation.clock,
                zone: installation.deadlines.zone)
        } catch {
            await database.close()
            throw error
        }
    }

    /// A key of the installation that has no other use.
    static func key(_ purpose: String, of installation: Installation) -> [UInt8] {
        installation.keys.codeHash(purpose, context: "sealed-store 1")
    }

    /// Whether there is such a store, whatever the settings say now.
    static func exists(_ installation: Installation) async throws -> Bool {
        switch installation.settings.database {
        case .sqlite(let path): return FileManager.default.fileExists(atPath: file(path))
        case .postgres:
            let schema = try schema(installation.settings)
            return try await installation.database.read { tx in
                try tx.first("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]) != nil
            }
        }
    }

    /// Opens the database below the channel.
    static func database(_ settings: Settings, makes: Bool) throws -> any Database {
        switch settings.database {
        case .sqlite(let county):
            let path = file(county)
            if makes, !FileManager.default.fileExists(atPath: path) {
                try SafeFile.makeFolder(SafeFile.folder(of: path))
                try SafeFile.create(path, contents: [], mode: 0o600)
            }
            var options = SQLiteSettings()
            options.readers = 2
            options.isReadOnly = !makes
            return try SQLiteDatabase(path: path, settings: options)
        case .postgres(let url):
            return try PostgresDatabase(url: url, schema: try schema(settings), poolSize: min(settings.poolSize, 4))
        }
    }

    /// The file beside a county's file.
    static func file(_ county: String) -> String { county + ".sealed.sqlite" }

    static func schema(_ settings: Settings) throws(Trouble) -> String {
        let name = settings.schema + "_sealed"
        guard name.utf8.count < 64 else {
            throw Trouble(.usage, "the schema's name is too long: with _sealed it must have at most 63 bytes")
        }
        return name
    }

    /// Plain words are in this process's memory for a moment when a browser has no JavaScript: a crash must not write
    /// that memory to a file.
    public static func forbidMemoryImages() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        #if canImport(Glibc)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        #else
            setrlimit(RLIMIT_CORE, &none)
        #endif
    }
}
