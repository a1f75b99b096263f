public import Kernel
public import Organisation

/// A span of one day, in minutes from midnight.
public struct DaySpan: Hashable, Sendable, Codable {
    /// The first minute.
    public let from: Int
    /// The minute after the last.
    public let until: Int

    /// A span; `nil` when it ends before it begins.
    public init?(from: Int, until: Int) {
        guard from >= 0, from < until, until <= 24 * 60 else { return nil }
        self.from = from
        self.until = until
    }

    /// Whether a minute lies in it.
    public func contains(_ minute: Int) -> Bool { from <= minute && minute < until }
}

/// What is published of a place of reception (Art. 18), and how many times it offers.
public struct PlaceDetails: Hashable, Sendable, Codable {
    /// The unit that runs it.
    public var unit: UnitID
    /// What it is called.
    public var name: LocalizedName
    /// Where it is.
    public var address: String
    /// How it is reached by telephone.
    public var phone: String?
    /// When it is open on a day on which it is open.
    public var hours: [DaySpan]
    /// The weekdays on which it is open, 1 is Monday; empty: every working day.
    public var weekdays: [Int]
    /// Appointments in one half hour; 0 offers none.
    public var capacity: Int

    /// Details of a place.
    public init(
        unit: UnitID, name: LocalizedName, address: String, phone: String? = nil, hours: [DaySpan],
        weekdays: [Int] = [], capacity: Int = 0
    ) {
        self.unit = unit
        self.name = name
        self.address = address
        self.phone = phone
        self.hours = hours
        self.weekdays = weekdays
        self.capacity = capacity
    }
}

/// A desk (窗口) of a place.
public struct ReceptionDesk: Hashable, Sendable, Codable {
    /// Its number, as it is called out.
    public var number: Int
    /// What it is for.
    public var name: LocalizedName
    /// Whose staff sit there.
    public var unit: UnitID
    /// Whether visits are sent there.
    public var isOpen: Bool

    /// A desk.
    public init(number: Int, name: LocalizedName, unit: UnitID, isOpen: Bool = true) {
        self.number = number
        self.name = name
        self.unit = unit
        self.isOpen = isOpen
    }

    /// Refuses a name or number that cannot be called out.
    func check() throws(PlainError) {
        guard !name.zh.isEmpty, name.zh.count <= 40 else {
            throw PlainError(.invalid, "text.missing", field: "deskName")
        }
        guard (1...99).contains(number) else {
            throw PlainError(.invalid, "reception.deskNumberInvalid", field: "desk")
        }
    }
}

/// Who sits at a desk, on which weekdays, when. A plan, not a record of who was there.
public struct DeskDuty: Hashable, Sendable, Codable {
    /// Names it within the place.
    public var id: Int
    /// The desk.
    public var desk: Int
    /// Who.
    public var staff: StaffID
    /// 1 is Monday; empty: every day on which the place is open.
    public var weekdays: [Int]
    /// When.
    public var span: DaySpan
}
