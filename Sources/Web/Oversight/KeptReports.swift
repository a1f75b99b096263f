internal import Casework
internal import Kernel
internal import Organisation
internal import Supervision

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
