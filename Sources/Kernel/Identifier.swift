/// A typed, time-ordered 64-bit identifier. `Entity` only tells the compiler apart what must not be mixed.
///
/// Layout from the high bit: 0, 41 bits of milliseconds since 2024-01-01 UTC, 9 bits of node, 13 bits of sequence
/// (`docs/decisions/0005-identifiers.md`).
public struct Identifier<Entity>: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number as it is stored.
    public let rawValue: Int64

    /// Wraps a stored number.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Reads the decimal form; `nil` when it is not a positive whole number.
    public init?(_ text: some StringProtocol) {
        guard let value = Int64(text), value > 0 else { return nil }
        self.rawValue = value
    }

    /// Older identifiers come first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// The decimal form.
    public var description: String { String(rawValue) }
}

extension Identifier: Codable {
    /// Decodes from a JSON number.
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Encodes as a JSON number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// What identifiers can name; never instantiated.
public enum Named {
    /// A resident's matter (事项).
    public enum Case {}
    /// One resident on one matter, with an own code, reply and judgement.
    public enum Reporter {}
    /// The encrypted contact data of a person.
    public enum Person {}
    /// A unit of the organisation.
    public enum Unit {}
    /// A member of staff.
    public enum Staff {}
    /// An erasable text.
    public enum Text {}
    /// A stored event.
    public enum Event {}
    /// A stream of events with its own hash chain.
    public enum Stream {}
    /// A dated promise made in a reply.
    public enum Promise {}
    /// A task of supervision (督办).
    public enum Supervision {}
    /// A meeting of the joint conference (联席会议).
    public enum Conference {}
    /// A suggestion to a unit (改进工作、完善政策、追究责任).
    public enum Suggestion {}
    /// A sealed report.
    public enum SealedReport {}
    /// A file that belongs to a matter.
    public enum Attachment {}
    /// A text that is kept ready for replies, letters on the way and notes.
    public enum CannedText {}
    /// What a text that is kept ready will say.
    public enum WaitingText {}
}

/// Identifies a matter.
public typealias CaseID = Identifier<Named.Case>
/// Identifies one resident's part in one matter.
public typealias ReporterID = Identifier<Named.Reporter>
/// Identifies a person's encrypted contact data.
public typealias PersonID = Identifier<Named.Person>
/// Identifies a unit.
public typealias UnitID = Identifier<Named.Unit>
/// Identifies a member of staff.
public typealias StaffID = Identifier<Named.Staff>
/// Identifies an erasable text.
public typealias TextID = Identifier<Named.Text>
/// Identifies an event.
public typealias EventID = Identifier<Named.Event>
/// Identifies an event stream.
public typealias StreamID = Identifier<Named.Stream>
/// Identifies a dated promise.
public typealias PromiseID = Identifier<Named.Promise>
/// Identifies a task of supervision.
public typealias SupervisionID = Identifier<Named.Supervision>
/// Identifies a meeting of the joint conference.
public typealias ConferenceID = Identifier<Named.Conference>
/// Identifies a suggestion to a unit.
public typealias SuggestionID = Identifier<Named.Suggestion>
/// Identifies a sealed report.
public typealias SealedReportID = Identifier<Named.SealedReport>
/// Identifies a file that belongs to a matter.
public typealias AttachmentID = Identifier<Named.Attachment>
/// Identifies a text that is kept ready.
public typealias CannedTextID = Identifier<Named.CannedText>
/// Identifies what a text that is kept ready will say from a moment on.
public typealias WaitingTextID = Identifier<Named.WaitingText>
