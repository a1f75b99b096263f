public import Kernel
public import Storage

/// Names a decision of the joint conference, as other rooms cite it: `123.2` is item 2 of meeting 123.
public struct ConferenceDecisionID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The meeting.
    public let conference: ConferenceID
    /// The item on its agenda.
    public let item: Int

    /// Names a decision.
    public init(conference: ConferenceID, item: Int) {
        self.conference = conference
        self.item = item
    }

    /// Reads `123.2`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let conference = ConferenceID(parts[0]), let item = Int(parts[1]), item > 0 else {
            return nil
        }
        self.init(conference: conference, item: item)
    }

    /// The form in forms and addresses.
    public var description: String { "\(conference).\(item)" }
}

/// A decision of the joint conference, for the room that acts on it. The third step of a dispute about who is
/// responsible (Art. 24) rests on one whose `responsible` is set.
public struct ConferenceDecision: Hashable, Sendable {
    /// Which.
    public let id: ConferenceDecisionID
    /// The meeting's number.
    public let number: DocumentNumber
    /// The day on which it was held.
    public let heldOn: LocalDate
    /// The matter that it is about.
    public let matter: MatterReference?
    /// Who carries it out.
    public let owner: UnitID
    /// By when.
    public let due: LocalDate
    /// Who answers for the matter from now on; nothing where the decision does not settle that.
    public let responsible: UnitID?
    /// When it was written down.
    public let decidedAt: Instant
    /// How far it was carried out, as last reported.
    public let outcome: DecisionOutcome?
}

extension Supervision {
    /// A decision; `nil` when there is none under this name. Asks nobody's permission: the caller shows it to those
    /// who may see what it is about.
    public func conferenceDecision(_ id: ConferenceDecisionID) async throws -> ConferenceDecision? {
        try await database.read { tx in try Self.conferenceDecision(id, in: tx) }
    }

    /// The same inside a transaction of another room.
    public static func conferenceDecision(
        _ id: ConferenceDecisionID, in tx: any ReadTransaction
    ) throws -> ConferenceDecision? {
        try tx.first(
            selection + " AND i.conference_id = $1 AND i.item = $2", [id.conference, id.item]
        ).map(ConferenceDecision.init)
    }

    /// What the joint conference decided on a matter, the latest first.
    public func conferenceDecisions(on matter: CaseID) async throws -> [ConferenceDecision] {
        try await database.read { tx in
            try tx.rows(
                Self.selection + " AND i.case_id = $1 ORDER BY i.decided_at DESC, i.conference_id DESC, i.item DESC"
                    + " LIMIT \(Self.mostDecisions)",
                [matter]
            ).map(ConferenceDecision.init)
        }
    }

    /// No meeting returns to one matter more often.
    private static let mostDecisions = 50

    private static let selection = """
        SELECT i.conference_id, i.item, c.year, c.sequence, c.held_on, i.case_id, i.matter_number, i.owner_unit,
          i.due_on, i.responsible_unit, i.decided_at, i.outcome
        FROM conference_items i JOIN conferences c ON c.id = i.conference_id
        WHERE c.phase = 'held' AND i.decided_at IS NOT NULL
        """
}

extension ConferenceDecision {
    init(_ row: Row) throws {
        let matter = try row.optionalID(5, Named.Case.self)
        let number = try row.optionalText(6)
        self.init(
            id: ConferenceDecisionID(conference: try row.id(0), item: try row.int(1)),
            number: DocumentNumber(year: try row.int(2), sequence: try row.int(3)), heldOn: try row.date(4),
            matter: matter.flatMap { id in number.map { MatterReference(id: id, number: $0) } }, owner: try row.id(7),
            due: try row.date(8), responsible: try row.optionalID(9), decidedAt: try row.instant(10),
            outcome: try row.optionalText(11).flatMap(DecisionOutcome.init))
    }
}
