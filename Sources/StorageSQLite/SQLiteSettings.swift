import Foundation
import GRDB

/// How a SQLite file is opened. The defaults are what casework needs; tests vary them.
public struct SQLiteSettings: Sendable {
    /// Opens without the right to change anything (a copy, an archive).
    public var isReadOnly = false
    /// Connections that answer reads.
    public var readers = 4
    /// How long a lock of another process is waited for.
    public var busySeconds = 5.0
    /// Page cache of the writer, in KiB; readers have half.
    public var cacheKiB = 8192
    /// Frames in the write-ahead log after which it is copied into the file.
    public var checkpointFrames = 1000

    /// The defaults.
    public init() {}

    func configuration(isReader: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = isReader ? "jiaxin.reader" : "jiaxin.writer"
        configuration.readonly = isReader || isReadOnly
        configuration.busyMode = .timeout(busySeconds)
        let cache = isReader ? cacheKiB / 2 : cacheKiB
        let changesFile = !configuration.readonly
        configuration.prepareDatabase { db in
            if changesFile {
                try db.execute(sql: "PRAGMA journal_mode = WAL")
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // Freed pages that are rewritten anyway are zeroed; erasure does the rest with VACUUM.
                try db.execute(sql: "PRAGMA secure_delete = FAST")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            }
            try db.execute(sql: "PRAGMA cache_size = -\(cache)")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }
}
