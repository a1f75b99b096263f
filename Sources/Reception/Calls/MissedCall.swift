public import Kernel
internal import Ledger
internal import Storage

/// A call that nobody took (国办函〔2025〕66号 (四)): somebody of the office that was called calls back. A row, not a record:
/// what is known is sealed, and gone as soon as somebody spoke with the caller or gave up, at the latest after thirty days.
public struct MissedCall: Hashable, Sendable {
    /// Its identifier.
    public let id: MissedCallID
    /// When it came first.
    public let calledAt: Instant
    /// How often the same number called meanwhile.
    public let calls: Int
    /// How often somebody called back and did not reach them.
    public let tries: Int
    /// From which day somebody calls.
    public let again: LocalDate
    /// Telephone, name, what it is about, and what helps: a dialect, somebody who interprets.
    public let details: AppointmentDetails

    static let columns = "id, called_at, calls, tries, again_on, sealed"

    init(row: Row, _ keys: KeyRing) throws {
        id = try row.id(0)
        calledAt = try row.instant(1)
        calls = try row.int(2)
        tries = try row.int(3)
        again = try row.date(4)
        let plain = try keys.open(secret: try row.blob(5), context: Self.context(id))
        details = try StableJSON.read(String(decoding: plain, as: UTF8.self))
    }

    static func context(_ id: MissedCallID) -> String { "missed-call:\(id)" }

    /// The room's table; calls that wait are found by their office and day alone.
    static let migration = Migration(
        "reception: calls that nobody took",
        [
            """
            CREATE TABLE missed_calls (
              id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, called_at INTEGER NOT NULL, calls INTEGER NOT NULL,
              tries INTEGER NOT NULL, again_on TEXT NOT NULL, state TEXT NOT NULL, phone_hash BLOB, sealed BLOB,
              matter_number TEXT, ended_at INTEGER)
            """,
            "CREATE INDEX missed_calls_open ON missed_calls (unit_id, again_on, called_at, id) WHERE state = 'open'",
            "CREATE INDEX missed_calls_by_phone ON missed_calls (unit_id, phone_hash) WHERE state = 'open'",
            "CREATE INDEX missed_calls_to_forget ON missed_calls (called_at)",
        ])
}

/// What ended it.
public enum MissedCallEnd: Hashable, Sendable {
    /// A matter was taken down, with this number.
    case registered(String)
    /// What they asked was answered on the telephone.
    case answered
    /// Nobody calls any more.
    case givenUp

    var state: String {
        switch self {
        case .registered: "registered"
        case .answered: "answered"
        case .givenUp: "givenUp"
        }
    }

    var number: String? { if case .registered(let number) = self { number } else { nil } }
}

/// Calls to be called back.
public struct MissedCalls: Sendable {
    /// The first of them, in the order in which they are to be called.
    public let calls: [MissedCall]
    /// How many there are, at most `Reception.mostMissedCalls`.
    public let count: Int
}
