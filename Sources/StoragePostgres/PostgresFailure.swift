import Storage

/// What a server said or failed to say, classed by SQLSTATE. Messages that may quote values are dropped.
struct PostgresFailure: Error {
    /// Five characters; `nil` when the connection ended without an answer.
    let sqlState: String?
    /// What callers get.
    let error: StorageError

    init(sqlState: String?, message: String, constraint: String) {
        self.sqlState = sqlState
        self.error = Self.error(sqlState: sqlState, message: message, constraint: constraint)
    }

    /// The connection ended without an answer.
    static let lost = PostgresFailure(sqlState: nil, message: "", constraint: "")

    /// Whether the same closure may succeed when run again.
    var isWorthRetrying: Bool {
        guard let sqlState else { return true }
        switch sqlState {
        // Serialization, deadlock, lock not available, shutting down, a node that is still read-only; prepared
        // statements that the server forgot or whose tables changed.
        case "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "25006", "26000", "0A000": return true
        default: return endsConnection
        }
    }

    /// Whether another attempt needs another connection.
    var needsFreshConnection: Bool {
        endsConnection || ["25006", "26000", "0A000"].contains(sqlState)
    }

    /// Whether the connection cannot be used any more. 08P01 is a mistake in a message, not a lost connection.
    private var endsConnection: Bool {
        guard let sqlState else { return true }
        return (sqlState.hasPrefix("08") && sqlState != "08P01") || ["57P01", "57P02", "57P03"].contains(sqlState)
    }

    /// Whether the failure of a COMMIT leaves open if it took effect.
    func leavesOutcomeOpen(message: String) -> Bool {
        endsConnection || sqlState == "40003"
            || (sqlState == "XX000" && message.contains("could not commit transaction"))
    }

    private static func error(sqlState: String?, message: String, constraint: String) -> StorageError {
        guard let sqlState else { return .connectionLost }
        switch sqlState {
        case "23505": return .duplicate(constraint: constraint)
        case "40001", "40P01", "55P03": return .busy
        case "53100": return .full
        case "25006": return .readOnly
        case "XX001", "XX002": return .corrupt("PostgreSQL \(sqlState)")
        case "57P01", "57P02", "57P03": return .connectionLost
        case "08P01": return .engine(code: sqlState, message: message)
        default: break
        }
        switch sqlState.prefix(2) {
        case "23": return .constraint(constraint.isEmpty ? sqlState : constraint)
        case "08": return .connectionLost
        // These messages speak of the statement or the server; those of other classes can quote a value.
        case "0A", "25", "26", "42", "53", "54", "55", "57", "58", "XX":
            return .engine(code: sqlState, message: message)
        default: return .engine(code: sqlState, message: "SQLSTATE \(sqlState)")
        }
    }
}
