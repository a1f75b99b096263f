internal import Kernel
internal import Organisation
internal import Storage

/// Which matters a report counts, as a condition over `cases c`. The lists behind its numbers take the same one, so
/// that both agree.
struct ReportScope: Sendable {
    let period: ReportPeriod
    let zone: CivilZone
    let visibility: Visibility
    /// The day on which it is counted.
    let today: LocalDate

    /// The matters received in the period: `sql` with `values` from `$1` on. Matters that are kept to named people, or
    /// that complain of the one who asks, are in no number.
    func received() -> (sql: String, values: [any SQLConvertible]) {
        let (condition, values) = within("c.registered_at", unit: "c.responsible_unit", case: "c.id")
        return ("\(condition) AND c.restricted = 0", values)
    }

    /// What happened in the period, by a column of a child table `h` with its moment and its unit.
    func happened(_ moment: String, unit: String, key: String = "case_id") -> (
        sql: String, values: [any SQLConvertible]
    ) {
        within("h.\(moment)", unit: "h.\(unit)", case: "h.\(key)")
    }

    private func within(
        _ moment: String, unit: String, case id: String
    ) -> (sql: String, values: [any SQLConvertible]) {
        let (from, to) = period.instants(zone)
        let apart = visibility.apart(id, firstPlaceholder: 3)
        let reach = visibility.condition(column: unit, firstPlaceholder: 3 + apart.values.count)
        return (
            "\(moment) >= $1 AND \(moment) < $2 AND \(reach.sql) AND \(apart.sql)",
            [from, to] + apart.values + reach.values
        )
    }
}
