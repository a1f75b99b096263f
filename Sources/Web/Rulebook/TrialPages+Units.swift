internal import Casework
internal import Kernel
internal import Organisation

/// A trial of a change of units: what is tried, and the way on from it.
extension RulebookPages {
    func changeBlocks(_ request: PageRequest, _ trial: RuleTrial) throws -> [RulebookBlock] {
        let change: PlannedChange = try DraftText.draft(trial.body)
        let admin = AdminWords(
            words: request.words, organisation: try request.staff.organisation, catalogue: request.site.catalogue)
        return [
            RulebookBlock(
                id: "change", heading: request.words.text("rulebook.triedChange"), sentences: [admin.plan(change)])
        ]
    }

    /// The form of the change with everything that was tried in it; only reason and day are missing.
    func goOnBlocks(_ request: PageRequest, _ trial: RuleTrial) throws -> [RulebookBlock] {
        let change: PlannedChange = try DraftText.draft(trial.body)
        let (viewer, words) = (try request.staff, request.words)
        guard trial.finishedAt != nil, viewer.may(.manageOrganisation, on: nil), let form = change.unitForm else {
            return []
        }
        return [
            RulebookBlock(
                id: "go", heading: words.text("rulebook.goOn"), hint: words.text("rulebook.goOnHint"),
                forms: [
                    RulebookForm(
                        id: "go", action: "/admin/units/\(form.unit)/\(form.act.rawValue)",
                        button: words.text("rulebook.look"),
                        inputs: [
                            .init(
                                name: "reason", label: words.text("rulebook.reason"), kind: .area(rows: 3),
                                hint: words.text("rulebook.reasonHint")),
                            .init(
                                name: "effective", label: words.text("rulebook.from"), kind: .date,
                                hint: words.text("rulebook.fromHint"), value: "\(request.site.today)"),
                        ], hidden: form.items, isPrimary: true, submission: request.submissionField())
                ])
        ]
    }
}

extension PlannedChange {
    /// What the form of a unit would send for this change, without reason and day.
    var unitForm: (act: UnitAct, unit: UnitID, items: [(name: String, value: String)])? {
        switch self {
        case .addUnit(let new): new.parent.map { (.add, $0, [("code", new.code)] + new.formItems) }
        case .changeUnit(let id, let new): (.change, id, new.formItems)
        case .moveUnit(let id, let parent): (.move, id, [("parent", "\(parent)")])
        case .endUnit(let id, let into): (.end, id, [("successor", "\(into)")])
        default: nil
        }
    }
}

extension NewUnit {
    fileprivate var formItems: [(name: String, value: String)] {
        let items: [(name: String, value: String?)] = [
            ("nameZh", name.zh), ("nameEn", name.en), ("kind", kind.rawValue), ("area", areaCode), ("phone", phone),
            ("address", address), ("hours", hours), ("counter", isPublicCounter ? "1" : nil),
        ]
        return items.compactMap { name, value in value.map { (name, $0) } }
    }
}
