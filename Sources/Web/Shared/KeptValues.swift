internal import Kernel
internal import Synchronization

/// Values that were counted, each kept for a while: who sees the same sees the same numbers.
///
/// A value is counted by one task at a time. While that goes on, pages show the one before, for as long again as it is
/// fresh; and what takes long to count is counted less often, so that it takes no more than a tenth of the time.
final class KeptValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Known {
        let value: Value
        let freshUntil: Instant
        let usableUntil: Instant
    }

    private struct Entry {
        var known: Known?
        /// The number tells a counting from one that was begun before the value was forgotten.
        var counting: (number: Int, task: Task<Value, any Error>)?
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var begun = 0
    }

    private enum Answer {
        case known(Value)
        case counting(Task<Value, any Error>)
    }

    private let milliseconds: Int64
    private let most: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - seconds: for how long a value is fresh, at least.
    ///   - most: more keys than this are not kept at the same time.
    init(seconds: Int64 = 60, most: Int = 64) {
        milliseconds = seconds * 1000
        self.most = most
    }

    /// The value of a key. A failure to count is told to whoever waits for it, and the next one tries again.
    func value(
        of key: Key, at now: Instant, _ make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        switch answer(key, at: now, make) {
        case .known(let value): value
        case .counting(let task): try await task.value
        }
    }

    /// Forgets a value, because something changed; a counting that goes on is not kept either.
    func forget(_ key: Key) { _ = state.withLock { $0.entries.removeValue(forKey: key) } }

    private func answer(
        _ key: Key, at now: Instant, _ make: @escaping @Sendable () async throws -> Value
    ) -> Answer {
        state.withLock { state in
            var entry = state.entries[key] ?? Entry()
            if let known = entry.known, now < known.freshUntil { return .known(known.value) }
            let task = entry.counting?.task ?? begin(key, at: now, make, &state)
            if entry.counting == nil { entry.counting = (state.begun, task) }
            if state.entries[key] == nil, state.entries.count >= most {
                state.entries = state.entries.filter { $0.value.known.map { now < $0.usableUntil } ?? true }
            }
            if state.entries[key] != nil || state.entries.count < most { state.entries[key] = entry }
            guard let known = entry.known, now < known.usableUntil else { return .counting(task) }
            return .known(known.value)
        }
    }

    private func begin(
        _ key: Key, at now: Instant, _ make: @escaping @Sendable () async throws -> Value, _ state: inout State
    ) -> Task<Value, any Error> {
        state.begun += 1
        let number = state.begun
        return Task {
            let clock = ContinuousClock()
            let began = clock.now
            let result: Result<Value, any Error>
            do { result = .success(try await make()) } catch { result = .failure(error) }
            let took = (clock.now - began).components
            self.end(
                key, number, result, at: now,
                took: took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000)
            return try result.get()
        }
    }

    /// - Parameter took: in milliseconds.
    private func end(_ key: Key, _ number: Int, _ result: Result<Value, any Error>, at now: Instant, took: Int64) {
        state.withLock { state in
            guard state.entries[key]?.counting?.number == number else { return }
            state.entries[key]?.counting = nil
            guard case .success(let value) = result else { return }
            let fresh = now.milliseconds + max(milliseconds, 10 * took)
            state.entries[key]?.known = Known(
                value: value, freshUntil: Instant(milliseconds: fresh),
                usableUntil: Instant(milliseconds: fresh + max(milliseconds, 4 * took)))
        }
    }
}
