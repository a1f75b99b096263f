public import Kernel

/// What a trial of categories or units counts. A line names what is counted, of which category and between which units;
/// the matters behind it are found by the same line, so the list is as long as the number.
public struct TrialLine: Sendable, Hashable, Codable {
    /// What is counted.
    public enum Measure: String, Codable, CaseIterable, Sendable {
        /// Its category would be retired, or another one would stand in its place.
        case category
        /// It is proposed by a catalogue entry that names what ends.
        case entry
        /// The catalogue would propose another unit.
        case proposal
        /// It was sent to a unit whose duties would be another's.
        case dispatched
        /// Such a unit answers for it.
        case handled
        /// Such a unit took it in.
        case received
        /// Such a unit reviewed it, or was asked to.
        case reviewed
        /// Another body would decide the first review.
        case reviewBody
        /// Another body would decide the second review.
        case secondReview
        /// Another unit would decide whose duty it is.
        case superior
        /// The catalogue would propose a township or a village for what a department does.
        case grassroots
        /// What a department answers for would be a township's or a village's.
        case grassrootsWork
        /// It is open and in the hands of a unit whose duties would be another's.
        case openWork
        /// Such a unit has not yet answered a call for help.
        case openHelp
        /// Such a unit has not yet kept a promise.
        case openPromise
        /// Such a unit has not yet decided a review.
        case openReview
    }

    /// What is counted.
    public var measure: Measure
    /// The category that the matters carry; empty for those without one, `nil` for all together.
    public var category: String?
    /// The category that would stand in its place.
    public var successor: String?
    /// The entry of the duty catalogue.
    public var entry: String?
    /// The unit as things are; `nil`: nobody.
    public var from: UnitID?
    /// The unit as they would be; `nil`: nobody.
    public var to: UnitID?

    /// A line.
    public init(
        _ measure: Measure, category: String? = nil, successor: String? = nil, entry: String? = nil,
        from: UnitID? = nil, to: UnitID? = nil
    ) {
        self.measure = measure
        self.category = category
        self.successor = successor
        self.entry = entry
        self.from = from
        self.to = to
    }
}

/// What came of a trial of categories or units: numbers by unit and category that name no matter.
public struct LineTrial: Sendable, Hashable, Codable {
    /// The day on which it is counted.
    public let on: LocalDate
    /// On what it rests (`Organisation.ground`).
    public let ground: String
    /// Matters of the period.
    public private(set) var looked = 0
    /// Those of them without a category.
    public private(set) var uncategorised = 0
    /// Those of them whose category was retired before.
    public private(set) var retiredBefore = 0
    /// How many matters stand behind each line.
    public private(set) var lines: [TrialLine: Int] = [:]

    init(on day: LocalDate, ground: String) {
        on = day
        self.ground = ground
    }

    /// The lines of a measure with their numbers: of all categories together, or of each.
    public func lines(_ measure: TrialLine.Measure, byCategory: Bool) -> [(line: TrialLine, count: Int)] {
        lines.filter { $0.key.measure == measure && ($0.key.category != nil) == byCategory }
            .map { ($0.key, $0.value) }.sorted { one, other in
                (other.count, one.line.category ?? "", one.line.entry ?? "", one.line.to?.rawValue ?? 0)
                    < (one.count, other.line.category ?? "", other.line.entry ?? "", other.line.to?.rawValue ?? 0)
            }
    }

    /// How many matters a measure counts. A matter stands in one line of it, unless several units have to do with it.
    public func sum(_ measure: TrialLine.Measure) -> Int {
        lines(measure, byCategory: false).reduce(0) { $0 + $1.count }
    }

    mutating func add(_ row: TriedRow, isRecent: Bool, wasRetired: Bool, lines found: Set<TrialLine>) {
        if isRecent {
            looked += 1
            if row.category == nil { uncategorised += 1 }
            if wasRetired { retiredBefore += 1 }
        }
        for line in found { lines[line, default: 0] += 1 }
    }
}
