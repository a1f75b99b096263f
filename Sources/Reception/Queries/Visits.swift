public import Kernel
public import Ledger
public import Organisation
internal import Storage

/// Everything that the page of a visit shows.
public struct VisitFile: Sendable {
    /// It as it stands.
    public let state: Visit
    /// Its place.
    public let place: Place
    /// What happened, in order.
    public let entries: [RecordEntry<VisitEvent>]
    /// The texts by identifier; forgotten ones are missing.
    public let texts: [TextID: String]
    /// Name and telephone, while they are kept.
    public let contact: Contact?

    /// A text, or nothing when it is forgotten or there is none.
    public func text(_ id: TextID?) -> String? { id.flatMap { texts[$0] } }
}

/// A visit in the list of a day.
public struct VisitRow: Hashable, Sendable {
    /// The visit.
    public let id: VisitID
    /// Its number.
    public let ticket: Ticket
    /// Where it stands.
    public let phase: VisitPhase
    /// How many came together.
    public let people: Int
    /// What came of it.
    public let result: VisitResult?
    /// When it began.
    public let arrivedAt: Instant
    /// The leader's day for which they came.
    public let leaderDay: LeaderDayID?
    /// Its matter.
    public let matter: ReceivedMatter?
    /// What it is about, while that is kept.
    public let about: String?
}

/// One time that somebody was received about a matter, as the page of the matter tells it.
public struct MatterVisit: Hashable, Sendable {
    /// The visit.
    public let id: VisitID
    /// Its number.
    public let ticket: Ticket
    /// The day.
    public let day: LocalDate
    /// The place.
    public let place: String
    /// Who received, in order.
    public let receivedBy: [StaffID]
    /// What came of it.
    public let result: VisitResult?
    /// How what was taken down was confirmed.
    public let confirmation: Confirmation?
}

extension Reception {
    /// A visit with everything that a page shows.
    public func visit(_ id: VisitID, for viewer: Viewer) async throws -> VisitFile {
        let (vault, texts) = (self.vault, self.texts)
        return try await database.read { tx in
            guard let (state, entries) = try records.history(Visit.self, id, in: tx),
                let row = try tx.first(
                    "SELECT id, closed, details, version FROM reception_places WHERE id = $1", [state.arrival.place])
            else { throw Visit.notFound }
            let place = try Place(row: row)
            // Who works at the place may open a visit that stands at no desk yet.
            if !(state.stops.isEmpty && place.mayWork(viewer)) { try state.checkVisible(to: viewer) }
            let contact = state.mayWork(viewer) ? try state.person.flatMap { try vault.contact($0, in: tx) } : nil
            return VisitFile(
                state: state, place: place, entries: entries, texts: try texts.bodies(of: id.stream, in: tx),
                contact: contact)
        }
    }

    /// The visits of a day at a place, the newest first.
    public func visits(at id: PlaceID, on day: LocalDate, for viewer: Viewer) async throws -> [VisitRow] {
        let place = try await place(id)
        guard place.mayWork(viewer) || place.seesAll(viewer) else { throw Place.notFound }
        var values: [any SQLConvertible] = [id, day]
        var mine = ""
        if !place.seesAll(viewer) {
            // Whoever works at one desk reads what people came for at that desk, and of who has none yet.
            let desks = place.desks.map(\.number).filter { place.mayOpen(at: $0, viewer) }
            let marks = desks.map { number -> String in
                values.append(number)
                return "$\(values.count)"
            }
            let line = "SELECT 1 FROM visit_line l WHERE l.visit_id = v.id"
            mine = " AND (NOT EXISTS (\(line)) OR EXISTS (\(line) AND l.desk IN (\(marks.joined(separator: ", ")))))"
        }
        let sql = Self.visitSQL + " WHERE v.place_id = $1 AND v.day = $2\(mine) ORDER BY v.id DESC LIMIT 500"
        let bound = values
        return try await database.read { tx in try tx.rows(sql, bound).map { try VisitRow(row: $0) } }
    }

    /// The visits that came for a leader's day, in the order in which they came.
    public func visits(of day: LeaderDay, for viewer: Viewer) async throws -> [VisitRow] {
        try day.checkVisible(to: viewer)
        return try await database.read { tx in
            try tx.rows(
                Self.visitSQL + " WHERE v.leader_day_id = $1 ORDER BY v.id LIMIT 500", [day.id]
            ).map { try VisitRow(row: $0) }
        }
    }

    static let visitSQL = """
        SELECT v.id, v.series, v.number, v.phase, v.people, v.result, v.arrived_at, v.leader_day_id, v.case_id,
          v.matter_number, t.body
        FROM visits v LEFT JOIN texts t ON t.id = v.about_id
        """

    /// When somebody was received about a matter, and the leaders' days on which it was brought forward, the newest
    /// first. The caller has checked that the viewer may know of the matter. Most matters have neither, and cost one
    /// statement.
    public func receptions(about matter: CaseID) async throws -> (visits: [MatterVisit], days: [LeaderDayFile]) {
        try await database.read { tx in
            let known = try tx.rows(
                """
                SELECT kind, id FROM (
                    SELECT 0 AS kind, id FROM visits WHERE case_id = $1 ORDER BY id DESC LIMIT 20
                ) AS visits
                UNION ALL SELECT kind, id FROM (
                    SELECT 1 AS kind, day_id AS id FROM leader_day_entries WHERE case_id = $1
                    ORDER BY day_id DESC LIMIT 10
                ) AS days
                ORDER BY id DESC
                """, [matter])
            let visits = try known.filter { try $0.int(0) == 0 }.compactMap { row in
                try visit(row.id(1), in: tx)
            }
            let days = try known.filter { try $0.int(0) == 1 }.compactMap { row in
                try leaderDay(row.id(1), in: tx)
            }
            return (visits, days)
        }
    }

    private func visit(_ id: VisitID, in tx: any ReadTransaction) throws -> MatterVisit? {
        guard let state = try records.history(Visit.self, id, in: tx)?.state,
            let row = try tx.first(
                "SELECT id, closed, details, version FROM reception_places WHERE id = $1", [state.arrival.place])
        else { return nil }
        return MatterVisit(
            id: id, ticket: state.ticket, day: state.arrival.day, place: try Place(row: row).details.name.zh,
            receivedBy: state.stops.flatMap(\.receivedBy), result: state.result,
            confirmation: state.linked?.readBack?.how)
    }

    /// Today's appointments at a place that are still to come, with what was said.
    public func appointments(at id: PlaceID, on day: LocalDate, for viewer: Viewer) async throws -> [Appointment] {
        let place = try await place(id)
        guard place.mayWork(viewer) else { throw Place.notFound }
        let keys = self.keys
        return try await database.read { tx in
            try tx.rows(
                """
                SELECT \(Appointment.columns) FROM appointments
                WHERE place_id = $1 AND day = $2 AND state = 'booked' ORDER BY minute, id LIMIT 500
                """, [id, day]
            ).map { try Appointment(row: $0, keys) }
        }
    }

    /// The appointments for a leader's day that stand, in the order of booking.
    public func appointments(of day: LeaderDay, for viewer: Viewer) async throws -> [Appointment] {
        guard day.mayRecord(viewer) else { throw LeaderDay.notFound }
        let keys = self.keys
        return try await database.read { tx in
            try tx.rows(
                """
                SELECT \(Appointment.columns) FROM appointments
                WHERE leader_day_id = $1 AND state = 'booked' ORDER BY id LIMIT 500
                """, [day.id]
            ).map { try Appointment(row: $0, keys) }
        }
    }
}

extension VisitRow {
    init(row: Row) throws {
        id = try row.id(0)
        ticket = Ticket(series: try row.text(1), number: try row.int(2))
        phase = VisitPhase(rawValue: try row.text(3)) ?? .arrived
        people = try row.int(4)
        result = try row.optionalText(5).flatMap { VisitResult(rawValue: $0) }
        arrivedAt = try row.instant(6)
        leaderDay = try row.optionalInt64(7).map { LeaderDayID(rawValue: $0) }
        if let matter = try row.optionalInt64(8) {
            self.matter = ReceivedMatter(id: CaseID(rawValue: matter), number: try row.text(9))
        } else {
            matter = nil
        }
        about = try row.optionalText(10)
    }
}
