internal import Foundation

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

    /// Copies a file of any size to a new place; never over another.
    static func copy(_ source: String, to path: String, mode: mode_t) throws(Trouble) {
        try makeFolder(folder(of: path))
        let part = "\(path).\(getpid()).part"
        unlink(part)
        defer { unlink(part) }
        do {
            try FileManager.default.copyItem(atPath: source, toPath: part)
        } catch {
            throw failed(path)
        }
        chmod(part, mode)
        try synchronize(part)
        guard link(part, path) == 0 else {
            if errno == EEXIST { throw Trouble(.file, "\(path) exists already; it is left as it is") }
            throw failed(path)
        }
        try synchronize(folder(of: path))
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
