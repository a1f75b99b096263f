internal import Kernel
internal import Organisation
internal import Storage

/// Which matters a count and its list mean, as a condition over `case_tallies t`. Both take the same one, so that the
/// length of the list is the number.
struct CountScope: Sendable {
    let filter: CountFilter
    let visibility: Visibility
    let today: LocalDate
    /// Units whose verdicts are not for the viewer's eyes.
    var hiddenVerdicts: [UnitID] = []
    /// Whether matters that complain of anybody are left out, not only those that complain of the viewer: what is kept
    /// is read by people whom nobody knows yet.
    var leavesOutAccusations = false

    /// The units within reach that are asked for; nothing means all of the county.
    var units: [UnitID]? {
        switch visibility.scope {
        case .everything: filter.unit.map { [$0] }
        case .units(let list): filter.unit.map { list.contains($0) ? [$0] : [] } ?? list
        case .none: []
        }
    }

    /// - Parameter measure: the number that is asked for; what is overdue is found by the index of open limits, which
    ///   planners pass over where the days of a long period look like the narrower way.
    func condition(
        _ days: ClosedRange<LocalDate>, of measure: CountedMeasure = .registered, _ values: inout [any SQLConvertible]
    ) -> String {
        let day = Self.day(measure)
        let unit = measure == .overdue ? "(t.unit_id + 0)" : "t.unit_id"
        func bind(_ value: any SQLConvertible) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        var parts = ["\(day) >= \(bind(days.lowerBound))", "\(day) <= \(bind(days.upperBound))"]
        if let units {
            let marks = units.map { bind($0) }
            parts.append(
                marks.isEmpty
                    ? "1 = 0"
                    : marks.count == 1 ? "\(unit) = \(marks[0])" : "\(unit) IN (\(marks.joined(separator: ", ")))")
        }
        if let area = filter.area { parts.append("t.area = \(bind(area))") }
        if let channel = filter.channel { parts.append("t.channel = \(bind(channel.rawValue))") }
        if let category = filter.category {
            if category.isEmpty || category.hasSuffix("=") {
                parts.append("t.category = \(bind(category.replacing("=", with: "")))")
            } else {
                // "/" follows "." in the order of bytes: the category and all below it.
                let (own, from, to) = (bind(category), bind(category + "."), bind(category + "/"))
                parts.append("(t.category = \(own) OR (t.category >= \(from) AND t.category < \(to)))")
            }
        }
        parts.append(apart(bind))
        return parts.joined(separator: " AND ")
    }

    /// The day of registration, so that no index of days is taken where another one is meant.
    static func day(_ measure: CountedMeasure) -> String { measure == .overdue ? "(t.day || '')" : "t.day" }

    /// Those that complain of the viewer, or of anybody.
    func apart(_ bind: (any SQLConvertible) -> String) -> String {
        leavesOutAccusations
            ? "t.case_id NOT IN (SELECT x.case_id FROM case_exclusions x)"
            : Visibility.apart("t.case_id", visibility.excluded.map(bind))
    }

    /// The same matters the other way round: those that `apart` leaves out.
    func leftOut(_ bind: (any SQLConvertible) -> String) -> String {
        apart(bind).replacing("t.case_id NOT IN", with: "t.case_id IN")
    }

    /// What a number adds to the condition; nothing for all.
    func measure(_ measure: CountedMeasure, _ values: inout [any SQLConvertible]) -> String? {
        switch measure {
        case .registered: return nil
        case .answered: return "t.days >= 0"
        case .inTime: return "t.days >= 0 AND t.is_late = 0"
        case .late: return "t.is_late = 1"
        case .open: return "t.is_open = 1"
        case .overdue:
            values.append(today)
            return "t.due_on < $\(values.count)"
        case .unsolved:
            guard !hiddenVerdicts.isEmpty else { return "t.is_unsolved = 1" }
            let marks = hiddenVerdicts.map { unit -> String in
                values.append(unit)
                return "$\(values.count)"
            }
            return "t.is_unsolved = 1 AND t.unit_id NOT IN (\(marks.joined(separator: ", ")))"
        }
    }
}
