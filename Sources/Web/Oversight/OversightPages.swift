public import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The pages of those who answer for a county: what is late, unsolved or rising, and from every number to its list.
public struct OversightPages: PageRoutes, Sendable {
    let casework: Casework
    let kept: KeptReports

    /// - Parameter casework: the room that the pages show.
    public init(casework: Casework) {
        self.casework = casework
        kept = KeptReports()
    }

    /// Adds all routes of oversight.
    public func add(to router: AppRouter) {
        router.get("/oversight", access: .staff(.oversee), home)
        router.get("/oversight/list", access: .staff(.oversee), list)
        router.get("/oversight/definitions", access: .staff(.oversee), definitions)
    }

    /// The numbers of today, at most a minute old; the page says when they were counted.
    func home(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let report = try await kept.report(for: viewer, at: request.now) {
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
