public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// Takes a merge back: the matter stands on its own again, with its own clocks, which never stopped. Words that its
    /// residents added meanwhile go with them.
    public func undoMerge(
        _ id: CaseID, reason: String, submission: String, by viewer: Viewer
    ) async throws {
        let words = try PlainText.required(reason, field: "reason", most: 1_000)
        let (here, there) = (newText(words), newText(words))
        let now = clock.now()
        let into = try await database.read { tx in try load(id, in: tx)?.merged?.into }
        try await database.write { tx in
            if try submissions.find(tx, id: submission) != nil { return }
            guard let into else { throw CaseError.notMerged.plain }
            let held = try hold([id, into], in: tx)
            guard var own = held[id], var kept = held[into] else { throw PlainError(.notFound, "case.notFound") }
            try checkVisible(own.state, to: viewer, in: tx)
            try CaseAccess.check(.release, on: kept.state, by: viewer, recusal: recusal)
            guard own.state.merged?.into == into else { throw CaseError.notMerged.plain }
            let mine = Set(own.state.reporters.map(\.details.id))
            let parts = kept.state.reporters.filter { mine.contains($0.details.id) }.map(MovedPart.init)
            let moved = try wordsSince(kept, of: mine, in: tx)
            own.texts = [here]
            kept.texts = [there]
            let released = CaseEvent.Released(
                other: id, otherNumber: own.state.number, reason: there.reference, texts: moved.map(\.old))
            try decide(.release(released), on: &kept, by: viewer.actor, at: now)
            try decide(.takeBack(reason: here.reference, parts: parts), on: &own, by: viewer.actor, at: now)
            for word in moved {
                let text = newText(word.words)
                own.texts.append(text)
                try decide(
                    .addWords(reporter: word.reporter, text: text.reference), on: &own, by: viewer.actor, at: now)
                try search.remove(tx, word.old, word.words)
                try search.add(tx, text.reference.id, text.body)
            }
            try write([kept, own], by: viewer.actor, at: now, in: tx)
            try texts.erase(moved.map(\.old), in: tx)
            for reporter in mine { try Sessions.move(reporter, to: id, in: tx) }
            try submissions.record(tx, id: submission, result: "\(id)", at: now)
        }
    }

    private struct MovedWords {
        let reporter: ReporterID
        let old: TextID
        let words: String
    }

    /// What some residents added to the matter that carries them; erased words are gone and stay so.
    private func wordsSince(
        _ kept: Held, of reporters: Set<ReporterID>, in tx: any ReadTransaction
    ) throws -> [MovedWords] {
        try kept.entries.compactMap { entry in
            guard case .worded(let p) = entry.event, reporters.contains(p.reporter), let text = p.text,
                let body = try texts.body(text.id, in: tx)
            else { return nil }
            return MovedWords(reporter: p.reporter, old: text.id, words: body)
        }
    }
}
