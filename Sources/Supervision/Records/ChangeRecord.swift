internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// A record of this room.
protocol SupervisionRecord: LedgerRecord {
    /// The matters that it names.
    var matters: [MatterReference] { get }
    /// Throws unless the viewer may know of it.
    func checkVisible(to viewer: Viewer) throws(PlainError)
    /// Throws unless the viewer may run the command.
    func check(_ command: Command, by viewer: Viewer) throws(PlainError)
}

extension Supervision {
    /// Begins a record, once for a submission.
    ///
    /// - Parameter taken: what is told when the same thing was begun by somebody else at the same time.
    /// - Returns: the new record's identifier, or the one that the same request made before.
    func begin<R: SupervisionRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ first: R.Event, _ change: RecordChange, taken: PlainError? = nil
    ) async throws -> Identifier<R.Entity> {
        do {
            return try await records.begin(type, id, first, change)
        } catch StorageError.duplicate {
            throw taken ?? PlainError(.unavailable, "storage.busy")
        }
    }

    /// Runs a command for somebody who may know of the record and may do this.
    func change<R: SupervisionRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ form: SupervisionForm, _ texts: [NewText], by viewer: Viewer,
        _ command: @escaping @Sendable (R) throws -> R.Command
    ) async throws {
        let change = RecordChange(
            actor: viewer.actor, expected: form.version, submission: form.submission, texts: texts)
        try await records.change(type, id, change) { state in
            try state.checkVisible(to: viewer)
            let command = try command(state)
            try state.check(command, by: viewer)
            return command
        }
    }

    /// The whole file of a record, as a page shows it.
    func file<R: SupervisionRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, for viewer: Viewer
    ) async throws -> SupervisionFile<R, R.Event> {
        let (state, entries, words) = try await database.read { tx in
            guard let (state, entries) = try records.history(type, id, in: tx) else { throw R.notFound }
            try state.checkVisible(to: viewer)
            return (state, entries, try texts.bodies(of: id.stream, in: tx))
        }
        let named = Set(state.matters.map(\.id))
        let visible = named.isEmpty ? [] : try await source.visible(named, for: viewer)
        return SupervisionFile(state: state, entries: entries, texts: words, visibleMatters: visible)
    }

    /// A text under a new identifier.
    func newText(_ body: String) -> NewText { NewText(body, id: ids.next()) }
}
