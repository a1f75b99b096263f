public import Kernel
internal import Ledger
public import Organisation

/// A dated promise, as it is typed.
public struct PromiseDraft: Hashable, Sendable {
    /// What it is about.
    public var kind: PromiseKind
    /// What is promised.
    public var text: String
    /// Until when.
    public var due: LocalDate

    /// A promise.
    public init(kind: PromiseKind, text: String, due: LocalDate) {
        self.kind = kind
        self.text = text
        self.due = due
    }
}

/// An agreement, as it is typed.
public struct SettlementDraft: Hashable, Sendable {
    /// With or without a mediator.
    public var kind: SettlementKind
    /// What was agreed.
    public var terms: String
    /// The day on which the resident agreed.
    public var residentOn: LocalDate?
    /// The day on which the unit agreed.
    public var unitOn: LocalDate?

    /// An agreement.
    public init(kind: SettlementKind, terms: String, residentOn: LocalDate?, unitOn: LocalDate?) {
        self.kind = kind
        self.terms = terms
        self.residentOn = residentOn
        self.unitOn = unitOn
    }
}

extension Casework {
    /// A promise outside a reply.
    public func promise(
        _ id: CaseID, _ draft: PromiseDraft, submission: String?, by viewer: Viewer
    ) async throws {
        let text = newText(try PlainText.required(draft.text, field: "promise", most: 500))
        let promise: PromiseID = ids.next()
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        change.texts = [text]
        try await self.change(change) { state in
            .promise(
                .init(id: promise, kind: draft.kind, text: text.reference, due: draft.due, unit: state.responsible))
        }
    }

    /// A promise is kept, with proof, or withdrawn, with a reason that the resident reads.
    public func settlePromise(
        _ id: CaseID, promise: PromiseID, end: PromiseEnd, text: String, by viewer: Viewer
    ) async throws {
        let text = newText(try PlainText.required(text, field: "proof", most: 2_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [text]
        try await self.change(change) { state in
            let isExecution = state.promises.contains { $0.made.id == promise && $0.made.kind == .execution }
            // What an answer supports is carried out (Art. 32); that it is not, whoever signs for the unit answers for.
            if isExecution, end == .withdrawn, !viewer.mayGiveUp(in: state) {
                throw PlainError(.invalid, "promise.headOnly", field: "end")
            }
            return .settlePromise(id: promise, end: end, text: text.reference)
        }
    }

    /// Writes down what resident and unit agreed on (Art. 33).
    public func settle(
        _ id: CaseID, _ draft: SettlementDraft, of reporter: ReporterID, version: Int, by viewer: Viewer
    ) async throws {
        let terms = newText(try PlainText.required(draft.terms, field: "terms", most: 10_000))
        guard let residentOn = draft.residentOn, let unitOn = draft.unitOn else {
            throw CaseError.consentMissing.plain
        }
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = [terms]
        try await self.change(change) { _ in
            .settle(
                kind: draft.kind, reporter: reporter, terms: terms.reference, residentOn: residentOn, unitOn: unitOn)
        }
    }

    /// The resident was told of, or led to, help in need; possible after the end of all remedies too (Art. 37).
    public func assist(_ id: CaseID, text: String, submission: String?, by viewer: Viewer) async throws {
        let text = newText(try PlainText.required(text, field: "text", most: 2_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        change.texts = [text]
        try await self.change(change) { _ in .assist(text.reference) }
    }

    /// An important and urgent matter is reported at once: to whom, what, and when (Art. 22 (1), 25).
    public func reportUp(
        _ id: CaseID, to: [ReportAddressee], text: String, submission: String?, by viewer: Viewer
    ) async throws {
        let text = newText(try PlainText.required(text, field: "text", most: 2_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        change.texts = [text]
        try await self.change(change) { _ in .reportUp(to: to, text: text.reference) }
    }

    /// Records that a resident has a notice.
    public func deliverNotice(
        _ id: CaseID, _ notice: NoticeKind, to reporter: ReporterID, method: DeliveryMethod, at occurredAt: Instant?,
        by viewer: Viewer
    ) async throws {
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.occurredAt = occurredAt
        change.earliest = { state, entries in
            entries.last { notice.isAbout($0.event) }?.stored.occurredAt ?? state.registeredAt
        }
        try await self.change(change) { _ in .deliverNotice(notice, reporter: reporter, method: method) }
    }

    /// The resident has opened the matter under number and code: whatever waits there is delivered by that.
    public func noteRead(_ id: CaseID, by reporter: ReporterID) async throws {
        do {
            try await change(
                CaseChange(id: id, actor: .reporter(reporter), viewer: nil),
                all: { state in state.unread(by: reporter) })
        } catch let error as PlainError where error.kind == .conflict {
            return
        }
    }
}

extension Viewer {
    /// Whether they may say for the unit that what was supported is not carried out.
    public func mayGiveUp(in state: CaseState) -> Bool {
        [state.responsible, state.actingUnit].contains { may(.extendClock, on: $0) }
    }
}

extension CaseState {
    /// What a resident has not had yet, as deliveries on the portal.
    func unread(by id: ReporterID) -> [CaseCommand] {
        guard let reporter = reporters.first(where: { $0.details.id == id }) else { return [] }
        var commands: [CaseCommand] = []
        if [.replied, .reviewing, .reviewed, .concluded].contains(phase), reply != nil, reporter.deliveredAt == nil {
            commands.append(.deliver(reporter: id, method: .portal))
        }
        if let review = reviews.last(where: { $0.decided != nil }), review.deliveredAt == nil,
            review.asked.reporter == id
        {
            commands.append(.deliverReview(reporter: id, method: .portal))
        }
        for notice in NoticeKind.allCases where has(notice) && !reporter.notices.contains(notice) {
            commands.append(.deliverNotice(notice, reporter: id, method: .portal))
        }
        return commands
    }

    /// Whether something waits for a resident to be read.
    public func hasUnread(for id: ReporterID) -> Bool { !unread(by: id).isEmpty }
}

extension NoticeKind {
    /// Whether the notice tells of this event.
    func isAbout(_ event: CaseEvent) -> Bool {
        switch (self, event) {
        case (.acceptance, .accepted), (.route, .routed), (.extension, .extended), (.hearing, .hearingCalled),
            (.settlement, .settled), (.correction, .correctionAsked):
            true
        default: false
        }
    }
}
