public import Kernel
public import Ledger

/// Events of a matter with several wishes or places that is divided.
extension CaseEvent {
    /// It was divided; each part is a matter with an own owner and own clocks.
    public struct Split: Codable, Hashable, Sendable {
        /// Why.
        public var reason: TextReference
        /// The parts.
        public var parts: [PartReference]

        /// A division.
        public init(reason: TextReference, parts: [PartReference]) {
            self.reason = reason
            self.parts = parts
        }
    }

    /// It is a part of another matter: received on the same day, for the same residents.
    public struct PartOf: Codable, Hashable, Sendable {
        /// The whole.
        public var other: CaseID
        /// Its number.
        public var otherNumber: String
        /// Its residents here and there.
        public var reporters: [PartReporter]
        /// The running duties of the whole: none of them ends later here.
        public var clocks: [ClockStart]
        /// Whether the whole letter came along, and so the files that its residents sent and send.
        public var carriesLetter: Bool?

        /// A part.
        public init(
            other: CaseID, otherNumber: String, reporters: [PartReporter], clocks: [ClockStart],
            carriesLetter: Bool? = nil
        ) {
            self.other = other
            self.otherNumber = otherNumber
            self.reporters = reporters
            self.clocks = clocks
            self.carriesLetter = carriesLetter
        }
    }
}

/// A part as the whole names it.
public struct PartReference: Codable, Hashable, Sendable {
    /// The part.
    public var id: CaseID
    /// Its number.
    public var number: String

    /// Names a part.
    public init(id: CaseID, number: String) {
        self.id = id
        self.number = number
    }
}

/// A resident's part in a part and in the whole.
public struct PartReporter: Codable, Hashable, Sendable {
    /// Here.
    public var part: ReporterID
    /// In the whole, where number and code are.
    public var whole: ReporterID

    /// One resident.
    public init(part: ReporterID, whole: ReporterID) {
        self.part = part
        self.whole = whole
    }
}
