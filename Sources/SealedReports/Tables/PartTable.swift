public import Kernel
internal import Storage

/// How far a report got.
public enum SealedState: String, Sendable, CaseIterable {
    /// Here, and not fetched.
    case received
    /// Fetched by the organ.
    case fetched
    /// Answered by the organ.
    case answered
    /// The reporter added words that were not fetched yet.
    case added
    /// Removed after two persons of the organ agreed; only the day and the reason remain, for the reporter.
    case removed
}

/// The sealed pieces of a report, in their order.
enum PartTable {
    /// More pieces than anybody needs; what goes beyond would only fill the disk.
    static let most = 200

    static func add(
        _ envelope: SealedEnvelope, to id: EnvelopeID, on day: LocalDate, in tx: any Transaction
    ) throws {
        let last =
            try tx.first("SELECT MAX(part) FROM sealed_parts WHERE envelope = $1", [id.description])?
            .optionalInt64(0) ?? 0
        guard last < most else { throw PlainError(.conflict, "sealed.tooMuch") }
        try tx.execute(
            "INSERT INTO sealed_parts (envelope, part, kind, kept_on, body) VALUES ($1, $2, $3, $4, $5)",
            [id.description, last + 1, Int(envelope.kind.rawValue), day, envelope.bytes])
    }

    static func all(of id: EnvelopeID, _ tx: any ReadTransaction) throws -> [SealedPart] {
        try tx.rows(
            "SELECT kept_on, body FROM sealed_parts WHERE envelope = $1 ORDER BY part", [id.description]
        ).map { row in
            SealedPart(keptOn: try row.date(0), envelope: try SealedEnvelope(bytes: try row.blob(1)))
        }
    }
}

/// One sealed piece and the day on which it came.
public struct SealedPart: Hashable, Sendable {
    /// The day.
    public let keptOn: LocalDate
    /// The piece.
    public let envelope: SealedEnvelope
}
