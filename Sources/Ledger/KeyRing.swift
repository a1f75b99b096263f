package import Crypto
public import Kernel
public import Storage

/// The store's working keys, opened with the installation key.
///
/// Each is 32 random bytes, kept in `store_keys` wrapped (AES-GCM) under the installation key with its purpose as
/// associated data. A wrong installation key opens none of them, so it is refused at start.
public struct KeyRing: Sendable {
    /// Authenticates chain heads and tallies.
    let chain: SymmetricKey
    /// Wraps the keys of persons.
    let person: SymmetricKey
    /// Makes the blind index over contact data.
    let lookup: SymmetricKey
    /// Checks and derives residents' codes and session tokens.
    let code: SymmetricKey

    private enum Purpose: String, CaseIterable {
        case chain, person, lookup, code
    }

    /// Opens the keys of a store, or makes them when the store is empty.
    ///
    /// - Throws: `KeyError.wrongKey` when the installation key does not fit, `KeyError.missingKeys` when a store that
    ///   holds events has no keys.
    public static func open(_ database: any Database, with installation: InstallationKey) async throws -> KeyRing {
        let rows = try await database.read { tx in
            try tx.rows("SELECT purpose, wrapped FROM store_keys ORDER BY purpose")
        }
        if rows.isEmpty { return try await create(database, with: installation) }
        var keys: [String: SymmetricKey] = [:]
        for row in rows {
            let purpose = try row.text(0)
            keys[purpose] = try unwrap(try row.blob(1), purpose: purpose, installation)
        }
        return try KeyRing(keys)
    }

    /// Wraps the working keys under a new installation key. The old key opens nothing from then on (but still opens
    /// older backups).
    public static func rotate(
        _ database: any Database, from old: InstallationKey, to new: InstallationKey
    ) async throws {
        try await database.write { tx in
            for row in try tx.rows("SELECT purpose, wrapped FROM store_keys ORDER BY purpose\(tx.dialect.forUpdate)") {
                let purpose = try row.text(0)
                let key = try unwrap(try row.blob(1), purpose: purpose, old)
                try tx.execute(
                    "UPDATE store_keys SET wrapped = $1, key_id = $2 WHERE purpose = $3",
                    [try wrap(key, purpose: purpose, new), new.id, purpose])
            }
        }
    }

    private static func create(_ database: any Database, with installation: InstallationKey) async throws -> KeyRing {
        var keys: [String: SymmetricKey] = [:]
        var rows: [(String, [UInt8])] = []
        for purpose in Purpose.allCases {
            let key = SymmetricKey(size: .bits256)
            keys[purpose.rawValue] = key
            rows.append((purpose.rawValue, try wrap(key, purpose: purpose.rawValue, installation)))
        }
        let wrapped = rows
        try await database.write { tx in
            guard try tx.first("SELECT 1 FROM streams LIMIT 1") == nil else { throw KeyError.missingKeys }
            for (purpose, bytes) in wrapped {
                try tx.execute(
                    "INSERT INTO store_keys (purpose, key_id, wrapped) VALUES ($1, $2, $3)",
                    [purpose, installation.id, bytes])
            }
        }
        return try KeyRing(keys)
    }

    private init(_ keys: [String: SymmetricKey]) throws {
        func key(_ purpose: Purpose) throws -> SymmetricKey {
            guard let key = keys[purpose.rawValue] else { throw KeyError.missingKeys }
            return key
        }
        chain = try key(.chain)
        person = try key(.person)
        lookup = try key(.lookup)
        code = try key(.code)
    }

    private static func wrap(_ key: SymmetricKey, purpose: String, _ installation: InstallationKey) throws -> [UInt8] {
        let plain = key.withUnsafeBytes { Array($0) }
        return try Sealed.seal(plain, with: installation.subkey("wrap"), context: "store-key:\(purpose)")
    }

    private static func unwrap(
        _ wrapped: [UInt8], purpose: String, _ installation: InstallationKey
    ) throws -> SymmetricKey {
        guard
            let plain = try? Sealed.open(wrapped, with: installation.subkey("wrap"), context: "store-key:\(purpose)")
        else { throw KeyError.wrongKey }
        return SymmetricKey(data: plain)
    }
}

/// What can be wrong with keys.
public enum KeyError: Error, Hashable, Sendable {
    /// The installation key does not open this store.
    case wrongKey
    /// The store holds events but no keys.
    case missingKeys
    /// Encrypted bytes do not open: changed, moved to another row, or of another key.
    case damaged
}

/// AES-256-GCM with the row's identity as associated data: bytes moved to another row do not open.
package enum Sealed {
    /// Encrypts under a fresh nonce.
    package static func seal(_ plain: [UInt8], with key: SymmetricKey, context: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(plain, using: key, authenticating: Array(context.utf8))
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// Decrypts; `KeyError.damaged` when anything differs.
    package static func open(_ sealed: [UInt8], with key: SymmetricKey, context: String) throws -> [UInt8] {
        guard sealed.count >= 28 else { throw KeyError.damaged }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return Array(try AES.GCM.open(box, using: key, authenticating: Array(context.utf8)))
        } catch {
            throw KeyError.damaged
        }
    }
}

extension KeyRing {
    /// A keyed hash for residents' codes and session tokens; `context` keeps uses apart.
    public func codeHash(_ text: String, context: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(context)\u{0}\(text)".utf8), using: code))
    }

    /// The code of a reporter, derived from a one-time secret name so that a repeated submission gets the same one.
    public func accessCode(for name: String) -> AccessCode? {
        AccessCode(bytes: codeHash(name, context: "access-code"))
    }

    /// The blind index of a normalised contact value.
    public func blindIndex(kind: String, value: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(kind)\u{0}\(value)".utf8), using: lookup).prefix(16))
    }
}

extension KeyRing {
    /// A key for one purpose of another room, from the one that wraps the keys of persons.
    package func derived(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: person, info: Array("jiaxin \(purpose) 1".utf8), outputByteCount: 32)
    }
}

/// Compares without telling by its time where two byte strings differ.
public func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}

/// Cryptographically random bytes.
public func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}
