internal import Crypto
internal import Foundation
internal import Kernel

/// Blobs as files, two folders deep, each complete and on disk before it gets its name.
public final class DirectoryBlobStore: BlobStore {
    private let directory: String
    private let line = WorkLine<@Sendable () -> Void>()

    /// - Parameters:
    ///   - directory: created when missing.
    ///   - isReadOnly: creates nothing.
    public init(directory: String, isReadOnly: Bool = false) throws {
        self.directory = directory
        do {
            if !isReadOnly {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(Self.parts)", withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw BlobFile.failure()
        }
        let line = self.line
        // Files block, so they have threads of their own.
        for number in 0..<2 {
            line.startThread("blobs-\(number)") {
                while let jobs = line.take(upTo: 1) {
                    for job in jobs { job() }
                }
            }
        }
    }

    deinit { line.close() }

    /// Where files grow until they are complete.
    private static let parts = "parts"

    /// Begins a file that nobody sees. It is locked while it grows: one without a lock belongs to a process that ended.
    public func begin() async throws -> any BlobWriter {
        let path = "\(directory)/\(Self.parts)/\(UUID().uuidString)"
        let file = try await onThread { try BlobFile(creating: path) }
        return Writer(store: self, file: file)
    }

    /// Reads a part of the file.
    public func read(_ hash: BlobHash, from offset: Int, upTo count: Int) async throws -> [UInt8]? {
        let path = path(of: hash)
        return try await onThread { try BlobFile.bytes(of: path, from: offset, upTo: count) }
    }

    /// Asks the file system.
    public func size(of hash: BlobHash) async throws -> Int? {
        let path = path(of: hash)
        return try await onThread { try BlobFile.status(path)?.size }
    }

    /// Removes the file.
    public func remove(_ hash: BlobHash) async throws {
        let path = path(of: hash)
        try await onThread {
            guard unlink(path) == 0 || errno == ENOENT else { throw BlobFile.failure() }
        }
    }

    /// Walks through the folders in their order.
    public func names(after hash: BlobHash?, olderThan seconds: Int64, limit: Int) async throws -> [BlobHash] {
        let directory = self.directory
        return try await onThread {
            func entries(_ path: String) -> [String] {
                ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
            }
            let start = hash?.hex ?? ""
            let before = Int64(time(nil)) - seconds
            var found: [BlobHash] = []
            for outer in entries(directory) where outer.utf8.count == 2 && outer >= start.prefix(2) {
                for inner in entries("\(directory)/\(outer)") where outer + inner >= start.prefix(4) {
                    for name in entries("\(directory)/\(outer)/\(inner)") where name > start {
                        guard let hash = BlobHash(name),
                            let status = try BlobFile.status("\(directory)/\(outer)/\(inner)/\(name)"),
                            status.changedAt < before
                        else { continue }
                        found.append(hash)
                        if found.count == limit { return found }
                    }
                }
            }
            return found
        }
    }

    /// Removes files that grow no more.
    public func sweep() async throws -> Int {
        let folder = "\(directory)/\(Self.parts)"
        return try await onThread {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.count { BlobFile.removeIfAbandoned("\(folder)/\($0)") }
        }
    }

    private func path(of hash: BlobHash) -> String {
        let hex = hash.hex
        return "\(directory)/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)"
    }

    fileprivate func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            if !line.add({ continuation.resume(with: Result(catching: body)) }) {
                continuation.resume(throwing: StorageError.closed)
            }
        }
    }

    /// Gives a complete file its name, and makes sure that the name is on disk as well.
    fileprivate func place(_ file: BlobFile, as hash: BlobHash) throws {
        let target = path(of: hash)
        let inner = "\(directory)/\(hash.hex.prefix(2))/\(hash.hex.dropFirst(2).prefix(2))"
        mkdir("\(directory)/\(hash.hex.prefix(2))", 0o700)
        mkdir(inner, 0o700)
        try file.finish(as: target)
        try BlobFile.synchronize(inner)
        try BlobFile.synchronize("\(directory)/\(hash.hex.prefix(2))")
        try BlobFile.synchronize(directory)
    }

    private actor Writer: BlobWriter {
        private let store: DirectoryBlobStore
        private let file: BlobFile
        private var hasher = SHA256()
        private var size = 0

        init(store: DirectoryBlobStore, file: BlobFile) {
            self.store = store
            self.file = file
        }

        func append(_ bytes: [UInt8]) async throws {
            hasher.update(data: bytes)
            size += bytes.count
            let file = self.file
            try await store.onThread { try file.write(bytes) }
        }

        func finish() async throws -> (hash: BlobHash, size: Int) {
            let hash = BlobHash(hasher.finalize())
            let (store, file) = (self.store, self.file)
            try await store.onThread { try store.place(file, as: hash) }
            return (hash, size)
        }

        func discard() async {
            let file = self.file
            try? await store.onThread { file.discard() }
        }
    }
}
