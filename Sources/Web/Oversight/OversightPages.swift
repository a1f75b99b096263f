public import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
public import Supervision

/// The pages of those who answer for a county: what is late, unsolved or rising, and from every number to its list.
public struct OversightPages: PageRoutes, Sendable {
    let casework: Casework
    let supervision: Supervision?
    /// What the last weeks were like changes slowly and is dear; what waits now is neither.
    let trends = KeptValues<Visibility, KeptTrends>(seconds: 300)
    let waiting = KeptValues<Visibility, OversightNow>(seconds: 2)
    let live = LiveConnections()
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
        router.get("/oversight/now", access: .staff(.oversee), isAskedByPage: true, now)
        router.get("/oversight/live", access: .staff(.oversee), isAskedByPage: true, liveNumbers)
        router.get("/oversight/promises", access: .staff(.oversee), promises)
        router.get("/oversight/by/{by}", access: .staff(.oversee), breakdown)
        router.get("/oversight/by/{by}/{format}", access: .staff(.oversee), breakdownFile)
        router.get("/oversight/map", access: .staff(.oversee), map)
        router.get("/oversight/map/shapes", access: .staff(.oversee), mapShapes)
        router.get("/oversight/reports", access: .staff(.oversee), keptReports)
        router.get("/oversight/reports/{id}", access: .staff(.oversee), keptReport)
        router.get("/oversight/reports/{id}/{format}", access: .staff(.oversee), keptReportFile)
        router.get("/oversight/matters", access: .staff(.oversee), counted)
        router.get("/oversight/answered", access: .staff(.oversee), answered)
        router.get("/oversight/list", access: .staff(.oversee), list)
        router.get("/oversight/definitions", access: .staff(.oversee), definitions)
        router.get("/oversight/report", access: .staff(.oversee), report)
        router.get("/oversight/report.csv", access: .staff(.oversee), reportFile)
        router.get("/oversight/received", access: .staff(.oversee), received)
        router.get("/oversight/precedents", access: .staff(.oversee), precedents)
        router.get("/oversight/precedents.csv", access: .staff(.oversee), precedentsFile)
    }

    /// The numbers of today, at most two seconds old; the page says when they were counted.
    func home(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let model = try await model(request)
        var fields = model.fields
        fields["submission"] = ""
        fields.merge(try await reportHint(viewer, model.words))
        return try await request.page("oversight/home", title: request.words.text("oversight.title"), fields)
    }

    /// What of the first screen changes, for a page that is already open.
    func now(_ request: PageRequest) async throws -> Response {
        var fields = try await model(request).fields
        fields["submission"] = ""
        return try await request.page("oversight/now", title: request.words.text("oversight.title"), fields)
    }

    private func model(_ request: PageRequest) async throws -> OversightModel {
        let viewer = try request.staff
        let trends = try await trends.value(of: viewer.visibility, at: request.now) {
            let trends = try await casework.oversightTrends(for: viewer)
            let weeks = try await casework.weeklyCounts(of: trends.rising.map(\.category), weeks: 12, for: viewer)
            return KeptTrends(trends: trends, weeks: weeks)
        }
        return OversightModel(
            report: OversightReport(now: try await present(viewer, at: request.now), trends: trends.trends),
            weeks: trends.weeks, words: request.matterWords(viewer.organisation, casework.deadlines), viewer: viewer)
    }

    /// What waits now, counted at most once in two seconds for those who see the same.
    func present(_ viewer: Viewer, at now: Instant) async throws -> OversightNow {
        try await waiting.value(of: viewer.visibility, at: now) { try await casework.oversightNow(for: viewer) }
    }

    /// How each number is counted.
    func definitions(_ request: PageRequest) async throws -> Response {
        try await request.page(
            "oversight/definitions", title: request.words.text("oversight.definitionsTitle"), ["submission": ""])
    }
}
