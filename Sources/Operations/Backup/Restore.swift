internal import Casework
internal import Foundation
internal import Kernel
internal import Ledger
internal import Storage
internal import StoragePostgres

/// Brings a backup back into an empty place.
public struct Restore: Sendable {
    /// What came of it.
    public struct Summary: Sendable {
        /// Residents that were erased again.
        public var erasedAgain = 0
        /// What the verification found.
        public var verification = StoreVerification.Report()
    }

    private let settings: Settings

    /// - Parameter settings: where to.
    public init(_ settings: Settings) { self.settings = settings }

    /// Checks the backup, puts store and key in place, erases again who was erased, and verifies.
    ///
    /// - Parameters:
    ///   - source: the backup's folder.
    ///   - passphrase: opens the key.
    ///   - erasures: a newer list of erasures; the one of the settings and the backup's own are used in any case.
    ///   - progress: told what is being verified, how much is done and of how much.
    /// - Throws: `Trouble` when something is in the way; then nothing was changed.
    public func run(
        from source: String, passphrase: String, erasures: String? = nil,
        progress: @escaping @Sendable (_ part: String, _ done: Int, _ of: Int) -> Void = { _, _, _ in }
    ) async throws -> Summary {
        let folder = BackupFolder(path: source)
        let (manifest, bytes) = try folder.check()
        let key = try folder.wrappedKey().open(passphrase: passphrase, manifest: bytes)
        guard manifest.schemaVersion <= Schema.migrations.count else {
            throw StorageError.schemaFromTheFuture(found: manifest.schemaVersion, known: Schema.migrations.count)
        }
        let keyFile = KeyFile(path: settings.keyFile)
        guard !keyFile.exists else { throw Trouble(.key, "\(settings.keyFile) exists already; it is left as it is") }
        let lists = try ([erasures].compactMap { $0 } + [settings.erasureList, folder.file(BackupFolder.erasures)])
            .flatMap { path throws(Trouble) in try ErasureList(path: path).records() }
        try SealedBackup.checkRoom(settings, for: manifest)
        try await place(manifest, folder)
        try keyFile.create(key)
        let installation = try await Installation.open(settings, for: .existing)
        do {
            try await SealedBackup.restore(installation, manifest, from: folder)
            try await FileBackup.restore(installation, manifest, from: folder)
            let summary = try await finish(installation, manifest, lists, progress)
            await installation.close()
            return summary
        } catch {
            await installation.close()
            throw error
        }
    }

    private func place(_ manifest: BackupManifest, _ folder: BackupFolder) async throws {
        switch settings.database {
        case .sqlite(let path):
            guard manifest.engine == "sqlite" else { throw Self.wrongEngine(manifest.engine) }
            guard !FileManager.default.fileExists(atPath: path) else {
                throw Trouble(.store, "\(path) exists already; it is left as it is")
            }
            try SafeFile.copy(folder.file("store.sqlite"), to: path, mode: 0o600)
        case .postgres(let url):
            guard manifest.engine == "postgres" else { throw Self.wrongEngine(manifest.engine) }
            guard manifest.schemaName == settings.schema else {
                throw Trouble(
                    .usage, "the backup holds the schema \(manifest.schemaName ?? "?"); name it with --schema")
            }
            let database = try PostgresDatabase(url: url, schema: settings.schema, poolSize: 1)
            do {
                try await makeRoom(in: database)
                await database.close()
            } catch {
                await database.close()
                throw error
            }
            try PostgresTools(url: url, schema: settings.schema).restore(from: folder.file("store.dump"))
        }
    }

    /// The dump makes the schema itself, so an empty one is removed first.
    private func makeRoom(in database: PostgresDatabase) async throws {
        let schema = settings.schema
        let tables = try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM pg_tables WHERE schemaname = $1", [schema])?.int(0) ?? 0
        }
        guard tables == 0 else {
            throw Trouble(.store, "the schema \(schema) of that database is not empty; it is left as it is")
        }
        try await database.maintain("DROP SCHEMA \"\(schema.replacing("\"", with: "\"\""))\"")
    }

    private func finish(
        _ installation: Installation, _ manifest: BackupManifest, _ lists: [ListedErasure],
        _ progress: @escaping @Sendable (String, Int, Int) -> Void
    ) async throws -> Summary {
        var summary = Summary()
        var seen: Set<ReporterID> = []
        let records = lists.filter { seen.insert($0.reporterID).inserted }
        let own = ErasureList(path: settings.erasureList)
        let listed = Set(try own.records().map(\.reporterID))
        for record in records where !listed.contains(record.reporterID) { try own.append(record) }
        summary.erasedAgain = try await PersonErasure(installation).replay(records)
        summary.verification = try await StoreVerification(installation).run(progress: progress)
        let counts = try await Backup.counts(installation.database)
        for (table, count) in manifest.counts.sorted(by: { $0.key < $1.key }) where counts[table, default: 0] < count {
            summary.verification.differences.append(
                "\(table): the backup was made of \(count) rows, \(counts[table, default: 0]) are there")
        }
        return summary
    }

    private static func wrongEngine(_ engine: String) -> Trouble {
        Trouble(.usage, "the backup was made of a \(engine) store; name a \(engine) address with --database")
    }
}
