internal import Kernel
internal import Organisation

/// Months one after the other.
struct MonthRange: Hashable, Sendable {
    /// As `2026-05`.
    let first: String
    let last: String
    /// From the first day of the first to the last day of the last.
    let days: ClosedRange<LocalDate>
    /// Whether days are kept apart, and then also those of months that are not whole.
    var isByDay = false
}

/// A period as whole months, whose counts are kept, and days before and after them.
struct PeriodSplit: Hashable, Sendable {
    private(set) var months: MonthRange?
    private(set) var days: [ClosedRange<LocalDate>]

    init(_ request: BreakdownRequest, _ scope: CountScope) {
        days = [request.days]
        guard !request.filter.needsFacts else { return }
        if request.by == .time, request.step != .month {
            months = MonthRange(
                first: String("\(request.days.lowerBound)".prefix(7)),
                last: String("\(request.days.upperBound)".prefix(7)), days: request.days, isByDay: true)
            days = []
            return
        }
        let (from, to) = (request.days.lowerBound, request.days.upperBound)
        let step = BreakdownStep.month
        let first = step.start(of: from) == from ? from : step.next(after: step.start(of: from))
        // Nothing is registered tomorrow: a month that runs is whole when all of it so far is asked for.
        let following = step.next(after: step.start(of: to))
        let isWhole = to >= min(following.adding(days: -1), scope.today)
        let end = isWhole ? following : step.start(of: to)
        guard first < end else { return }
        let lastDay = end.adding(days: -1)
        months = MonthRange(
            first: String("\(first)".prefix(7)), last: String("\(lastDay)".prefix(7)), days: first...lastDay)
        days = []
        if from < first { days.append(from...first.adding(days: -1)) }
        if lastDay < to { days.append(end...to) }
    }
}

/// The order of lines: of codes, of channels as they are named everywhere, of days. It never follows numbers.
struct BreakdownOrder {
    let request: BreakdownRequest
    let organisation: Organisation
    let today: LocalDate

    func codes(_ found: [String]) -> [String] {
        switch request.by {
        case .unit:
            return found.sorted { unitKey($0) < unitKey($1) }
        case .area, .category:
            return found.sorted { ($0.isEmpty ? 1 : 0, $0) < ($1.isEmpty ? 1 : 0, $1) }
        case .channel:
            let order = Dictionary(uniqueKeysWithValues: Channel.allCases.enumerated().map { ($1.rawValue, $0) })
            return found.sorted { (order[$0] ?? 99, $0) < (order[$1] ?? 99, $1) }
        case .time:
            // Parts in which nothing came in are part of the picture.
            var out: [String] = []
            var start = request.step.start(of: request.days.lowerBound)
            let end = max(min(request.days.upperBound, today), request.days.lowerBound)
            while start <= end {
                out.append("\(start)")
                start = request.step.next(after: start)
            }
            return out
        }
    }

    private func unitKey(_ code: String) -> (String, String) {
        (UnitID(code).flatMap { organisation.unit($0)?.code } ?? "~", code)
    }
}
