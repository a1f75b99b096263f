public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// Puts a word of the vocabulary on a matter.
    public func tag(_ id: CaseID, _ tag: TagID, submission: String? = nil, by viewer: Viewer) async throws {
        try checkTag(tag, by: viewer)
        try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer, submission: submission)) { _ in
            .tag(tag)
        }
    }

    /// Takes a word off a matter.
    public func untag(_ id: CaseID, _ tag: TagID, submission: String? = nil, by viewer: Viewer) async throws {
        try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer, submission: submission)) { _ in
            .untag(tag)
        }
    }

    /// Only words that are in use, of the person's own unit and those above it.
    func checkTag(_ tag: TagID, by viewer: Viewer) throws(PlainError) {
        guard viewer.organisation.tags(for: viewer.staff.unit).contains(where: { $0.id == tag }) else {
            throw PlainError(.invalid, "tag.unknown", field: "mark")
        }
    }

    /// Unties two matters, on both sides.
    public func unlink(_ id: CaseID, from other: CaseID, submission: String? = nil, by viewer: Viewer) async throws {
        try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer, submission: submission)) { _ in
            .unlink(other: other)
        }
        do {
            try await change(CaseChange(id: other, actor: viewer.actor, viewer: nil)) { _ in .unlink(other: id) }
        } catch let error as PlainError where error.kind == .conflict {
            return  // The other side never had it, or it is gone already.
        }
    }

    /// Whoever sent a matter to a unit or handed it to somebody takes that back, while nobody has gone on with it: it is
    /// where it was, and so are its clocks.
    public func recall(_ id: CaseID, submission: String? = nil, by viewer: Viewer) async throws {
        try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer, submission: submission)) { _ in
            .recall(by: viewer.staff.id)
        }
    }
}

/// A matter that was sent to a unit and taken back before the unit did anything with it.
public struct RecalledMatter: Sendable, Hashable {
    /// The matter's number; of the matter itself the unit knows no more.
    public let number: String
    /// The unit.
    public let unit: UnitID
    /// When.
    public let at: Instant
}

extension Casework {
    /// What was taken back from the viewer's units lately, newest first, so that nobody looks for it in vain.
    public func recalledLately(for viewer: Viewer, limit: Int = 10) async throws -> [RecalledMatter] {
        guard viewer.may(.accept, on: nil), case .units(let units) = viewer.visibility.scope else { return [] }
        let since = clock.now().adding(days: -1)
        return try await database.read { tx in
            let apart = viewer.visibility.apart("c.id", firstPlaceholder: 3)
            let ids = units.map { "\($0.rawValue)" }.joined(separator: ", ")
            return try tx.rows(
                """
                SELECT c.number, r.unit_id, r.recalled_at FROM case_recalls r JOIN cases c ON c.id = r.case_id
                WHERE r.unit_id IN (\(ids)) AND r.recalled_at > $1 AND c.restricted = 0 AND \(apart.sql)
                ORDER BY r.recalled_at DESC, c.id LIMIT $2
                """, [since, limit] + apart.values
            ).map { RecalledMatter(number: try $0.text(0), unit: try $0.id(1), at: try $0.instant(2)) }
        }
    }
}
