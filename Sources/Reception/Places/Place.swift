public import Kernel
package import Ledger
public import Organisation
internal import Storage

/// A place where residents are received, as its events add up.
public struct Place: Hashable, Sendable {
    /// Its identifier.
    public let id: PlaceID
    /// What is published of it.
    public internal(set) var details: PlaceDetails
    /// Its desks, by number.
    public internal(set) var desks: [ReceptionDesk] = []
    /// Its roster.
    public internal(set) var duties: [DeskDuty] = []
    /// Whether nobody is received there any more.
    public internal(set) var isClosed = false
    var lastDuty = 0
    /// The number of its events.
    public package(set) var version = 1

    /// A desk by its number.
    public func desk(_ number: Int) -> ReceptionDesk? { desks.first { $0.number == number } }

    /// Desks to which visits are sent.
    public var openDesks: [ReceptionDesk] { desks.filter(\.isOpen) }

    /// Whether it is open on a day: a working day, make-up days included, of its weekdays.
    public func isOpen(on day: LocalDate, _ calendar: WorkingCalendar) -> Bool {
        let works = calendar.isWorkingDay(day) ?? (day.weekday <= 5)
        return !isClosed && works && (details.weekdays.isEmpty || details.weekdays.contains(day.weekday))
    }

    /// Who is planned at a desk on a day, in the order of their times.
    public func duties(at desk: Int, on day: LocalDate) -> [DeskDuty] {
        duties.filter { $0.desk == desk && ($0.weekdays.isEmpty || $0.weekdays.contains(day.weekday)) }
            .sorted { ($0.span.from, $0.id) < ($1.span.from, $1.id) }
    }

    /// The desk at which somebody is planned now.
    public func desk(of staff: StaffID, on day: LocalDate, minute: Int) -> Int? {
        let mine = duties.filter { $0.staff == staff && ($0.weekdays.isEmpty || $0.weekdays.contains(day.weekday)) }
        return (mine.first { $0.span.contains(minute) } ?? mine.first)?.desk
    }

    /// The beginnings of the half hours that it offers on a day on which it is open.
    public var slotMinutes: [Int] {
        guard details.capacity > 0 else { return [] }
        return details.hours.flatMap { span in
            stride(from: span.from, through: span.until - Reception.slotMinutes, by: Reception.slotMinutes)
        }
    }
}

/// What can happen to a place. Names and addresses are published ones.
public enum PlaceEvent: Hashable, Sendable {
    /// Residents are received there from now on.
    case opened(PlaceDetails)
    /// Something published of it changes.
    case changed(PlaceDetails)
    /// A desk is set up or changed.
    case deskSet(ReceptionDesk)
    /// Somebody is planned at a desk.
    case dutyAdded(DeskDuty)
    /// That plan ends.
    case dutyEnded(Duty)
    /// Nobody is received there any more, or again.
    case closed(Closed)

    /// A plan that ends.
    public struct Duty: Codable, Hashable, Sendable {
        /// Which.
        public var id: Int
    }

    /// Whether it is closed.
    public struct Closed: Codable, Hashable, Sendable {
        /// Whether nobody is received there.
        public var isClosed: Bool
    }
}

extension PlaceEvent: RecordEvent {
    package var parts: (kind: String, payload: any Encodable & Sendable) {
        switch self {
        case .opened(let p): ("opened", p)
        case .changed(let p): ("changed", p)
        case .deskSet(let p): ("deskSet", p)
        case .dutyAdded(let p): ("dutyAdded", p)
        case .dutyEnded(let p): ("dutyEnded", p)
        case .closed(let p): ("closed", p)
        }
    }

    package init(kind: String, data: String) throws {
        self =
            switch kind {
            case "opened": .opened(try StableJSON.read(data))
            case "changed": .changed(try StableJSON.read(data))
            case "deskSet": .deskSet(try StableJSON.read(data))
            case "dutyAdded": .dutyAdded(try StableJSON.read(data))
            case "dutyEnded": .dutyEnded(try StableJSON.read(data))
            case "closed": .closed(try StableJSON.read(data))
            default: throw EventFormatError.unreadable
            }
    }
}

/// What somebody wants done with a place.
public enum PlaceCommand: Hashable, Sendable {
    case change(PlaceDetails)
    case setDesk(ReceptionDesk)
    case addDuty(desk: Int, staff: StaffID, weekdays: [Int], span: DaySpan)
    case endDuty(Int)
    case close(Bool)
}

extension Place: LedgerRecord {
    package typealias Entity = Named.ReceptionPlace
    package typealias Event = PlaceEvent
    package typealias Command = PlaceCommand

    package static let streamKind = "receptionPlace"
    package static let notFound = PlainError(.notFound, "reception.placeNotFound")
    package static let tables = [(name: "reception_places", key: "id")]

    package init?(id: PlaceID, first event: PlaceEvent, by actor: Actor, at instant: Instant) {
        guard case .opened(let details) = event else { return nil }
        self.init(id: id, details: details)
    }

    package mutating func apply(_ event: PlaceEvent, by actor: Actor, at instant: Instant) {
        switch event {
        case .opened: break
        case .changed(let p): details = p
        case .deskSet(let desk):
            desks.removeAll { $0.number == desk.number }
            desks.append(desk)
            desks.sort { $0.number < $1.number }
        case .dutyAdded(let duty):
            duties.append(duty)
            lastDuty = duty.id
        case .dutyEnded(let p): duties.removeAll { $0.id == p.id }
        case .closed(let p): isClosed = p.isClosed
        }
    }

    package func decide(_ command: PlaceCommand, on today: LocalDate) throws(ReceptionError) -> [PlaceEvent] {
        switch command {
        case .change(let new):
            guard !new.hours.isEmpty else { throw .hoursInvalid }
            return new == details ? [] : [.changed(new)]
        case .setDesk(let new):
            guard new.number > 0 else { throw .deskMissing }
            return desk(new.number) == new ? [] : [.deskSet(new)]
        case .addDuty(let number, let staff, let weekdays, let span):
            guard desk(number) != nil else { throw .deskMissing }
            return [
                .dutyAdded(
                    DeskDuty(id: lastDuty + 1, desk: number, staff: staff, weekdays: weekdays.sorted(), span: span))
            ]
        case .endDuty(let id):
            guard duties.contains(where: { $0.id == id }) else { throw .unknownEntry }
            return [.dutyEnded(.init(id: id))]
        case .close(let isClosed): return isClosed == self.isClosed ? [] : [.closed(.init(isClosed: isClosed))]
        }
    }

    /// What pages need of a place, in one column: places are few and always read whole.
    struct Shown: Codable {
        let details: PlaceDetails
        let desks: [ReceptionDesk]
        let duties: [DeskDuty]
    }

    package var rows: [TableRows] {
        let shown = (try? StableJSON.text(Shown(details: details, desks: desks, duties: duties))) ?? ""
        return [
            TableRows(
                Self.tables[0], ["id", "unit_id", "closed", "details", "version"],
                [[id, details.unit, isClosed, shown, version]])
        ]
    }

    /// Reads a row back.
    init(row: Row) throws {
        let shown: Shown = try StableJSON.read(try row.text(2))
        self.init(
            id: try row.id(0), details: shown.details, desks: shown.desks, duties: shown.duties,
            isClosed: try row.bool(1), version: try row.int(3))
    }
}
