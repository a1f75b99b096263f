internal import Foundation
internal import Kernel
internal import Ledger
internal import Storage
internal import StorageSQLite

/// Writes a complete copy of an installation while it stays in use.
public struct Backup: Sendable {
    private let settings: Settings

    /// - Parameter settings: which store.
    public init(_ settings: Settings) { self.settings = settings }

    /// Writes the backup into a new folder, which appears only when it is complete and on disk.
    ///
    /// - Parameters:
    ///   - target: the folder; it must not exist.
    ///   - passphrase: wraps the installation key.
    ///   - progress: told the pages copied and in all (SQLite).
    public func run(
        to target: String, passphrase: String,
        progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws {
        guard passphrase.count >= WrappedKey.shortestPassphrase else {
            throw Trouble(.usage, "the passphrase is too short: at least \(WrappedKey.shortestPassphrase) characters")
        }
        guard !FileManager.default.fileExists(atPath: target) else {
            throw Trouble(.file, "\(target) exists already; it is left as it is")
        }
        // Opening proves that the key belongs to the store: a backup with a wrong key would be worth nothing.
        let installation = try await Installation.open(settings, for: .inspect)
        let part = "\(target).\(getpid()).part"
        defer { try? FileManager.default.removeItem(atPath: part) }
        do {
            try? FileManager.default.removeItem(atPath: part)
            try SafeFile.makeFolder(part)
            try await write(installation, BackupFolder(path: part), passphrase, progress)
            await installation.close()
        } catch {
            await installation.close()
            throw error
        }
        guard rename(part, target) == 0 else { throw Trouble(.file, "\(target) cannot be written") }
        try SafeFile.synchronize(SafeFile.folder(of: target))
    }

    private func write(
        _ installation: Installation, _ folder: BackupFolder, _ passphrase: String,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws {
        // Counted first: nothing is ever removed, so the copy holds at least so much.
        let counts = try await Self.counts(installation.database)
        let data: String
        switch settings.database {
        case .sqlite:
            data = "store.sqlite"
            guard let database = installation.database as? SQLiteDatabase else { throw StorageError.closed }
            try await database.backup(to: folder.file(data), progress: progress)
            chmod(folder.file(data), 0o600)
        case .postgres(let url):
            data = "store.dump"
            try PostgresTools(url: url, schema: settings.schema).dump(to: folder.file(data))
            chmod(folder.file(data), 0o600)
        }
        try SafeFile.synchronize(folder.file(data))
        let attachments = try await FileBackup.write(installation, to: folder)
        let hasSealed = try await SealedBackup.write(installation, to: folder)
        let erasures = FileManager.default.contents(atPath: settings.erasureList) ?? Data()
        try SafeFile.create(folder.file(BackupFolder.erasures), contents: Array(erasures), mode: 0o600)
        let manifest = BackupManifest(
            createdAt: installation.clock.now(), engine: installation.database.dialect.engine.rawValue,
            schemaName: installation.database.dialect.engine == .postgres ? settings.schema : nil,
            schemaVersion: Schema.migrations.count, counts: counts,
            files: try ([data, BackupFolder.erasures] + (hasSealed ? [SealedBackup.name] : []))
                .map { name throws(Trouble) in try folder.describe(name) }, attachments: attachments)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let bytes = Array(try encoder.encode(manifest))
        let key = try KeyFile(path: settings.keyFile).read()
        let wrapped = try WrappedKey(key, passphrase: passphrase, manifest: bytes)
        try SafeFile.create(folder.file(BackupFolder.manifest), contents: bytes, mode: 0o600)
        try SafeFile.create(
            folder.file(BackupFolder.key), contents: Array(try encoder.encode(wrapped)), mode: 0o600)
    }

    static func counts(_ database: any Database) async throws -> [String: Int] {
        try await database.read { tx in
            var counts: [String: Int] = [:]
            for table in ["streams", "events", "texts", "cases"] {
                counts[table] = try tx.first("SELECT COUNT(*) FROM \(table)")?.int(0) ?? 0
            }
            return counts
        }
    }
}
