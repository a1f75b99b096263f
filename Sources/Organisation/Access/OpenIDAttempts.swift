internal import Foundation
public import Kernel
internal import Ledger
internal import Storage

/// A sign-in at a provider that has begun: what was asked, and where somebody wanted to go with what they had typed.
public struct OpenIDAttempt: Codable, Hashable, Sendable {
    /// A field of a form that was typed before.
    public struct Item: Codable, Hashable, Sendable {
        /// Its name.
        public let name: String
        /// What was typed.
        public let value: String

        /// A field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What was asked.
    public let question: IdentityQuestion
    /// Where it goes on.
    public let next: String
    /// What was typed.
    public var kept: [Item]
    /// Who wants to be linked, on their own page; `nil` for signing in.
    public let linking: StaffID?

    /// An attempt.
    public init(question: IdentityQuestion, next: String, kept: [Item] = [], linking: StaffID? = nil) {
        self.question = question
        self.next = next
        self.kept = kept
        self.linking = linking
    }
}

/// Attempts wait in the store, so that whichever server gets the answer knows them, and each is taken out once. The
/// state is stored as a keyed hash, the rest sealed under the store's key and bound to it; a browser takes out only
/// what it began itself.
public struct OpenIDAttempts: Sendable {
    /// How an answer finds its attempt.
    public enum Found: Hashable, Sendable {
        /// In time.
        case fresh(OpenIDAttempt)
        /// Too late to count; what was typed is still there.
        case late(OpenIDAttempt)
        /// Never begun in this browser, or answered already.
        case none
    }

    let database: any Database
    let keys: KeyRing
    let clock: any WallClock

    /// How long a provider may take.
    static let minutes: Int64 = 10
    /// How long what was typed is kept.
    static let keptMinutes: Int64 = 60
    /// So many attempts with typed text wait at most: nobody is signed in yet who could be asked to stop.
    static let mostForms = 500

    /// Keeps an attempt.
    ///
    /// - Parameter browser: the random name of the browser.
    /// - Returns: whether what was typed is kept too; it is not when very many wait.
    @discardableResult
    public func keep(_ attempt: OpenIDAttempt, browser: String) async throws -> Bool {
        let (state, hash) = stateHash(attempt.question.state)
        let (browserHash, now) = (keys.codeHash(browser, context: "openid-browser"), clock.now())
        var bare = attempt
        bare.kept = []
        let sealed = try seal(attempt, state), sealedBare = try seal(bare, state)
        let hasForm = !attempt.kept.isEmpty
        return try await database.write { tx in
            let waiting =
                hasForm ? try tx.first(Self.countQuery)?.int(0) ?? 0 : 0
            let isKept = waiting < Self.mostForms
            try tx.execute(
                """
                INSERT INTO openid_attempts (state_hash, browser_hash, sealed, has_form, created_at)
                VALUES ($1, $2, $3, $4, $5)
                """, [hash, browserHash, isKept ? sealed : sealedBare, hasForm && isKept, now])
            return isKept
        }
    }

    /// Takes an attempt out; a second time there is none.
    public func take(state: String, browser: String) async throws -> Found {
        guard (16...200).contains(state.utf8.count), !browser.isEmpty else { return .none }
        let (name, hash) = stateHash(state)
        let browserHash = keys.codeHash(browser, context: "openid-browser")
        let row = try await database.write { tx -> (sealed: [UInt8], at: Instant)? in
            let found = try tx.first(
                """
                SELECT sealed, created_at FROM openid_attempts WHERE state_hash = $1 AND browser_hash = $2
                \(tx.dialect.forUpdate)
                """, [hash, browserHash])
            // Whoever deletes the row has it; of two answers at once the other finds nothing.
            guard let found,
                try tx.execute(
                    "DELETE FROM openid_attempts WHERE state_hash = $1 AND browser_hash = $2", [hash, browserHash]) == 1
            else { return nil }
            return (try found.blob(0), try found.instant(1))
        }
        guard let row else { return .none }
        let plain = try keys.open(secret: row.sealed, context: Self.context(name))
        let attempt = try JSONDecoder().decode(OpenIDAttempt.self, from: Data(plain))
        return clock.now() < row.at.adding(seconds: Self.minutes * 60) ? .fresh(attempt) : .late(attempt)
    }

    static let countQuery = "SELECT COUNT(*) FROM openid_attempts WHERE has_form = 1"
    static let purgeStatement = "DELETE FROM openid_attempts WHERE created_at < $1"

    /// What is older is deleted by housekeeping.
    static func forgottenBefore(_ now: Instant) -> Instant { now.adding(seconds: -keptMinutes * 60) }

    private func seal(_ attempt: OpenIDAttempt, _ state: String) throws -> [UInt8] {
        try keys.seal(secret: Array(try JSONEncoder().encode(attempt)), context: Self.context(state))
    }

    private func stateHash(_ state: String) -> (name: String, hash: [UInt8]) {
        let hash = keys.codeHash(state, context: "openid-state")
        return (hexadecimal(hash), hash)
    }

    private static func context(_ name: String) -> String { "openid-attempt:\(name)" }
}
