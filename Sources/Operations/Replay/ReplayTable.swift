internal import Kernel
internal import Organisation

/// A replay as text or CSV.
extension ReplayResult {
    /// The table's columns for a pack: letters, days, then what the pack's clocks show.
    private struct Column {
        let title: String
        let value: (Year) -> String
    }

    private func columns() -> [Column] {
        let clocks = all.clocks.sorted { $0.key < $1.key }
        var columns = [
            Column(title: "letters") { "\($0.letters)" }, Column(title: "median days") { "\($0.medianDays)" },
        ]
        for (rule, clock) in clocks where clock.isDecided {
            columns.append(Column(title: "\(rule) late") { "\($0.clocks[rule]?.late ?? 0)" })
            columns.append(
                Column(title: "%") { year in
                    let (late, all) = (year.clocks[rule]?.late ?? 0, year.clocks[rule]?.all ?? 0)
                    return all == 0 ? "-" : "\(Int((Double(late) / Double(all) * 100).rounded()))"
                })
            if clock.lateExtended > 0 {
                columns.append(Column(title: "even if extended") { "\($0.clocks[rule]?.lateExtended ?? 0)" })
            }
        }
        for (rule, clock) in clocks where clock.provisional > 0 {
            columns.append(Column(title: "\(rule) provisional") { "\($0.clocks[rule]?.provisional ?? 0)" })
        }
        columns.append(Column(title: "dates") { "\($0.clocks.values.reduce(0) { $0 + $1.all })" })
        columns.append(Column(title: "provisional") { "\($0.clocks.values.reduce(0) { $0 + $1.provisional })" })
        return columns
    }

    private func rows() -> [[String]] {
        let columns = columns()
        let years = years.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) } + [("all", all)]
        return [["year"] + columns.map(\.title)] + years.map { name, year in [name] + columns.map { $0.value(year) } }
    }

    /// Lines for a person: what was assumed, then a table.
    public func text(_ replay: Replay) -> String {
        let years = replay.calendar.knownYears
        let known = years.isEmpty ? "no year" : "\(years[0])–\(years[years.count - 1])"
        let rows = rows()
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let table = rows.map { row in
            row.enumerated().map { String(repeating: " ", count: widths[$0] - $1.count) + $1 }.joined(separator: "  ")
        }
        var lines = [
            "as if \(replay.pack.reference) had been in force; calendar \(replay.calendar.version) knows \(known)"
        ]
        lines += Replay.assumptions.map { "assumed: \($0)" }
        if rejected > 0 { lines.append("\(rejected) rows are no letters with a reply and were left out") }
        return (lines + [""] + table).joined(separator: "\n")
    }

    /// The table as CSV.
    public func csv() -> String {
        rows().map { row in
            row.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",")
        }.joined(separator: "\r\n") + "\r\n"
    }
}
