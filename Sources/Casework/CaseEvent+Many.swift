public import Kernel
public import Organisation

/// What can be taken back for a while.
public enum RecallKind: String, Codable, Sendable, CaseIterable {
    /// Sending it to a unit.
    case dispatch
    /// Handing it to somebody.
    case assignment
}

extension CaseEvent {
    /// It is where it was before, and so are its clocks: nobody wins time.
    public struct Recalled: Codable, Hashable, Sendable {
        /// What was taken back.
        public var kind: RecallKind
        /// From which unit.
        public var unit: UnitID
        /// The clocks that run again, from the day on which they began.
        public var clocks: [ClockStart]
    }

    /// A word of the vocabulary: about the matter, never about a person.
    public struct Tagged: Codable, Hashable, Sendable {
        /// The word.
        public var tag: TagID
    }

    /// Two matters do not belong together after all.
    public struct Unlinked: Codable, Hashable, Sendable {
        /// The other matter.
        public var other: CaseID
        /// Its number.
        public var otherNumber: String
    }
}
