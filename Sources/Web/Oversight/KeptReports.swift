internal import Casework
internal import Kernel
internal import Organisation
internal import Synchronization

/// A counted report with the weeks of the categories that rise.
struct KeptReport: Sendable {
    let report: OversightReport
    let weeks: [String: [Int]]
}

/// Reports, each kept for a minute: people who see the same see the same numbers.
final class KeptReports: Sendable {
    private static let seconds: Int64 = 60
    private static let most = 64
    private let kept = Mutex<[Visibility.Scope: (report: KeptReport, until: Instant)]>([:])

    func report(
        for viewer: Viewer, at now: Instant, _ make: () async throws -> KeptReport
    ) async throws -> KeptReport {
        let scope = viewer.visibility.scope
        if let known = kept.withLock({ $0[scope] }), now < known.until { return known.report }
        let report = try await make()
        kept.withLock { kept in
            if kept.count >= Self.most { kept = kept.filter { now < $0.value.until } }
            if kept.count < Self.most { kept[scope] = (report, now.adding(seconds: Self.seconds)) }
        }
        return report
    }
}
