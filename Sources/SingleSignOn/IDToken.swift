internal import Foundation
internal import JWTKit
internal import Ledger
internal import Organisation

/// A value in a token, as far as one is ever looked at.
enum ClaimValue: Codable, Hashable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case texts([String])
    case other

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let texts = try? value.decode([String].self) {
            self = .texts(texts)
        } else {
            self = .other
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .text(let text): try value.encode(text)
        case .number(let number): try value.encode(number)
        case .flag(let flag): try value.encode(flag)
        case .texts(let texts): try value.encode(texts)
        case .other: try value.encodeNil()
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// One text or several.
    var list: [String]? {
        switch self {
        case .text(let text): [text]
        case .texts(let texts): texts
        default: nil
        }
    }
}

/// What a token says, by name. Being decoded proves nothing: `TokenRules` looks at it.
struct Claims: JWTPayload, Hashable {
    let values: [String: ClaimValue]

    init(values: [String: ClaimValue]) { self.values = values }

    init(from decoder: any Decoder) throws { values = try [String: ClaimValue](from: decoder) }

    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }

    func verify(using algorithm: some JWTAlgorithm) async throws {}

    subscript(name: String) -> ClaimValue? { values[name] }
}

/// A signed token before anything in it is believed.
struct IDToken: Sendable {
    /// The longest token, in bytes.
    static let most = 16 * 1024

    private struct Header: Decodable {
        let alg: String
        let kid: String?
        let typ: String?
        let crit: [String]?
    }

    let text: String
    let way: SigningWay
    /// The name of the key.
    let keyName: String?

    /// - Throws: when it is no token, or is signed in a way that is not taken.
    init(_ text: String) throws(IdentityTrouble) {
        guard text.utf8.count <= Self.most else { throw IdentityTrouble(.untrusted, "token.tooLong") }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let first = parts.first, parts.allSatisfy({ Encoding.bytes(base64URL: $0) != nil }),
            let bytes = Encoding.bytes(base64URL: first),
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes))
        else { throw IdentityTrouble(.untrusted, "token.unreadable") }
        guard let way = SigningWay(rawValue: header.alg) else { throw IdentityTrouble(.untrusted, "token.algorithm") }
        // Parts that must be understood are not.
        guard header.crit == nil, header.typ.map({ $0.uppercased() == "JWT" }) ?? true else {
            throw IdentityTrouble(.untrusted, "token.header")
        }
        self.text = text
        self.way = way
        keyName = header.kid
    }

    /// What it says, when the key signed it.
    func claims(signedBy key: JWK) async throws(IdentityTrouble) -> Claims {
        do {
            // A collection of one: asked for a name that it does not know, a larger one would take any of its keys.
            let keys = try await JWTKeyCollection().add(jwk: key)
            return try await keys.verify(text, as: Claims.self)
        } catch {
            throw IdentityTrouble(.untrusted, "token.signature")
        }
    }
}

/// What a token must say (OpenID Connect Core 1.0, 3.1.3.7).
struct TokenRules: Sendable {
    let issuer: String
    let clientID: String
    let nonce: String
    /// Seconds since 1970.
    let now: Double

    /// How far two clocks may differ, in seconds.
    static let leeway = 60.0
    /// How old a token may be: no older than an attempt.
    static let oldest = 600.0

    /// The person's name at the provider.
    func subject(of claims: Claims) throws(IdentityTrouble) -> String {
        func refuse(_ reason: String) -> IdentityTrouble { IdentityTrouble(.untrusted, "token.\(reason)") }
        guard claims["iss"]?.text == issuer else { throw refuse("issuer") }
        guard let audience = claims["aud"]?.list, audience.contains(clientID) else { throw refuse("audience") }
        let party = claims["azp"]
        guard audience.count == 1 || party != nil, party == nil || party?.text == clientID else {
            throw refuse("party")
        }
        guard let end = claims["exp"]?.number, end.isFinite, now < end + Self.leeway else { throw refuse("expired") }
        guard let issued = claims["iat"]?.number, issued.isFinite, issued <= now + Self.leeway,
            issued >= now - Self.oldest - Self.leeway
        else { throw refuse("issuedAt") }
        if let begin = claims["nbf"] {
            guard let begin = begin.number, begin <= now + Self.leeway else { throw refuse("notBefore") }
        }
        guard let said = claims["nonce"]?.text, constantTimeEqual(Array(said.utf8), Array(nonce.utf8)) else {
            throw refuse("nonce")
        }
        guard let subject = claims["sub"]?.text, (1...255).contains(subject.utf8.count) else { throw refuse("subject") }
        return subject
    }
}
