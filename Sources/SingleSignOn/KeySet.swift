internal import Foundation
internal import JWTKit
internal import Organisation

/// Ways to sign that are taken. What needs a shared secret, and "none", are not among them.
enum SigningWay: String, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case eddsa = "EdDSA"

    /// The curve that goes with it, as keys name it; `nil` for RSA.
    var curve: String? {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: nil
        case .es256: "P-256"
        case .es384: "P-384"
        case .es512: "P-521"
        case .eddsa: "Ed25519"
        }
    }

    var keyType: JWK.KeyType {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
        case .es256, .es384, .es512: .ecdsa
        case .eddsa: .octetKeyPair
        }
    }
}

/// The public keys that a provider publishes. Keys of kinds that nobody here knows are left out.
struct KeySet: Sendable {
    private struct Entry: Sendable {
        let name: String?
        let key: JWK
    }

    private struct Document: Decodable {
        let keys: [Key]

        struct Key: Decodable {
            let name: String?
            let use: String?
            let key: JWK?

            private enum Fields: String, CodingKey {
                case kid, use
            }

            init(from decoder: any Decoder) throws {
                let fields = try? decoder.container(keyedBy: Fields.self)
                name = try? fields?.decode(String.self, forKey: .kid)
                use = try? fields?.decode(String.self, forKey: .use)
                key = try? JWK(from: decoder)
            }
        }
    }

    private let entries: [Entry]
    private static let most = 100

    init(_ json: [UInt8]) throws(IdentityTrouble) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)) else {
            throw IdentityTrouble(.untrusted, "keys.unreadable")
        }
        entries = document.keys.prefix(Self.most).compactMap { found in
            guard let key = found.key, found.use ?? "sig" == "sig", key.privateExponent == nil else { return nil }
            return Entry(name: found.name, key: key)
        }
    }

    /// The one key that a token names. A token that names none is taken when only one key could have signed it.
    func key(named name: String?, for way: SigningWay) -> JWK? {
        let fitting = entries.filter { entry in
            (name == nil || entry.name == name) && entry.key.keyType == way.keyType
                && (entry.key.algorithm == nil || entry.key.algorithm?.rawValue == way.rawValue)
                && entry.key.curve?.rawValue == way.curve
        }
        guard fitting.count == 1, let found = fitting.first else { return nil }
        // Only what verifying needs, with the way of signing nailed down.
        var key = found.key
        key.algorithm = JWK.Algorithm(rawValue: way.rawValue)
        key.keyIdentifier = JWKIdentifier(string: "key")
        return key
    }
}
