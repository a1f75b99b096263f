public import Kernel
public import Ledger
public import Organisation
public import Storage

/// A leader's day in a list.
public struct LeaderDayRow: Hashable, Sendable {
    /// The day.
    public let id: LeaderDayID
    /// The unit whose leader it is.
    public let unit: UnitID
    /// Who.
    public let leader: StaffID
    /// Where.
    public let place: PlaceID
    /// The desk or room.
    public let desk: Int
    /// When.
    public let day: LocalDate
    /// From which minute.
    public let from: Int
    /// To which minute.
    public let until: Int
    /// How many can book.
    public let seats: Int
    /// Whether it is held.
    public let phase: LeaderDayPhase
    /// Matters that were brought forward.
    public let entries: Int
    /// Those of which something is still to come.
    public let open: Int

    static let columns = """
        id, unit_id, leader_id, place_id, desk, day, from_minute, until_minute, seats, phase, entries, open_entries
        """

    init(row: Row) throws {
        id = try row.id(0)
        unit = try row.id(1)
        leader = try row.id(2)
        place = try row.id(3)
        desk = try row.int(4)
        day = try row.date(5)
        from = try row.int(6)
        until = try row.int(7)
        seats = try row.int(8)
        phase = LeaderDayPhase(rawValue: try row.text(9)) ?? .cancelled
        entries = try row.int(10)
        open = try row.int(11)
    }
}

/// Everything that the page of a leader's day shows.
public struct LeaderDayFile: Sendable {
    /// It as it stands.
    public let state: LeaderDay
    /// What happened, in order.
    public let history: [RecordEntry<LeaderDayEvent>]
    /// The texts by identifier; erased ones are missing.
    public let texts: [TextID: String]

    /// A text, or nothing when it is erased or there is none.
    public func text(_ id: TextID?) -> String? { id.flatMap { texts[$0] } }
}

/// A result of which something is still to come.
public struct OpenResult: Hashable, Sendable {
    /// The day.
    public let day: LeaderDayID
    /// The entry.
    public let entry: Int
    /// The matter.
    public let matter: ReceivedMatter
    /// Who has to do something.
    public let unit: UnitID
    /// What was said.
    public let result: LeaderResult
    /// By when, where a day was named.
    public let due: LocalDate?
}

extension Reception {
    /// A leader's day as its row has it.
    func leaderDay(_ id: LeaderDayID) async throws -> LeaderDayRow {
        let found = try await database.read { tx in
            try tx.first("SELECT \(LeaderDayRow.columns) FROM leader_days WHERE id = $1", [id])
                .map { try LeaderDayRow(row: $0) }
        }
        guard let found else { throw LeaderDay.notFound }
        return found
    }

    /// The published calendar: days from today on, also those that were called off.
    public func publishedDays() async throws -> [LeaderDayFile] {
        let today = self.today
        let texts = self.texts
        return try await database.read { tx in
            let ids = try tx.rows(Self.publishedSQL, [today]).map { row -> LeaderDayID in try row.id(0) }
            return try ids.compactMap { id in
                try records.history(LeaderDay.self, id, in: tx).map {
                    LeaderDayFile(state: $0.state, history: $0.entries, texts: try texts.bodies(of: id.stream, in: tx))
                }
            }
        }
    }

    static let publishedSQL = "SELECT id FROM leader_days WHERE day >= $1 ORDER BY day, id LIMIT 60"

    /// What everybody may know of a day.
    public func publishedDay(_ id: LeaderDayID) async throws -> LeaderDayFile {
        let texts = self.texts
        let found = try await database.read { tx in
            try records.history(LeaderDay.self, id, in: tx).map {
                LeaderDayFile(state: $0.state, history: $0.entries, texts: try texts.bodies(of: id.stream, in: tx))
            }
        }
        guard let found else { throw LeaderDay.notFound }
        return found
    }

    /// The rows of days that were read whole.
    public func rows(_ files: [LeaderDayFile]) async throws -> [LeaderDayRow] {
        guard !files.isEmpty else { return [] }
        let ids = files.map(\.state.id)
        return try await database.read { tx in
            let marks = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            return try tx.rows("SELECT \(LeaderDayRow.columns) FROM leader_days WHERE id IN (\(marks))", ids)
                .map { try LeaderDayRow(row: $0) }
        }
    }

    /// A day with everything that its page shows.
    public func leaderDay(_ id: LeaderDayID, for viewer: Viewer) async throws -> LeaderDayFile {
        let file = try await publishedDay(id)
        try file.state.checkVisible(to: viewer)
        return file
    }

    /// Days for who plans, receives or watches, the last one first, from a day downwards.
    public func leaderDays(
        before cursor: (day: LocalDate, id: LeaderDayID)? = nil, limit: Int = 30, for viewer: Viewer
    ) async throws -> KeysetPage<LeaderDayRow, String> {
        let units = viewer.organisation.units.map(\.id).filter { unit in
            [Permission.planReception, .receive, .oversee].contains { viewer.may($0, on: unit) }
        }.sorted()
        let condition = Visibility(
            scope: units.count == viewer.organisation.units.count ? .everything : units.isEmpty ? .none : .units(units),
            staff: viewer.staff.id
        ).condition(column: "unit_id", firstPlaceholder: 4)
        let from = cursor ?? (LeaderDay.withoutDay, LeaderDayID(rawValue: .max))
        let rows = try await database.read { tx in
            try tx.rows(
                """
                SELECT \(LeaderDayRow.columns) FROM leader_days
                WHERE (day, id) < ($1, $2) AND (\(condition.sql) OR leader_id = $3)
                ORDER BY day DESC, id DESC LIMIT \(limit + 1)
                """, [from.day, from.id, viewer.staff.id] + condition.values
            ).map { try LeaderDayRow(row: $0) }
        }
        return KeysetPage(fetched: rows, limit: limit) { "\($0.day).\($0.id)" }
    }

    /// Results of which something is still to come, the nearest day first. The caller shows those whose matters the
    /// viewer may know of.
    public func openResults(limit: Int = 50) async throws -> [OpenResult] {
        try await database.read { tx in
            try tx.rows(Self.openSQL + " LIMIT \(limit)").map { row in
                let due = try row.date(6)
                return OpenResult(
                    day: try row.id(0), entry: try row.int(1),
                    matter: ReceivedMatter(id: try row.id(2), number: try row.text(3)), unit: try row.id(4),
                    result: LeaderResult(rawValue: try row.text(5)) ?? .handedOver,
                    due: due == LeaderDay.withoutDay ? nil : due)
            }
        }
    }

    static let openSQL = """
        SELECT day_id, entry, case_id, matter_number, unit_id, result, due_on FROM leader_day_entries
        WHERE is_open = 1 ORDER BY due_on, day_id, entry
        """

    /// The leaders' days on which a matter was brought forward, the newest first. The caller has checked that whoever
    /// reads may know of the matter.
    public func leaderDays(about matter: CaseID) async throws -> [LeaderDayFile] {
        try await database.read { tx in
            try tx.rows(
                "SELECT day_id FROM leader_day_entries WHERE case_id = $1 ORDER BY day_id DESC LIMIT 10", [matter]
            ).compactMap { try leaderDay($0.id(0), in: tx) }
        }
    }

    func leaderDay(_ id: LeaderDayID, in tx: any ReadTransaction) throws -> LeaderDayFile? {
        try records.history(LeaderDay.self, id, in: tx).map {
            LeaderDayFile(state: $0.state, history: $0.entries, texts: try texts.bodies(of: id.stream, in: tx))
        }
    }
}
