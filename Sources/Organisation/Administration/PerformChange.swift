internal import Kernel
internal import Ledger

extension OrganisationChange {
    func perform(_ change: PlannedChange, on day: LocalDate) throws {
        switch change {
        case .addUnit(let new):
            var dated = new
            dated.validFrom = new.validFrom ?? day
            _ = try addUnit(dated)
        case .changeUnit(let id, let new): try changeUnit(id, to: new)
        case .moveUnit(let id, let parent): try moveUnit(id, under: parent)
        case .endUnit(let id, let successor): try endUnit(id, into: successor, on: day)
        case .addArea(let area): try addArea(area)
        case .renameArea(let code, let name): try renameArea(code, to: name)
        case .moveArea(let code, let parent): try moveArea(code, into: parent)
        case .retireArea(let code): try retireArea(code)
        case .restoreArea(let code): try restoreArea(code)
        case .addTag(let new): try addTag(new)
        case .renameTag(let id, let name): try changeTag(id, name: name)
        case .retireTag(let id): try changeTag(id, isRetired: true)
        case .restoreTag(let id): try changeTag(id, isRetired: false)
        case .readyText(let text): try setReadyText(text)
        case .moveStaff(let id, let unit): try moveStaff(id, to: unit)
        case .setGrants(let settings): for setting in settings { try setGrants(setting.grants, for: setting.staff) }
        case .deactivate(let id): try deactivate(id)
        case .renameStaff(let id, let name): try renameStaff(id, to: name)
        case .setLeave(let id, let leave): try setLeave(leave, of: id, on: day)
        }
    }
    /// Puts the version of a text that waits in force and records it. The text itself stands outside the organisation.
    private func setReadyText(_ text: ReadyTextChange) throws {
        for unit in Set([text.now.unit, text.was?.unit ?? text.now.unit]) {
            _ = try self.unit(unit)
            try require(.keepTexts, on: unit)
        }
        guard let readyTexts else { throw PlainError(.unavailable, "unavailable") }
        try readyTexts.begin(text, in: tx)
        try record(.readyTextChanged(text))
    }

    /// Throws away what stands outside the organisation for a change that does not happen.
    func forget(_ change: PlannedChange) throws {
        if case .readyText(let text) = change { try readyTexts?.forget(text, in: tx) }
    }
}
