public import Kernel
public import Ledger

/// A text that was kept ready and used in a letter: which one, and whether anybody changed its words.
public struct CannedUse: Codable, Hashable, Sendable {
    /// The text.
    public let id: CannedTextID
    /// Its version.
    public let version: Int
    /// Whether the letter says anything else than the text does with its fields and gaps filled.
    public let edited: Bool

    /// A use.
    public init(id: CannedTextID, version: Int, edited: Bool) {
        self.id = id
        self.version = version
        self.edited = edited
    }
}

extension CaseEvent {
    /// The paper original was put somewhere: its shelf mark (档号).
    public struct Shelved: Codable, Hashable, Sendable {
        /// The words of the mark.
        public var mark: TextReference

        /// A place.
        public init(mark: TextReference) { self.mark = mark }
    }
}

extension CaseState {
    /// Where the paper original was put.
    public struct Shelf: Hashable, Sendable {
        /// The words of the mark.
        public let mark: TextReference
        /// Who put it there.
        public let by: Actor
        /// When.
        public let at: Instant
    }
}
