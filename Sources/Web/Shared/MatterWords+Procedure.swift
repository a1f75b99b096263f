internal import Casework
internal import Kernel
internal import Organisation

/// The procedure of another law to which a matter leads, in words.
extension MatterWords {
    /// "行政复议（普通程序）：自复议机关受理之日起 60 天内（《行政复议法》第 62 条）。" With its first day also until when.
    func procedure(_ told: ProcedureTold) -> String {
        let known = law?.procedure(told.id)
        let name = known?.name.text(isEnglish: isEnglish) ?? told.id
        let values = [
            "name": name, "length": words.counted("ruleUnit.\(told.unit.rawValue)", told.length),
            "starts": known?.starts.text(isEnglish: isEnglish) ?? text("procedure.start"),
            "law": known.map { citation($0.law) } ?? "",
        ]
        let limit = text(known == nil ? "procedure.told" : "procedure.toldLaw", values)
        let more = known?.more.map { text("procedure.more", ["text": $0.text(isEnglish: isEnglish)]) } ?? ""
        return limit + more + until(told)
    }

    private func until(_ told: ProcedureTold) -> String {
        guard let from = told.from, let due = told.due else { return "" }
        let values = ["from": words.date(from, today: today), "due": words.dateAndWeekday(due)]
        return text(told.provisional == true ? "procedure.untilProvisional" : "procedure.until", values)
    }
}

extension MatterForms {
    /// The procedures of the routes that a pack knows, each with its limit; none is chosen beforehand.
    func procedures(_ typed: FormState, _ routes: [PackRoute]) -> Fields {
        let words = page.words
        let offered = (words.law?.procedures ?? []).filter { procedure in
            routes.contains { procedure.routes.contains($0.id) }
        }
        return [
            "hasProcedures": .flag(!offered.isEmpty),
            "procedures": .list(
                offered.map { procedure in
                    let length = words.words.counted("ruleUnit.\(procedure.unit.rawValue)", procedure.length)
                    let values = [
                        "name": procedure.name.text(isEnglish: words.isEnglish), "length": length,
                        "law": words.citation(procedure.law),
                    ]
                    return [
                        "value": .text(procedure.id), "label": .text(words.text("procedure.choice", values)),
                        "selected": .flag(typed.isChosen("procedure", procedure.id)),
                        "routes": .text(procedure.routes.map(\.rawValue).joined(separator: " ")),
                    ]
                }),
        ]
    }
}

extension MatterRun {
    /// The procedure that was chosen, and its first day there.
    ///
    /// - Throws: `procedure.unknown`, `procedure.otherRoute`, `procedure.dayAlone`, `date.invalid`, `date.future`.
    func procedure(for route: LawfulRoute) throws -> (LawfulProcedure, LocalDate?)? {
        guard let chosen = form["procedure"], !chosen.isEmpty else {
            if try date("procedureFrom") != nil,
                words.law?.procedures.contains(where: { $0.routes.contains(route) }) == true
            {
                throw PlainError(.invalid, "procedure.dayAlone", field: "procedure")
            }
            return nil
        }
        guard let procedure = words.law?.procedure(chosen) else {
            throw PlainError(.invalid, "procedure.unknown", field: "procedure")
        }
        guard procedure.routes.contains(route) else {
            throw PlainError(.invalid, "procedure.otherRoute", field: "procedure")
        }
        let from = try date("procedureFrom")
        if let from, from > words.today { throw PlainError(.invalid, "date.future", field: "procedureFrom") }
        return (procedure, from)
    }
}
