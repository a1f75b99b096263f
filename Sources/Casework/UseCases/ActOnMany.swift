internal import Kernel
internal import Ledger
internal import Storage

extension Casework {
    /// Lets the system act on many matters in one transaction: what sweeps and recomputations do in batches, where a
    /// commit for each would take most of the time.
    ///
    /// - Parameter ids: in ascending order, so that two servers never wait for each other in a ring.
    /// - Returns: how many matters changed.
    func act(
        _ command: CaseCommand, on ids: [CaseID], by actor: Actor, at now: Instant, in tx: any Transaction
    ) throws -> Int {
        var changed = 0
        for id in ids {
            guard let head = try events.head(of: id.stream, in: tx, forUpdate: true), let state = try load(id, in: tx)
            else { continue }
            let clocks = deadlines.clocks(pack: state.pack, version: state.packVersion)
            let decided: [CaseEvent]
            do throws(CaseError) {
                decided = try CaseLifecycle.decide(state, command, at: now, clocks: clocks)
            } catch {
                throw error.plain
            }
            guard !decided.isEmpty else { continue }
            try events.append(try decided.map { try $0.newEvent(at: now) }, by: actor, to: head, in: tx)
            let next = decided.reduce(state) { $0.evolved(by: $1, actor: actor, at: now) }
            try tx.executeAll(CaseProjection(next).statements(replacing: CaseProjection(state)))
            changed += 1
        }
        return changed
    }
}
