public import Kernel
internal import Ledger
public import Organisation

extension Casework {
    /// The unit answers for the matter from now on, and this person handles it.
    public func accept(_ id: CaseID, version: Int, by viewer: Viewer) async throws {
        try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)) { _ in
            .accept(handler: viewer.staff.id)
        }
    }

    /// Gives a matter in hand to a colleague against whose having it nothing stands; the reason stays as a note.
    public func give(
        _ id: CaseID, to handler: StaffID, reason: String, submission: String? = nil, by viewer: Viewer
    ) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, submission: submission)
        change.texts = [reason]
        let organisation = viewer.organisation
        change.check = { state, _ in
            guard state.phase == .inHand, state.handler != nil else { throw PlainError(.conflict, "give.notInHand") }
            guard state.handler != handler else { throw PlainError(.invalid, "give.same", field: "staff") }
            guard let member = organisation.staff(handler), member.isActive else {
                throw PlainError(.invalid, "handOver.recipient", field: "staff")
            }
            if let why = Self.obstacle(state, Viewer(staff: member, organisation: organisation)) {
                throw PlainError(.invalid, why, field: "staff")
            }
        }
        try await self.change(change, all: { _ in [.handOver(to: handler), .note(reason.reference)] })
    }

    /// The unit says that it is not responsible, with reasons (《信访工作条例》 Art. 23).
    public func object(
        _ id: CaseID, reason: String, evidence: String? = nil, version: Int, by viewer: Viewer
    ) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 2_000))
        let evidence = try PlainText.optional(evidence, field: "evidence", most: 2_000).map(newText)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason, evidence].compactMap { $0 }
        try await self.change(change) { _ in .object(reason: reason.reference, evidence: evidence?.reference) }
    }

    /// Asks another unit for its part.
    public func askHelper(_ id: CaseID, unit: UnitID, ask: String, due: LocalDate?, by viewer: Viewer) async throws {
        let unit = try existing(unit, viewer.organisation)
        let ask = newText(try PlainText.required(ask, field: "ask", most: 1_000))
        if let due, due < today { throw PlainError(.invalid, "date.past", field: "due") }
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [ask]
        let organisation = viewer.organisation
        try await self.change(change) { state in
            // A township that calls a department is a call-out (吹哨报到); both sides are rated afterwards.
            let calls: Set<UnitKind> = [.township, .street]
            let isCall =
                organisation.unit(state.responsible).map { calls.contains($0.kind) } == true
                && organisation.unit(unit)?.kind == .department
            return .askHelper(
                unit: unit, ask: ask.reference, due: due, kind: isCall ? .callOut : .help, by: state.responsible)
        }
    }

    /// The helping unit gives its part.
    public func answerHelp(_ id: CaseID, text: String, by viewer: Viewer) async throws {
        let text = newText(try PlainText.required(text, field: "text", most: 4_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [text]
        try await self.change(change) { state in
            guard
                let unit = state.helpers.first(where: { $0.answeredAt == nil && viewer.may(.addNote, on: $0.unit) })?
                    .unit
            else { throw CaseError.notAsked.plain }
            return .answerHelp(unit: unit, text: text.reference)
        }
    }
}
