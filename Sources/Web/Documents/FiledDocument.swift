internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// One document in a matter's file.
struct FiledDocument: Sendable {
    let name: DocumentName
    /// The place of its event among the file's entries.
    let index: Int
    /// The only resident whom it concerns; nothing when it goes to everyone.
    let reporter: ReporterID?
}

extension CaseFile {
    /// All documents that the file holds, in the order of their events.
    var documents: [FiledDocument] {
        var counts: [DocumentKind: Int] = [:]
        return entries.indices.compactMap { index in
            guard let (kind, reporter) = document(at: index) else { return nil }
            counts[kind, default: 0] += 1
            return FiledDocument(
                name: DocumentName(kind, counts[kind] ?? 1), index: index, reporter: reporter)
        }
    }

    /// The documents that one resident may have: those for everyone and their own. Minutes name all who took part,
    /// so they go to a resident only where there is no other.
    func documents(for id: ReporterID) -> [FiledDocument] {
        // Documents are addressed to whoever wrote first; who joined in public reads the public form.
        if isReduced { return [] }
        return documents.filter { document in
            if document.name.kind == .hearingMinutes, state.reporters.count > 1 { return false }
            return document.reporter == nil || document.reporter == id
        }
    }

    /// The matter as it stood just before an entry.
    func state(before index: Int) -> CaseState? {
        // Where a resident reads of two matters in one, an event belongs to the course of its own.
        let there = course?.firstIndex { $0.stored.id == entries[index].stored.id }
        let (all, index) = there.map { (course ?? entries, $0) } ?? (entries, index)
        guard index > 0, let first = all.first,
            var state = CaseState(id: state.id, first: first.event, at: first.stored.occurredAt)
        else { return nil }
        for entry in all[1..<max(1, index)] {
            state = state.evolved(by: entry.event, actor: entry.stored.actor, at: entry.stored.occurredAt)
        }
        return state
    }

    private func document(at index: Int) -> (DocumentKind, ReporterID?)? {
        switch entries[index].event {
        case .accepted: (.acceptanceNotice, nil)
        case .routed: (.routeNotice, nil)
        case .replied(let p): (answer(p), nil)
        case .extended: (.extensionNotice, nil)
        case .settled(let p): (p.kind == .mediation ? .mediationAgreement : .settlementAgreement, p.reporter)
        case .reviewDecided(let p):
            (p.stage == 1 ? .reviewDecision : .rereviewDecision, review(before: index)?.reporter)
        case .hearingCalled: (.hearingNotice, nil)
        case .hearingHeld: (.hearingMinutes, nil)
        case .correctionAsked: (.correctionNotice, nil)
        default: nil
        }
    }

    /// The request that a decision at `index` answers.
    func review(before index: Int) -> CaseEvent.ReviewAsked? {
        for entry in entries[..<index].reversed() {
            if case .reviewAsked(let asked) = entry.event { return asked }
        }
        return nil
    }

    private func answer(_ reply: CaseEvent.Replied) -> DocumentKind {
        if state.kind == .information { return .informationAnswer }
        return reply.request != nil && reply.facts != nil ? .opinion : .reply
    }
}
