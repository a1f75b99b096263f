public import Kernel

/// A procedure of another law to which a petition can lead (《信访工作条例》 Art. 31 (4), (5)), with its own time limit. The
/// office that carries it out keeps the time; here it is told, and counted where its first day is known.
public struct LawfulProcedure: Hashable, Sendable, Identifiable {
    /// The stable name, `FY-DECIDE`; events hold it.
    public let id: String
    /// The routes that lead to it.
    public let routes: [LawfulRoute]
    /// What it is called.
    public let name: LocalizedName
    /// What its time runs from.
    public let starts: LocalizedName
    /// How long.
    public let length: Int
    /// In calendar or working days.
    public let unit: RuleUnit
    /// The entry of the rule library in which the limit stands.
    public let law: String
    /// What else a resident should know of the limit.
    public let more: LocalizedName?

    /// The last day when it began on a day, which is not counted, and whether the calendar knows all days between.
    public func lastDay(from start: LocalDate, _ calendar: WorkingCalendar) -> (date: LocalDate, isProvisional: Bool) {
        unit == .workingDays
            ? calendar.adding(workingDays: length, to: start) : (start.adding(days: length), false)
    }
}

extension LawLibrary {
    /// Reads the procedures and checks that each limit stands in the library.
    ///
    /// - Throws: `RulePackError` with the line and the reason of every fault.
    static func procedures(yaml: String, entries: [LawEntry]) throws(RulePackError) -> [LawfulProcedure] {
        let problems = YAMLProblems()
        let top = try YAMLFields(yaml: yaml, problems: problems, what: "procedures are a list")
        top.expect(["procedures"])
        var out: [LawfulProcedure] = []
        for item in top.items("procedures") {
            item.expect(["id", "routes", "name", "starts", "length", "unit", "law", "more"])
            let unit: RuleUnit = item.choice("unit", otherwise: .calendarDays)
            let procedure = LawfulProcedure(
                id: item.identifier("id"), routes: item.choices("routes", of: LawfulRoute.self),
                name: item.name("name"),
                starts: item.name("starts"), length: item.number("length", in: unit.lengths), unit: unit,
                law: item.text("law"), more: item.has("more") ? item.name("more") : nil)
            if out.contains(where: { $0.id == procedure.id }) { item.fail("id", "\(procedure.id) is there twice") }
            if procedure.routes.isEmpty { item.fail("routes", "routes must name what leads to it") }
            if ![.calendarDays, .workingDays].contains(unit) { item.fail("unit", "a procedure is counted in days") }
            if !entries.contains(where: { $0.id == procedure.law }) {
                item.fail("law", "the library has no \(procedure.law)")
            }
            out.append(procedure)
        }
        guard problems.all.isEmpty else { throw RulePackError(problems: problems.all) }
        return out
    }
}
