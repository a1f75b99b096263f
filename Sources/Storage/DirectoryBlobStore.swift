import Foundation
import Kernel

/// Blobs as files under a directory, two levels deep, each complete and on disk before it gets its name.
public final class DirectoryBlobStore: BlobStore {
    private let directory: String
    private let line = WorkLine<@Sendable () -> Void>()

    /// - Parameter directory: created when missing.
    public init(directory: String) throws {
        self.directory = directory
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw Self.failure()
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

    /// Writes a temporary file, forces it to disk and gives it its name.
    @discardableResult
    public func put(_ bytes: [UInt8]) async throws -> BlobHash {
        let directory = self.directory
        return try await onThread {
            let hash = BlobHash(of: bytes)
            let folder = "\(directory)/\(hash.hex.prefix(2))"
            let path = "\(folder)/\(hash.hex)"
            if let known = try? Self.contents(path), BlobHash(of: known) == hash { return hash }
            mkdir(folder, 0o700)
            try Self.write(bytes, folder: folder, path: path)
            try Self.synchronize(folder)
            try Self.synchronize(directory)
            return hash
        }
    }

    /// Reads and checks.
    public func get(_ hash: BlobHash) async throws -> [UInt8]? {
        let path = path(of: hash)
        return try await onThread {
            guard let bytes = try Self.contents(path) else { return nil }
            guard BlobHash(of: bytes) == hash else { throw StorageError.corrupt("blob \(hash)") }
            return bytes
        }
    }

    /// Removes the file.
    public func remove(_ hash: BlobHash) async throws {
        let path = path(of: hash)
        try await onThread {
            guard unlink(path) == 0 || errno == ENOENT else { throw Self.failure() }
        }
    }

    private func path(of hash: BlobHash) -> String { "\(directory)/\(hash.hex.prefix(2))/\(hash.hex)" }

    private func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            if !line.add({ continuation.resume(with: Result(catching: body)) }) {
                continuation.resume(throwing: StorageError.closed)
            }
        }
    }

    private static func contents(_ path: String) throws -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure()
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure() }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { memory in
                Foundation.read(file, memory.baseAddress?.advanced(by: done), memory.count - done)
            }
            guard count > 0 else { throw failure() }
            done += count
        }
        return bytes
    }

    private static func write(_ bytes: [UInt8], folder: String, path: String) throws {
        let part = "\(folder)/.part-\(UUID().uuidString)"
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure() }
        var isComplete = false
        defer { if !isComplete { unlink(part) } }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { memory in
                Foundation.write(file, memory.baseAddress?.advanced(by: done), memory.count - done)
            }
            guard count > 0 else {
                let error = failure()
                close(file)
                throw error
            }
            done += count
        }
        let isOnDisk = fsync(file) == 0
        guard close(file) == 0, isOnDisk, rename(part, path) == 0 else { throw failure() }
        isComplete = true
    }

    private static func synchronize(_ folder: String) throws {
        let file = open(folder, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure() }
    }

    private static func failure() -> StorageError {
        switch errno {
        case ENOSPC, EDQUOT: .full
        case EROFS, EACCES, EPERM: .readOnly
        case let code: .engine(code: "errno \(code)", message: "a file could not be read or written")
        }
    }
}
