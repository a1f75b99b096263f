internal import Kernel
internal import Organisation

/// Something that is fetched now and then: one fetch at a time, whoever asks meanwhile waits for it, and a failure is
/// remembered for a moment, so that a provider that is down costs one wait and not one for everybody.
actor Remembered<Value: Sendable> {
    private let clock: any WallClock
    private let fetch: @Sendable () async throws -> Value
    private var value: Value?
    private var fetchedAt: Instant?
    private var failure: (error: any Error, at: Instant)?
    private var flight: Task<Value, any Error>?

    /// How long a failure is remembered, in seconds.
    static var failureSeconds: Int64 { 10 }

    init(clock: any WallClock, _ fetch: @escaping @Sendable () async throws -> Value) {
        self.clock = clock
        self.fetch = fetch
    }

    /// The value, when it is no older than so many seconds; else a new one.
    func value(within seconds: Int64) async throws -> Value {
        let now = clock.now()
        if let value, let fetchedAt, fetchedAt <= now, now < fetchedAt.adding(seconds: seconds) { return value }
        if let failure, failure.at <= now, now < failure.at.adding(seconds: Self.failureSeconds) { throw failure.error }
        if let flight { return try await flight.value }
        let task = Task { [fetch] in try await fetch() }
        flight = task
        defer { flight = nil }
        do {
            let fresh = try await task.value
            value = fresh
            fetchedAt = clock.now()
            failure = nil
            return fresh
        } catch {
            failure = (error, clock.now())
            throw error
        }
    }
}
