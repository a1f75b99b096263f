internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Letters as fields: paragraphs, salutation, signature, seal.
extension MatterWords {
    /// "王女士：".
    func salutation(_ reporter: ReporterID, in file: CaseFile) -> String {
        let named = file.contacts[reporter]?.name
        return named.map { text("letter.salutation", ["name": $0]) } ?? text("letter.salutationUnnamed")
    }

    /// The salutation of a reply that several residents read: nobody's name goes to the others.
    func salutation(in file: CaseFile) -> String {
        let open = file.state.reporters.filter { !$0.withdrawn && !$0.erased }
        guard open.count == 1, let only = open.first else { return text("letter.salutationUnnamed") }
        return salutation(only.details.id, in: file)
    }

    /// The name seal of a unit.
    func seal(_ unit: UnitID) -> Field {
        .html(Seal.svg(Seal.characters(of: organisation.unit(unit)?.name.zh ?? "家信")))
    }

    /// "经办 周岚 签发 郭守正"; one name where it is the same person.
    func signingLine(handler: StaffID?, signer: StaffID?) -> String {
        switch (handler.map(staff), signer.map(staff)) {
        case (let handler?, let signer?) where handler != signer:
            text("letter.handledAndSigned", ["handler": handler, "signer": signer])
        case (_, let signer?): text("letter.signed", ["signer": signer])
        case (let handler?, nil): text("letter.handled", ["handler": handler])
        case (nil, nil): ""
        }
    }

    /// The remedies that a reply names, or the sentence that holds for its kind.
    func remedies(_ reply: CaseEvent.Replied, in file: CaseFile) -> String {
        file.text(reply.remedies) ?? standardRemedies(of: file.state)
    }

    /// What follows from the kind of matter, with the days that are known.
    func standardRemedies(of state: CaseState) -> String {
        switch (state.kind, state.triage?.sort) {
        case (.petition, .suggestion): return text("remedies.ofSuggestion")
        case (.petition, _): return standardRemedies(until: reviewUntil(state))
        case (.hotline, _): return text("remedies.ofHotline")
        case (.information, _):
            let rights = state.clocks.filter { isRight($0.start, of: state) && $0.endedAt == nil }
            let lines = rights.map { clock in
                text(
                    "remedies.right",
                    [
                        "right": clockName(clock.start, of: state),
                        "date": words.dateAndWeekday(due(clock.start, of: state)),
                    ])
            }
            return lines.isEmpty ? text("remedies.ofInformation") : lines.joined(separator: text("story.semicolon"))
        }
    }

    /// What a resident can always do, with the day where it is known.
    func standardRemedies(until date: LocalDate?) -> String {
        guard let date else { return text("letter.remedies") }
        return text("letter.remediesUntil", ["date": words.dateAndWeekday(date)])
    }

    /// Until when a review can be asked for: the citizen's clock of the first delivery.
    func reviewUntil(_ state: CaseState) -> LocalDate? {
        right(endedBy: .reviewRequest, of: state).map { due($0, of: state) }
    }

    /// The running clock of a right that a moment uses up.
    func right(endedBy moment: RuleMoment, of state: CaseState) -> ClockStart? {
        state.clocks.last { clock in
            clock.endedAt == nil && isRight(clock.start, of: state)
                && (clock.start.ends ?? rule(clock.start, of: state)?.ends ?? []).contains(moment)
        }?.start
    }
}
