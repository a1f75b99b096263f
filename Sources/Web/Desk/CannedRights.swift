internal import Casework
internal import Kernel
internal import Organisation
internal import Workbench

/// Whose texts somebody may keep and read.
struct CannedRights {
    let viewer: Viewer

    private var organisation: Organisation { viewer.organisation }

    /// Stands in the place of a unit for a text that is offered to its writer alone.
    static let forMyself = "me"

    /// The units for which they may keep texts, their own first.
    var keepable: [UnitID] {
        var units = viewer.may(.keepTexts, on: viewer.staff.unit) ? [viewer.staff.unit] : []
        for grant in viewer.staff.grants where grant.role.allowed.contains(.keepTexts) {
            for unit in organisation.subtree(of: grant.unit).sorted() where !units.contains(unit) { units.append(unit) }
        }
        return Array(units.filter { organisation.unit($0)?.kind.takesMatters == true }.prefix(300))
    }

    /// Those whose texts they see: the ones above are offered to them, those below they keep.
    var readable: [UnitID] { Set(Desk.lendingUnits(of: viewer)).union(keepable).sorted() }

    func mayRead(_ text: CannedText) -> Bool {
        text.draft.isPersonal ? text.draft.owner == viewer.staff.id : mayRead(text.draft.unit)
    }

    func mayKeep(_ unit: UnitID) -> Bool { viewer.may(.keepTexts, on: unit) }

    func mayRead(_ unit: UnitID) -> Bool { readable.contains(unit) }

    /// People who can answer for a text of one of these units.
    var owners: [StaffMember] {
        let units = Set(keepable)
        return Array(
            organisation.allStaff.filter { member in
                member.isActive && units.contains(member.unit)
                    && Viewer(staff: member, organisation: organisation).may(.keepTexts, on: member.unit)
            }.prefix(200))
    }

    /// What a form says.
    ///
    /// - Throws: `PlainErrors`, each beside its field.
    func draft(_ form: Form, today: LocalDate) throws -> CannedDraft {
        var errors: [PlainError] = []
        // A text for oneself alone hangs on one's own unit, whose people have no part in it.
        let isPersonal = form["unit"] == Self.forMyself
        let unit: UnitID? = isPersonal ? viewer.staff.unit : form.id("unit")
        if unit == nil { errors.append(PlainError(.invalid, "unit.unknown", field: "unit")) }
        if let unit, !mayKeep(unit) || organisation.unit(unit) == nil {
            errors.append(PlainError(.invalid, "canned.notYourUnit", field: "unit"))
        }
        let kind: DraftForm? = form.value("form")
        if kind == nil { errors.append(PlainError(.invalid, "canned.formMissing", field: "form")) }
        let until = LocalDate(form.text("until"))
        if until == nil { errors.append(PlainError(.invalid, "date.invalid", field: "until")) }
        let owner: StaffID = (isPersonal ? nil : form.id("owner", of: Named.Staff.self)) ?? viewer.staff.id
        if owner != viewer.staff.id, !owners.contains(where: { $0.id == owner }) {
            errors.append(PlainError(.invalid, "staff.unknown", field: "owner"))
        }
        let category = form.text("category")
        if !category.isEmpty, organisation.category(category) == nil {
            errors.append(PlainError(.invalid, "category.unknown", field: "category"))
        }
        guard errors.isEmpty, let unit, let kind, let until else { throw PlainErrors(errors) }
        return CannedDraft(
            name: PlainText.cleaned(String(form.text("name").map { $0.isNewline ? " " : $0 })), form: kind,
            category: category.isEmpty ? nil : category, unit: unit, owner: owner, validUntil: until,
            body: PlainText.cleaned(form.text("body")), isPersonal: isPersonal)
    }
}
