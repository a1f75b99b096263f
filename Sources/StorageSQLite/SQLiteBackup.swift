import Foundation
import GRDB
import Storage

/// An online copy: pages of one snapshot, written beside the target and moved there when complete.
struct SQLiteBackup {
    let source: String
    let target: String

    /// Pages a step; a step holds no lock that writers would feel.
    private static let step: CInt = 1024

    func run(_ progress: (@Sendable (Int, Int) -> Void)?) throws {
        let part = target + ".part"
        try? FileManager.default.removeItem(atPath: part)
        defer { try? FileManager.default.removeItem(atPath: part) }
        do {
            try copy(to: part, progress)
        } catch {
            throw SQLiteErrors.map(error)
        }
        try Self.synchronize(part)
        guard rename(part, target) == 0 else {
            throw StorageError.engine(code: "IO", message: "the copy could not be moved to its place")
        }
        try Self.synchronize((target as NSString).deletingLastPathComponent)
    }

    private func copy(to part: String, _ progress: (@Sendable (Int, Int) -> Void)?) throws {
        var reading = Configuration()
        reading.readonly = true
        reading.allowsUnsafeTransactions = true
        reading.busyMode = .timeout(5)
        let from = try DatabaseQueue(path: source, configuration: reading)
        let to = try DatabaseQueue(path: part)
        try to.writeWithoutTransaction { copy in
            try from.unsafeRead { db in
                // With a snapshot held, a commit by the writer does not start the copy anew.
                try db.execute(sql: "BEGIN")
                defer { try? db.execute(sql: "ROLLBACK") }
                _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
                try db.backup(to: copy, pagesPerStep: Self.step) { state in
                    progress?(state.completedPageCount, state.totalPageCount)
                }
            }
            // A copy is one file: no write-ahead log beside it until it is opened for use.
            try copy.execute(sql: "PRAGMA journal_mode = DELETE")
            let verdict = try String.fetchOne(copy, sql: "PRAGMA quick_check(1)")
            guard verdict == "ok" else { throw StorageError.corrupt("the copy did not pass its check") }
        }
        try to.close()
        try from.close()
    }

    private static func synchronize(_ path: String) throws {
        let file = Foundation.open(path.isEmpty ? "." : path, O_RDONLY)
        guard file >= 0, fsync(file) == 0 else {
            if file >= 0 { Foundation.close(file) }
            throw StorageError.engine(code: "IO", message: "the copy could not be forced to disk")
        }
        Foundation.close(file)
    }
}
