public import Kernel

/// Units that were asked for a part, and what they owe.
extension CaseState {
    /// A unit that was asked to help.
    public struct Helper: Hashable, Sendable {
        /// The unit.
        public var unit: UnitID
        /// When it was asked.
        public var askedAt: Instant
        /// Until when.
        public var due: LocalDate?
        /// When it did its part.
        public var answeredAt: Instant?
        /// Help, or a call of a township.
        public var kind = HelperKind.help
        /// The unit that asked.
        public var by: UnitID?
        /// What either side said of the other.
        public var ratings: [HelperSide: Attitude] = [:]
    }

    /// Whether a helping unit still owes its part.
    public func isHelping(_ unit: UnitID) -> Bool { helpers.contains { $0.unit == unit && $0.answeredAt == nil } }

    /// The day by which a unit owes its part, or the unit that leads an account to whoever sent the matter.
    func partDue(of unit: UnitID) -> LocalDate? {
        if let help = openHelp(of: unit) { return help.due }
        return unit == lead && owesFeedback ? feedback : nil
    }

    /// Whether the account that the sender asked for is still to come: the signed answer is one.
    public var owesFeedback: Bool { feedback != nil && [.dispatched, .objected, .inHand].contains(phase) }

    /// The part that a unit still owes; none where the matter is past helping.
    func openHelp(of unit: UnitID) -> Helper? {
        guard CaseCommand.Name.answerHelp.phases.contains(phase) else { return nil }
        return helpers.last { $0.unit == unit && $0.answeredAt == nil }
    }
}
