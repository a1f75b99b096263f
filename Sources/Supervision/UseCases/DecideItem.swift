public import Kernel
internal import Ledger
public import Organisation

/// A decision as it is written down.
public struct DecisionDraft: Sendable {
    /// The words.
    public var text: String
    /// Who carries it out.
    public var owner: UnitID?
    /// By when.
    public var due: LocalDate?
    /// Who answers for the item's matter from now on, where that was in dispute.
    public var responsible: UnitID?

    /// A decision.
    public init(text: String, owner: UnitID? = nil, due: LocalDate? = nil, responsible: UnitID? = nil) {
        self.text = text
        self.owner = owner
        self.due = due
        self.responsible = responsible
    }
}

extension Supervision {
    /// Writes down what was decided on an item: what, who carries it out, by when.
    public func decide(
        _ item: Int, of id: ConferenceID, _ draft: DecisionDraft, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        var problems = FieldProblems()
        let words = problems.note { () throws(PlainError) in try SupervisionText.required(draft.text, field: "text") }
        let owner = problems.note { () throws(PlainError) in
            guard let unit = draft.owner else { throw PlainError(.invalid, "unit.unknown", field: "owner") }
            return try SupervisionAccess.addressee(unit, viewer.organisation, on: today, field: "owner")
        }
        let responsible = problems.note { () throws(PlainError) in
            guard let unit = draft.responsible else { return UnitID?.none }
            return try SupervisionAccess.addressee(unit, viewer.organisation, on: today, field: "responsible")
        }
        let due = problems.note { () throws(PlainError) in try coming(draft.due, field: "due") }
        try problems.check()
        guard let words, let owner, let responsible, let due else { throw PlainError(.invalid, "form.malformed") }
        let text = newText(words)
        try await change(Conference.self, id, form, [text], by: viewer) { _ in
            .decide(item: item, text: text.reference, owner: owner, due: due, responsible: responsible)
        }
    }

    /// Tells how far a decision was carried out; its own unit may do so.
    public func report(
        on item: Int, of id: ConferenceID, outcome: DecisionOutcome?, text: String,
        _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        guard let outcome else { throw PlainError(.invalid, "choice.missing", field: "outcome") }
        let text = newText(try SupervisionText.required(text, field: "text"))
        try await change(Conference.self, id, form, [text], by: viewer) { _ in
            .report(item: item, outcome, text.reference)
        }
    }
}
