internal import Casework
internal import Kernel
internal import Organisation
internal import Supervision
internal import Synchronization

/// What the last weeks were like, with the weeks of the categories that rise.
struct KeptTrends: Sendable {
    let trends: OversightTrends
    let weeks: [String: [Int]]
}

/// The numbers of a month or a year.
struct ReportNumbers: Sendable {
    let report: LawfulReport
    let supervision: SupervisionNumbers?
}

/// For whom numbers of a period hold.
struct ReportKey: Hashable, Sendable {
    let period: ReportPeriod
    let visibility: Visibility
    let seesVerdicts: Bool
}

/// Values that were counted, each kept for a while: people who see the same see the same numbers.
///
/// A value is counted by one page at a time. While that goes on, others show the one before, for as long again as it is
/// fresh; and what takes long to count is counted less often, so that it never takes more than a tenth of a core.
final class KeptValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Known {
        let value: Value
        let freshUntil: Instant
        let usableUntil: Instant
    }

    private struct Entry {
        var known: Known?
        var counting: Task<Value, any Error>?
    }

    private let seconds: Int64
    private static var most: Int { 64 }
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameter seconds: for how long, at least.
    init(seconds: Int64 = 60) { self.seconds = seconds }

    /// The value of a key; a failure to count is told to whoever waits for it, and the next one tries again.
    func value(of key: Key, at now: Instant, _ make: @escaping @Sendable () async throws -> Value) async throws -> Value
    {
        let (known, counting) = entries.withLock { entries -> (Value?, Task<Value, any Error>?) in
            var entry = entries[key] ?? Entry()
            if let known = entry.known, now < known.freshUntil { return (known.value, nil) }
            let task = entry.counting ?? Task { try await self.count(key, at: now, make) }
            entry.counting = task
            if entries.count >= Self.most { entries = entries.filter { $0.value.counting != nil } }
            entries[key] = entry
            guard let known = entry.known, now < known.usableUntil else { return (nil, task) }
            return (known.value, task)
        }
        if let known { return known }
        guard let counting else { return try await make() }
        return try await counting.value
    }

    private func count(_ key: Key, at now: Instant, _ make: @Sendable () async throws -> Value) async throws -> Value {
        let clock = ContinuousClock()
        let began = clock.now
        do {
            let value = try await make()
            let took = (clock.now - began).components.seconds
            let fresh = now.adding(seconds: max(seconds, 10 * took))
            let known = Known(
                value: value, freshUntil: fresh, usableUntil: fresh.adding(seconds: max(seconds, 4 * took)))
            entries.withLock { $0[key] = Entry(known: known) }
            return value
        } catch {
            entries.withLock { $0[key]?.counting = nil }
            throw error
        }
    }
}
