public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// Another resident joins a matter, with an own code, reply and judgement.
    public func addReporter(
        _ id: CaseID, _ registration: Registration, submission: String, by viewer: Viewer
    ) async throws -> (number: String, code: AccessCode) {
        guard let code = keys.accessCode(for: submission) else { throw PlainError(.unavailable, "unavailable") }
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        let joining = try joining(registration, code, with: &change)
        let state = try await self.change(change, all: joining)
        return (state.number, code)
    }

    /// What it takes that another resident comes onto a matter with all that they brought: their words with place and
    /// wish, contact data, files, and whoever wrote for them.
    ///
    /// - Throws: what is wrong with them; `join.group` for a letter of several, who each get a code of their own.
    func joining(
        _ registration: Registration, _ code: AccessCode, neighbour: Bool? = nil, with change: inout CaseChange
    ) throws -> @Sendable (CaseState) throws -> [CaseCommand] {
        guard registration.groupSize == nil, registration.others.isEmpty else {
            throw PlainError(.conflict, "join.group")
        }
        let errors = helperErrors(registration)
        guard errors.isEmpty else { throw PlainErrors(errors) }
        let said = [
            try PlainText.optional(registration.body, field: "body", most: PlainText.longestBody),
            try PlainText.optional(registration.place, field: "place", most: 200),
            try PlainText.optional(registration.wish, field: "wish", most: 1_000),
        ].compactMap { $0 }
        let words = said.isEmpty ? nil : newText(said.joined(separator: "\n"))
        let contact = try contact(registration)
        let person: PersonID? = contact.isEmpty ? nil : ids.next()
        let helper = try helper(registration)
        let own = try person.map { try vault.insertions(contact, as: $0) } ?? []
        let insertions = own + (helper?.statements ?? [])
        change.texts = [words].compactMap { $0 }
        if let words { change.indexed = [words.reference.id: words.body] }
        try keep(registration.files, with: &change)
        let keepsFiles = change.alongside
        change.alongside = { tx in
            try tx.executeAll(insertions)
            try keepsFiles(tx)
        }
        let id: ReporterID = ids.next()
        return { state in
            let details = ReporterDetails(
                id: id, person: person, anonymous: registration.anonymous || contact.isEmpty,
                keepSecret: registration.keepSecret, noReply: registration.noReply,
                needs: registration.needs.filter(Registration.knownNeeds.contains),
                codeHash: self.codeHash(code, of: state.number), neighbour: neighbour, onBehalf: helper?.part)
            let joins = CaseCommand.addReporter(details, channel: registration.channel, body: words?.reference)
            let brings = CaseCommand.attach(.init(files: registration.files, reporter: id))
            return registration.files.isEmpty ? [joins] : [joins, brings]
        }
    }

    /// Ties a repeated contact to the matter that it repeats, on both sides: whoever has that one in hand sees that the
    /// resident came again. Whoever registers it may do so.
    public func linkRepeat(_ id: CaseID, by viewer: Viewer) async throws {
        let pair = try await database.read { tx -> (repeated: CaseState, earlier: CaseState)? in
            guard let state = try load(id, in: tx), let number = state.repeatOf,
                let earlier = try caseID(number: number, in: tx), let other = try load(earlier, in: tx)
            else { return nil }
            return (state, other)
        }
        guard let (repeated, earlier) = pair, repeated.id != earlier.id else { return }
        try CaseAccess.checkVisible(repeated, to: viewer)
        try CaseAccess.checkVisible(earlier, to: viewer)
        for (from, to) in [(repeated, earlier), (earlier, repeated)] {
            do {
                try await change(CaseChange(id: from.id, actor: viewer.actor, viewer: nil)) { _ in
                    .link(.init(other: to.id, otherNumber: to.number, kind: .sameMatter))
                }
            } catch let error as PlainError where error.kind == .conflict {
                continue  // Sent twice: the link is there already.
            }
        }
    }

    /// Links two matters, on both sides.
    ///
    /// - Parameter submission: the one-time name of the request, where it can be sent again.
    public func link(
        _ id: CaseID, to number: String, kind: LinkKind, submission: String? = nil, by viewer: Viewer
    ) async throws {
        let other = try await database.read { tx -> (id: CaseID, state: CaseState)? in
            guard let other = try caseID(number: number, in: tx), let state = try load(other, in: tx) else {
                return nil
            }
            return (other, state)
        }
        // A number that is not theirs to know is told like one that does not exist.
        guard let other, CaseAccess.isVisible(other.state, to: viewer) else {
            throw PlainError(.notFound, "case.numberUnknown", field: "number")
        }
        if let into = other.state.merged?.number { throw CaseError.mergedAway(into).plain }
        let first = CaseChange(id: id, actor: viewer.actor, viewer: viewer, submission: submission)
        let linked = try await change(first) { _ in
            .link(.init(other: other.id, otherNumber: other.state.number, kind: kind))
        }
        do {
            try await change(CaseChange(id: other.id, actor: viewer.actor, viewer: nil)) { _ in
                .link(.init(other: id, otherNumber: linked.number, kind: kind.seenFromThere))
            }
        } catch let error as PlainError where error.kind == .conflict {
            return  // The other side has the link already.
        }
    }
}

extension LinkKind {
    /// What the link is on the other side.
    var seenFromThere: LinkKind {
        switch self {
        case .sameMatter, .related: self
        case .parent: .child
        case .child: .parent
        }
    }
}
