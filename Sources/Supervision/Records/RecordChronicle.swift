internal import Kernel
internal import Ledger
internal import Storage

/// A record that is told after the fact: each event happened at its own time and is recorded now; only the final
/// state is projected. Under the same rules as the use cases.
struct RecordChronicle<R: LedgerRecord>: Sendable {
    private(set) var state: R
    private let supervision: Supervision
    private var told: [(event: NewEvent, actor: Actor)] = []
    private var texts: [NewText]

    /// Begins a record.
    init?(
        _ first: R.Event, texts: [NewText], by actor: Actor, at: Instant, in supervision: Supervision
    ) throws {
        guard let state = R(id: supervision.ids.next(), first: first, by: actor, at: at) else { return nil }
        self.state = state
        self.supervision = supervision
        self.texts = texts
        told = [(try first.newEvent(at: at), actor)]
    }

    /// Does what a use case would do.
    mutating func take(
        _ words: String?, by actor: Actor, at: Instant, _ command: (TextReference) -> R.Command
    ) throws {
        let text = supervision.newText(words ?? "")
        if words != nil { texts.append(text) }
        for event in try state.decide(command(text.reference), on: supervision.zone.date(of: at)) {
            told.append((try event.newEvent(at: at), actor))
            state = state.evolved(by: event, actor: actor, at: at)
        }
    }

    /// Everything, for one transaction.
    func statements() -> [(String, [any SQLConvertible])] {
        let recorded = supervision.events.statements(for: told, toNew: state.id.stream, kind: R.streamKind)
        return recorded.statements + texts.map { supervision.texts.insertion($0, of: state.id.stream) }
            + state.statements(replacing: nil)
    }
}
