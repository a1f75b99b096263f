internal import Kernel
internal import Ledger
internal import Organisation

/// Units, people, roles and differences in words.
struct AdminWords {
    let words: Words
    let organisation: Organisation
    let catalogue: Catalogue

    var isEnglish: Bool { words.language.isEnglish }

    func text(_ key: String, _ values: [String: String] = [:]) -> String { words.text(key, values) }

    /// A text, or nothing where the catalogues have none.
    func optional(_ key: String) -> String { catalogue.find(key, words.language) ?? "" }

    func unit(_ id: UnitID?) -> String {
        id.flatMap(organisation.unit)?.name.text(isEnglish: isEnglish) ?? text("admin.none")
    }

    func area(_ code: String) -> String { organisation.area(code)?.name.text(isEnglish: isEnglish) ?? code }

    func person(_ id: StaffID?) -> String {
        id.flatMap(organisation.staff)?.displayName ?? text("admin.nobody")
    }

    func role(_ role: Role) -> String { words.name("role", role) }

    func grant(_ grant: RoleGrant) -> String {
        text("admin.roleOn", ["role": role(grant.role), "unit": unit(grant.unit)])
    }

    func actor(_ actor: Actor) -> String {
        switch actor {
        case .staff(let id, _): person(id)
        case .system(let name):
            optional("admin.system.\(name)").isEmpty
                ? text("admin.system.other") : optional("admin.system.\(name)")
        case .reporter, .newReporter: text("admin.nobody")
        }
    }

    func leave(_ leave: Leave) -> String {
        text(
            "admin.leaveWords",
            ["from": words.fullDate(leave.from), "to": words.fullDate(leave.to), "deputy": person(leave.deputy)])
    }

    func tag(_ id: TagID) -> String { organisation.tag(id)?.name.text(isEnglish: isEnglish) ?? "" }

    func subject(_ subject: FieldChange.Subject, newUnits: [Organisation.Unit] = [], newTags: [Tag] = []) -> String {
        switch subject {
        case .unit(let id):
            newUnits.first { $0.id == id }.map { $0.name.text(isEnglish: isEnglish) } ?? unit(id)
        case .area(let code): area(code)
        case .staff(let id): person(id)
        case .tag(let id): newTags.first { $0.id == id }?.name.text(isEnglish: isEnglish) ?? tag(id)
        case .readyText(let title): title
        }
    }

    func value(_ value: FieldChange.Value?) -> String {
        switch value {
        case nil: ""
        case .text(let text): text
        case .flag(let flag): text(flag ? "admin.yes" : "admin.no")
        case .kind(let kind): text("admin.kind.\(kind.rawValue)")
        case .unit(let id): unit(id)
        case .area(let code): organisation.pathName(ofArea: code, isEnglish: isEnglish)
        case .day(let day): words.fullDate(day)
        case .role(let grant): self.grant(grant)
        case .leave(let leave): self.leave(leave)
        case .form(let form): text("canned.form.\(form)")
        case .category(let code): organisation.pathName(ofCategory: code, isEnglish: isEnglish)
        case .staff(let id): person(id)
        case .words(_, let version): text("canned.version", ["n": "\(version)"])
        }
    }

    /// The lines of a difference, as `parts/admin-changes` shows them.
    func fields(_ difference: OrganisationDifference) -> Field {
        fields(difference.changes, newUnits: difference.newUnits, newTags: difference.newTags)
    }

    func fields(
        _ changes: [FieldChange], newUnits: [Organisation.Unit] = [], newTags: [Tag] = []
    ) -> Field {
        .list(
            changes.map { change in
                [
                    "subject": .text(subject(change.subject, newUnits: newUnits, newTags: newTags)),
                    "field": .text(text("admin.changed.\(change.field.rawValue)")),
                    "before": .text(value(change.before)), "after": .text(value(change.after)),
                ]
            })
    }

    /// One sentence for what is planned: "朱砂 · 去县水务局".
    func plan(_ change: PlannedChange) -> String {
        switch change {
        case .addUnit(let new):
            text("admin.plan.addUnit", ["unit": new.name.text(isEnglish: isEnglish), "parent": unit(new.parent)])
        case .changeUnit(let id, _): text("admin.plan.changeUnit", ["unit": unit(id)])
        case .moveUnit(let id, let parent): text("admin.plan.moveUnit", ["unit": unit(id), "parent": unit(parent)])
        case .endUnit(let id, let into): text("admin.plan.endUnit", ["unit": unit(id), "into": unit(into)])
        case .addArea(let area): text("admin.plan.addArea", ["area": area.name.text(isEnglish: isEnglish)])
        case .renameArea(let code, let name):
            text("admin.plan.renameArea", ["area": area(code), "name": name.text(isEnglish: isEnglish)])
        case .moveArea(let code, let parent):
            text("admin.plan.moveArea", ["area": area(code), "parent": parent.map(area) ?? text("admin.areaTop")])
        case .retireArea(let code): text("admin.plan.retireArea", ["area": area(code)])
        case .restoreArea(let code): text("admin.plan.restoreArea", ["area": area(code)])
        case .addTag(let new):
            text("admin.plan.addTag", ["tag": new.name.text(isEnglish: isEnglish), "unit": unit(new.unit)])
        case .renameTag(let id, let name):
            text("admin.plan.renameTag", ["tag": tag(id), "name": name.text(isEnglish: isEnglish)])
        case .retireTag(let id): text("admin.plan.retireTag", ["tag": tag(id)])
        case .restoreTag(let id): text("admin.plan.restoreTag", ["tag": tag(id)])
        case .readyText(let change): readyText(change)
        case .moveStaff(let id, let unit):
            text("admin.plan.moveStaff", ["name": person(id), "unit": self.unit(unit)])
        case .setGrants(let settings): self.settings(settings)
        case .deactivate(let id): text("admin.plan.deactivate", ["name": person(id)])
        case .renameStaff(let id, _): text("admin.plan.renameStaff", ["name": person(id)])
        case .setLeave(let id, _): text("admin.plan.setLeave", ["name": person(id)])
        }
    }

    private func readyText(_ change: ReadyTextChange) -> String {
        let act: String
        switch (change.was?.isRetired, change.now.isRetired) {
        case (nil, _): act = "addText"
        case (false?, true): act = "retireText"
        case (true?, false): act = "restoreText"
        default: act = "changeText"
        }
        return text(
            "admin.plan.\(act)", ["name": change.was?.title ?? change.now.title, "unit": unit(change.now.unit)])
    }

    private func settings(_ settings: [GrantSetting]) -> String {
        guard settings.count == 1, let one = settings.first else {
            return words.counted("admin.plan.setGrantsMany", settings.count)
        }
        return text("admin.plan.setGrants", ["name": person(one.staff)])
    }

    /// What a planned change would give each person, for whoever consents.
    func planned(_ change: PlannedChange) -> [String] {
        guard case .setGrants(let settings) = change else { return [] }
        return settings.map { setting in
            let roles = setting.grants.isEmpty ? text("admin.noRoles") : words.list(setting.grants.map(grant))
            return text("admin.planLine", ["name": person(setting.staff), "roles": roles])
        }
    }

    func message(_ error: PlainError) -> String { catalogue.text(error, words.language) }
}
