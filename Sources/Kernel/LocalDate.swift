/// A date on the wall calendar (proleptic Gregorian), without a time or zone. Legal dates are such dates.
public struct LocalDate: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// Days since 1970-01-01; may be negative.
    public let daysSinceEpoch: Int

    /// Wraps a day number.
    public init(daysSinceEpoch: Int) { self.daysSinceEpoch = daysSinceEpoch }

    /// A date from its parts; `nil` when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), (1...Self.length(ofMonth: month, year: year)).contains(day) else { return nil }
        // Civil-from-days arithmetic with years that begin in March (the leap day comes last).
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    /// Reads `2026-10-10`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        // Byte by byte: each line of a list has several dates.
        var numbers = (year: 0, month: 0, day: 0)
        var count = 0
        for byte in text.utf8 {
            if count == 4 || count == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard (0x30...0x39).contains(byte), count < 10 else { return nil }
                let digit = Int(byte - 0x30)
                switch count {
                case 0..<4: numbers.year = numbers.year * 10 + digit
                case 5..<7: numbers.month = numbers.month * 10 + digit
                default: numbers.day = numbers.day * 10 + digit
                }
            }
            count += 1
        }
        guard count == 10 else { return nil }
        self.init(year: numbers.year, month: numbers.month, day: numbers.day)
    }

    /// Decodes ISO text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date")
        }
        self = date
    }

    /// Encodes as ISO text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Year, month (1–12) and day (1–31).
    public var parts: (year: Int, month: Int, day: Int) {
        let z = daysSinceEpoch + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// 1 is Monday, 7 is Sunday.
    public var weekday: Int { ((daysSinceEpoch + 3) % 7 + 7) % 7 + 1 }

    /// ISO text, as stored: `2026-10-10`.
    public var description: String {
        let (year, month, day) = parts
        var text: [UInt8] = []
        text.reserveCapacity(10)
        // A zero for each place that is not filled.
        func put(_ number: Int, places: Int) {
            let digits = "\(number)".utf8
            text.append(contentsOf: repeatElement(0x30, count: max(0, places - digits.count)))
            text.append(contentsOf: digits)
        }
        put(year, places: 4)
        text.append(UInt8(ascii: "-"))
        put(month, places: 2)
        text.append(UInt8(ascii: "-"))
        put(day, places: 2)
        return String(decoding: text, as: UTF8.self)
    }

    /// This date moved by whole days.
    public func adding(days: Int) -> LocalDate { LocalDate(daysSinceEpoch: daysSinceEpoch + days) }

    /// Whole days from `other` to this date.
    public func days(since other: LocalDate) -> Int { daysSinceEpoch - other.daysSinceEpoch }

    /// Earlier comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.daysSinceEpoch < rhs.daysSinceEpoch }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// The zone in which legal dates are counted: a fixed distance from UTC. China has kept UTC+8 without summer
/// time since 1992, so no zone table is needed.
public struct CivilZone: Hashable, Sendable {
    /// Seconds east of UTC.
    public let offsetSeconds: Int64

    /// A zone at a fixed distance from UTC.
    public init(offsetSeconds: Int64) { self.offsetSeconds = offsetSeconds }

    /// Asia/Shanghai (UTC+8).
    public static let shanghai = CivilZone(offsetSeconds: 28_800)

    /// The date on the wall at a moment.
    public func date(of instant: Instant) -> LocalDate {
        let seconds = floorDivide(instant.milliseconds, 1000) + offsetSeconds
        return LocalDate(daysSinceEpoch: Int(floorDivide(seconds, 86_400)))
    }

    /// Hour, minute and second on the wall at a moment.
    public func timeOfDay(of instant: Instant) -> (hour: Int, minute: Int, second: Int) {
        let seconds = floorDivide(instant.milliseconds, 1000) + offsetSeconds
        let ofDay = Int(seconds - floorDivide(seconds, 86_400) * 86_400)
        return (ofDay / 3600, ofDay / 60 % 60, ofDay % 60)
    }

    /// The moment at which a date reaches a time of day (midnight by default).
    public func instant(of date: LocalDate, hour: Int = 0, minute: Int = 0, second: Int = 0) -> Instant {
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second) - offsetSeconds
        return Instant(milliseconds: seconds * 1000)
    }

    private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-a + b - 1) / b) }
}
