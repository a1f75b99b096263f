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

/// One-time sign-ins in a file of their own.
public enum LoginsFile {
    /// Writes a new file with mode 0600.
    public static func write(_ text: String, to path: String) throws(Trouble) {
        try SafeFile.create(path, contents: Array(text.utf8), mode: 0o600)
    }
}
