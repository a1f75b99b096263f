internal import Kernel
internal import Organisation

/// Tags, links that go again, and what was just sent and is taken back.
extension CaseLifecycle {
    /// For so long whoever sent a matter on may take it back, while nobody has done anything with it.
    public static let recallSeconds: Int64 = 30 * 60

    static func many(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .recall(let staff):
            guard let undo = state.undo, undo.by == staff else { throw .nothingToRecall }
            guard now <= undo.at.adding(seconds: recallSeconds) else { throw .recallOver }
            let unit = state.lead ?? state.responsible
            // As they were; only a calendar that became known meanwhile counts.
            let again = undo.ended.map { ended in
                let start = state.clocks[ended.index].start
                return clocks.recomputed(start) ?? start
            }
            return [.recalled(.init(kind: undo.kind, unit: unit, clocks: again))]
        case .tag(let tag):
            guard !state.tags.contains(tag) else { throw .alreadyTagged }
            return [.tagged(.init(tag: tag))]
        case .untag(let tag):
            guard state.tags.contains(tag) else { throw .notTagged }
            return [.untagged(.init(tag: tag))]
        case .unlink(let other):
            guard let link = state.links.first(where: { $0.other == other }) else { throw .notLinked }
            return [.unlinked(.init(other: other, otherNumber: link.otherNumber))]
        default: throw .notNow(command.name, state.phase)
        }
    }
}
