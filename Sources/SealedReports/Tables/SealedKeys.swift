internal import Crypto
internal import Kernel
internal import Ledger
public import Storage

/// The keys of the sealed store itself: random, of no other use, and kept wrapped. They open no report; they only make
/// keyed hashes of handles and authenticate the store's own log.
public struct SealedKeys: Sendable {
    /// Keyed hashes of handles and submissions.
    let code: SymmetricKey
    /// Authenticates the heads of log and tally.
    let chain: SymmetricKey

    private static let purposes = ["chain", "code"]

    /// Opens the keys; makes them in a store that has none.
    ///
    /// - Parameters:
    ///   - database: the sealed store.
    ///   - bytes: 32 bytes that only the county's installation has.
    /// - Throws: `KeyError.wrongKey` when the store belongs to another installation.
    public static func open(_ database: any Database, wrapping bytes: [UInt8]) async throws -> SealedKeys {
        guard bytes.count == 32 else { throw KeyError.wrongKey }
        let wrapping = SymmetricKey(data: bytes)
        try await make(database, wrapping)
        let rows = try await database.read { tx in
            try tx.rows("SELECT purpose, wrapped FROM sealed_keys ORDER BY purpose")
        }
        var keys: [String: SymmetricKey] = [:]
        for row in rows {
            let purpose = try row.text(0)
            guard let box = try? AES.GCM.SealedBox(combined: try row.blob(1)),
                let plain = try? AES.GCM.open(box, using: wrapping, authenticating: context(purpose))
            else { throw KeyError.wrongKey }
            keys[purpose] = SymmetricKey(data: plain)
        }
        guard let code = keys["code"], let chain = keys["chain"] else { throw KeyError.missingKeys }
        return SealedKeys(code: code, chain: chain)
    }

    private static func make(_ database: any Database, _ wrapping: SymmetricKey) async throws {
        var made: [(String, [UInt8])] = []
        for purpose in purposes {
            let plain = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
            let box = try AES.GCM.seal(plain, using: wrapping, authenticating: context(purpose))
            made.append((purpose, Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)))
        }
        let rows = made
        try await database.write { tx in
            guard try tx.first("SELECT 1 FROM sealed_keys LIMIT 1") == nil else { return }
            guard try tx.first("SELECT 1 FROM sealed_envelopes LIMIT 1") == nil else { throw KeyError.missingKeys }
            for (purpose, wrapped) in rows {
                // Another process may be making them too; the first one's stay.
                try tx.execute(
                    "INSERT INTO sealed_keys (purpose, wrapped) VALUES ($1, $2) ON CONFLICT (purpose) DO NOTHING",
                    [purpose, wrapped])
            }
        }
    }

    private static func context(_ purpose: String) -> [UInt8] { Array("sealed-store-key:\(purpose)".utf8) }
}
