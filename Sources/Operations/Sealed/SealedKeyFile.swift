internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import Kernel
internal import Ledger
internal import Organisation
public import SealedReports

/// The file with a receiving organ's private key. It belongs to the organ and never onto the server.
///
/// The passphrase goes through PBKDF2 and not through scrypt as elsewhere, because browsers have no other derivation, and
/// the organ opens reports in the browser too. Key file and passphrase are two things that one must have both.
public struct SealedKeyFile: Sendable {
    private static let format = "jiaxin sealed private key 1"
    static let rounds = 600_000

    private struct Content: Codable {
        var format: String
        var id: String
        var name: String?
        var nameEnglish: String?
        var unit: String?
        var jwk: KeyObject?
        var protection: Protection?
    }

    private struct KeyObject: Codable {
        var kty, crv, x, y, d: String?
        var name, nameEnglish, unit: String?
    }

    private struct Protection: Codable {
        var derivation = "PBKDF2-HMAC-SHA256"
        var rounds: Int
        var salt: String
        var sealed: String
    }

    private let content: Content

    /// Whether a passphrase is needed.
    public var isProtected: Bool { content.protection != nil }

    /// The bytes of a key file.
    ///
    /// - Parameter passphrase: protects the key; `nil` leaves it open.
    public static func bytes(of key: OrganPrivateKey, passphrase: String?) throws -> [UInt8] {
        let organ = key.organ
        var content = Content(
            format: format, id: organ.id, name: organ.name?.zh, nameEnglish: organ.name?.en, unit: organ.unit)
        if let passphrase {
            let salt = randomBytes(16)
            let box = try AES.GCM.seal(
                key.jwk, using: try derive(passphrase, salt, rounds), authenticating: context(organ.id))
            let sealed = Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
            content.protection = Protection(rounds: rounds, salt: base64URL(salt), sealed: base64URL(sealed))
        } else {
            content.jwk = try JSONDecoder().decode(KeyObject.self, from: Data(key.jwk))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(content)) + [UInt8(ascii: "\n")]
    }

    /// Reads a key file.
    ///
    /// - Throws: `Trouble` when it is none.
    public init(path: String) throws(Trouble) {
        let bytes = try SafeFile.contents(of: path, most: 1 << 16)
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)), content.format == Self.format,
            (content.jwk == nil) != (content.protection == nil)
        else { throw Trouble(.key, "\(path) is no private key of `jiaxin sealed keygen`") }
        self.content = content
    }

    /// Opens the key.
    ///
    /// - Throws: `Trouble` when the passphrase does not fit.
    public func open(passphrase: String?) throws -> OrganPrivateKey {
        var jwk: [UInt8]
        if let protection = content.protection {
            guard protection.derivation == "PBKDF2-HMAC-SHA256", (210_000...10_000_000).contains(protection.rounds),
                let salt = base64Bytes(protection.salt), let sealed = base64Bytes(protection.sealed)
            else { throw Trouble(.key, "the key file has a form that this program does not know") }
            guard let passphrase, let box = try? AES.GCM.SealedBox(combined: sealed),
                let plain = try? AES.GCM.open(
                    box, using: try Self.derive(passphrase, salt, protection.rounds),
                    authenticating: Self.context(content.id))
            else { throw Trouble(.key, "the passphrase does not open this key") }
            jwk = Array(plain)
        } else {
            jwk = Array(try JSONEncoder().encode(content.jwk))
        }
        do {
            let key = try OrganPrivateKey(jwk: jwk)
            guard key.organ.id == content.id else { throw KeyFileError("holds another key than it says") }
            return key
        } catch let error as KeyFileError {
            throw Trouble(.key, "the key file \(error.description)")
        }
    }

    private static func derive(_ passphrase: String, _ salt: [UInt8], _ rounds: Int) throws -> SymmetricKey {
        try KDF.Insecure.PBKDF2.deriveKey(
            from: Array(passphrase.precomposedStringWithCanonicalMapping.utf8), salt: salt, using: .sha256,
            outputByteCount: 32, rounds: rounds)
    }

    private static func context(_ id: String) -> [UInt8] { Array("\(format)\u{0}\(id)".utf8) }
}
