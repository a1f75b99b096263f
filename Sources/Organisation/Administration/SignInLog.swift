public import Kernel
internal import Storage

/// One time that somebody signed in or failed to. It says when and how, and never from where.
public struct SignInLine: Hashable, Sendable {
    /// How it ended.
    public enum Outcome: String, CaseIterable, Sendable {
        /// They are in.
        case entered
        /// The password was wrong.
        case wrongPassword
        /// The one-time code was wrong.
        case wrongCode
        /// A provider named them, and they are not linked with that account.
        case notLinked
    }

    /// Its place in the list.
    public let id: Identifier<SignInLine>
    /// Whose name was typed.
    public let staff: StaffID
    /// When.
    public let at: Instant
    /// How it ended.
    public let outcome: Outcome
}

enum SignInLog {
    /// Days after which lines are forgotten: what the law on network security asks for, half a year.
    static let keptDays = 183

    static func note(
        _ outcome: SignInLine.Outcome, of staff: StaffID, id: Identifier<SignInLine>, at now: Instant,
        in tx: any Transaction
    ) throws {
        try tx.execute(
            "INSERT INTO sign_in_log (id, staff_id, at, outcome) VALUES ($1, $2, $3, $4)",
            [id, staff, now, outcome.rawValue])
    }
}

extension OrganisationStore {
    /// Who signed in, the newest first.
    ///
    /// - Parameters:
    ///   - staff: only this person.
    ///   - after: after this line, further back.
    public func signIns(
        of staff: StaffID? = nil, after: Identifier<SignInLine>? = nil, limit: Int = 50
    ) async throws -> (lines: [SignInLine], next: Identifier<SignInLine>?) {
        try await database.read { tx in
            var values: [any SQLConvertible] = [after?.rawValue ?? Int64.max, limit + 1]
            if let staff { values.append(staff) }
            var lines = try tx.rows(
                """
                SELECT id, staff_id, at, outcome FROM sign_in_log WHERE id < $1\(staff == nil ? "" : " AND staff_id = $3")
                ORDER BY id DESC LIMIT $2
                """, values
            ).map { row in
                SignInLine(
                    id: try row.id(0), staff: try row.id(1), at: try row.instant(2),
                    outcome: SignInLine.Outcome(rawValue: try row.text(3)) ?? .entered)
            }
            let goesOn = lines.count > limit
            if goesOn { lines.removeLast() }
            return (lines, goesOn ? lines.last?.id : nil)
        }
    }

    /// Forgets sign-ins of more than half a year ago.
    public func forgetOldSignIns() async throws -> Int {
        let oldest = Identifier<SignInLine>.floor(at: clock.now().adding(days: -SignInLog.keptDays))
        return try await database.write { tx in
            try tx.execute("DELETE FROM sign_in_log WHERE id < $1", [oldest])
        }
    }
}
