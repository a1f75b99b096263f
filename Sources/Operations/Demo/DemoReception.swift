internal import Casework
internal import Kernel
internal import Organisation
internal import Reception
internal import Storage

/// A demo county's hall, with visits about its matters and days on which leaders receive.
struct DemoReception {
    private let installation: Installation
    private let now: Instant

    init(_ installation: Installation, now: Instant) {
        self.installation = installation
        self.now = now
    }

    func load() async throws {
        let reception = Reception(
            database: installation.database, events: installation.events, vault: installation.vault,
            keys: installation.keys, ids: installation.ids, clock: MovingClock(now),
            zone: installation.deadlines.zone, calendar: installation.deadlines.calendar)
        let matters = try await installation.database.read { tx in
            try tx.rows(
                "SELECT id, number FROM cases WHERE restricted = 0 ORDER BY id DESC LIMIT 24"
            ).map { ReceivedMatter(id: try $0.id(0), number: try $0.text(1)) }
        }
        try await ReceptionDemo(reception, organisation: try await installation.organisation.current(), now: now)
            .load(matters)
    }
}
