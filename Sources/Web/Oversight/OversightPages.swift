public import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
public import Supervision

/// The pages of those who answer for a county: what is late, unsolved or rising, and from every number to its list.
public struct OversightPages: PageRoutes, Sendable {
    let casework: Casework
    let supervision: Supervision?
    let kept = KeptValues<Visibility, KeptReport>()
    let reports = KeptValues<ReportKey, ReportNumbers>()

    /// - Parameters:
    ///   - casework: the room that the pages show.
    ///   - supervision: what supervision did, for reports; without it they leave that part out.
    public init(casework: Casework, supervision: Supervision? = nil) {
        self.casework = casework
        self.supervision = supervision
    }

    /// Adds all routes of oversight.
    public func add(to router: AppRouter) {
        router.get("/oversight", access: .staff(.oversee), home)
        router.get("/oversight/list", access: .staff(.oversee), list)
        router.get("/oversight/definitions", access: .staff(.oversee), definitions)
        router.get("/oversight/report", access: .staff(.oversee), report)
        router.get("/oversight/report.csv", access: .staff(.oversee), reportFile)
        router.get("/oversight/received", access: .staff(.oversee), received)
        router.get("/oversight/precedents", access: .staff(.oversee), precedents)
        router.get("/oversight/precedents.csv", access: .staff(.oversee), precedentsFile)
    }

    /// The numbers of today, at most a minute old; the page says when they were counted.
    func home(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let report = try await kept.value(of: viewer.visibility, at: request.now) {
            let report = try await casework.oversight(for: viewer)
            let weeks = try await casework.weeklyCounts(of: report.rising.map(\.category), weeks: 12)
            return KeptReport(report: report, weeks: weeks)
        }
        let model = OversightModel(
            report: report.report, weeks: report.weeks,
            words: request.matterWords(viewer.organisation, casework.deadlines))
        var fields = model.fields
        fields["submission"] = ""
        return try await request.page("oversight/home", title: request.words.text("oversight.title"), fields)
    }

    /// How each number is counted.
    func definitions(_ request: PageRequest) async throws -> Response {
        try await request.page(
            "oversight/definitions", title: request.words.text("oversight.definitionsTitle"), ["submission": ""])
    }
}
