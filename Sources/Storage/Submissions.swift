public import Kernel

/// One-time ids of writes from outside: sending again gives the same answer, and a commit whose outcome is unknown
/// is looked up by its id.
public struct Submissions: Sendable {
    /// Creates the table's front.
    public init() {}

    /// The answer that was stored for a submission, if it came through.
    public func find(_ tx: any ReadTransaction, id: String) throws -> String? {
        try tx.first("SELECT result FROM submissions WHERE id = $1", [id])?.text(0)
    }

    /// Stores the answer in the transaction of its effect.
    ///
    /// - Throws: `StorageError.duplicate` when another request with the same id was faster; nothing of this
    ///   transaction is kept, and `find` has the other's answer.
    public func record(_ tx: any Transaction, id: String, result: String, at instant: Instant) throws {
        try tx.execute(
            "INSERT INTO submissions (id, result, recorded_at) VALUES ($1, $2, $3)", [id, result, instant])
    }

    /// Forgets submissions older than `instant`.
    @discardableResult
    public func forget(_ tx: any Transaction, before instant: Instant) throws -> Int {
        try tx.execute("DELETE FROM submissions WHERE recorded_at < $1", [instant])
    }

    /// Runs `body` once for an id, whatever happens in between: a double tap, a race, a lost connection.
    ///
    /// - Parameter body: does the work and returns the answer to store.
    /// - Returns: the answer, and whether this call did the work.
    public func once(
        _ database: any Database, id: String, at instant: Instant,
        _ body: @escaping @Sendable (any Transaction) throws -> String
    ) async throws -> (result: String, isFirst: Bool) {
        for attempt in 1... {
            do {
                return try await database.write { tx in
                    if let known = try find(tx, id: id) { return (known, false) }
                    let result = try body(tx)
                    try record(tx, id: id, result: result, at: instant)
                    return (result, true)
                }
            } catch let error as StorageError {
                switch error {
                case .duplicate, .outcomeUnknown:
                    if let known = try await database.read({ tx in try find(tx, id: id) }) { return (known, false) }
                    // A duplicate of something else is the body's own affair.
                    guard error == .outcomeUnknown, attempt < 3 else { throw error }
                default: throw error
                }
            }
        }
        throw StorageError.outcomeUnknown
    }
}
