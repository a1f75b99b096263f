internal import Casework
internal import Kernel
internal import Organisation
internal import Storage
internal import Supervision

/// What supervision did with a demo county's matters: tasks over what is found in them, suggestions, a joint conference.
struct DemoSupervision {
    private let database: any Database
    private let organisation: OrganisationStore
    private let supervision: Supervision
    private let now: Instant

    /// The county as it stands on its own present day, whatever the machine's clock says.
    init(_ installation: Installation, now: Instant) {
        let clock = MovingClock(now)
        let casework = Casework(
            database: installation.database, events: installation.events, vault: installation.vault,
            keys: installation.keys, ids: installation.ids, clock: clock, organisation: installation.organisation,
            deadlines: installation.deadlines, numbers: BlockNumbering(installation.database))
        database = installation.database
        organisation = installation.organisation
        supervision = Supervision(
            database: installation.database, events: installation.events, ids: installation.ids, clock: clock,
            organisation: installation.organisation, zone: installation.deadlines.zone,
            calendar: installation.deadlines.calendar, source: CaseworkFindings(casework: casework))
        self.now = now
    }

    func load() async throws {
        let county = try await organisation.current()
        guard let office = county.units.first(where: { $0.kind == .countyOffice && $0.parent == nil }),
            let watcher = county.whoMay(.supervise, on: office.id).first(where: { $0.staff.isActive })
        else { return }
        let viewer = Viewer(staff: watcher.staff, organisation: county)
        var causes: [SupervisionFinding?] = []
        for (trigger, daysAgo) in SupervisionDemo.wanted {
            causes.append(try await cause(trigger, daysAgo: daysAgo, for: viewer))
        }
        try await SupervisionDemo(supervision, organisation: county, now: now)
            .load(causes, dispute: try await dispute())
    }

    /// The first finding that was there before somebody asked for its task.
    private func cause(
        _ trigger: SupervisionTrigger, daysAgo: Int, for viewer: Viewer
    ) async throws -> SupervisionFinding? {
        var request = FindingRequest()
        request.trigger = trigger
        let asked = supervision.zone.date(of: now).adding(days: -daysAgo)
        return try await supervision.findings(request, for: viewer).items.first { $0.since < asked }
    }

    /// The matter for which nobody has wanted to be responsible for longest.
    private func dispute() async throws -> MatterReference? {
        try await database.read { tx in
            try tx.first(
                "SELECT id, number FROM cases WHERE phase = 'objected' AND restricted = 0 ORDER BY last_at, id LIMIT 1"
            ).map { MatterReference(id: try $0.id(0), number: try $0.text(1)) }
        }
    }
}
