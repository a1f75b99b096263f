import Synchronization

/// Counts statements while it is bound, so that a page's cost can be stated and tested.
public final class QueryCounter: Sendable {
    /// The counter of the task that asks; drivers read it when `read` or `write` is called.
    @TaskLocal public static var current: QueryCounter?

    private let value = Mutex(0)

    /// Starts at zero.
    public init() {}

    /// Statements so far.
    public var count: Int { value.withLock { $0 } }

    /// Called by drivers for each statement.
    public func add(_ statements: Int = 1) { value.withLock { $0 += statements } }
}
