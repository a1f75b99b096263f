public import Kernel
package import Ledger
internal import Storage

/// A suggestion to a unit, as its events add up.
public struct Suggestion: Hashable, Sendable {
    /// A unit's reply.
    public struct Reply: Hashable, Sendable {
        /// Whether it adopts it.
        public let adoption: SuggestionAdoption
        /// When it said so.
        public let at: Instant
        /// Whether that was by its day; nothing where none was set.
        public let inTime: Bool?
    }

    /// Its identifier.
    public let id: SuggestionID
    /// Its number.
    public let number: DocumentNumber
    /// To whom.
    public let unit: UnitID
    /// Which kind.
    public let kind: SuggestionKind
    /// The words.
    public let text: TextID
    /// The matters on which it rests.
    public let matters: [MatterReference]
    /// The task out of which it came.
    public let task: SupervisionID?
    /// Who made it.
    public let issuedBy: StaffID?
    /// When.
    public let issuedAt: Instant
    /// By when the unit replies; nothing where nobody set a day.
    public internal(set) var answerBy: LocalDate?
    /// Where it stands.
    public internal(set) var phase: SuggestionPhase
    /// What the unit says; nothing before it said so, and after its reply went back.
    public internal(set) var reply: Reply?
    /// When something last happened.
    public internal(set) var lastAt: Instant
    /// Words that are still there.
    var texts: Set<TextID>
    /// The number of its events.
    public package(set) var version = 1
}

extension Suggestion: SupervisionRecord {
    package typealias Entity = Named.Suggestion
    package typealias Event = SuggestionEvent
    package typealias Command = SuggestionCommand

    package static let streamKind = "suggestion"
    package static let notFound = PlainError(.notFound, "suggestion.notFound")

    package init?(id: SuggestionID, first event: SuggestionEvent, by actor: Actor, at instant: Instant) {
        guard case .issued(let p) = event else { return nil }
        self.init(
            id: id, number: p.number, unit: p.unit, kind: p.kind, text: p.text.id, matters: p.matters, task: p.task,
            issuedBy: actor.staffID, issuedAt: instant, answerBy: p.answerBy, phase: .issued, lastAt: instant,
            texts: [p.text.id])
    }

    package mutating func apply(_ event: SuggestionEvent, by actor: Actor, at instant: Instant) {
        lastAt = instant
        texts.formUnion(event.texts.map(\.id))
        switch event {
        case .issued: break
        case .replied(let p):
            phase = .replied
            reply = Reply(adoption: p.adoption, at: instant, inTime: p.inTime)
        case .returned(let p):
            phase = .issued
            reply = nil
            answerBy = p.answerBy
        case .withdrawn: phase = .withdrawn
        case .textsErased(let p): texts.subtract(p.texts)
        }
    }

    package static let tables = [
        (name: "supervision_suggestions", key: "id"),
        (name: "supervision_suggestion_matters", key: "suggestion_id"),
    ]

    package var rows: [TableRows] {
        let row: [any SQLConvertible] = [
            id, number.year, number.sequence, unit, kind.rawValue, phase.rawValue, text, answerBy, issuedAt,
            reply?.at, reply?.adoption.rawValue, reply?.inTime, lastAt, version,
        ]
        return [
            TableRows(
                Self.tables[0],
                [
                    "id", "year", "sequence", "unit_id", "kind", "phase", "text_id", "answer_by", "issued_at",
                    "replied_at", "adoption", "in_time", "last_at", "version",
                ], [row]),
            TableRows(
                Self.tables[1], ["suggestion_id", "position", "case_id", "matter_number"],
                matters.enumerated().map { [id, $0.offset, $0.element.id, $0.element.number] }),
        ]
    }
}
