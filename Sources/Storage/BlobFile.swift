internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file on its way to a name, and what is asked of finished ones. Everything here blocks.
final class BlobFile: Sendable {
    private let path: String
    private let descriptor: Int32

    /// A new file, locked until it is finished or its process ends.
    init(creating path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure() }
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { memory in
                Foundation.write(descriptor, memory.baseAddress?.advanced(by: done), memory.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure() }
            done += count
        }
    }

    /// Forces it to disk and gives it its name.
    func finish(as target: String) throws {
        guard fsync(descriptor) == 0, rename(path, target) == 0 else { throw Self.failure() }
    }

    func discard() { unlink(path) }

    /// Whether a growing file belonged to a process that ended; then it is gone. A file of this moment may not have its
    /// lock yet.
    static func removeIfAbandoned(_ path: String) -> Bool {
        guard let status = try? status(path), status.changedAt < Int64(time(nil)) - 2 else { return false }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0
    }

    static func status(_ path: String) throws -> (size: Int, changedAt: Int64)? {
        var found = stat()
        guard stat(path, &found) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure()
        }
        return (Int(found.st_size), Int64(found.st_mtim.tv_sec))
    }

    static func bytes(of path: String, from offset: Int, upTo count: Int) throws -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure()
        }
        defer { close(file) }
        guard count > 0, offset >= 0 else { return [] }
        var problem: StorageError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, done in
            while done < count {
                let read = pread(file, memory.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                if read < 0, errno == EINTR { continue }
                if read < 0 { problem = failure() }
                guard read > 0 else { return }
                done += read
            }
        }
        if let problem { throw problem }
        return bytes
    }

    static func synchronize(_ folder: String) throws {
        let file = open(folder, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure() }
    }

    static func failure() -> StorageError {
        switch errno {
        case ENOSPC, EDQUOT: .full
        case EROFS, EACCES, EPERM: .readOnly
        case let code: .engine(code: "errno \(code)", message: "a file could not be read or written")
        }
    }
}
