public import Kernel
public import Ledger

/// Events of matters that are one: merging, and taking it back.
extension CaseEvent {
    /// It goes on in another matter, which carries its residents.
    public struct MergedInto: Codable, Hashable, Sendable {
        /// The matter that is kept.
        public var other: CaseID
        /// Its number.
        public var otherNumber: String
        /// Why they are one.
        public var reason: TextReference
        /// The rules whose time had run out by then: what was missed stays missed.
        public var late: [String]

        /// A matter that goes on elsewhere.
        public init(other: CaseID, otherNumber: String, reason: TextReference, late: [String] = []) {
            self.other = other
            self.otherNumber = otherNumber
            self.reason = reason
            self.late = late
        }
    }

    /// It carries the residents of another matter from now on.
    public struct Absorbed: Codable, Hashable, Sendable {
        /// The matter that goes on here.
        public var other: CaseID
        /// Its number.
        public var otherNumber: String
        /// Its residents, as they stood there.
        public var parts: [MovedPart]
        /// Its running duties: none of them ends later here.
        public var clocks: [ClockStart]
        /// Until when its residents had to be told that it was taken up.
        public var noticeBy: LocalDate?
        /// Why they are one.
        public var reason: TextReference

        /// A matter that goes on here.
        public init(
            other: CaseID, otherNumber: String, parts: [MovedPart], clocks: [ClockStart], noticeBy: LocalDate?,
            reason: TextReference
        ) {
            self.other = other
            self.otherNumber = otherNumber
            self.parts = parts
            self.clocks = clocks
            self.noticeBy = noticeBy
            self.reason = reason
        }
    }

    /// The merge is taken back: it stands on its own again.
    public struct MergeUndone: Codable, Hashable, Sendable {
        /// The matter in which it went on.
        public var other: CaseID
        /// Its number.
        public var otherNumber: String
        /// Why.
        public var reason: TextReference
        /// Its residents as they come back.
        public var parts: [MovedPart]

        /// A merge taken back.
        public init(other: CaseID, otherNumber: String, reason: TextReference, parts: [MovedPart]) {
            self.other = other
            self.otherNumber = otherNumber
            self.reason = reason
            self.parts = parts
        }
    }

    /// A matter that went on here stands on its own again.
    public struct Released: Codable, Hashable, Sendable {
        /// That matter.
        public var other: CaseID
        /// Its number.
        public var otherNumber: String
        /// Why.
        public var reason: TextReference
        /// Words that its residents added here: they go back with them.
        public var texts: [TextID]

        /// A matter that leaves.
        public init(other: CaseID, otherNumber: String, reason: TextReference, texts: [TextID]) {
            self.other = other
            self.otherNumber = otherNumber
            self.reason = reason
            self.texts = texts
        }
    }

    /// The matter that carries it was restricted or names somebody: this one is kept from the same people.
    public struct Guarded: Codable, Hashable, Sendable {
        /// Who may see it; nothing where it is not restricted.
        public var staff: [StaffID]?
        /// Staff who are complained of.
        public var accusedStaff: [StaffID]
        /// Units that are complained of.
        public var accusedUnits: [UnitID]

        /// From whom it is kept.
        public init(staff: [StaffID]?, accusedStaff: [StaffID], accusedUnits: [UnitID]) {
            self.staff = staff
            self.accusedStaff = accusedStaff
            self.accusedUnits = accusedUnits
        }
    }
}

/// A resident's part on its way from one matter to another: number, code, notices and wishes stay the resident's own.
public struct MovedPart: Codable, Hashable, Sendable {
    /// As it was registered.
    public var details: ReporterDetails
    /// Keyed hash of the code that opens it now.
    public var codeHash: String
    /// They took the matter back.
    public var withdrawn: Bool
    /// They were erased.
    public var erased: Bool
    /// Notices that reached them.
    public var notices: [NoticeKind]

    /// A part as it stands.
    public init(_ reporter: CaseState.Reporter) {
        details = reporter.details
        codeHash = reporter.codeHash
        withdrawn = reporter.withdrawn
        erased = reporter.erased
        notices = reporter.notices.sorted { $0.rawValue < $1.rawValue }
    }
}
