internal import Casework
internal import Foundation
public import Kernel
public import Organisation

/// Looks at answered letters as if a rule pack had been in force: which clock would have run out. Reads a file of
/// letters, writes nothing and needs no store.
public struct Replay: Sendable {
    /// The pack.
    public let pack: RulePack
    /// Days off and make-up working days.
    public let calendar: WorkingCalendar
    private let clocks: PackClocks
    private let zone: CivilZone

    /// What the letters do not tell, said with every result.
    public static let assumptions = [
        "each letter was registered on the day it was written, by the organ that answers itself, and accepted that day",
        "the reply was the first word that the writer got: it counts as the notice too",
        "the reply was delivered on the day it is dated, and no time was ever extended",
        "for the clock of objecting, the letter was passed on to a unit on the day it was written",
    ]

    /// - Parameters:
    ///   - pack: what would have been in force.
    ///   - calendar: what is known of working days.
    ///   - zone: where "today" is.
    public init(pack: RulePack, calendar: WorkingCalendar, zone: CivilZone = .shanghai) {
        self.pack = pack
        self.calendar = calendar
        self.zone = zone
        clocks = DeadlineBook(packs: RulePacks([pack]), calendar: calendar, zone: zone)
            .clocks(pack: pack.id, version: pack.version)
    }

    /// Replays a file of letters with their replies; the columns are those of `jiaxin import letters`.
    ///
    /// - Throws: `Trouble` for a file that cannot be read.
    public func run(file path: String, now: Instant = SystemClock().now()) throws(Trouble) -> ReplayResult {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Trouble(.file, "\(path) cannot be read")
        }
        return try run(bytes: Array(data), now: now)
    }

    func run(bytes: [UInt8], now: Instant) throws(Trouble) -> ReplayResult {
        var file = try LetterFile(bytes: bytes, zone: zone, now: now)
        var result = ReplayResult()
        while let row = file.next() {
            switch row {
            case .rejected: result.rejected += 1
            case .letter(let letter): add(letter.writtenAt, letter.repliedAt, to: &result)
            }
        }
        return result
    }

    /// One letter, by the moments that are known of it.
    func add(_ written: Instant, _ replied: Instant, to result: inout ReplayResult) {
        let (first, last) = (zone.date(of: written), zone.date(of: replied))
        let facts = ClockFacts(receiver: .organ, route: .ordinary, sort: .claim)
        var year = result.years.removeValue(forKey: first.parts.year) ?? ReplayResult.Year()
        year.days.append(last.days(since: first))
        for start in [RuleMoment.receipt, .transfer, .acceptance].flatMap({ clocks.start(on: $0, at: written, facts) })
        {
            // A letter that is passed on has its own clock of notice; here the organ itself received it.
            if pack.rule(start.rule)?.starts == .transfer, start.duty == .acceptance { continue }
            year.clocks[start.rule, default: ReplayResult.Clock()].add(start, endedOn: start.duty == nil ? nil : last)
            guard start.duty != nil, let most = pack.rule(start.rule)?.extension?.max,
                let longer = clocks.lengthened(start, by: most)
            else { continue }
            if longer.due < last { year.clocks[start.rule]?.lateExtended += 1 }
        }
        for start in clocks.start(on: .delivery, at: replied, facts) {
            year.clocks[start.rule, default: ReplayResult.Clock()].add(start, endedOn: nil)
        }
        result.years[first.parts.year] = year
    }
}

/// What came of a replay, by the year in which letters were written.
public struct ReplayResult: Sendable, Hashable {
    /// A rule's clocks.
    public struct Clock: Sendable, Hashable {
        /// How many there were.
        public internal(set) var all = 0
        /// Ended after the last day; always none where the letters do not tell the end.
        public internal(set) var late = 0
        /// Ended after the last day even with the longest extension.
        public internal(set) var lateExtended = 0
        /// Whose last day rests on a year of which no days off are known.
        public internal(set) var provisional = 0
        /// Whether the letters tell the end.
        public internal(set) var isDecided = false

        mutating func add(_ start: ClockStart, endedOn end: LocalDate?) {
            all += 1
            if start.provisional { provisional += 1 }
            guard let end else { return }
            isDecided = true
            if start.due < end { late += 1 }
        }

        mutating func add(_ other: Clock) {
            all += other.all
            late += other.late
            lateExtended += other.lateExtended
            provisional += other.provisional
            isDecided = isDecided || other.isDecided
        }
    }

    /// The letters of a year.
    public struct Year: Sendable, Hashable {
        /// Days from the letter to its reply.
        public internal(set) var days: [Int] = []
        /// By rule.
        public internal(set) var clocks: [String: Clock] = [:]

        /// How many letters.
        public var letters: Int { days.count }
        /// Half of the letters were answered within so many days.
        public var medianDays: Int { days.isEmpty ? 0 : days.sorted()[days.count / 2] }
    }

    /// By year.
    public internal(set) var years: [Int: Year] = [:]
    /// Rows that are no letters with a reply.
    public internal(set) var rejected = 0

    /// All years together.
    public var all: Year {
        years.values.reduce(into: Year()) { all, year in
            all.days += year.days
            for (rule, clock) in year.clocks { all.clocks[rule, default: Clock()].add(clock) }
        }
    }
}
