public import Kernel
public import Organisation

/// Who may know how a resident judged. Never the one who is judged: not the handler, not who signed, and nobody who
/// works in the unit that answered; they learn numbers, not names. The county's own office has nobody else above it in
/// the county, so there those who watch see what they must act on.
extension Viewer {
    /// Whether verdicts about one unit's answers are for this person's eyes.
    public func seesJudgement(ofUnit unit: UnitID) -> Bool {
        guard may(.seeJudgement, on: unit) else { return false }
        return organisation.unit(unit)?.kind == .countyOffice || !organisation.isInside(staff.unit, unit)
    }

    /// Units within reach whose verdicts are not for this person's eyes.
    var unitsOfHiddenJudgement: [UnitID] {
        let visibility = self.visibility
        return organisation.units.map(\.id).filter { visibility.includes($0) && !seesJudgement(ofUnit: $0) }.sorted()
    }
}

extension CaseState {
    /// Whether the verdicts on this matter are for a person's eyes.
    public func showsJudgement(to viewer: Viewer) -> Bool {
        viewer.seesJudgement(ofUnit: reply?.unit ?? responsible)
            && ![handler, reply?.signer].contains(viewer.staff.id)
    }
}

extension QueueRow {
    /// The line without a verdict that is not for a person's eyes.
    func shown(to viewer: Viewer) -> QueueRow {
        guard judgement != nil, handler == viewer.staff.id || !viewer.seesJudgement(ofUnit: responsible) else {
            return self
        }
        var row = self
        row.judgement = nil
        return row
    }
}
