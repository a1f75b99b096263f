public import Kernel
internal import Ledger
public import Organisation

/// A part of the information that is kept back, as it is typed.
public struct WithheldDraft: Hashable, Sendable {
    /// What it is, without saying it.
    public var what: String
    /// The entry of the rule library that forbids it.
    public var law: String

    /// A part.
    public init(what: String, law: String) {
        self.what = what
        self.law = law
    }
}

/// The reply as it is written.
public struct ReplyDraft: Hashable, Sendable {
    /// The result.
    public var outcome: ReplyOutcome
    /// The letter; in an opinion letter the opinion.
    public var body: String
    /// Legal basis in words; this or an entry of the library is needed unless the request is met.
    public var basis: String?
    /// What the resident can do when not satisfied; empty gives the standard sentence.
    public var remedies: String?
    /// The request as the unit understood it; a block of the opinion letter (Art. 32).
    public var request: String?
    /// Facts and reasons; a block of the opinion letter.
    public var facts: String?
    /// Entries of the rule library.
    public var law: [String] = []
    /// How a supported request is carried out.
    public var execution: Execution?
    /// The day on which it was carried out, where it is done.
    public var executedOn: LocalDate?
    /// The proof that it was carried out, or why nothing has to be.
    public var executionWords: String?
    /// What is promised, each with its day; an execution that is promised is among them.
    public var promises: [PromiseDraft] = []
    /// What became of a suggestion.
    public var adoption: Adoption?
    /// The kind of answer to an application for information.
    public var answer: InformationAnswer?
    /// Parts that are kept back.
    public var withheld: [WithheldDraft] = []
    /// Texts that were kept ready and used.
    public var canned: [CannedUse] = []

    /// A draft.
    public init(outcome: ReplyOutcome, body: String, basis: String? = nil, remedies: String? = nil) {
        self.outcome = outcome
        self.body = body
        self.basis = basis
        self.remedies = remedies
    }
}

extension Casework {
    /// The signed answer. It is readable under number and code from now on; the clock of the office stops.
    ///
    /// - Throws: `PlainErrors` for wrong fields, `VersionConflict` when somebody wrote in between.
    public func reply(_ id: CaseID, _ draft: ReplyDraft, version: Int, by viewer: Viewer) async throws {
        let draft = try checked(draft)
        let prepared = PreparedReply(draft, newText: newText, promiseID: { ids.next() })
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, expected: version)
        change.texts = prepared.texts
        change.indexed = [prepared.body.reference.id: draft.body]
        change.check = { state, tx in
            guard let old = state.redoOf, let text = try texts.body(old.body.id, in: tx) else { return }
            if SameDecision.isSame(draft.body, text) { throw CaseError.redoSame.plain }
        }
        try await self.change(change) { state in
            prepared.command(unit: state.responsible, signer: viewer.staff.id)
        }
    }

    /// A draft with its texts cleaned; also what a preview shows.
    public func checked(_ draft: ReplyDraft) throws -> ReplyDraft {
        var draft = draft
        draft.body = try PlainText.complete(try PlainText.required(draft.body, field: "reply"), field: "reply")
        draft.basis = try PlainText.optional(draft.basis, field: "basis", most: 1_000)
        draft.remedies = try PlainText.optional(draft.remedies, field: "remedies", most: 1_000)
        draft.request = try PlainText.optional(draft.request, field: "request", most: 1_000)
        draft.facts = try PlainText.optional(draft.facts, field: "facts", most: 4_000)
        if let facts = draft.facts { _ = try PlainText.complete(facts, field: "facts") }
        let isSaid = draft.execution == .done || draft.execution == .notNeeded
        draft.executionWords =
            isSaid ? try PlainText.optional(draft.executionWords, field: "executionText", most: 500) : nil
        draft.executedOn = draft.execution == .done ? draft.executedOn : nil
        draft.law = try references(draft.law)
        draft.promises = try draft.promises.map { promise in
            var promise = promise
            promise.text = try PlainText.required(promise.text, field: "promise", most: 500)
            if promise.due < today { throw CaseError.promisePast.plain }
            return promise
        }
        draft.withheld = try draft.withheld.map { part in
            WithheldDraft(what: try PlainText.required(part.what, field: "withheld", most: 500), law: part.law)
        }
        if [.explained, .notSupported].contains(draft.outcome), draft.basis == nil, draft.law.isEmpty {
            throw CaseError.basisMissing.plain
        }
        return draft
    }

    /// Names of entries of the rule library; at most ten.
    func references(_ law: [String]) throws -> [String] {
        var seen: Set<String> = []
        let named = law.filter { !$0.isEmpty && seen.insert($0).inserted }
        guard named.count <= 10, named.allSatisfy({ $0.count <= 60 }) else {
            throw PlainError(.invalid, "law.tooMany", field: "law")
        }
        return named
    }

    /// Records that a resident has the reply: how, when, by whom. The citizen's clocks start on that day.
    public func deliver(
        _ id: CaseID, to reporter: ReporterID, method: DeliveryMethod, at occurredAt: Instant?, by viewer: Viewer
    ) async throws {
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.occurredAt = occurredAt
        change.earliest = { state, _ in state.repliedAt ?? state.registeredAt }
        try await self.change(change) { _ in .deliver(reporter: reporter, method: method) }
    }

    /// The resident has opened the reply under number and code: that is the delivery. Does nothing when there is
    /// no undelivered reply.
    public func noteReplyRead(_ id: CaseID, by reporter: ReporterID) async throws {
        try await noteRead(id, by: reporter)
    }
}

/// A reply with its texts under identifiers of their own.
struct PreparedReply: Sendable {
    let draft: ReplyDraft
    let body: NewText
    let texts: [NewText]
    private let basis: NewText?
    private let remedies: NewText?
    private let request: NewText?
    private let facts: NewText?
    private let execution: NewText?
    private let promises: [(PromiseID, PromiseDraft, NewText)]
    private let withheld: [(WithheldDraft, NewText)]

    init(_ draft: ReplyDraft, newText: (String) -> NewText, promiseID: () -> PromiseID) {
        self.draft = draft
        body = newText(draft.body)
        basis = draft.basis.map(newText)
        remedies = draft.remedies.map(newText)
        request = draft.request.map(newText)
        facts = draft.facts.map(newText)
        execution = draft.executionWords.map(newText)
        promises = draft.promises.map { (promiseID(), $0, newText($0.text)) }
        withheld = draft.withheld.map { ($0, newText($0.what)) }
        texts =
            [body] + [basis, remedies, request, facts, execution].compactMap { $0 } + promises.map(\.2)
            + withheld.map(\.1)
    }

    func command(unit: UnitID, signer: StaffID?) -> CaseCommand {
        let reply = CaseEvent.Replied(
            outcome: draft.outcome, body: body.reference, basis: basis?.reference, remedies: remedies?.reference,
            unit: unit, signer: signer, request: request?.reference, facts: facts?.reference,
            law: draft.law.isEmpty ? nil : draft.law, execution: draft.execution,
            executedOn: draft.executedOn, executionWords: execution?.reference, adoption: draft.adoption,
            answer: draft.answer,
            withheld: withheld.isEmpty
                ? nil : withheld.map { CaseEvent.Withheld(what: $0.1.reference, law: $0.0.law) },
            canned: draft.canned.isEmpty ? nil : draft.canned)
        return .reply(
            reply,
            promises: promises.map { id, draft, text in
                CaseEvent.Promised(id: id, kind: draft.kind, text: text.reference, due: draft.due, unit: unit)
            })
    }
}

/// Tells whether a new decision says essentially the same as the one that was sent back (北京市信访条例 Art. 50).
enum SameDecision {
    /// Compares without blanks and punctuation: equal, or nine tenths of the character pairs in common.
    static func isSame(_ new: String, _ old: String) -> Bool {
        let (new, old) = (letters(new), letters(old))
        guard new != old else { return true }
        let (a, b) = (pairs(new), pairs(old))
        guard !a.isEmpty, !b.isEmpty else { return false }
        let common = a.reduce(0) { $0 + min($1.value, b[$1.key] ?? 0) }
        let all = max(a.values.reduce(0, +), b.values.reduce(0, +))
        return common * 10 >= all * 9
    }

    private static func letters(_ text: String) -> [Character] {
        Array(text).filter { $0.isLetter || $0.isNumber }
    }

    private static func pairs(_ text: [Character]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (first, second) in zip(text, text.dropFirst()) { counts["\(first)\(second)", default: 0] += 1 }
        return counts
    }

}
