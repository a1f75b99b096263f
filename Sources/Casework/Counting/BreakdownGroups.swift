internal import Kernel
internal import Organisation

/// The lines of a breakdown.
extension BreakdownCount {
    /// The line to which a value belongs.
    func group(_ value: String) -> String {
        switch request.by {
        case .unit, .area, .channel: value
        case .category: Self.level(of: value, below: request.filter.category)
        case .time: (LocalDate(value) ?? LocalDate("\(value)-01")).map { "\(request.step.start(of: $0))" } ?? value
        }
    }

    /// Categories one level below the one asked for; what belongs to that one itself is a line of its own.
    static func level(of code: String, below filter: String?) -> String {
        let wanted = filter.map { $0.isEmpty || $0.hasSuffix("=") ? 0 : $0.split(separator: ".").count } ?? 0
        let parts = code.split(separator: ".")
        if wanted > 0, parts.count == wanted { return code + "=" }
        return parts.prefix(wanted + 1).joined(separator: ".")
    }

    func group(of facts: CaseFacts) -> String {
        switch request.by {
        case .unit: group("\(facts.unit)")
        case .area: group(facts.area)
        case .category: group(facts.category)
        case .channel: group(facts.channel)
        case .time: group("\(facts.day)")
        }
    }

    func finished(_ organisation: Organisation, seesVerdicts: Bool, at now: Instant) -> Breakdown {
        func numbers(_ cell: CountCell, overdue: Int, verdicts: Int) -> CountedNumbers {
            var out = CountedNumbers()
            (out.registered, out.inTime, out.late, out.open) = (cell.registered, cell.inTime, cell.late, cell.open)
            out.overdue = overdue
            out.unsolved = !seesVerdicts ? nil : scope.hiddenVerdicts.isEmpty ? cell.unsolved : verdicts
            out.medianDays = cell.days.median()
            return out
        }
        var all = CountCell()
        for cell in cells.values { all.add(cell) }
        let lines = BreakdownOrder(request: request, organisation: organisation, today: scope.today)
            .codes(cells.filter { $0.value.registered != 0 }.map(\.key))
            .map { code in
                Breakdown.Line(
                    code: code,
                    numbers: numbers(
                        cells[code] ?? CountCell(), overdue: overdue[code] ?? 0, verdicts: verdicts[code] ?? 0))
            }
        return Breakdown(
            lines: lines,
            total: numbers(
                all, overdue: overdue.values.reduce(0, +), verdicts: verdicts.values.reduce(0, +)), countedAt: now)
    }
}
