package import Kernel
package import Storage

/// A record that is told after the fact: each event happened at its own time and is recorded now; only the final
/// state is projected. Under the same rules as the use cases.
package struct RecordChronicle<R: LedgerRecord>: Sendable {
    package private(set) var state: R
    private let store: RecordStore
    private var told: [(event: NewEvent, actor: Actor)] = []
    private var texts: [NewText]

    /// Begins a record; nothing when the event cannot be a first one.
    package init?(
        _ first: R.Event, texts: [NewText] = [], by actor: Actor, at: Instant, in store: RecordStore
    ) throws {
        guard let state = R(id: store.ids.next(), first: first, by: actor, at: at) else { return nil }
        self.state = state
        self.store = store
        self.texts = texts
        told = [(try first.newEvent(at: at), actor)]
    }

    /// Does what a use case would do.
    package mutating func take(
        _ command: R.Command, texts: [NewText] = [], by actor: Actor, at: Instant
    ) throws {
        self.texts += texts
        for event in try state.decide(command, on: store.zone.date(of: at)) {
            told.append((try event.newEvent(at: at), actor))
            state = state.evolved(by: event, actor: actor, at: at)
        }
    }

    /// Does what a use case would do with some words, or with none.
    package mutating func take(
        _ words: String?, by actor: Actor, at: Instant, _ command: (TextReference) -> R.Command
    ) throws {
        let text = NewText(words ?? "", id: store.ids.next())
        try take(command(text.reference), texts: words == nil ? [] : [text], by: actor, at: at)
    }

    /// Everything, for one transaction.
    package func statements() -> [(String, [any SQLConvertible])] {
        let recorded = store.events.statements(for: told, toNew: state.id.stream, kind: R.streamKind)
        return recorded.statements + texts.map { store.texts.insertion($0, of: state.id.stream) }
            + state.statements(replacing: nil)
    }
}
