internal import Crypto
internal import CryptoExtras
internal import Dispatch
internal import Foundation
public import Kernel
internal import Ledger
internal import Storage
internal import Synchronization

/// The cost of scrypt, stored with each password so that it can grow.
public struct ScryptParameters: Hashable, Sendable {
    /// N, a power of two.
    public let rounds: Int
    /// r
    public let blockSize: Int
    /// p
    public let parallelism: Int

    /// A cost.
    public init(rounds: Int, blockSize: Int, parallelism: Int) {
        self.rounds = rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// 32 MiB and about a tenth of a second.
    public static let standard = ScryptParameters(rounds: 1 << 15, blockSize: 8, parallelism: 1)
}

/// A hashed password.
public struct Credential: Hashable, Sendable {
    let parameters: ScryptParameters
    let salt: [UInt8]
    let hash: [UInt8]
}

/// What a password must be. Length counts, not kinds of characters.
public enum PasswordRules {
    /// The shortest allowed.
    public static let shortest = 10
    /// The longest allowed, so that nobody sends books to be hashed.
    public static let longest = 200

    /// What is wrong with a password; `nil` when it can be used.
    public static func problem(with password: String, signInName: String) -> PlainError? {
        if password.count < shortest {
            return PlainError(.invalid, "password.tooShort", field: "password", values: ["shortest": "\(shortest)"])
        }
        if password.count > longest {
            return PlainError(.invalid, "password.tooLong", field: "password", values: ["longest": "\(longest)"])
        }
        if StaffMember.foldedSignInName(password) == StaffMember.foldedSignInName(signInName) {
            return PlainError(.invalid, "password.isName", field: "password")
        }
        if let first = password.first, password.allSatisfy({ $0 == first }) {
            return PlainError(.invalid, "password.tooSimple", field: "password")
        }
        return nil
    }

    /// A one-time password that can be read aloud: four groups of four symbols, 80 bits.
    public static func random() -> String {
        let groups = (0..<2).compactMap { _ in AccessCode(bytes: randomBytes(5))?.description }
        return groups.joined(separator: "-").lowercased()
    }
}

/// Hashes and checks passwords on threads of its own, at most two at once: scrypt is slow on purpose and must hold
/// neither a transaction nor the threads that serve pages.
public final class PasswordHasher: Sendable {
    private let parameters: ScryptParameters
    private let queues: [DispatchQueue]
    private let state = Mutex((next: 0, waiting: 0))
    private let decoySalt = randomBytes(16)
    /// More would wait longer than anybody does.
    private static let mostWaiting = 64

    /// - Parameter parameters: the cost of new passwords; tests use a small one.
    public init(parameters: ScryptParameters = .standard) {
        self.parameters = parameters
        queues = (0..<2).map { DispatchQueue(label: "jiaxin.password.\($0)") }
    }

    /// Hashes a new password.
    public func hash(_ password: String) async throws -> Credential {
        let (parameters, salt) = (self.parameters, randomBytes(16))
        let hash = try await derive(password, salt: salt, parameters)
        return Credential(parameters: parameters, salt: salt, hash: hash)
    }

    /// Hashes a one-time password of `PasswordRules.random`: nobody guesses 80 random bits, so it needs no slow hash, and
    /// a list of hundreds of people is not kept waiting.
    func hashOneTime(_ password: String) async throws -> Credential {
        let cost = ScryptParameters(
            rounds: min(parameters.rounds, 1 << 10), blockSize: parameters.blockSize, parallelism: 1)
        let salt = randomBytes(16)
        return Credential(parameters: cost, salt: salt, hash: try await derive(password, salt: salt, cost))
    }

    /// Checks a password. Without a credential the same work is done and the answer is no, so that the time does not
    /// tell whether a name exists.
    func verify(_ password: String, against credential: Credential?) async throws -> Bool {
        let parameters = credential?.parameters ?? self.parameters
        let hash = try await derive(password, salt: credential?.salt ?? decoySalt, parameters)
        guard let credential else { return false }
        return constantTimeEqual(hash, credential.hash)
    }

    private func derive(_ password: String, salt: [UInt8], _ parameters: ScryptParameters) async throws -> [UInt8] {
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        let queue = try state.withLock { state in
            guard state.waiting < Self.mostWaiting else { throw PlainError(.tooMany, "signIn.busy") }
            state.waiting += 1
            state.next = (state.next + 1) % queues.count
            return queues[state.next]
        }
        defer { state.withLock { $0.waiting -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        let key = try KDF.Scrypt.deriveKey(
                            from: bytes, salt: salt, outputByteCount: 32, rounds: parameters.rounds,
                            blockSize: parameters.blockSize, parallelism: parameters.parallelism)
                        return key.withUnsafeBytes { Array($0) }
                    })
            }
        }
    }
}

enum CredentialTable {
    static func put(_ credential: Credential, for id: StaffID, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO staff_credentials (staff_id, salt, hash, rounds, block_size, parallelism, set_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (staff_id) DO UPDATE SET salt = excluded.salt, hash = excluded.hash,
              rounds = excluded.rounds, block_size = excluded.block_size, parallelism = excluded.parallelism,
              set_at = excluded.set_at
            """,
            [
                id, credential.salt, credential.hash, credential.parameters.rounds, credential.parameters.blockSize,
                credential.parameters.parallelism, now,
            ])
    }

    static func get(_ id: StaffID, in tx: any ReadTransaction) throws -> Credential? {
        try tx.first(
            "SELECT salt, hash, rounds, block_size, parallelism FROM staff_credentials WHERE staff_id = $1", [id]
        ).map { row in
            Credential(
                parameters: ScryptParameters(
                    rounds: try row.int(2), blockSize: try row.int(3), parallelism: try row.int(4)),
                salt: try row.blob(0), hash: try row.blob(1))
        }
    }
}
