/// What can go wrong below the domain. Never carries bound values.
public enum StorageError: Error, Hashable, Sendable {
    /// A unique or primary key exists already. `constraint` is the engine's own word for it, for logs only.
    case duplicate(constraint: String)
    /// A foreign key, check or NOT NULL failed.
    case constraint(String)
    /// The disk is full.
    case full
    /// The file or the row is locked by somebody else for too long.
    case busy
    /// The connection was lost before COMMIT; nothing was kept. Worth another attempt.
    case connectionLost
    /// The connection was lost during COMMIT: look the submission up before trying again.
    case outcomeUnknown
    /// The store cannot be written (read-only file or standby server).
    case readOnly
    /// The file is damaged or is no database of ours.
    case corrupt(String)
    /// The schema was made by a newer version.
    case schemaFromTheFuture(found: Int, known: Int)
    /// The store is closed.
    case closed
    /// Anything else, as SQLSTATE or result code with a short description.
    case engine(code: String, message: String)
}
