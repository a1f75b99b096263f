public import Kernel
internal import Ledger
internal import Storage

/// What somebody enters into an authenticator app.
public struct SecondFactorOffer: Sendable {
    /// The seed in base 32, to be typed where no camera is at hand.
    public let secret: String
    /// Their sign-in name, under which the app lists it.
    public let account: String

    /// The address that apps read from a picture.
    ///
    /// - Parameter issuer: the name of the installation; letters that an address cannot hold are escaped.
    public func address(issuer: String) -> String {
        let name = Self.escaped(issuer)
        return "otpauth://totp/\(name):\(Self.escaped(account))?secret=\(secret)&issuer=\(name)"
            + "&algorithm=SHA1&digits=\(OneTimeCode.digits)&period=\(OneTimeCode.period)"
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : digits.count < 2 ? "%0\(digits)" : "%\(digits)"
        }.joined()
    }
}

/// Codes for the day on which the phone is lost, shown once.
public struct NewRecoveryCodes: Sendable {
    /// The session that goes on; all others have ended.
    public let session: NewSession
    /// The codes, each good once.
    public let codes: [AccessCode]
}

/// A second factor: a one-time code from an app beside the password, or a recovery code.
extension SignIn {
    /// How many recovery codes somebody gets.
    public static let recoveryCodes = 10

    /// The seed for somebody's app; the same one until it is confirmed, so that a page can be loaded again.
    ///
    /// - Throws: `PlainError` `secondFactor.isSet` when there is one already.
    public func offerSecondFactor(to id: StaffID) async throws -> SecondFactorOffer {
        guard let member = try await organisation.current().staff(id), member.isActive else { throw Self.wrong }
        let fresh = randomBytes(20)
        let sealed = try keys.seal(secret: fresh, context: Self.context(id))
        let row = try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO second_factors (staff_id, seed, last_step, confirmed_at) VALUES ($1, $2, 0, NULL)
                ON CONFLICT (staff_id) DO NOTHING
                """, [id, sealed])
            return try tx.first("SELECT seed, confirmed_at FROM second_factors WHERE staff_id = $1", [id])
        }
        guard let row, try row.optionalInstant(1) == nil else { throw PlainError(.conflict, "secondFactor.isSet") }
        let seed = try keys.open(secret: try row.blob(0), context: Self.context(id))
        return SecondFactorOffer(secret: OneTimeCode(seed: seed).base32, account: member.signInName)
    }

    /// Takes the second factor into use: the app shows the right code. All sessions end; a new one goes on, as the one
    /// that confirmed began.
    public func confirmSecondFactor(
        of id: StaffID, code: String, origin: SessionOrigin = .password
    ) async throws -> NewRecoveryCodes {
        try await count(id, "second-factor")
        let (keys, now) = (self.keys, clock.now())
        let (codes, hashes) = newCodes(for: id)
        let member = try await organisation.current().staff(id)
        guard let member, member.isActive else { throw Self.wrong }
        try await organisation.change(by: .staff(id, unit: member.unit)) { change in
            guard
                let row = try change.tx.first(
                    "SELECT seed, confirmed_at FROM second_factors WHERE staff_id = $1\(change.tx.dialect.forUpdate)",
                    [id]), try row.optionalInstant(1) == nil
            else { throw PlainError(.conflict, "secondFactor.isSet") }
            let seed = try keys.open(secret: try row.blob(0), context: Self.context(id))
            guard let digits = OneTimeCode.digits(in: code),
                let step = OneTimeCode(seed: seed).step(of: digits, at: now, after: 0)
            else { throw Self.wrongCode }
            try change.tx.execute(
                "UPDATE second_factors SET confirmed_at = $1, last_step = $2 WHERE staff_id = $3", [now, step, id])
            try Self.replaceCodes(hashes, of: id, in: change.tx)
            try change.tx.execute("DELETE FROM staff_sessions WHERE staff_id = $1", [id])
            try change.record(.secondFactorSet(id))
        }
        try await forget(id, "second-factor")
        return NewRecoveryCodes(session: try await open(id, passed: true, origin: origin), codes: codes)
    }

    /// The second step of signing in: the session that knows the password only is replaced by a full one.
    ///
    /// - Throws: `PlainError` `signIn.codeWrong`, `signIn.wait` with `minutes`, or `session.staff` when the first step
    ///   is too long ago.
    public func passSecondFactor(token: String, code: String) async throws -> NewSession {
        guard let session = try await sessions.session(token: token), session.awaitsSecondFactor else {
            throw PlainError(.forbidden, "session.staff")
        }
        do {
            try await verifyCode(of: session.staff, code)
        } catch let error as PlainError where error.code == Self.wrongCode.code {
            try await note(.wrongCode, of: session.staff)
            throw error
        }
        try await sessions.signOut(token: token)
        return try await enter(session.staff, passed: true, origin: session.origin)
    }

    /// New recovery codes in place of the old ones, against a code from the app.
    public func renewRecoveryCodes(of id: StaffID, code: String) async throws -> [AccessCode] {
        try await verifyCode(of: id, code)
        let (codes, hashes) = newCodes(for: id)
        try await database.write { tx in try Self.replaceCodes(hashes, of: id, in: tx) }
        return codes
    }

    /// How many recovery codes are left.
    public func recoveryCodesLeft(of id: StaffID) async throws -> Int {
        try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM recovery_codes WHERE staff_id = $1 AND used_at IS NULL", [id])?.int(0)
                ?? 0
        }
    }

    /// Gives up the own second factor, against a code. Whose role asks for one sets up another right away.
    public func giveUpSecondFactor(of id: StaffID, code: String) async throws {
        guard let member = try await organisation.current().staff(id) else { throw Self.wrong }
        try await verifyCode(of: id, code)
        try await organisation.removeSecondFactor(of: id, by: .staff(id, unit: member.unit))
    }

    // MARK: Codes

    static let wrongCode = PlainError(.invalid, "signIn.codeWrong", field: "code")

    private static func context(_ id: StaffID) -> String { "second-factor:\(id)" }

    /// Checks a code of the app or a recovery code; each is good once.
    private func verifyCode(of id: StaffID, _ typed: String) async throws {
        guard typed.count <= 64 else { throw Self.wrongCode }
        try await count(id, "second-factor")
        let (keys, now) = (self.keys, clock.now())
        let isRight = try await database.write { tx -> Bool in
            if let digits = OneTimeCode.digits(in: typed) {
                guard
                    let row = try tx.first(
                        """
                        SELECT seed, last_step FROM second_factors WHERE staff_id = $1 AND confirmed_at IS NOT NULL
                        \(tx.dialect.forUpdate)
                        """, [id])
                else { return false }
                let seed = try keys.open(secret: try row.blob(0), context: Self.context(id))
                let step = OneTimeCode(seed: seed).step(of: digits, at: now, after: try row.int64(1))
                guard let step else { return false }
                try tx.execute("UPDATE second_factors SET last_step = $1 WHERE staff_id = $2", [step, id])
                return true
            }
            guard let code = AccessCode(typed) else { return false }
            let hash = keys.codeHash(code.symbols, context: "recovery:\(id)")
            let used = try tx.execute(
                "UPDATE recovery_codes SET used_at = $1 WHERE staff_id = $2 AND code_hash = $3 AND used_at IS NULL",
                [now, id, hash])
            return used == 1
        }
        guard isRight else { throw Self.wrongCode }
        try await forget(id, "second-factor")
    }

    private func newCodes(for id: StaffID) -> (codes: [AccessCode], hashes: [[UInt8]]) {
        let codes = (0..<Self.recoveryCodes).compactMap { _ in AccessCode(bytes: randomBytes(5)) }
        return (codes, codes.map { keys.codeHash($0.symbols, context: "recovery:\(id)") })
    }

    private static func replaceCodes(_ hashes: [[UInt8]], of id: StaffID, in tx: any Transaction) throws {
        let statements: [(String, [any SQLConvertible])] = hashes.map { hash in
            ("INSERT INTO recovery_codes (staff_id, code_hash, used_at) VALUES ($1, $2, NULL)", [id, hash])
        }
        try tx.execute("DELETE FROM recovery_codes WHERE staff_id = $1", [id])
        try tx.executeAll(statements)
    }

    /// Guessing is slowed down as it is for passwords.
    private func count(_ id: StaffID, _ what: String) async throws {
        let (hash, now) = (keys.codeHash("\(id)", context: what), clock.now())
        try await database.write { tx in try Self.countAttempt(hash, at: now, in: tx) }
    }

    private func forget(_ id: StaffID, _ what: String) async throws {
        let hash = keys.codeHash("\(id)", context: what)
        try await database.write { tx in
            try tx.execute("DELETE FROM sign_in_attempts WHERE name_hash = $1", [hash])
        }
    }
}

extension OrganisationStore {
    /// Takes somebody's second factor away, because the phone is lost; their sessions end.
    public func removeSecondFactor(of id: StaffID, because reason: String? = nil, by actor: Actor) async throws {
        try await change(by: actor, because: reason) { change in
            let member = try change.member(id)
            if actor.staffID != id { try change.requireManaging(member, .grantRoles) }
            guard member.hasSecondFactor else { return }
            try change.record(.secondFactorRemoved(id))
            for table in ["second_factors", "recovery_codes", "staff_sessions"] {
                try change.tx.execute("DELETE FROM \(table) WHERE staff_id = $1", [id])
            }
        }
    }
}
