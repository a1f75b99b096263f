public import Kernel
internal import Ledger
internal import Storage

/// One time that somebody looked at contact data or looked a person up, for whoever audits: the matter by its number
/// only, and nothing of what was seen.
public struct ReadingLine: Hashable, Sendable {
    /// The event.
    public let id: EventID
    /// What was done: `contactRevealed`, `personLookedUp`.
    public let kind: String
    /// Who did it.
    public let actor: Actor
    /// When.
    public let at: Instant
    /// The matter; nothing for a look-up over all.
    public let number: String?
}

extension Casework {
    /// How many open matters somebody handles.
    public func openMatters(handledBy staff: StaffID) async throws -> Int {
        let phases = CasePhase.open.map(\.rawValue).sorted()
        let marks = phases.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
        return try await database.read { tx in
            try tx.first(
                "SELECT COUNT(*) FROM cases WHERE handler_id = $1 AND phase IN (\(marks))", [staff] + phases)?.int(0)
                ?? 0
        }
    }

    /// Who read about persons, the newest first.
    ///
    /// - Parameter after: after this line, further back.
    public func readings(after: EventID? = nil, limit: Int = 50) async throws -> (lines: [ReadingLine], next: EventID?)
    {
        try await database.read { tx in
            // The condition repeats the index word for word, so that both engines take it.
            let rows = try tx.rows(
                """
                SELECT e.id, e.kind, e.body, c.number FROM events e LEFT JOIN cases c ON c.id = e.stream_id
                WHERE e.kind IN ('contactRevealed', 'personLookedUp') AND e.id < $1 ORDER BY e.id DESC LIMIT $2
                """, [after?.rawValue ?? Int64.max, limit + 1])
            var lines = try rows.map { row in
                let (actor, at) = try StoredEvent.signature(of: try row.text(2))
                return ReadingLine(
                    id: try row.id(0), kind: try row.text(1), actor: actor, at: at, number: try row.optionalText(3))
            }
            let goesOn = lines.count > limit
            if goesOn { lines.removeLast() }
            return (lines, goesOn ? lines.last?.id : nil)
        }
    }
}
