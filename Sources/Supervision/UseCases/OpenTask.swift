public import Kernel
internal import Ledger
public import Organisation

/// A task as somebody writes it by hand.
public struct TaskDraft: Sendable {
    /// Who is asked; where nobody says so, the unit that answers for the matter.
    public var unit: UnitID?
    /// Why.
    public var trigger: SupervisionTrigger?
    /// The number of the matter that it is about, as people type it.
    public var matterNumber: String
    /// What is wrong, in words.
    public var reason: String
    /// By when the unit answers.
    public var due: LocalDate?

    /// A task written by hand.
    public init(
        unit: UnitID? = nil, trigger: SupervisionTrigger? = nil, matterNumber: String = "", reason: String,
        due: LocalDate? = nil
    ) {
        self.unit = unit
        self.trigger = trigger
        self.matterNumber = matterNumber
        self.reason = reason
        self.due = due
    }
}

extension Supervision {
    /// Asks a unit for something that a person found.
    ///
    /// - Throws: `PlainErrors` for wrong fields, `PlainError`, `StorageError`.
    @discardableResult
    public func openTask(_ draft: TaskDraft, submission: String?, by viewer: Viewer) async throws -> SupervisionID {
        if let known: SupervisionID = try await records.begun(submission) { return known }
        var problems = FieldProblems()
        let reason = problems.note { () throws(PlainError) in
            try SupervisionText.required(draft.reason, field: "reason")
        }
        let matter = try await namedMatter(draft.matterNumber, for: viewer, &problems)
        if draft.trigger == nil { problems.add(PlainError(.invalid, "choice.missing", field: "trigger")) }
        let wanted = draft.unit ?? matter?.unit
        let unit = problems.note { () throws(PlainError) in
            guard let wanted else { throw PlainError(.invalid, "unit.unknown", field: "unit") }
            return try SupervisionAccess.addressee(wanted, viewer.organisation, on: today)
        }
        if let matter, let unit, matter.complains(of: unit, viewer.organisation) {
            problems.add(PlainError(.invalid, "case.unitAccused", field: "unit"))
        }
        let due = problems.note { () throws(PlainError) in try coming(draft.due, field: "due") }
        try problems.check()
        guard let reason, let unit, let due, let trigger = draft.trigger else {
            throw PlainError(.invalid, "form.malformed")
        }
        try SupervisionAccess.require(.supervise, on: unit, viewer)
        let text = newText(reason)
        let number = try await nextNumber(.task, on: today)
        let opened = TaskEvent.Opened(
            number: number, unit: unit, trigger: trigger, matter: matter?.reference, since: nil, evidence: [],
            reason: text.reference, due: due)
        return try await begin(
            SupervisionTask.self, ids.next(), .opened(opened),
            RecordChange(actor: viewer.actor, submission: submission, texts: [text]))
    }

    /// Makes a task out of what the system found. The finding is looked at again; the person who presses answers
    /// for it.
    @discardableResult
    public func openTask(
        on key: FindingKey, due: LocalDate?, reason: String, submission: String?, by viewer: Viewer
    ) async throws -> SupervisionID {
        if let known: SupervisionID = try await records.begun(submission) { return known }
        let finding = try await current(key, for: viewer)
        let due = try coming(due, field: "due")
        let text = try SupervisionText.optional(reason, field: "reason").map(newText)
        let number = try await nextNumber(.task, on: today)
        let opened = TaskEvent.Opened(
            number: number, unit: try addressee(of: finding, viewer), trigger: finding.trigger,
            matter: finding.matter, since: finding.since, evidence: finding.evidence, reason: text?.reference, due: due)
        return try await begin(
            SupervisionTask.self, ids.next(), .opened(opened),
            RecordChange(actor: viewer.actor, submission: submission, texts: [text].compactMap { $0 }),
            taken: Self.findingTaken)
    }

    /// Takes a finding off the list without a task, with the reason. It can be put back.
    @discardableResult
    public func setAside(
        _ key: FindingKey, reason: String, submission: String?, by viewer: Viewer
    ) async throws -> SupervisionID {
        if let known: SupervisionID = try await records.begun(submission) { return known }
        let finding = try await current(key, for: viewer)
        let text = newText(try SupervisionText.required(reason, field: "reason"))
        let event = TaskEvent.SetAside(
            unit: try addressee(of: finding, viewer), trigger: finding.trigger, matter: finding.matter,
            since: finding.since, evidence: finding.evidence, reason: text.reference)
        return try await begin(
            SupervisionTask.self, ids.next(), .setAside(event),
            RecordChange(actor: viewer.actor, submission: submission, texts: [text]), taken: Self.findingTaken)
    }

    private static let findingTaken = PlainError(.conflict, "supervision.findingTaken")

    private func current(_ key: FindingKey, for viewer: Viewer) async throws -> SupervisionFinding {
        guard let finding = try await source.finding(key, for: viewer) else {
            throw PlainError(.conflict, "supervision.findingGone")
        }
        return finding
    }

    private func addressee(of finding: SupervisionFinding, _ viewer: Viewer) throws -> UnitID {
        let unit = try SupervisionAccess.addressee(finding.unit, viewer.organisation, on: today)
        try SupervisionAccess.require(.supervise, on: unit, viewer)
        return unit
    }

    /// A day that is there and not over.
    func coming(_ day: LocalDate?, field: String) throws(PlainError) -> LocalDate {
        guard let day else { throw PlainError(.invalid, "date.invalid", field: field) }
        guard day >= today else { throw PlainError(.invalid, "date.past", field: field) }
        return day
    }

    /// The matter with a number that somebody typed; nothing where nothing was typed.
    func namedMatter(
        _ number: String, for viewer: Viewer, _ problems: inout FieldProblems, field: String = "number"
    ) async throws -> SupervisedMatter? {
        let typed = SupervisionText.cleaned(number)
        guard !typed.isEmpty else { return nil }
        if let matter = try await source.matter(number: typed, for: viewer) { return matter }
        problems.add(PlainError(.invalid, "case.numberUnknown", field: field))
        return nil
    }
}

/// Collects what is wrong, so that a person corrects a form in one go.
struct FieldProblems {
    private(set) var errors: [PlainError] = []

    mutating func add(_ error: PlainError) { errors.append(error) }

    mutating func note<T>(_ body: () throws(PlainError) -> T) -> T? {
        do {
            return try body()
        } catch {
            errors.append(error)
            return nil
        }
    }

    func check() throws(PlainErrors) {
        if !errors.isEmpty { throw PlainErrors(errors) }
    }
}
