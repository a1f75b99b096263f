import GRDB
import GRDBSQLite

/// Copies the write-ahead log into the file after commits were answered, instead of inside one of them.
final class WriteAheadLog {
    private let frames: UnsafeMutablePointer<Int32>
    private let limit: Int

    init(_ db: GRDB.Database, limit: Int) {
        self.limit = limit
        self.frames = .allocate(capacity: 1)
        frames.initialize(to: 0)
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, _, _, count in
                context?.assumingMemoryBound(to: Int32.self).pointee = count
                return SQLITE_OK
            }, frames)
    }

    /// Past the limit when nobody waits; far past it in any case.
    func checkpointIfLong(_ db: GRDB.Database, isIdle: Bool) {
        let count = Int(frames.pointee)
        guard count >= limit, isIdle || count >= limit * 8 else { return }
        frames.pointee = 0
        // Readers may hold it back; the next commit reports the length again.
        _ = try? db.checkpoint(.passive)
    }

    /// Call when the connection takes no more writes.
    func close() { frames.pointee = 0 }

    deinit { frames.deallocate() }
}
