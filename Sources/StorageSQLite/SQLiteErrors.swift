import GRDB
import Storage

/// Result codes to `StorageError`. Texts are never looked at to decide, and never carry bound values.
enum SQLiteErrors {
    static func map(code: Int32, message: String) -> StorageError {
        switch (code, code & 0xFF) {
        case (2067, _), (1555, _), (2579, _): .duplicate(constraint: subject(of: message))
        case (_, 19): .constraint(message)
        case (_, 13): .full
        case (_, 5), (_, 6): .busy
        case (_, 8): .readOnly
        case (_, 11), (_, 26): .corrupt("SQLite \(code)")
        case (_, 21): .closed
        // Messages of the full-text module quote the query.
        case (_, 1) where message.hasPrefix("fts5"): .engine(code: "\(code)", message: "full-text query")
        default: .engine(code: "\(code)", message: message)
        }
    }

    static func map(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return map(code: error.extendedResultCode.rawValue, message: error.message ?? "")
    }

    /// After these nothing of the shared transaction can be trusted: every member of the batch fails.
    static func isFatal(code: Int32) -> Bool { [7, 10, 11, 13, 26].contains(code & 0xFF) }

    /// `cases.id` of `UNIQUE constraint failed: cases.id`.
    private static func subject(of message: String) -> String {
        guard let colon = message.lastIndex(of: ":") else { return message }
        return String(message[colon...].dropFirst(2))
    }
}
