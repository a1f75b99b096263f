public import Kernel
internal import Ledger
internal import Storage

/// The number of an appointment: a matter's number with a Y before it, so that nobody confuses the two.
public struct AppointmentNumber: Hashable, Sendable, CustomStringConvertible {
    private let number: MatterNumber

    /// A number.
    public init(_ number: MatterNumber) { self.number = number }

    /// Reads a number as people type it; `nil` when it is none.
    public init?(typed text: some StringProtocol) {
        let digits = String(text.filter { !"YyＹｙ".contains($0) })
        guard digits.count < text.count, let number = MatterNumber(digits) else { return nil }
        self.number = number
    }

    /// `Y2611-0007-3`.
    public var description: String { "Y\(number)" }
}

/// What somebody said when booking. Sealed in the store, gone when they come, cancel, or after thirty days.
public struct AppointmentDetails: Hashable, Sendable, Codable {
    /// What it is about.
    public var about: String?
    /// How to address them.
    public var name: String?
    /// Their telephone.
    public var phone: String?
    /// What helps them.
    public var needs: [VisitNeed]

    /// Details.
    public init(about: String? = nil, name: String? = nil, phone: String? = nil, needs: [VisitNeed] = []) {
        self.about = about
        self.name = name
        self.phone = phone
        self.needs = needs
    }
}

/// A booked time. A row, not a record: nothing is kept of who came or did not.
public struct Appointment: Hashable, Sendable {
    /// Whether it stands.
    public enum State: String, Sendable {
        case booked, cancelled, came
    }

    /// Its identifier.
    public let id: AppointmentID
    /// Its number.
    public let number: String
    /// Where.
    public let place: PlaceID
    /// When.
    public let day: LocalDate
    /// The minute of that day.
    public let minute: Int
    /// The leader's day that was booked.
    public let leaderDay: LeaderDayID?
    /// Whether it stands.
    public let state: State
    /// What was said; nothing once it is over.
    public let details: AppointmentDetails?
    /// The visit that it became.
    public let visit: VisitID?

    static let columns = "id, number, place_id, day, minute, leader_day_id, state, sealed, visit_id, code_hash"

    init(row: Row, _ keys: KeyRing) throws {
        id = try row.id(0)
        number = try row.text(1)
        place = try row.id(2)
        day = try row.date(3)
        minute = try row.int(4)
        leaderDay = try row.optionalInt64(5).map { LeaderDayID(rawValue: $0) }
        state = State(rawValue: try row.text(6)) ?? .cancelled
        let id = self.id
        details = try row.optionalBlob(7).map { sealed in
            let plain = try keys.open(secret: sealed, context: Self.context(id))
            return try StableJSON.read(String(decoding: plain, as: UTF8.self))
        }
        visit = try row.optionalInt64(8).map { VisitID(rawValue: $0) }
    }

    static func context(_ id: AppointmentID) -> String { "appointment:\(id)" }
}

/// A half hour that is offered.
public struct Slot: Hashable, Sendable {
    /// The minute of the day at which it begins.
    public let minute: Int
    /// How many can still be booked.
    public let left: Int
}

/// A day with the half hours that are offered.
public struct OfferedDay: Hashable, Sendable {
    /// The day.
    public let day: LocalDate
    /// Its half hours, in order.
    public let slots: [Slot]
}

/// What somebody books.
public struct BookingDraft: Sendable {
    /// Where; the leader's day decides for itself.
    public var place: PlaceID?
    /// When.
    public var day: LocalDate?
    /// The minute of that day.
    public var minute: Int?
    /// The leader's day.
    public var leaderDay: LeaderDayID?
    /// What was said.
    public var details: AppointmentDetails

    /// A booking.
    public init(
        place: PlaceID? = nil, day: LocalDate? = nil, minute: Int? = nil, leaderDay: LeaderDayID? = nil,
        details: AppointmentDetails = AppointmentDetails()
    ) {
        self.place = place
        self.day = day
        self.minute = minute
        self.leaderDay = leaderDay
        self.details = details
    }
}
