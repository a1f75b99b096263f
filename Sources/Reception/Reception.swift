public import Kernel
public import Ledger
public import Organisation
public import Storage

extension Named {
    /// A place where residents are received: a hall, a station.
    public enum ReceptionPlace {}
    /// One visit of one or several people on one day.
    public enum Visit {}
    /// A day on which a leader receives.
    public enum LeaderDay {}
    /// A booked time.
    public enum Appointment {}
    /// A call that nobody took.
    public enum MissedCall {}
}

/// Identifies a place of reception.
public typealias PlaceID = Identifier<Named.ReceptionPlace>
/// Identifies a visit.
public typealias VisitID = Identifier<Named.Visit>
/// Identifies a leader's day.
public typealias LeaderDayID = Identifier<Named.LeaderDay>
/// Identifies an appointment.
public typealias AppointmentID = Identifier<Named.Appointment>
/// Identifies a call that nobody took.
public typealias MissedCallID = Identifier<Named.MissedCall>

/// Reception of people who come (《信访工作条例》 Art. 17–20): places with their desks, visits with their numbers and
/// what came of them, appointments, and the days on which leaders receive.
///
/// Places, visits and leaders' days are records with events. Appointments and calls that nobody took are rows that end:
/// nothing is kept of who did not come. No time is counted for a member of staff.
public struct Reception: Sendable {
    /// Tables of this room.
    public static let migrations: [Migration] = [ReceptionTables.migration, MissedCall.migration]

    let database: any Database
    let records: RecordStore
    let texts = TextStore()
    let vault: PersonVault
    let keys: KeyRing
    let ids: IdentifierGenerator
    let clock: any WallClock
    let submissions = Submissions()
    let appointmentNumbers: NumberBlocks
    /// Where "today" is.
    public let zone: CivilZone
    /// Days off and make-up working days.
    public var calendar: WorkingCalendar { calendarSource.workingCalendar }
    private let calendarSource: any CalendarSource

    /// Days ahead for which a time can be booked.
    public static let daysAhead = 14
    /// Minutes of one bookable time.
    public static let slotMinutes = 30
    /// Days after which appointments, and the words and names of visits, are forgotten.
    public static let keptDays = 30
    /// More people do not speak for a group (Art. 20).
    public static let mostRepresentatives = 5

    /// Wires the room. All dependencies are explicit.
    public init(
        database: any Database, events: EventStore, vault: PersonVault, keys: KeyRing, ids: IdentifierGenerator,
        clock: any WallClock, zone: CivilZone, calendar: any CalendarSource
    ) {
        self.database = database
        self.vault = vault
        self.keys = keys
        self.ids = ids
        self.clock = clock
        self.zone = zone
        records = RecordStore(
            database: database, events: events, ids: ids, clock: clock, zone: zone,
            changedMeanwhile: PlainError(.conflict, "reception.changedMeanwhile"))
        calendarSource = calendar
        appointmentNumbers = NumberBlocks(database, counter: "appointment", blockSize: 8)
    }

    /// The local date of now.
    public var today: LocalDate { zone.date(of: clock.now()) }

    /// The minute of the local day of now.
    public var minuteOfDay: Int {
        let time = zone.timeOfDay(of: clock.now())
        return time.hour * 60 + time.minute
    }

    /// The room's own errors as people are told them.
    func plain<T>(_ body: () throws(ReceptionError) -> T) throws(PlainError) -> T {
        do throws(ReceptionError) { return try body() } catch { throw error.plain }
    }

    /// A text under a new identifier.
    func newText(_ body: String) -> NewText { NewText(body, id: ids.next()) }
}

/// A matter as this room knows it: identifier and readable number. Who may know of it, the casework says.
public struct ReceivedMatter: Hashable, Sendable, Codable {
    /// The matter.
    public let id: CaseID
    /// Its readable number.
    public let number: String

    /// A matter.
    public init(id: CaseID, number: String) {
        self.id = id
        self.number = number
    }
}
