public import Kernel
public import Ledger
public import Organisation

// Payloads of what happens to clocks. Codes, numbers, identifiers and references to texts; never words.
extension CaseEvent {
    /// A wish for more time.
    public struct ExtensionAsked: Codable, Hashable, Sendable {
        /// The rule.
        public var rule: String
        /// So much, in the rule's unit.
        public var length: Int
        /// Why.
        public var reason: TextReference
    }

    /// More time.
    public struct Extended: Codable, Hashable, Sendable {
        /// So much, in the rule's unit.
        public var length: Int
        /// The clock with its new day.
        public var clock: ClockStart
        /// Why; the resident reads it.
        public var reason: TextReference
    }

    /// Clocks stand still.
    public struct Paused: Codable, Hashable, Sendable {
        /// Why.
        public var cause: PauseCause
        /// Which.
        public var rules: [String]
        /// Since when.
        public var on: LocalDate
    }

    /// Clocks run on.
    public struct Resumed: Codable, Hashable, Sendable {
        /// Why they stood still.
        public var cause: PauseCause
        /// Since when they run again.
        public var on: LocalDate
        /// The clocks with their new days.
        public var clocks: [ClockStart]
    }

    /// New days because more is known of the calendar.
    public struct Recomputed: Codable, Hashable, Sendable {
        /// The version of the calendar.
        public var calendar: String
        /// The clocks with their new days.
        public var clocks: [ClockStart]
    }

    /// Somebody further up hears of a clock that has run out.
    public struct Escalated: Codable, Hashable, Sendable {
        /// The rule.
        public var rule: String
        /// The day that is over.
        public var due: LocalDate
        /// The step, from 1.
        public var step: Int
        /// Who hears of it.
        public var to: Role
    }
}
