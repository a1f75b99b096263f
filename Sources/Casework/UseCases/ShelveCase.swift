public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// The longest shelf mark, in characters.
    public static let longestShelfMark = 80

    /// Records where the paper original is put: 档号, cabinet, shelf. What was before stays in the matter's history; the
    /// search finds the present mark alone.
    ///
    /// - Throws: `shelf.same` when it is there already.
    public func shelve(_ id: CaseID, mark: String, submission: String?, by viewer: Viewer) async throws {
        let mark = newText(
            try PlainText.required(
                String(mark.map { $0.isNewline ? " " : $0 }), field: "mark", most: Self.longestShelfMark))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        change.texts = [mark]
        change.indexed = [mark.reference.id: mark.body]
        change.check = { state, tx in
            guard let old = state.shelves.last, try texts.body(old.mark.id, in: tx) == mark.body else { return }
            throw PlainError(.invalid, "shelf.same", field: "mark")
        }
        change.alongside = { tx in
            guard let shelves = try load(id, in: tx)?.shelves, let old = shelves.dropLast().last,
                let body = try texts.body(old.mark.id, in: tx)
            else { return }
            try search.remove(tx, old.mark.id, body)
        }
        try await self.change(change) { _ in .shelve(mark: mark.reference) }
    }
}
