internal import Crypto
internal import Foundation
internal import Kernel

/// What a backup holds, and how to check it.
struct BackupManifest: Codable, Sendable {
    struct File: Codable, Sendable, Hashable {
        let name: String
        let bytes: Int
        let sha256: String
    }

    var format = 1
    let createdAt: Instant
    let engine: String
    let schemaName: String?
    let schemaVersion: Int
    let counts: [String: Int]
    let files: [File]
    /// How many files of matters lie beside the store's data; nothing where they are part of it.
    var attachments: Int?
}

/// The folder of a backup: manifest, wrapped key, the store's data, the list of erasures.
struct BackupFolder: Sendable {
    let path: String

    static let manifest = "manifest.json"
    static let key = "key.json"
    static let erasures = "erasures.jsonl"

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Length and checksum of a file, read in pieces.
    func describe(_ name: String) throws(Trouble) -> BackupManifest.File {
        guard let handle = FileHandle(forReadingAtPath: file(name)) else {
            throw Trouble(.file, "the backup has no file \(name)")
        }
        defer { try? handle.close() }
        var hasher = SHA256()
        var count = 0
        while true {
            let piece: Data?
            do {
                piece = try handle.read(upToCount: 1 << 20)
            } catch {
                throw Trouble(.file, "\(file(name)) cannot be read")
            }
            guard let piece, !piece.isEmpty else { break }
            hasher.update(data: piece)
            count += piece.count
        }
        return BackupManifest.File(name: name, bytes: count, sha256: hexadecimal(hasher.finalize()))
    }

    /// Reads the manifest and checks every file against it.
    func check() throws -> (manifest: BackupManifest, bytes: [UInt8]) {
        let bytes = try SafeFile.contents(of: file(Self.manifest), most: 1 << 20)
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(bytes)) else {
            throw Trouble(.file, "\(path) is no backup of Jiaxin, or its manifest is damaged")
        }
        guard manifest.format == 1 else {
            throw Trouble(.file, "the backup was made by a newer version; use that version")
        }
        for expected in manifest.files {
            guard !expected.name.contains("/"), try describe(expected.name) == expected else {
                throw Trouble(.file, "the backup is damaged: \(expected.name) is not what was saved")
            }
        }
        return (manifest, bytes)
    }

    func wrappedKey() throws -> WrappedKey {
        let bytes = try SafeFile.contents(of: file(Self.key), most: 1 << 16)
        guard let key = try? JSONDecoder().decode(WrappedKey.self, from: Data(bytes)) else {
            throw Trouble(.key, "the backup's wrapped key is damaged")
        }
        return key
    }
}
