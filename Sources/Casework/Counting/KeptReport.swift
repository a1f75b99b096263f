internal import Foundation
public import Kernel
public import Organisation

extension Named {
    /// A report that was made at a set time and is kept as it was.
    public enum KeptReport {}
}

/// Identifies a kept report.
public typealias KeptReportID = Identifier<Named.KeptReport>

/// A report of a week or a month as it was counted then: it never changes, whatever happens to the matters.
public struct KeptReport: Hashable, Sendable, Codable {
    /// How long its period is.
    public enum Kind: String, CaseIterable, Sendable, Codable {
        /// Monday to Sunday.
        case week
        /// From the first to the last day of a month.
        case month

        /// The last period that had ended by the beginning of a day.
        public func last(before today: LocalDate) -> ClosedRange<LocalDate> {
            let step: BreakdownStep = self == .week ? .week : .month
            let start = step.start(of: today)
            return step.start(of: start.adding(days: -1))...start.adding(days: -1)
        }

        /// The period after one that begins on a day.
        public func period(from start: LocalDate) -> ClosedRange<LocalDate> {
            let step: BreakdownStep = self == .week ? .week : .month
            return start...step.next(after: start).adding(days: -1)
        }
    }

    /// One line of a table, with the name that it had.
    public struct Line: Hashable, Sendable, Codable {
        /// A unit's identifier, a code or a channel; empty where nobody said.
        public let code: String
        /// Its name then; nothing for channels and for what nobody said, which have names in every language.
        public let name: LocalizedName?
        /// Its numbers.
        public let numbers: CountedNumbers
    }

    /// One table.
    public struct Table: Hashable, Sendable, Codable {
        /// What it divides by.
        public let by: BreakdownDimension
        /// In the order of codes.
        public let lines: [Line]
    }

    /// Promises whose day lay in the period.
    public struct Promises: Hashable, Sendable, Codable {
        /// All.
        public let due: Int
        /// Kept by their day.
        public let kept: Int
        /// Kept after it.
        public let late: Int
        /// Not kept.
        public let broken: Int
    }

    /// How the numbers are defined: grows when a definition changes.
    public static let currentDefinitions = 1

    /// The version of the definitions that it was counted by.
    public let definitions: Int
    /// How long its period is.
    public let kind: Kind
    /// Its first day.
    public let from: LocalDate
    /// Its last day.
    public let to: LocalDate
    /// The unit whose matters, with those of units below, it counts.
    public let unit: UnitID
    /// The name of the unit then.
    public let unitName: LocalizedName
    /// When it was counted.
    public let countedAt: Instant
    /// All together.
    public let total: CountedNumbers
    /// By unit, area, category and channel.
    public let tables: [Table]
    /// Promises.
    public let promises: Promises

    /// Its days.
    public var days: ClosedRange<LocalDate> { from...max(from, to) }

    /// The bytes that are kept.
    func body() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    static func read(_ body: String) throws -> KeptReport {
        try JSONDecoder().decode(KeptReport.self, from: Data(body.utf8))
    }
}
