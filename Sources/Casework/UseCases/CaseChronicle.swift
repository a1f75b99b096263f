package import Kernel
package import Ledger
package import Organisation
package import Storage

/// A resident's part in a matter that is told after the fact.
package struct ChronicleReporter: Sendable {
    package var contact: Contact
    package var anonymous: Bool
    package var keepSecret: Bool
    package var noReply: Bool
    package var needs: [String]
    /// The one-time name from which the code is derived.
    package var codeName: String

    package init(
        contact: Contact = Contact(), anonymous: Bool = false, keepSecret: Bool = false, noReply: Bool = false,
        needs: [String] = [], codeName: String
    ) {
        self.contact = contact
        self.anonymous = anonymous
        self.keepSecret = keepSecret
        self.noReply = noReply
        self.needs = needs
        self.codeName = codeName
    }
}

/// How a matter that is told after the fact began.
package struct ChronicleOpening: Sendable {
    package var number: String
    package var channel: Channel
    package var title: String
    package var body: String
    package var place: String?
    package var wish: String?
    package var category: String?
    package var area: String?
    package var urgency = MatterUrgency.normal
    package var kind = MatterKind.petition
    package var publishable = false
    package var source: String?
    package var receivedBy: UnitID
    /// Whether the receiver passes matters on, which decides the first clock.
    package var receiverPassesOn = true
    package var reporter: ChronicleReporter

    package init(
        number: String, channel: Channel, title: String, body: String, receivedBy: UnitID, reporter: ChronicleReporter
    ) {
        self.number = number
        self.channel = channel
        self.title = title
        self.body = body
        self.receivedBy = receivedBy
        self.reporter = reporter
    }
}

/// A whole matter, from its letter to where it stands, built in memory and written in one go: for imports and for
/// the demo county. Each event happened at its own time and is recorded now; only the final state is projected.
package struct CaseChronicle: Sendable {
    /// Where the matter stands so far.
    package private(set) var state: CaseState
    private let casework: Casework
    private let clocks: PackClocks
    private var told: [(event: NewEvent, actor: Actor)] = []
    private var texts: [NewText] = []
    private var others: [(String, [any SQLConvertible])] = []

    /// Registers the matter.
    package init(_ opening: ChronicleOpening, by actor: Actor, at: Instant, in casework: Casework) throws {
        let clocks = casework.deadlines.clocks(for: opening.kind, at: at)
        let pack = clocks.pack
        let id: CaseID = casework.ids.next()
        let title = casework.newText(opening.title)
        let body = casework.newText(opening.body)
        let place = opening.place.map(casework.newText)
        let wish = opening.wish.map(casework.newText)
        let (details, contact) = try casework.details(opening.reporter, number: opening.number)
        let receiver: Rule.Condition.Receiver = opening.receiverPassesOn ? .office : .organ
        let event = CaseEvent.registered(
            .init(
                number: opening.number, channel: opening.channel, title: title.reference, body: body.reference,
                place: place?.reference, wish: wish?.reference, category: opening.category, area: opening.area,
                receivedBy: opening.receivedBy, urgency: opening.urgency, pack: pack?.id ?? "",
                packVersion: pack?.version ?? 0, reporter: details, publishable: opening.publishable,
                source: opening.source, clocks: clocks.start(on: .receipt, at: at, ClockFacts(receiver: receiver)),
                kind: opening.kind, receiver: receiver))
        guard let state = CaseState(id: id, first: event, at: at) else { throw PlainError(.unavailable, "unavailable") }
        self.state = state
        self.casework = casework
        self.clocks = clocks
        told = [(try event.newEvent(at: at), actor)]
        texts = [title, body, place, wish].compactMap { $0 }
        others = contact
        // As at registration: one row of the index for the letter with its title, place and wish.
        let words = texts.map(\.body).joined(separator: "\n")
        others += casework.search.insertions(body.reference.id, words, dialect: casework.database.dialect)
    }

    /// Keeps a text for the next command, and lets it be found by search where texts of its kind are.
    package mutating func text(_ words: String, isIndexed: Bool = false) -> TextReference {
        let text = casework.newText(words)
        texts.append(text)
        if isIndexed {
            others += casework.search.insertions(text.reference.id, text.body, dialect: casework.database.dialect)
        }
        return text.reference
    }

    /// Does what a use case would do, under the same rules.
    package mutating func take(_ command: CaseCommand, by actor: Actor, at: Instant) throws {
        for event in try CaseLifecycle.decide(state, command, at: at, clocks: clocks) {
            try record(event, by: actor, at: at)
        }
    }

    /// Records what happened without asking whether it was allowed: an import tells what others did.
    mutating func record(_ event: CaseEvent, by actor: Actor, at: Instant) throws {
        told.append((try event.newEvent(at: at), actor))
        state = state.evolved(by: event, actor: actor, at: at)
    }

    /// The last day on which a resident who got the reply at `at` could judge.
    func judgeUntil(deliveredAt at: Instant) -> LocalDate { clocks.judgeUntil(deliveredAt: at) }

    /// Everything, for one transaction.
    package func statements() -> [(String, [any SQLConvertible])] {
        let recorded = casework.events.statements(for: told, toNew: state.id.stream, kind: "case")
        return recorded.statements + texts.map { casework.texts.insertion($0, of: state.id.stream) }
            + CaseProjection(state).statements(replacing: nil) + others
    }
}

extension CaseChronicle {
    /// Signs a reply.
    package mutating func reply(_ draft: ReplyDraft, by actor: Actor, at: Instant) throws {
        let prepared = PreparedReply(draft, newText: casework.newText, promiseID: { casework.ids.next() })
        texts += prepared.texts
        let body = prepared.body
        others += casework.search.insertions(body.reference.id, body.body, dialect: casework.database.dialect)
        try take(prepared.command(unit: state.responsible, signer: actor.staffID), by: actor, at: at)
    }

    /// The body that decides the next review.
    package func reviewBody(in organisation: Organisation, on today: LocalDate) -> UnitID? {
        organisation.reviewBody(after: state.remedies.map(\.body), reply: state.reply?.unit, on: today)
    }

    /// A resident judges.
    package mutating func judge(
        _ reporter: ReporterID, _ draft: JudgementDraft, by actor: Actor, at: Instant
    ) throws {
        let words = draft.words.map { text($0) }
        try take(
            .judge(
                .init(
                    reporter: reporter, outcome: draft.outcome, attitude: draft.attitude, answers: draft.answers,
                    words: words)),
            by: actor, at: at)
    }

    /// Another resident joins.
    package mutating func join(
        _ reporter: ChronicleReporter, channel: Channel, words: String?, by actor: Actor, at: Instant
    ) throws {
        let (details, contact) = try casework.details(reporter, number: state.number)
        others += contact
        let body = words.map { text($0, isIndexed: true) }
        try take(.addReporter(details, channel: channel, body: body), by: actor, at: at)
    }

    /// Links with another matter; its own chronicle gets the other half.
    package mutating func link(
        to other: CaseID, number: String, kind: LinkKind, by actor: Actor, at: Instant
    ) throws {
        try take(.link(.init(other: other, otherNumber: number, kind: kind)), by: actor, at: at)
    }

    /// Goes on in another matter, told in the same breath.
    package mutating func merge(
        with kept: inout CaseChronicle, reason: String, by actor: Actor, at: Instant
    ) throws {
        let told = MergeRule.absorption(of: state, by: kept.state, reason: kept.text(reason))
        let into = CaseCommand.mergeInto(kept.state.id, number: kept.state.number, reason: text(reason))
        try take(into, by: actor, at: at)
        try kept.take(.absorb(told), by: actor, at: at)
    }

    /// A resident gets a new code.
    package mutating func reissue(
        _ reporter: ReporterID, codeName: String, reason: String, by actor: Actor, at: Instant
    ) throws {
        let hash = try casework.hash(ofCode: codeName, number: state.number)
        try take(.reissueCode(reporter: reporter, codeHash: hash, reason: text(reason)), by: actor, at: at)
    }
}

extension Casework {
    /// A reporter's part with the statements that keep the contact data.
    fileprivate func details(
        _ reporter: ChronicleReporter, number: String
    ) throws -> (ReporterDetails, [(String, [any SQLConvertible])]) {
        let contact = reporter.anonymous ? Contact() : reporter.contact
        let person: PersonID? = contact.isEmpty ? nil : ids.next()
        let details = ReporterDetails(
            id: ids.next(), person: person, anonymous: reporter.anonymous, keepSecret: reporter.keepSecret,
            noReply: reporter.noReply, needs: reporter.needs,
            codeHash: try hash(ofCode: reporter.codeName, number: number))
        return (details, try person.map { try vault.insertions(contact, as: $0) } ?? [])
    }

    fileprivate func hash(ofCode name: String, number: String) throws -> String {
        guard let code = keys.accessCode(for: name) else { throw PlainError(.unavailable, "unavailable") }
        return codeHash(code, of: number)
    }

    /// Writes finished chronicles in one durable transaction.
    package func write(_ chronicles: [CaseChronicle]) async throws {
        let statements = chronicles.map { $0.statements() }
        try await database.write { tx in
            for group in statements { try tx.executeAll(group) }
        }
    }
}
