internal import Attachments
public import Kernel
public import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// Hides the matter from all but the named people (and the one who restricts it), at once.
    public func restrict(_ id: CaseID, to staff: [StaffID], reason: String, by viewer: Viewer) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var named = staff.filter { viewer.organisation.staff($0)?.isActive == true }
        if !named.contains(viewer.staff.id) { named.append(viewer.staff.id) }
        let people = named.sorted()
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [reason]
        try await self.change(change) { _ in .restrict(staff: people, reason: reason.reference) }
    }

    /// Lifts the restriction.
    public func unrestrict(_ id: CaseID, reason: String, by viewer: Viewer) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [reason]
        try await self.change(change) { _ in .unrestrict(reason: reason.reference) }
    }

    /// Takes a member of staff off the matter because of a conflict of interest (Art. 28). Everybody who has to do with
    /// it may say so of themselves; of others whoever may also name whom it complains of.
    public func recuse(_ id: CaseID, staff: StaffID, reason: String, by viewer: Viewer) async throws {
        guard viewer.organisation.staff(staff) != nil else {
            throw PlainError(.invalid, "staff.unknown", field: "staff")
        }
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [reason]
        if staff != viewer.staff.id {
            let recusal = self.recusal
            change.check = { state, _ in
                try CaseAccess.check(.nameAccused, on: state, by: viewer, recusal: recusal)
            }
        }
        try await self.change(change) { _ in .recuse(staff: staff, reason: reason.reference) }
    }

    /// Shows a resident's contact data to staff who need it. The reason is recorded first and the resident sees it.
    ///
    /// - Throws: `forbidden` when the resident asked to keep the data from the handling unit and the viewer is not
    ///   of the unit that took the matter in.
    public func reveal(_ id: CaseID, reporter: ReporterID, reason: String, by viewer: Viewer) async throws -> Contact? {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 300))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [reason]
        let state = try await self.change(change) { state in
            let details = state.reporters.first { $0.details.id == reporter }?.details
            if details?.keepSecret == true, !viewer.may(.revealContact, on: state.receivedBy) {
                throw PlainError(.forbidden, "contact.keptSecret")
            }
            return .reveal(reporter: reporter, reason: reason.reference)
        }
        guard let person = state.reporters.first(where: { $0.details.id == reporter })?.details.person else {
            return nil
        }
        return try await database.read { tx in try vault.contact(person, in: tx) }
    }

    /// A new code for a resident whose identity was checked. The old one opens nothing from then on.
    public func reissueCode(
        _ id: CaseID, reporter: ReporterID, reason: String, submission: String, by viewer: Viewer
    ) async throws -> (number: String, code: AccessCode) {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 300))
        guard let code = keys.accessCode(for: "reissue:\(submission)") else {
            throw PlainError(.unavailable, "unavailable")
        }
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = "reissue:\(submission)"
        change.texts = [reason]
        let state = try await self.change(change) { state in
            // A part has no code of its own: it opens with that of the whole.
            guard state.part == nil else { throw PlainError(.conflict, "case.partHasNoCode") }
            let hash = codeHash(code, of: state.number(of: reporter))
            return .reissueCode(reporter: reporter, codeHash: hash, reason: reason.reference)
        }
        return (state.number(of: reporter), code)
    }

    /// Erases a resident: contact data, index entries, and every text that this resident wrote. What remains is that
    /// something was there. The caller purges the store's free pages afterwards (`SearchIndex.purge`).
    ///
    /// - Returns: what must be erased again when an older backup is restored.
    public func erase(_ id: CaseID, reporter: ReporterID, by actor: Actor) async throws -> ErasureRecord {
        let now = clock.now()
        return try await database.write { tx in
            // Words of a resident stand in the matter that was merged and in the one that carries it, in a whole and in
            // its parts.
            let homes = try homes(of: reporter, on: id, in: tx)
            for home in homes { try erase(home.id, reporter: home.reporter, by: actor, at: now, in: tx) }
            return ErasureRecord(caseID: id, reporterID: reporter, at: now)
        }
    }

    private func erase(
        _ id: CaseID, reporter: ReporterID, by actor: Actor, at now: Instant, in tx: any Transaction
    ) throws {
        guard let head = try events.head(of: id.stream, in: tx, forUpdate: true),
            let (state, entries) = try history(id, in: tx)
        else { throw PlainError(.notFound, "case.notFound") }
        let owned = textsWritten(by: reporter, state, entries)
        let bodies = try texts.bodies(of: id.stream, in: tx)
        let decided: [CaseEvent]
        do throws(CaseError) {
            decided = try CaseLifecycle.decide(
                state, .erasePerson(reporter: reporter, texts: owned), at: now,
                clocks: deadlines.clocks(pack: state.pack, version: state.packVersion))
        } catch {
            throw error.plain
        }
        try events.append(try decided.map { try $0.newEvent(at: now) }, by: actor, to: head, in: tx)
        let next = decided.reduce(state) { $0.evolved(by: $1, actor: actor, at: now) }
        try tx.executeAll(CaseProjection(next).statements(replacing: CaseProjection(state)))
        try indexPublic(from: state.publication, to: next.publication, in: tx)
        for text in owned {
            guard let words = indexedWords(of: text, state, entries, bodies) else { continue }
            try search.remove(tx, text, words)
        }
        try texts.erase(owned, in: tx)
        try attachments?.erase(
            state.attachments.filter { $0.reporter == reporter }.map(\.file.id), in: tx)
        if let person = state.reporters.first(where: { $0.details.id == reporter })?.details.person {
            try vault.erase(person, at: now, in: tx)
        }
        if let helper = state.reporters.first(where: { $0.details.id == reporter })?.details.onBehalf?.helper {
            try vault.erase(helper, at: now, in: tx)
        }
    }

    /// The words under which a text is in the search index (nothing when it is not in it); the letter carries title,
    /// place and wish with it.
    private func indexedWords(
        of text: TextID, _ state: CaseState, _ entries: [CaseEntry], _ bodies: [TextID: String]
    ) -> String? {
        if text == state.body.id {
            return [state.title.id, state.body.id, state.place?.id, state.wish?.id]
                .compactMap { $0.flatMap { bodies[$0] } }.joined(separator: "\n")
        }
        let isIndexed = entries.contains { entry in
            switch entry.event {
            case .worded(let p): p.text?.id == text
            case .reporterAdded(let p): p.body?.id == text
            case .corrected(let p): p.text.id == text
            default: false
            }
        }
        return isIndexed ? bodies[text] : nil
    }

    private func textsWritten(by reporter: ReporterID, _ state: CaseState, _ entries: [CaseEntry]) -> [TextID] {
        entries.flatMap { entry -> [TextID] in
            switch entry.event {
            case .registered(let p) where p.reporter.id == reporter: entry.event.texts.map(\.id)
            case .reporterAdded(let p) where p.reporter.id == reporter: entry.event.texts.map(\.id)
            case .worded(let p) where p.reporter == reporter: entry.event.texts.map(\.id)
            case .withdrawn(let p) where p.reporter == reporter: entry.event.texts.map(\.id)
            case .judged(let p) where p.reporter == reporter: entry.event.texts.map(\.id)
            case .calledBack(let p) where p.reporter == reporter: entry.event.texts.map(\.id)
            case .reviewAsked(let p) where p.reporter == reporter: entry.event.texts.map(\.id)
            case .corrected(let p) where p.reporter == reporter: entry.event.texts.map(\.id)
            case .reopened(let p) where p.reporter == reporter: entry.event.texts.map(\.id)
            // What everybody read is the letter in other words.
            case .published where state.reporters.first?.details.id == reporter: entry.event.texts.map(\.id)
            default: []
            }
        }
    }
}

/// What an older backup must forget again: identifiers only.
public struct ErasureRecord: Codable, Hashable, Sendable {
    /// The matter.
    public let caseID: CaseID
    /// The resident's part.
    public let reporterID: ReporterID
    /// When.
    public let at: Instant
}
