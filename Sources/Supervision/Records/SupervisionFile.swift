public import Kernel
public import Ledger

/// Everything that a page about one task, suggestion or conference shows.
public struct SupervisionFile<State: Sendable, Event: Sendable>: Sendable {
    /// It as it stands.
    public let state: State
    /// What happened, in order.
    public let entries: [RecordEntry<Event>]
    /// The texts by identifier; erased ones are missing.
    public let texts: [TextID: String]
    /// The matters among those it names that the viewer may know of.
    public let visibleMatters: Set<CaseID>

    /// A text, or nothing when it is erased or there is none.
    public func text(_ reference: TextReference?) -> String? { reference.flatMap { texts[$0.id] } }

    /// The number of a matter; nothing where the viewer may not know of it.
    public func number(of matter: MatterReference?) -> String? {
        matter.flatMap { visibleMatters.contains($0.id) ? $0.number : nil }
    }
}

/// The file of a task.
public typealias TaskFile = SupervisionFile<SupervisionTask, TaskEvent>
/// The file of a suggestion.
public typealias SuggestionFile = SupervisionFile<Suggestion, SuggestionEvent>
/// The file of a conference.
public typealias ConferenceFile = SupervisionFile<Conference, ConferenceEvent>
