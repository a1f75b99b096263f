internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import Kernel
internal import Ledger

/// The installation key wrapped under a passphrase: scrypt, then AES-GCM with the backup's manifest as associated data,
/// so that a key opens only together with the backup it belongs to.
struct WrappedKey: Codable, Sendable {
    var format = 1
    var derivation = "scrypt"
    var rounds = 1 << 16
    var blockSize = 8
    var parallelism = 1
    var salt: String
    var sealed: String

    init(_ key: InstallationKey, passphrase: String, manifest: [UInt8]) throws {
        let salt = randomBytes(16)
        self.salt = hexadecimal(salt)
        sealed = ""
        let wrapping = try derive(passphrase, salt)
        let box = try AES.GCM.seal(key.rawBytes, using: wrapping, authenticating: Self.context(manifest))
        sealed = hexadecimal(Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
    }

    /// Opens the key.
    ///
    /// - Throws: `Trouble` when passphrase and manifest do not fit together.
    func open(passphrase: String, manifest: [UInt8]) throws -> InstallationKey {
        guard format == 1, derivation == "scrypt", rounds <= 1 << 20, let salt = bytes(hexadecimal: salt),
            let sealed = bytes(hexadecimal: sealed)
        else { throw Trouble(.key, "the wrapped key has a form that this program does not know") }
        let wrapping = try derive(passphrase, salt)
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let plain = try? AES.GCM.open(box, using: wrapping, authenticating: Self.context(manifest)),
            let key = InstallationKey(hexadecimal: hexadecimal(plain))
        else {
            throw Trouble(.key, "the passphrase does not open this backup's key, or the backup was changed")
        }
        return key
    }

    private func derive(_ passphrase: String, _ salt: [UInt8]) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(passphrase.precomposedStringWithCanonicalMapping.utf8), salt: salt, outputByteCount: 32,
            rounds: rounds, blockSize: blockSize, parallelism: parallelism)
    }

    private static func context(_ manifest: [UInt8]) -> [UInt8] {
        Array("jiaxin backup key 1\0".utf8) + Array(SHA256.hash(data: manifest))
    }

    /// The shortest passphrase that is accepted for a new backup.
    static let shortestPassphrase = 12
}
