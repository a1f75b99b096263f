public import Kernel
public import Ledger
public import Storage

/// What somebody gave when a session began.
public enum SessionOrigin: Int, Hashable, Sendable, Codable {
    /// A password.
    case password = 0
    /// The word of a provider of sign-ins.
    case provider = 1
    /// The word of a provider that asked for a second factor itself.
    case providerWithSecondFactor = 2
}

/// A session of staff.
public struct StaffSession: Hashable, Sendable {
    /// Whose it is.
    public let staff: StaffID
    /// The secret for forms.
    public let csrf: String
    /// Whether only the password was given: it opens nothing but the page for the one-time code.
    public let awaitsSecondFactor: Bool
    /// What was given when it began.
    public let origin: SessionOrigin
    /// Whose screens they look at instead of their own.
    public var look: Look?
}

/// A resident's session on an own part of a matter.
public struct ReporterSession: Hashable, Sendable {
    /// Whose part.
    public let reporter: ReporterID
    /// Of which matter.
    public let caseID: CaseID
    /// The secret for forms.
    public let csrf: String
}

/// Sessions of staff and residents, in the database. Only a keyed hash of each token is stored, so that a copy of
/// the store opens none.
public struct Sessions: Sendable {
    private let database: any Database
    private let keys: KeyRing
    private let clock: any WallClock
    private let settings: SignInSettings

    /// How often "last seen" is written at most.
    private static let touchSeconds: Int64 = 60
    /// How long the password alone is remembered while the one-time code is looked for.
    private static let halfwayMinutes: Int64 = 10

    /// - Parameters:
    ///   - database: the store.
    ///   - keys: hash tokens.
    ///   - clock: tells the time.
    ///   - settings: how long sessions live.
    public init(database: any Database, keys: KeyRing, clock: any WallClock, settings: SignInSettings = .init()) {
        self.database = database
        self.keys = keys
        self.clock = clock
        self.settings = settings
    }

    // MARK: Staff

    /// Opens a session; only `SignIn` should, after it has checked who it is.
    ///
    /// - Parameters:
    ///   - passed: whether a second factor was given too; without it the session waits for one where there is one.
    ///   - origin: what was given.
    func open(
        for staff: StaffID, passed: Bool, origin: SessionOrigin = .password
    ) async throws -> (token: String, csrf: String) {
        let token = hexadecimal(randomBytes(32))
        let (hash, now) = (hash(token, .staff), clock.now())
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO staff_sessions
                  (token_hash, staff_id, created_at, last_seen_at, awaits_second_factor, origin)
                VALUES ($1, $2, $3, $3, $4, $5)
                """,
                [hash, staff, now, passed ? false : try Self.hasSecondFactor(staff, in: tx), origin.rawValue])
        }
        return (token, csrf(token))
    }

    private static func hasSecondFactor(_ staff: StaffID, in tx: any ReadTransaction) throws -> Bool {
        try tx.first("SELECT 1 FROM second_factors WHERE staff_id = $1 AND confirmed_at IS NOT NULL", [staff]) != nil
    }

    /// Whose session a token opens, with the secret for forms; `nil` when it is unknown, idle for too long, too old,
    /// or its owner left.
    ///
    /// - Parameter isTouched: whether somebody asked, and not a page by itself; then the session lasts on.
    public func session(token: String, isTouched: Bool = true) async throws -> StaffSession? {
        guard isPlausible(token) else { return nil }
        let (hash, now) = (hash(token, .staff), clock.now())
        let row = try await database.read { tx in
            try tx.first(
                """
                SELECT s.staff_id, s.created_at, s.last_seen_at, s.awaits_second_factor, s.origin, l.id, l.role, l.unit_id,
                  l.until
                FROM staff_sessions s JOIN staff m ON m.id = s.staff_id AND m.is_active = 1
                LEFT JOIN looks l ON l.token_hash = s.token_hash AND l.until > $2 AND l.ended_at IS NULL
                WHERE s.token_hash = $1
                """, [hash, now])
        }
        guard let row else { return nil }
        let (createdAt, lastSeen, isHalfway) = (try row.instant(1), try row.instant(2), try row.bool(3))
        if isHalfway, now >= createdAt.adding(seconds: Self.halfwayMinutes * 60) { return nil }
        guard now < lastSeen.adding(seconds: Int64(settings.idleMinutes) * 60),
            now < createdAt.adding(seconds: Int64(settings.absoluteHours) * 3600)
        else { return nil }
        if isTouched, lastSeen.adding(seconds: Self.touchSeconds) <= now {
            try await database.write { tx in
                try tx.execute("UPDATE staff_sessions SET last_seen_at = $1 WHERE token_hash = $2", [now, hash])
            }
        }
        return StaffSession(
            staff: try row.id(0), csrf: csrf(token), awaitsSecondFactor: isHalfway,
            origin: SessionOrigin(rawValue: try row.int(4)) ?? .password, look: try Look(row, from: 5))
    }

    /// Ends a session.
    public func signOut(token: String) async throws {
        let hash = hash(token, .staff)
        try await database.write { tx in
            try tx.execute("DELETE FROM staff_sessions WHERE token_hash = $1", [hash])
        }
    }

    /// Names the session of a token, for what belongs to it.
    func name(of token: String) -> [UInt8] { hash(token, .staff) }

    /// Ends all sessions of a person.
    public func signOutAll(of staff: StaffID) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM staff_sessions WHERE staff_id = $1", [staff])
        }
    }

    // MARK: Residents

    /// Opens a session on a resident's own part of a matter, after number and code were checked.
    public func openReporterSession(
        reporter: ReporterID, case caseID: CaseID
    ) async throws -> (token: String, csrf: String) {
        let token = hexadecimal(randomBytes(32))
        let (hash, now, expires) = (hash(token, .reporter), clock.now(), reporterExpiry(from: clock.now()))
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO reporter_sessions (token_hash, reporter_id, case_id, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $5)
                """, [hash, reporter, caseID, now, expires])
        }
        return (token, csrf(token))
    }

    /// The resident's session of a token; `nil` when it is unknown or over. Each use moves its end, up to the
    /// absolute limit.
    public func reporterSession(token: String) async throws -> ReporterSession? {
        guard isPlausible(token) else { return nil }
        let (hash, now) = (hash(token, .reporter), clock.now())
        let row = try await database.read { tx in
            try tx.first(
                "SELECT reporter_id, case_id, created_at, expires_at FROM reporter_sessions WHERE token_hash = $1",
                [hash])
        }
        guard let row else { return nil }
        let expires = try row.instant(3)
        guard now < expires, now < (try row.instant(2)).adding(seconds: Int64(settings.absoluteHours) * 3600) else {
            return nil
        }
        let later = reporterExpiry(from: now)
        if expires.adding(seconds: Self.touchSeconds) <= later {
            try await database.write { tx in
                try tx.execute("UPDATE reporter_sessions SET expires_at = $1 WHERE token_hash = $2", [later, hash])
            }
        }
        return ReporterSession(reporter: try row.id(0), caseID: try row.id(1), csrf: csrf(token))
    }

    /// Ends a resident's session.
    public func closeReporterSession(token: String) async throws {
        let hash = hash(token, .reporter)
        try await database.write { tx in
            try tx.execute("DELETE FROM reporter_sessions WHERE token_hash = $1", [hash])
        }
    }

    /// Leads the sessions of a resident to the matter that carries their part now, in the transaction that moves it:
    /// whoever has the page open goes on reading.
    public static func move(_ reporter: ReporterID, to caseID: CaseID, in tx: any Transaction) throws {
        try tx.execute("UPDATE reporter_sessions SET case_id = $1 WHERE reporter_id = $2", [caseID, reporter])
    }

    /// Ends all sessions on a resident's part, when a new code is issued or the person is erased.
    public func closeReporterSessions(of reporter: ReporterID) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM reporter_sessions WHERE reporter_id = $1", [reporter])
        }
    }

    // MARK: Housekeeping

    /// Deletes what is over: sessions, and counts of failed sign-ins of yesterday. A job calls it now and then.
    public func purge() async throws {
        let now = clock.now()
        let idle = now.adding(seconds: -Int64(settings.idleMinutes) * 60)
        try await database.write { tx in
            try tx.execute("DELETE FROM staff_sessions WHERE last_seen_at < $1", [idle])
            try tx.execute("DELETE FROM reporter_sessions WHERE expires_at < $1", [now])
            try tx.execute("DELETE FROM looks WHERE until < $1", [now])
            try tx.execute("DELETE FROM sign_in_attempts WHERE last_at < $1", [now.adding(days: -1)])
            try tx.execute(OpenIDAttempts.purgeStatement, [OpenIDAttempts.forgottenBefore(now)])
        }
    }

    private func reporterExpiry(from now: Instant) -> Instant {
        now.adding(seconds: Int64(settings.reporterMinutes) * 60)
    }

    private enum Holder: String {
        case staff = "staff-session"
        case reporter = "reporter-session"
    }

    private func hash(_ token: String, _ holder: Holder) -> [UInt8] { keys.codeHash(token, context: holder.rawValue) }

    /// Derived from the token, so that nothing more is stored and other tokens' forms do not fit.
    private func csrf(_ token: String) -> String { hexadecimal(keys.codeHash(token, context: "csrf").prefix(16)) }

    /// 64 hexadecimal digits; anything else is not worth a question to the store.
    private func isPlausible(_ token: String) -> Bool { token.utf8.count == 64 }
}
