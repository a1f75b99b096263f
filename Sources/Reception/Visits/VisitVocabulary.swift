public import Kernel

/// What helps somebody to be heard. Of the situation, for this visit only.
public enum VisitNeed: String, CaseIterable, Codable, Sendable {
    case wheelchair, hearing, dialect, interpreter, readAloud, writing
}

/// Why somebody is received before others today: something of the situation, never of the person.
public enum FrontReason: String, CaseIterable, Codable, Sendable {
    /// Cannot stand or sit for long.
    case unwell
    /// Has small children along.
    case smallChild
    /// What it is about cannot wait.
    case danger
}

/// Where a visit stands.
public enum VisitPhase: String, CaseIterable, Codable, Sendable {
    /// Has a number, and is in no line.
    case arrived
    /// Waits in a line.
    case waiting
    /// Was called.
    case called
    /// Sits at a desk.
    case received
    /// Over, with a result.
    case ended
}

/// What came of a visit. There is no visit without one.
public enum VisitResult: String, CaseIterable, Codable, Sendable {
    /// A matter was taken down.
    case taken
    /// It was about a matter that is there: told how it stands.
    case progress
    /// Answered on the spot (即问即答).
    case answered
    /// Told who decides, and where.
    case referred
    /// Went away before anybody received them.
    case left
}

/// How somebody confirmed what was taken down (Art. 19).
public enum Confirmation: String, CaseIterable, Codable, Sendable {
    /// Said that it is right after it was read out.
    case said
    /// Signed it on paper.
    case signed
}

/// That what was taken down was read back and confirmed.
public struct ReadBack: Hashable, Sendable, Codable {
    /// How.
    public var how: Confirmation
    /// The salted hash of the text, as the matter's own event has it.
    public var hash: String

    /// A confirmation of a text.
    public init(how: Confirmation, hash: String) {
        self.how = how
        self.hash = hash
    }
}

/// The number of the day: A012 for who came by themselves, B003 for who had booked.
public struct Ticket: Hashable, Sendable, Codable, CustomStringConvertible {
    /// `A` or `B`.
    public let series: String
    /// The running number of the day at the place.
    public let number: Int

    /// A number.
    public init(series: String, number: Int) {
        self.series = series
        self.number = number
    }

    /// `A012`.
    public var description: String {
        let digits = "\(number)"
        return series + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}

/// A desk with its unit, as a visit remembers it.
public struct DeskRef: Hashable, Sendable, Codable {
    /// The desk's number.
    public let desk: Int
    /// Its unit on that day.
    public let unit: UnitID

    /// A desk.
    public init(desk: Int, unit: UnitID) {
        self.desk = desk
        self.unit = unit
    }
}

/// One step on the way through a hall: a desk, with others that sit down beside it.
public struct VisitLeg: Hashable, Sendable, Codable {
    /// The desk to which the visit goes.
    public let at: DeskRef
    /// Desks that receive together with it.
    public let with: [DeskRef]

    /// A step.
    public init(at: DeskRef, with: [DeskRef] = []) {
        self.at = at
        self.with = with
    }

    /// All of its desks.
    public var desks: [DeskRef] { [at] + with }

    /// Several desks: one after another, or all at once at the first.
    public static func legs(_ desks: [DeskRef], together: Bool) -> [VisitLeg] {
        guard together, let first = desks.first else { return desks.map { VisitLeg(at: $0) } }
        return [VisitLeg(at: first, with: Array(desks.dropFirst()))]
    }
}
