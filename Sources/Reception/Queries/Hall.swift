public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// A visit in the line of a desk.
public struct LineEntry: Hashable, Sendable {
    /// The visit.
    public let visit: VisitID
    /// Its number.
    public let ticket: Ticket
    /// The desk in whose line it stands.
    public let desk: Int
    /// Where the step stands.
    public let phase: Visit.StopPhase
    /// The desk to which it was called.
    public let calledTo: Int?
    /// Whether it goes first today.
    public let isFront: Bool
    /// The booked time.
    public let slotAt: Instant?
    /// From when it waits.
    public let turn: Instant
    /// When it was called.
    public let calledAt: Instant?

    init(row: Row) throws {
        visit = try row.id(0)
        ticket = Ticket(series: try row.text(1), number: try row.int(2))
        desk = try row.int(3)
        phase = Visit.StopPhase(rawValue: try row.text(4)) ?? .done
        calledTo = try row.optionalInt64(5).map { Int($0) }
        isFront = try row.bool(6)
        slotAt = try row.optionalInt64(7).map { Instant(milliseconds: $0) }
        turn = try row.instant(8)
        calledAt = try row.optionalInt64(9).map { Instant(milliseconds: $0) }
    }

    /// Who comes first: those who cannot wait, then whose booked time has come, then the others as they came. An
    /// appointment whose time has not come stands where that time puts it.
    static func precedes(_ a: LineEntry, _ b: LineEntry, at now: Instant) -> Bool {
        func key(_ entry: LineEntry) -> (Int, Int, Instant, VisitID) {
            let isDue = entry.slotAt.map { $0 <= now } ?? false
            let turn = entry.slotAt.map { isDue ? $0 : max($0, entry.turn) } ?? entry.turn
            return (entry.isFront ? 0 : 1, isDue ? 0 : 1, turn, entry.visit)
        }
        return key(a) < key(b)
    }
}

/// The hall at this moment: who waits where, who is called, who is received. Numbers only.
public struct Hall: Sendable {
    /// The place.
    public let place: Place
    let entries: [LineEntry]
    let now: Instant

    /// Who waits at a desk, in the order in which they are called.
    public func waiting(at desk: Int) -> [LineEntry] {
        entries.filter { $0.desk == desk && $0.phase == .waiting }
            .sorted { LineEntry.precedes($0, $1, at: now) }
    }

    /// Who is called to a desk or received there.
    public func present(at desk: Int) -> [LineEntry] {
        entries.filter { ($0.phase == .called || $0.phase == .received) && ($0.calledTo ?? $0.desk) == desk }
            .reduce(into: []) { out, entry in
                if !out.contains(where: { $0.visit == entry.visit }) { out.append(entry) }
            }
    }

    /// Who is called and has not sat down yet, the newest first.
    public var called: [LineEntry] {
        entries.filter { $0.phase == .called && $0.calledTo == $0.desk }
            .sorted { ($0.calledAt ?? $0.turn, $0.visit) > ($1.calledAt ?? $1.turn, $1.visit) }
    }

    /// How many visits wait.
    public var waitingCount: Int { Set(entries.filter { $0.phase == .waiting }.map(\.visit)).count }
}

/// What the page behind a number's QR code shows: nothing but the line.
public struct LinePosition: Hashable, Sendable {
    /// The number.
    public let ticket: Ticket
    /// The place.
    public let place: Place
    /// Where the visit stands.
    public let phase: VisitPhase
    /// The desk at which it waits or to which it goes.
    public let desk: Int?
    /// How many are before it.
    public let before: Int
}

/// How long people waited who came within an hour: of the place, never of a person.
public struct HourOfWaiting: Hashable, Sendable {
    /// The hour, 8 for 8:00 to 8:59.
    public let hour: Int
    /// How many visits began.
    public let came: Int
    /// How many of them were received.
    public let received: Int
    /// Minutes that those waited on average.
    public let mean: Int
    /// Minutes that the longest waited.
    public let longest: Int
}

extension Reception {
    static let mostInLine = 2_000

    /// The hall, for who works there or watches over it.
    public func hall(_ id: PlaceID, for viewer: Viewer) async throws -> Hall {
        let hall = try await hall(id)
        guard hall.place.mayWork(viewer) || viewer.may(.oversee, on: hall.place.details.unit) else {
            throw Place.notFound
        }
        return hall
    }

    /// The hall as everybody may see it: numbers and desks.
    public func hall(_ id: PlaceID) async throws -> Hall {
        let place = try await place(id)
        let today = self.today
        let entries = try await database.read { tx in
            try tx.rows(Self.lineSQL, [id, today]).map { try LineEntry(row: $0) }
        }
        return Hall(place: place, entries: entries, now: clock.now())
    }

    static let lineSQL = """
        SELECT visit_id, series, number, desk, phase, called_to, front, slot_at, turn, called_at FROM visit_line
        WHERE place_id = $1 AND day = $2 AND phase IN ('waiting', 'called', 'received')
        ORDER BY phase, desk, turn, visit_id LIMIT \(mostInLine)
        """

    /// The name of a visit's public page: it can be made only here.
    public func lineCode(of id: VisitID) -> String { keys.accessCode(for: "line:\(id)")?.symbols ?? "" }

    /// Where a number stands; `nil` unless the code is the visit's own and the visit is of today.
    public func position(of id: VisitID, code: String) async throws -> LinePosition? {
        let wanted = lineCode(of: id)
        guard !wanted.isEmpty, constantTimeEqual(Array(wanted.utf8), Array(code.utf8)),
            let visit = try? await visitState(id), visit.arrival.day == today
        else { return nil }
        let hall = try await hall(visit.arrival.place)
        let desk = visit.current?.desk
        let before = desk.flatMap { hall.waiting(at: $0).firstIndex { $0.visit == id } } ?? 0
        return LinePosition(
            ticket: visit.ticket, place: hall.place, phase: visit.phase, desk: desk, before: before)
    }

    /// How long people waited on a day, by the hour in which they came.
    public func waiting(at id: PlaceID, on day: LocalDate, for viewer: Viewer) async throws -> [HourOfWaiting] {
        let place = try await place(id)
        guard place.mayWork(viewer) || viewer.may(.oversee, on: place.details.unit) else { throw Place.notFound }
        let zone = self.zone
        let rows = try await database.read { tx in
            try tx.rows(
                "SELECT arrived_at, begun_at FROM visits WHERE place_id = $1 AND day = $2 ORDER BY id LIMIT 5000",
                [id, day]
            ).map { (try $0.instant(0), try $0.optionalInt64(1).map { Instant(milliseconds: $0) }) }
        }
        let hours = Dictionary(grouping: rows) { zone.timeOfDay(of: $0.0).hour }
        return hours.sorted { $0.key < $1.key }.map { hour, rows in
            let waits = rows.compactMap { arrived, begun in
                begun.map { Int(max(0, $0.milliseconds - arrived.milliseconds) / 60_000) }
            }
            return HourOfWaiting(
                hour: hour, came: rows.count, received: waits.count,
                mean: waits.isEmpty ? 0 : waits.reduce(0, +) / waits.count, longest: waits.max() ?? 0)
        }
    }
}
