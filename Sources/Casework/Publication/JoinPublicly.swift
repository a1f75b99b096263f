internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

extension Casework {
    /// Somebody joins a matter that they found in public, with an own code, reply and judgement. They read of it what
    /// everybody reads, and what they write themselves.
    ///
    /// - Parameter registration: own words, contact data and files, and whoever writes for them; all may be empty.
    public func joinPublic(
        _ number: String, _ registration: Registration, submission: String
    ) async throws -> CaseReceipt {
        let id = try await database.read { tx in
            try tx.first("SELECT case_id FROM public_matters WHERE number = $1", [number])?.id(0, Named.Case.self)
        }
        guard let id else { throw PlainError(.notFound, "public.gone") }
        let name = "join:\(submission)"
        guard let code = keys.accessCode(for: name) else { throw PlainError(.unavailable, "unavailable") }
        var change = CaseChange(id: id, actor: .newReporter, viewer: nil)
        change.submission = name
        change.check = { state, _ in
            guard state.publication != nil else { throw PlainError(.notFound, "public.gone") }
        }
        let joining = try joining(registration, code, neighbour: true, with: &change)
        let state = try await self.change(change, all: joining)
        let hash = codeHash(code, of: state.number)
        guard let part = state.reporters.first(where: { $0.codeHash == hash }) else {
            throw PlainError(.conflict, "public.joinedDifferently")
        }
        let file = try await file(id, for: part.details.id)
        return CaseReceipt(
            caseID: id, reporterID: part.details.id, number: state.number, code: code,
            title: file.text(state.title) ?? "", registeredAt: clock.now(), notifyBy: nil, fingerprint: file.fingerprint
        )
    }
}
