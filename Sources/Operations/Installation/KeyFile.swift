internal import Foundation
public import Ledger

/// The file with the installation key: made once, complete or not at all, readable by its owner only.
public struct KeyFile: Sendable {
    /// Where it lies.
    public let path: String

    /// - Parameter path: where the key lies or shall lie.
    public init(path: String) { self.path = path }

    /// Whether there is one.
    public var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Reads the key.
    ///
    /// - Throws: `Trouble` when the file is missing, open to others, or holds no key.
    public func read() throws(Trouble) -> InstallationKey {
        guard let handle = try? SafeFile.contents(of: path, most: 4096) else {
            throw Trouble(.key, "the key file \(path) cannot be read; a store opens only with its own key")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw Trouble(.key, "the key file \(path) can be read by others; run: chmod 600 \(path)")
        }
        guard let key = InstallationKey(hexadecimal: String(decoding: handle, as: UTF8.self)) else {
            throw Trouble(.key, "\(path) does not hold a key (64 hexadecimal digits)")
        }
        return key
    }

    /// Writes a key to a new file; one that exists is never touched.
    public func create(_ key: InstallationKey) throws(Trouble) {
        try SafeFile.create(path, contents: Array(key.fileContents.utf8), mode: 0o600)
    }
}

/// Files that must be whole and on disk when a call returns.
enum SafeFile {
    /// Writes a new file under a temporary name, forces it to disk and links it into place; never over another.
    static func create(_ path: String, contents: [UInt8], mode: mode_t) throws(Trouble) {
        let part = try prepare(path, contents: contents, mode: mode)
        defer { unlink(part) }
        // A link, unlike a rename, refuses a name that is taken.
        guard link(part, path) == 0 else {
            if errno == EEXIST { throw Trouble(.file, "\(path) exists already; it is left as it is") }
            throw failed(path)
        }
        try synchronize(folder(of: path))
    }

    /// Writes a file whole or not at all; one of this name is replaced.
    static func replace(_ path: String, contents: [UInt8], mode: mode_t) throws(Trouble) {
        let part = try prepare(path, contents: contents, mode: mode)
        guard rename(part, path) == 0 else {
            unlink(part)
            throw failed(path)
        }
        try synchronize(folder(of: path))
    }

    /// A complete file on disk beside the wanted one.
    private static func prepare(_ path: String, contents: [UInt8], mode: mode_t) throws(Trouble) -> String {
        try makeFolder(folder(of: path))
        let part = "\(path).\(getpid()).part"
        unlink(part)
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw failed(path) }
        let isWritten = contents.withUnsafeBytes { buffer -> Bool in
            var offset = 0
            while offset < buffer.count {
                let count = write(file, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return fsync(file) == 0
        }
        let isClosed = close(file) == 0
        guard isWritten, isClosed else {
            unlink(part)
            throw failed(path)
        }
        return part
    }

    /// Adds a line at the end and forces it to disk.
    static func append(_ line: String, to path: String, mode: mode_t) throws(Trouble) {
        try makeFolder(folder(of: path))
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode)
        guard file >= 0 else { throw failed(path) }
        defer { close(file) }
        let bytes = Array((line + "\n").utf8)
        guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else { throw failed(path) }
    }

    static func contents(of path: String, most: Int) throws(Trouble) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: most + 1),
            data.count <= most
        else { throw Trouble(.file, "\(path) cannot be read") }
        return Array(data)
    }

    static func makeFolder(_ path: String) throws(Trouble) {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Trouble(.file, "the folder \(path) cannot be made")
        }
    }

    static func synchronize(_ path: String) throws(Trouble) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failed(path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failed(path) }
    }

    static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func failed(_ path: String) -> Trouble {
        Trouble(.file, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}

/// One-time sign-ins in a file of their own.
public enum LoginsFile {
    /// Writes a new file with mode 0600.
    public static func write(_ text: String, to path: String) throws(Trouble) {
        try SafeFile.create(path, contents: Array(text.utf8), mode: 0o600)
    }
}
