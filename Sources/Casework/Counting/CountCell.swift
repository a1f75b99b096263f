internal import Kernel
internal import Organisation
internal import Storage

/// Numbers of one group of matters.
struct CountCell: Hashable, Sendable {
    var registered = 0
    var inTime = 0
    var late = 0
    var open = 0
    var unsolved = 0
    var days = DayCounts()

    var isEmpty: Bool { self == CountCell() }

    /// - Parameter times: how many matters say this; below nothing when it no longer holds.
    mutating func add(_ facts: CaseFacts, times: Int) {
        registered += times
        if let days = facts.days {
            if facts.isLate { late += times } else { inTime += times }
            self.days.add(days, times: times)
        }
        if facts.isOpen { open += times }
        if facts.isUnsolved { unsolved += times }
    }

    mutating func add(_ other: CountCell) {
        registered += other.registered
        inTime += other.inTime
        late += other.late
        open += other.open
        unsolved += other.unsolved
        days.add(other.days)
    }
}

/// A count that is kept: by month, for the whole county (`unit` 0) and for each unit.
struct CountKey: Hashable, Sendable {
    /// What matters are divided by.
    enum Dimension: String, Sendable, CaseIterable {
        case all, day, unit, area, category, channel
    }

    let dimension: Dimension
    let unit: Int64
    let month: String
    let value: String

    /// The whole county.
    static let everywhere: Int64 = 0

    /// The counts that a matter belongs to.
    static func keys(of facts: CaseFacts) -> [CountKey] {
        let month = String("\(facts.day)".prefix(7))
        let own = facts.unit.rawValue
        func both(_ dimension: Dimension, _ value: String) -> [CountKey] {
            [everywhere, own].map { CountKey(dimension: dimension, unit: $0, month: month, value: value) }
        }
        return both(.all, "") + both(.day, "\(facts.day)") + both(.area, facts.area) + both(.category, facts.category)
            + both(.channel, facts.channel)
            + [CountKey(dimension: .unit, unit: everywhere, month: month, value: "\(facts.unit)")]
    }
}

extension CountCell {
    static let columns = "registered, in_time, late, still_open, unsolved, days"

    /// - Parameter from: the first of `columns` in the row.
    init(_ row: Row, from: Int) throws {
        self.init(
            registered: try row.int(from), inTime: try row.int(from + 1), late: try row.int(from + 2),
            open: try row.int(from + 3), unsolved: try row.int(from + 4),
            days: DayCounts(text: try row.text(from + 5)))
    }

    var values: [any SQLConvertible] { [registered, inTime, late, open, unsolved, days.text] }
}

extension DayCounts {
    /// Reads `3:1,12:4`.
    init(text: String) {
        self.init()
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: ":")
            guard parts.count == 2, let days = Int(parts[0]), let times = Int(parts[1]) else { continue }
            add(days, times: times)
        }
    }

    var text: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
    }
}
