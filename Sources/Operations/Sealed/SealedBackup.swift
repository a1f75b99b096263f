internal import Crypto
internal import Foundation
internal import Kernel
internal import SealedReports
internal import Storage

/// The sealed store within a backup: one opaque file. The manifest knows its name, its length and its checksum, as of
/// every file; its length doubles from 1 MiB on, so that backups do not count the reports.
enum SealedBackup {
    static let name = "sealed.bin"
    private static let magic = Array("JXSB1".utf8)
    private static let smallest = 1 << 20

    /// Writes the file where there is a sealed store.
    ///
    /// - Returns: whether there is one.
    static func write(_ installation: Installation, to folder: BackupFolder) async throws -> Bool {
        guard try await SealedStore.exists(installation) else { return false }
        let database = try SealedStore.database(installation.settings, makes: false)
        let stream: [UInt8]
        do {
            stream = try await SealedArchive.bytes(of: database)
            await database.close()
        } catch {
            await database.close()
            throw error
        }
        var size = smallest
        while size < stream.count { size *= 2 }
        let padded = stream + [UInt8](repeating: 0, count: size - stream.count)
        let box = try AES.GCM.seal(
            padded, using: SymmetricKey(data: SealedStore.key("backup", of: installation)), authenticating: magic)
        try SafeFile.create(
            folder.file(name), contents: magic + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag), mode: 0o600)
        return true
    }

    /// Refuses to restore over a sealed store.
    static func checkRoom(_ settings: Settings, for manifest: BackupManifest) throws(Trouble) {
        guard holds(manifest), case .sqlite(let path) = settings.database else { return }
        let file = SealedStore.file(path)
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Trouble(.store, "\(file) exists already; it is left as it is")
        }
    }

    /// Brings the sealed store of a backup back; the installation is open already.
    static func restore(_ installation: Installation, _ manifest: BackupManifest, from folder: BackupFolder)
        async throws
    {
        guard holds(manifest) else { return }
        let bytes = FileManager.default.contents(atPath: folder.file(name)) ?? Data()
        guard bytes.starts(with: magic),
            let box = try? AES.GCM.SealedBox(combined: bytes.dropFirst(magic.count)),
            let stream = try? AES.GCM.open(
                box, using: SymmetricKey(data: SealedStore.key("backup", of: installation)), authenticating: magic)
        else { throw Trouble(.key, "the sealed part of the backup does not open with its key") }
        let database = try SealedStore.database(installation.settings, makes: true)
        do {
            try await Migrator(SealedReports.migrations).migrate(database)
            guard try await SealedArchive.isEmpty(database) else {
                throw Trouble(.store, "there is a sealed store already; it is left as it is")
            }
            try await SealedArchive.read(Array(stream), into: database)
            await database.close()
        } catch {
            await database.close()
            throw error
        }
    }

    private static func holds(_ manifest: BackupManifest) -> Bool { manifest.files.contains { $0.name == name } }
}
