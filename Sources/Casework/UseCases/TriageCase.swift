public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// A person's decision about category and lawful route, as it is typed.
public struct TriageDraft: Hashable, Sendable {
    /// The category; needed where the pack knows categories.
    public var sort: MatterSort?
    /// The route.
    public var route: LawfulRoute
    /// The tier, where the pack has tiers.
    public var tier: String?
    /// Why.
    public var reason: String
    /// The organ to which another route leads.
    public var organ: String?
    /// What the resident is told besides the standing explanation.
    public var words: String?
    /// The number of the matter in which it goes on.
    public var number: String?
    /// The procedure of another law to which it leads.
    public var procedure: LawfulProcedure?
    /// When that procedure began, where it is known.
    public var procedureFrom: LocalDate?

    /// A decision.
    public init(
        sort: MatterSort?, route: LawfulRoute, tier: String? = nil, reason: String, organ: String? = nil,
        words: String? = nil, number: String? = nil, procedure: LawfulProcedure? = nil,
        procedureFrom: LocalDate? = nil
    ) {
        self.procedure = procedure
        self.procedureFrom = procedureFrom
        self.sort = sort
        self.route = route
        self.tier = tier
        self.reason = reason
        self.organ = organ
        self.words = words
        self.number = number
    }
}

extension Casework {
    /// A named person decides what kind of matter it is and where it lawfully leads, with a reason (Art. 29–31). Another
    /// route ends the clocks here and tells the resident where to go; nothing is ever "refused".
    public func triage(_ id: CaseID, _ draft: TriageDraft, version: Int, by viewer: Viewer) async throws {
        let (command, texts) = try await prepared(draft, by: viewer)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = texts
        try await self.change(change) { _ in command }
    }

    /// The unit takes the matter up; whoever does decides category and route where nobody has yet.
    public func accept(
        _ id: CaseID, deciding draft: TriageDraft?, version: Int, by viewer: Viewer
    ) async throws {
        guard let draft else { return try await accept(id, version: version, by: viewer) }
        guard draft.route == .ordinary else { return try await triage(id, draft, version: version, by: viewer) }
        let (command, texts) = try await prepared(draft, by: viewer)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = texts
        try await self.change(change, all: { _ in [command, .accept(handler: viewer.staff.id)] })
    }

    /// Somebody of the unit hands the matter to whoever shall handle it. Where nobody has decided category and route yet,
    /// that decision comes first; only the ordinary route can be decided this way.
    public func assign(
        _ id: CaseID, to handler: StaffID, deciding draft: TriageDraft?, version: Int, submission: String? = nil,
        by viewer: Viewer
    ) async throws {
        guard draft?.route ?? .ordinary == .ordinary else { throw CaseError.routeUnknown.plain }
        let made: (CaseCommand, [NewText])? =
            if let draft { try await prepared(draft, by: viewer) } else { nil }
        let decision = made?.0
        var change = CaseChange(
            id: id, actor: viewer.actor, viewer: viewer, expected: version, submission: submission)
        change.texts = made?.1 ?? []
        let organisation = viewer.organisation
        change.check = { state, _ in try Self.checkHandler(handler, of: state, organisation) }
        try await self.change(
            change,
            all: { state in (state.isTriaged ? [] : [decision].compactMap { $0 }) + [.accept(handler: handler)] })
    }

    /// Whoever handles a matter must be able to answer it.
    static func checkHandler(_ handler: StaffID, of state: CaseState, _ organisation: Organisation) throws(PlainError) {
        guard let member = organisation.staff(handler), member.isActive,
            Viewer(staff: member, organisation: organisation).may(.reply, on: state.lead ?? state.receivedBy)
        else { throw PlainError(.invalid, "assign.cannotHandle", field: "handler") }
    }

    private func prepared(_ draft: TriageDraft, by viewer: Viewer) async throws -> (CaseCommand, [NewText]) {
        let reason = newText(try PlainText.required(draft.reason, field: "reason", most: 1_000))
        let organ = try PlainText.optional(draft.organ, field: "organ", most: 200).map(newText)
        let words = try PlainText.optional(draft.words, field: "words", most: 2_000).map(newText)
        var other: CaseState?
        if let typed = draft.number, !typed.isEmpty, draft.route == .inHand {
            other = try await existingMatter(typed, for: viewer)
        }
        let command = CaseCommand.triage(
            sort: draft.sort, route: draft.route, tier: draft.tier, reason: reason.reference,
            told: RouteTold(
                organ: organ?.reference, words: words?.reference, number: other?.number, phase: other?.phase,
                due: other?.nextClock?.start.due, procedure: try told(draft)),
            keptTo: draft.route == .discipline ? [viewer.staff.id] : [])
        return (command, [reason, organ, words].compactMap { $0 })
    }

    /// The procedure with the limit as its law has it on this day.
    private func told(_ draft: TriageDraft) throws(PlainError) -> ProcedureTold? {
        guard let procedure = draft.procedure else { return nil }
        guard procedure.routes.contains(draft.route) else {
            throw PlainError(.invalid, "procedure.otherRoute", field: "procedure")
        }
        if let from = draft.procedureFrom, from > today {
            throw PlainError(.invalid, "date.future", field: "procedureFrom")
        }
        let last = draft.procedureFrom.map { procedure.lastDay(from: $0, deadlines.calendar) }
        return ProcedureTold(
            id: procedure.id, length: procedure.length, unit: procedure.unit, from: draft.procedureFrom,
            due: last?.date, provisional: last?.isProvisional)
    }

    /// The number of a matter that the viewer may see, as it is written.
    func existingNumber(_ typed: String, for viewer: Viewer) async throws -> String {
        try await existingMatter(typed, for: viewer).number
    }

    private func existingMatter(_ typed: String, for viewer: Viewer) async throws -> CaseState {
        let found = try await database.read { tx -> CaseState? in
            guard let id = try caseID(number: typed, in: tx) else { return nil }
            return try load(id, in: tx)
        }
        guard let found, CaseAccess.isVisible(found, to: viewer) else {
            throw PlainError(.invalid, "case.numberUnknown", field: "number")
        }
        return found
    }

    /// Says of whom the matter complains: they are kept out of it and do not learn of it (Art. 28, 30).
    public func nameAccused(
        _ id: CaseID, staff: [StaffID], units: [UnitID], reason: String, by viewer: Viewer
    ) async throws {
        let organisation = viewer.organisation
        guard staff.allSatisfy({ organisation.staff($0) != nil }) else {
            throw PlainError(.invalid, "staff.unknown", field: "staff")
        }
        guard units.allSatisfy({ organisation.unit($0) != nil }) else {
            throw PlainError(.invalid, "unit.unknown", field: "unit")
        }
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [reason]
        // A station of the bureau does not look into the bureau.
        let units = units.reduce(into: Set<UnitID>()) { $0.formUnion(organisation.subtree(of: $1)) }.sorted()
        try await self.change(change) { state in
            let accused = Set(units).union(state.accusedUnits)
            // Whoever took it in, or the first unit above that is not complained of.
            let home = organisation.path(of: state.receivedBy).reversed().first { !accused.contains($0.id) }
            guard let home else { throw PlainError(.conflict, "accused.nobodyLeft", field: "unit") }
            return .nameAccused(staff: staff, units: units, home: home.id, reason: reason.reference)
        }
    }

    /// The question who is responsible goes one step up: agree, the common superior, the joint conference (Art. 24).
    public func raiseDispute(_ id: CaseID, reason: String, version: Int, by viewer: Viewer) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [reason]
        let (organisation, today) = (viewer.organisation, self.today)
        try await self.change(change) { state in
            let unit = state.objection?.unit ?? state.responsible
            let superior = organisation.commonSuperior(of: unit, and: state.responsible, on: today)
            return .raiseDispute(reason: reason.reference, superior: superior)
        }
    }

    /// One side of a call for help says how the other worked with it; both sides may.
    public func rateHelper(
        _ id: CaseID, unit: UnitID, rating: Attitude, text: String?, by viewer: Viewer
    ) async throws {
        let text = try PlainText.optional(text, field: "text", most: 1_000).map(newText)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [text].compactMap { $0 }
        try await self.change(change) { state in
            // Whoever acts for the unit that was asked speaks for it, everybody else for the one that asked.
            let isCalled = viewer.organisation.isInside(viewer.staff.unit, unit)
            let asker = state.helpers.last { $0.unit == unit }?.by ?? state.responsible
            guard isCalled || viewer.may(.addNote, on: asker) else {
                throw PlainError(.forbidden, "permission.missing")
            }
            return .rateHelper(unit: unit, side: isCalled ? .called : .caller, rating: rating, text: text?.reference)
        }
    }
}
