public import Kernel
public import Ledger
public import Organisation
public import Storage

/// Supervision (督办, 《信访工作条例》 Art. 39–40): what the system finds, tasks to units, suggestions, and the joint
/// conference. The room's manifest and what its use cases share.
///
/// Everything here is addressed to a unit. Nothing of it changes a resident's matter, names a resident or reaches one.
public struct Supervision: Sendable {
    /// Tables of this room.
    public static let migrations: [Migration] = [SupervisionTables.migration]

    let database: any Database
    let texts: TextStore
    let ids: IdentifierGenerator
    let clock: any WallClock
    let organisation: OrganisationStore
    let source: any SupervisionSource
    let records: RecordStore
    private let numbers: [DocumentNumber.Series: NumberBlocks]
    /// Where "today" is.
    public let zone: CivilZone
    private let calendarSource: any CalendarSource
    /// Days off and make-up working days as they are known now.
    public var calendar: WorkingCalendar { calendarSource.workingCalendar }

    /// Wires the room. All dependencies are explicit; nothing is looked up.
    ///
    /// - Parameter source: tells what stands in the matters; other rooms are known through it only.
    public init(
        database: any Database, events: EventStore, ids: IdentifierGenerator, clock: any WallClock,
        organisation: OrganisationStore, zone: CivilZone, calendar: any CalendarSource, source: any SupervisionSource
    ) {
        self.database = database
        self.texts = TextStore()
        self.ids = ids
        self.clock = clock
        self.organisation = organisation
        self.zone = zone
        records = RecordStore(
            database: database, events: events, ids: ids, clock: clock, zone: zone,
            changedMeanwhile: PlainError(.conflict, "supervision.changedMeanwhile"))
        calendarSource = calendar
        self.source = source
        // One at a time: papers with a gap in their numbers raise questions, and there are few of them.
        numbers = Dictionary(
            uniqueKeysWithValues: DocumentNumber.Series.allCases.map {
                ($0, NumberBlocks(database, counter: "supervision-\($0.rawValue)", blockSize: 1))
            })
    }

    /// The local date of now.
    public var today: LocalDate { zone.date(of: clock.now()) }

    /// The day so many working days from now, as a form proposes it.
    public func proposedDay(workingDays: Int) -> LocalDate {
        calendar.adding(workingDays: workingDays, to: today).date
    }

    /// The next number of a series in a year.
    func nextNumber(_ series: DocumentNumber.Series, on date: LocalDate) async throws -> DocumentNumber {
        guard let blocks = numbers[series] else { throw PlainError(.unavailable, "unavailable") }
        let year = date.parts.year
        return DocumentNumber(year: year, sequence: try await blocks.next(month: year))
    }
}

/// The number of a paper of this room within its year: 督办〔2026〕3 号.
public struct DocumentNumber: Hashable, Sendable, Codable, Comparable {
    /// What is numbered by itself.
    enum Series: String, CaseIterable, Sendable {
        case task, suggestion, conference
    }

    /// The year.
    public let year: Int
    /// The running number in that year, from 1.
    public let sequence: Int

    /// A number in a year.
    public init(year: Int, sequence: Int) {
        self.year = year
        self.sequence = sequence
    }

    /// Earlier comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.year, lhs.sequence) < (rhs.year, rhs.sequence)
    }
}

/// A matter as this room knows it: identifier and readable number.
public struct MatterReference: Hashable, Sendable, Codable {
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
