internal import Attachments
internal import Casework
internal import Foundation
internal import Kernel
internal import Storage

/// The files of matters within a backup, where they lie in a folder. Each is named by the hash of its bytes, so the name
/// is the checksum; they are encrypted as they are. Files in the store itself are part of its copy.
enum FileBackup {
    static let name = "files"

    /// Copies what the store names. It is called after the store was copied: a file that was erased in between is gone,
    /// and rightly so.
    ///
    /// - Returns: how many; nothing where files are part of the store.
    static func write(_ installation: Installation, to folder: BackupFolder) async throws -> Int? {
        guard case .folder = installation.settings.attachmentStore, let room = installation.casework.attachments else {
            return nil
        }
        let target = try DirectoryBlobStore(directory: folder.file(name))
        var count = 0
        try await room.forEachHash { hash in
            if try await copy(hash, from: room.blobs, to: target) { count += 1 }
        }
        return count
    }

    /// Brings the files of a backup back, wherever the settings put them now.
    static func restore(_ installation: Installation, _ manifest: BackupManifest, from folder: BackupFolder)
        async throws
    {
        guard manifest.attachments != nil, let room = installation.casework.attachments else { return }
        let source = try DirectoryBlobStore(directory: folder.file(name), isReadOnly: true)
        try await room.forEachHash { hash in
            // What is missing or damaged is named by the verification that follows.
            _ = try await copy(hash, from: source, to: room.blobs)
        }
    }

    private static func copy(
        _ hash: BlobHash, from source: any BlobStore, to target: any BlobStore
    ) async throws -> Bool {
        let writer = try await target.begin()
        var offset = 0
        do {
            while let piece = try await source.read(hash, from: offset, upTo: 1 << 18) {
                guard !piece.isEmpty else {
                    _ = try await writer.finish()
                    return true
                }
                try await writer.append(piece)
                offset += piece.count
            }
        } catch {
            await writer.discard()
            throw error
        }
        await writer.discard()
        return false
    }
}
