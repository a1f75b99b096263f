package import Kernel
package import Storage

/// Records that are written together with what another room holds, in its transaction.
extension RecordStore {
    /// Begins a record and does at once what commands say.
    package func begin<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ first: R.Event, then commands: [R.Command], by actor: Actor,
        in tx: any Transaction
    ) throws {
        let now = clock.now()
        guard var state = R(id: id, first: first, by: actor, at: now) else {
            throw PlainError(.unavailable, "unavailable")
        }
        let told = try [first] + take(commands, to: &state, by: actor, at: now)
        let recorded = events.statements(
            for: try told.map { try $0.newEvent(at: now) }, by: actor, toNew: id.stream, kind: R.streamKind)
        try tx.executeAll(recorded.statements + state.statements(replacing: nil))
    }

    /// Does what commands say to a record that is there.
    package func change<R: LedgerRecord>(
        _ type: R.Type, _ id: Identifier<R.Entity>, _ commands: [R.Command], by actor: Actor, in tx: any Transaction
    ) throws {
        let now = clock.now()
        guard let head = try events.head(of: id.stream, in: tx, forUpdate: true),
            let state = try history(type, id, in: tx)?.state
        else { throw R.notFound }
        var next = state
        let told = try take(commands, to: &next, by: actor, at: now)
        try events.append(try told.map { try $0.newEvent(at: now) }, by: actor, to: head, in: tx)
        try tx.executeAll(next.statements(replacing: state))
    }

    private func take<R: LedgerRecord>(
        _ commands: [R.Command], to state: inout R, by actor: Actor, at now: Instant
    ) throws -> [R.Event] {
        var told: [R.Event] = []
        for command in commands {
            for event in try decide(command, on: state, at: now) {
                told.append(event)
                state = state.evolved(by: event, actor: actor, at: now)
            }
        }
        return told
    }
}
