public import Kernel
public import Ledger
internal import Storage

/// Settings of signing in.
public struct SignInSettings: Hashable, Sendable {
    /// After so many minutes without a page a session ends.
    public var idleMinutes: Int
    /// After so many hours a session ends in any case.
    public var absoluteHours: Int
    /// After so many minutes without a page a resident types number and code again.
    public var reporterMinutes: Int

    /// Settings; the defaults are meant for offices.
    public init(idleMinutes: Int = 30, absoluteHours: Int = 12, reporterMinutes: Int = 30) {
        self.idleMinutes = idleMinutes
        self.absoluteHours = absoluteHours
        self.reporterMinutes = reporterMinutes
    }
}

/// A session that was just opened. The token goes into a cookie and is stored nowhere.
public struct NewSession: Sendable {
    /// Whose it is.
    public let staff: StaffID
    /// The secret for the cookie.
    public let token: String
    /// The secret for forms.
    public let csrf: String
    /// Whether a new password must be chosen before anything else.
    public let mustChangePassword: Bool
    /// Whether a one-time code must follow before the session opens anything.
    public let awaitsSecondFactor: Bool
}

/// Checks names and passwords, and slows guessing down.
///
/// A name never is locked for good: after five failures within a quarter of an hour it waits 1, 2, 4, 8, then 15
/// minutes. Names that do not exist behave the same, answer the same and take the same time.
public struct SignIn: Sendable {
    let database: any Database
    let organisation: OrganisationStore
    let keys: KeyRing
    let sessions: Sessions
    let clock: any WallClock

    static let freeFailures = 5
    static let windowMinutes = 15
    static let longestWaitMinutes = 15

    /// - Parameters:
    ///   - organisation: the staff, and the database that holds the rest.
    ///   - keys: hash names and tokens.
    ///   - sessions: opens sessions.
    ///   - clock: tells the time.
    public init(organisation: OrganisationStore, keys: KeyRing, sessions: Sessions, clock: any WallClock) {
        self.database = organisation.database
        self.organisation = organisation
        self.keys = keys
        self.sessions = sessions
        self.clock = clock
    }

    /// Signs in.
    ///
    /// - Parameter isAllowed: who may come in with a password; asked only when it is right, so that nobody learns
    ///   anything of a name without its password.
    /// - Throws: `PlainError` `signIn.wrong` (the same for every reason), `signIn.wait` with `minutes`, or
    ///   `signIn.useProvider` when the password is right and not allowed.
    public func signIn(
        name: String, password: String, where isAllowed: @Sendable (StaffMember) -> Bool = { _ in true }
    ) async throws -> NewSession {
        let id = try await check(name: name, password: password)
        if let member = try await organisation.current().staff(id), !isAllowed(member) {
            throw PlainError(.invalid, "signIn.useProvider", field: "password")
        }
        return try await enter(id, passed: false, origin: .password)
    }

    /// Whether this is somebody's own password; wrong ones count as they do when signing in.
    ///
    /// - Throws: `PlainError` `signIn.wrong` or `signIn.wait`.
    public func confirmPassword(of id: StaffID, _ password: String) async throws {
        guard let member = try await organisation.current().staff(id), member.isActive else { throw Self.wrong }
        _ = try await check(name: member.signInName, password: password)
    }

    /// Lets in somebody who has proved who they are; noted once nothing more is awaited.
    func enter(_ id: StaffID, passed: Bool, origin: SessionOrigin) async throws -> NewSession {
        let session = try await open(id, passed: passed, origin: origin)
        if !session.awaitsSecondFactor { try await note(.entered, of: id) }
        return session
    }

    /// Opens a session.
    func open(_ id: StaffID, passed: Bool, origin: SessionOrigin) async throws -> NewSession {
        let member = try await organisation.current().staff(id)
        let (token, csrf) = try await sessions.open(for: id, passed: passed, origin: origin)
        // Whoever came by way of a provider has typed no password here that would have to be changed.
        return NewSession(
            staff: id, token: token, csrf: csrf,
            mustChangePassword: origin == .password && member?.mustChangePassword ?? false,
            awaitsSecondFactor: try await sessions.session(token: token)?.awaitsSecondFactor ?? false)
    }

    /// Notes for the audit administrator that somebody came in or did not.
    func note(_ outcome: SignInLine.Outcome, of id: StaffID) async throws {
        let (line, now) = (organisation.ids.next(SignInLine.self), clock.now())
        try await database.write { tx in try SignInLog.note(outcome, of: id, id: line, at: now, in: tx) }
    }

    /// Lets somebody choose a new password. All their sessions end; the new one replaces them.
    ///
    /// - Throws: `PlainError` `signIn.wrong` with the field `currentPassword`, or what is wrong with the new one.
    public func changePassword(of id: StaffID, from current: String, to new: String) async throws -> NewSession {
        guard let member = try await organisation.current().staff(id), member.isActive else { throw Self.wrong }
        if let problem = PasswordRules.problem(with: new, signInName: member.signInName) { throw problem }
        guard new != current else { throw PlainError(.invalid, "password.same", field: "password") }
        do {
            _ = try await check(name: member.signInName, password: current)
        } catch let error as PlainError where error.code == Self.wrong.code {
            throw PlainError(.invalid, error.code, field: "currentPassword")
        }
        try await organisation.setPassword(
            new, for: id, mustChange: false, by: .staff(id, unit: member.unit))
        let (token, csrf) = try await sessions.open(for: id, passed: true)
        return NewSession(
            staff: id, token: token, csrf: csrf, mustChangePassword: false, awaitsSecondFactor: false)
    }

    static let wrong = PlainError(.invalid, "signIn.wrong", field: "password")

    private func check(name: String, password: String) async throws -> StaffID {
        let folded = StaffMember.foldedSignInName(name)
        guard !folded.isEmpty, folded.count <= 200, password.count <= PasswordRules.longest else { throw Self.wrong }
        let hash = keys.codeHash(folded, context: "sign-in-name")
        let now = clock.now()
        // Counted before the password is looked at, so that many guesses at once do not all pass the count.
        let credential = try await database.write { tx -> (StaffID, Credential?)? in
            try Self.countAttempt(hash, at: now, in: tx)
            guard
                let row = try tx.first("SELECT id FROM staff WHERE sign_in_name = $1 AND is_active = 1", [folded])
            else { return nil }
            let id: StaffID = try row.id(0)
            return (id, try CredentialTable.get(id, in: tx))
        }
        let isRight = try await organisation.passwords.verify(password, against: credential?.1)
        guard let credential, isRight else {
            if let credential { try await note(.wrongPassword, of: credential.0) }
            throw Self.wrong
        }
        try await database.write { tx in
            try tx.execute("DELETE FROM sign_in_attempts WHERE name_hash = $1", [hash])
        }
        return credential.0
    }

    /// Counts a try as a failure until it turns out right.
    static func countAttempt(_ hash: [UInt8], at now: Instant, in tx: any Transaction) throws {
        // The row must be there before it is locked: tries that come together for the first time wait here.
        try tx.execute(
            """
            INSERT INTO sign_in_attempts (name_hash, failures, first_at, last_at, blocked_until)
            VALUES ($1, 0, $2, $2, $2) ON CONFLICT (name_hash) DO NOTHING
            """, [hash, now])
        let row = try tx.first(
            "SELECT failures, first_at, last_at, blocked_until FROM sign_in_attempts WHERE name_hash = $1"
                + tx.dialect.forUpdate, [hash])
        var failures = 0
        var firstAt = now
        if let row {
            let blockedUntil = try row.instant(3)
            if now < blockedUntil {
                let minutes = (blockedUntil.milliseconds - now.milliseconds + 59_999) / 60_000
                throw PlainError(.tooMany, "signIn.wait", field: "password", values: ["minutes": "\(minutes)"])
            }
            let window = Int64(windowMinutes) * 60
            // Waiting counts as time in which the name stays watched; a quiet quarter of an hour forgets all.
            let since = try row.int(0) < freeFailures ? try row.instant(1) : max(blockedUntil, try row.instant(2))
            if now < since.adding(seconds: window) {
                failures = try row.int(0)
                firstAt = try row.instant(1)
            }
        }
        failures += 1
        let waits = failures - freeFailures
        let minutes = waits < 0 ? 0 : min(longestWaitMinutes, 1 << min(waits, 10))
        try tx.execute(
            """
            INSERT INTO sign_in_attempts (name_hash, failures, first_at, last_at, blocked_until)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name_hash) DO UPDATE SET failures = excluded.failures, first_at = excluded.first_at,
              last_at = excluded.last_at, blocked_until = excluded.blocked_until
            """, [hash, failures, firstAt, now, now.adding(seconds: Int64(minutes) * 60)])
    }
}
