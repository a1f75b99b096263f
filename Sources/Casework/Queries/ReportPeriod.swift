public import Kernel

/// A month or a year, as reports are asked for: `2026-10`, `2026`.
public struct ReportPeriod: Hashable, Sendable, CustomStringConvertible {
    /// The year.
    public let year: Int
    /// The month, 1 to 12; `nil` for the whole year.
    public let month: Int?
    /// Its first and last day.
    public let days: ClosedRange<LocalDate>

    /// A month or a year; `nil` when there is none such.
    public init?(year: Int, month: Int? = nil) {
        let isDecember = (month ?? 12) == 12
        guard (1900...2200).contains(year), let first = LocalDate(year: year, month: month ?? 1, day: 1),
            let next = LocalDate(year: isDecember ? year + 1 : year, month: isDecember ? 1 : (month ?? 12) + 1, day: 1)
        else { return nil }
        self.year = year
        self.month = month
        days = first...next.adding(days: -1)
    }

    /// Reads `2026-10` or `2026`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts[0].count == 4, let year = Int(parts[0]), year > 0 else { return nil }
        guard parts.count == 2 else {
            self.init(year: year)
            return
        }
        guard parts[1].count == 2, let month = Int(parts[1]) else { return nil }
        self.init(year: year, month: month)
    }

    /// The month in which a day lies.
    public init(monthOf date: LocalDate) {
        let (year, month, day) = date.parts
        let first = date.adding(days: 1 - day)
        // 31 days on lies in the next month whatever month this is.
        let next = first.adding(days: 31)
        self.year = year
        self.month = month
        days = first...next.adding(days: -next.parts.day)
    }

    /// The period of the same length before this one.
    public var previous: ReportPeriod {
        let before = ReportPeriod(monthOf: days.lowerBound.adding(days: -1))
        return month == nil ? ReportPeriod(year: year - 1) ?? before : before
    }

    /// As it stands in addresses.
    public var description: String {
        guard let month else { return "\(year)" }
        return month < 10 ? "\(year)-0\(month)" : "\(year)-\(month)"
    }

    /// Its first moment and the first one after it.
    func instants(_ zone: CivilZone) -> (from: Instant, to: Instant) {
        (zone.instant(of: days.lowerBound), zone.instant(of: days.upperBound.adding(days: 1)))
    }
}
