internal import Kernel
internal import Synchronization

/// A value that is counted at most once in a while.
final class Kept<Value: Sendable>: Sendable {
    private let seconds: Int64
    private let state = Mutex<(value: Value, until: Instant)?>(nil)

    /// - Parameter seconds: how long a value serves.
    init(seconds: Int64) { self.seconds = seconds }

    /// The kept value, or a new one.
    func value(at now: Instant, _ make: () async throws -> Value) async throws -> Value {
        let kept = state.withLock { $0 }
        if let kept, now < kept.until { return kept.value }
        let value = try await make()
        state.withLock { $0 = (value, now.adding(seconds: seconds)) }
        return value
    }
}
