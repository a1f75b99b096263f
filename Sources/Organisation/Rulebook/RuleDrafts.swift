public import Kernel
public import Storage

extension Named {
    /// A text of rules that somebody looks at before it counts.
    public enum RuleDraft {}
}

/// Identifies a draft.
public typealias RuleDraftID = Identifier<Named.RuleDraft>

/// A text that was uploaded or typed, kept between looking at what it would change and deciding about it.
public struct RuleDraft: Sendable, Hashable, Identifiable {
    /// Its identifier.
    public let id: RuleDraftID
    /// What it is for.
    public let part: RulebookPart
    /// The text.
    public let body: String
    /// Who made it; nobody else opens it.
    public let madeBy: StaffID
    /// When.
    public let madeAt: Instant
}

/// Drafts of rules. They belong to desks and not to the record: nothing follows from them, and they end.
public struct RuleDrafts: Sendable {
    /// For so many days a draft is kept.
    static let days = 14

    private let database: any Database
    private let ids: IdentifierGenerator
    private let clock: any WallClock

    /// - Parameters:
    ///   - database: the store.
    ///   - ids: makes identifiers.
    ///   - clock: tells when a draft was made.
    public init(database: any Database, ids: IdentifierGenerator, clock: any WallClock) {
        self.database = database
        self.ids = ids
        self.clock = clock
    }

    /// Keeps a text; the same form sent twice gives the same draft.
    public func keep(_ body: String, for part: RulebookPart, submission: String, by staff: StaffID) async throws
        -> RuleDraftID
    {
        let (id, now) = (ids.next(Named.RuleDraft.self), clock.now())
        let kept = try await Submissions().once(database, id: "draft:\(submission)", at: now) { tx in
            try tx.execute(
                "INSERT INTO rule_drafts (id, part, body, made_by, made_at) VALUES ($1, $2, $3, $4, $5)",
                [id, part.rawValue, body, staff, now])
            return "\(id)"
        }
        return RuleDraftID(kept.result) ?? id
    }

    /// A draft of one's own.
    ///
    /// - Throws: `rulebook.noDraft`.
    public func draft(_ id: RuleDraftID, part: RulebookPart, for staff: StaffID) async throws -> RuleDraft {
        let found = try await database.read { tx in
            try tx.first(
                "SELECT body, made_at FROM rule_drafts WHERE id = $1 AND part = $2 AND made_by = $3",
                [id, part.rawValue, staff]
            ).map {
                RuleDraft(
                    id: id, part: part, body: try $0.text(0), madeBy: staff, madeAt: try $0.instant(1))
            }
        }
        guard let found else { throw PlainError(.notFound, "rulebook.noDraft") }
        return found
    }

    /// Forgets old ones.
    public func keepHouse() async throws -> Int {
        let old = clock.now().adding(days: -Self.days)
        return try await database.write { tx in
            try tx.execute("DELETE FROM rule_drafts WHERE made_at < $1", [old])
        }
    }
}
