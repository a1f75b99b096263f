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
final class KeptValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let seconds: Int64
    private static var most: Int { 64 }
    private let kept = Mutex<[Key: (value: Value, until: Instant)]>([:])

    /// - Parameter seconds: for how long.
    init(seconds: Int64 = 60) { self.seconds = seconds }

    func value(of key: Key, at now: Instant, _ make: () async throws -> Value) async throws -> Value {
        let known = kept.withLock { $0[key] }
        if let known, now < known.until { return known.value }
        let value = try await make()
        kept.withLock { kept in
            if kept.count >= Self.most { kept = kept.filter { now < $0.value.until } }
            if kept.count < Self.most { kept[key] = (value, now.adding(seconds: seconds)) }
        }
        return value
    }
}
