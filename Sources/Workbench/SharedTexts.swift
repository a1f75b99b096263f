internal import Crypto
public import Kernel
public import Ledger
public import Storage

/// A text as somebody wants it for others: what will be recorded, and the version that waits to be put in force.
public struct ReadyTextProposal: Sendable {
    /// What is recorded.
    public let change: ReadyTextChange
    let version: CannedText
}

/// Texts for more people than their writer come, change and go with a reason and from a day on; the organisation records that
/// and puts them in force here.
extension Workbench {
    /// A change of a text for others, checked; nothing is written yet.
    ///
    /// - Parameters:
    ///   - draft: what it will say.
    ///   - known: the text, where it is not new.
    ///   - version: the one that the form was made for.
    ///   - day: the first day on which it counts.
    /// - Throws: `PlainErrors` with all that is wrong.
    public func proposal(
        _ draft: CannedDraft, isRetired: Bool = false, of known: CannedText? = nil, version: Int = 0,
        by staff: StaffID, from day: LocalDate
    ) throws(PlainErrors) -> ReadyTextProposal {
        var draft = draft
        if isRetired {
            // What is offered no more may have ended.
            let faults = Self.faults(in: draft)
            guard faults.isEmpty else { throw PlainErrors(faults) }
        } else {
            draft = try checked(draft, on: day)
        }
        let next = CannedText(
            id: known?.id ?? ids.next(), version: version + 1, draft: draft, isRetired: isRetired, changedBy: staff,
            changedAt: clock.now())
        let was = known.flatMap { $0.draft.isPersonal ? nil : $0.facts }
        return ReadyTextProposal(
            change: ReadyTextChange(
                id: next.id, waiting: ids.next(), version: next.version, was: was, now: next.facts), version: next)
    }

    /// Lets a version wait until it is put in force, in the transaction that says when.
    ///
    /// - Throws: `canned.changed` when somebody else was faster, `canned.waits` when another change waits already.
    public func wait(_ proposal: ReadyTextProposal, in tx: any Transaction) throws {
        let next = proposal.version
        let present = try text(next.id, in: tx, isHeld: true)
        guard (present?.version ?? 0) == next.version - 1 else { throw PlainError(.conflict, "canned.changed") }
        if present == nil { try checkRoom(in: next.draft.unit, in: tx) }
        try checkNothingWaits(for: next.id, in: tx)
        try tx.execute(
            Self.insertion("canned_waiting", "id, text_id"), [proposal.change.waiting] + next.values)
    }

    /// The version of a text that waits; nothing when none does.
    public func waitingText(_ id: CannedTextID) async throws -> CannedText? {
        try await database.read { tx in
            try tx.first("SELECT \(Self.versionColumns) FROM canned_waiting WHERE text_id = $1", [id])
                .map { try CannedText($0) }
        }
    }

    func checkNothingWaits(for id: CannedTextID, in tx: any ReadTransaction) throws {
        let waits = try tx.first("SELECT 1 FROM canned_waiting WHERE text_id = $1", [id]) != nil
        if waits { throw PlainError(.conflict, "canned.waits") }
    }
}

extension Workbench: ReadyTextKeeper {
    /// Puts the version that waits in force.
    public func begin(_ change: ReadyTextChange, in tx: any Transaction) throws {
        let row = try tx.first(
            "SELECT \(Self.versionColumns) FROM canned_waiting WHERE id = $1", [change.waiting])
        guard var next = try row.map({ try CannedText($0) }) else { throw PlainError(.conflict, "canned.missing") }
        next.changedAt = clock.now()
        let present = try text(change.id, in: tx, isHeld: true)
        guard (present?.version ?? 0) == next.version - 1 else { throw PlainError(.conflict, "canned.changed") }
        try present == nil ? insert(next, in: tx) : put(next, in: tx)
        try forget(change, in: tx)
    }

    /// Throws the version that waits away.
    public func forget(_ change: ReadyTextChange, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM canned_waiting WHERE id = $1", [change.waiting])
    }
}

extension CannedText {
    /// What the record of changes tells of it.
    var facts: ReadyTextFacts {
        ReadyTextFacts(
            title: draft.name, form: draft.form.rawValue, category: draft.category, unit: draft.unit,
            owner: draft.owner, until: draft.validUntil, isRetired: isRetired,
            hash: hexadecimal(SHA256.hash(data: Array(draft.body.utf8))), words: draft.body)
    }
}
