import Crypto
import CryptoExtras
import Foundation
import Kernel
import Organisation
import Synchronization

@testable import SingleSignOn

/// A clock that tests move.
final class MovingClock: WallClock {
    private let value = Mutex(Instant(milliseconds: 1_790_000_000_000))
    func now() -> Instant { value.withLock { $0 } }
    func advance(seconds: Int64) { value.withLock { $0 = $0.adding(seconds: seconds) } }
    var seconds: Double { Double(now().milliseconds) / 1000 }
}

/// A key with which tests sign; made without the library that checks.
struct TestKey: Sendable {
    enum Kind: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    let kind: Kind
    let name: String?
    /// As it is published.
    let published: String

    /// Made once: a key of this kind takes a while.
    private static let made = Mutex<_RSA.Signing.PrivateKey?>(nil)

    static func rsa(_ name: String? = "r1", extra: String = "") throws -> TestKey {
        let key = try made.withLock { kept in
            if let kept { return kept }
            let fresh = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            kept = fresh
            return fresh
        }
        let numbers = try key.publicKey.getKeyPrimitives()
        return TestKey(
            kind: .rsa(key), name: name,
            published: published(
                "RSA", name,
                "\"n\":\"\(Encoding.base64URL(numbers.modulus))\",\"e\":\"\(Encoding.base64URL(numbers.publicExponent))\"\(extra)"
            ))
    }

    static func p256(_ name: String? = "e1") -> TestKey {
        let key = P256.Signing.PrivateKey()
        let raw = key.publicKey.rawRepresentation
        return TestKey(
            kind: .p256(key), name: name,
            published: published(
                "EC", name,
                "\"crv\":\"P-256\",\"x\":\"\(Encoding.base64URL(raw.prefix(32)))\",\"y\":\"\(Encoding.base64URL(raw.suffix(32)))\""
            ))
    }

    static func ed25519(_ name: String? = "d1") -> TestKey {
        let key = Curve25519.Signing.PrivateKey()
        return TestKey(
            kind: .ed25519(key), name: name,
            published: published(
                "OKP", name,
                "\"crv\":\"Ed25519\",\"x\":\"\(Encoding.base64URL(key.publicKey.rawRepresentation))\""))
    }

    private static func published(_ type: String, _ name: String?, _ rest: String) -> String {
        let named = name.map { "\"kid\":\"\($0)\"," } ?? ""
        return "{\"kty\":\"\(type)\",\(named)\(rest)}"
    }

    /// The usual way of signing with this key.
    var algorithm: String {
        switch kind {
        case .rsa: "RS256"
        case .p256: "ES256"
        case .ed25519: "EdDSA"
        }
    }

    func signature(_ text: String, algorithm: String) throws -> Data {
        let bytes = Data(text.utf8)
        switch kind {
        case .rsa(let key):
            let isPSS = algorithm.hasPrefix("PS")
            return try key.signature(for: SHA256.hash(data: bytes), padding: isPSS ? .PSS : .insecurePKCS1v1_5)
                .rawRepresentation
        case .p256(let key): return try key.signature(for: bytes).rawRepresentation
        case .ed25519(let key): return try key.signature(for: bytes)
        }
    }

    /// A token. `header` and `claims` are JSON.
    func token(claims: String, algorithm: String? = nil, header: String? = nil) throws -> String {
        let way = algorithm ?? self.algorithm
        let head = header ?? "{\"alg\":\"\(way)\"\(name.map { ",\"kid\":\"\($0)\"" } ?? "")}"
        let text = "\(Encoding.base64URL(head.utf8)).\(Encoding.base64URL(claims.utf8))"
        return "\(text).\(Encoding.base64URL(try signature(text, algorithm: way)))"
    }
}

/// A provider without a network.
final class FakeProvider: Fetching {
    struct State {
        var keys: [String] = []
        var token = ""
        var tokenStatus = 200
        var tokenBody: String?
        var issuer = "https://id.example"
        var discovery: String?
        var isDown = false
        var asked: [String] = []
        var sent: [(form: String, authorization: String?)] = []
    }

    let state = Mutex(State())

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var asked: [String] { state.withLock { $0.asked } }
    var sent: [(form: String, authorization: String?)] { state.withLock { $0.sent } }

    static let document = """
        {"issuer":"ISSUER","authorization_endpoint":"https://id.example/authorize?realm=1",
        "token_endpoint":"https://id.example/token","jwks_uri":"https://id.example/keys",
        "end_session_endpoint":"https://id.example/logout"}
        """

    func get(_ address: String) async throws -> [UInt8] {
        let (isDown, text) = state.withLock { state -> (Bool, String) in
            state.asked.append(address)
            if address.hasSuffix("/keys") { return (state.isDown, "{\"keys\":[\(state.keys.joined(separator: ","))]}") }
            return (state.isDown, state.discovery ?? Self.document.replacing("ISSUER", with: state.issuer))
        }
        if isDown { throw IdentityTrouble(.unreachable, "connect") }
        return Array(text.utf8)
    }

    func post(_ address: String, form: String, authorization: String?) async throws -> (status: Int, body: [UInt8]) {
        let (isDown, status, text) = state.withLock { state in
            state.asked.append(address)
            state.sent.append((form, authorization))
            return (state.isDown, state.tokenStatus, state.tokenBody ?? "{\"id_token\":\"\(state.token)\"}")
        }
        if isDown { throw IdentityTrouble(.unreachable, "connect") }
        return (status, Array(text.utf8))
    }
}

/// A provider, this installation at it, and somebody who signs in.
struct Scene {
    let fake = FakeProvider()
    let clock = MovingClock()
    let provider: OpenIDProvider
    let key: TestKey

    init(
        key: TestKey = .p256(), secret: String? = "s 1:", factor: IdentityProviderSettings.CountedFactor = .none,
        nameClaim: String? = nil
    ) {
        self.key = key
        provider = OpenIDProvider(
            IdentityProviderSettings(
                issuer: "https://id.example", clientID: "jiaxin", name: LocalizedName(zh: "统一身份"), nameClaim: nameClaim,
                countedFactor: factor, publicURL: "https://letters.example"), secret: secret, fetcher: fake,
            clock: clock)
        fake.set { $0.keys = [key.published] }
    }

    /// Claims that are all right, with changes; a value of "" leaves one out.
    func claims(nonce: String, _ changes: [String: String] = [:]) -> String {
        var all = [
            "iss": "\"https://id.example\"", "aud": "\"jiaxin\"", "sub": "\"u-1\"", "nonce": "\"\(nonce)\"",
            "exp": "\(Int(clock.seconds) + 300)", "iat": "\(Int(clock.seconds))",
        ]
        for (name, value) in changes { all[name] = value.isEmpty ? nil : value }
        return "{\(all.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}"
    }

    /// The whole way, with a token made from the nonce.
    func signIn(
        iss: String? = nil, token: (IdentityQuestion) throws -> String
    ) async throws -> ProvenIdentity {
        let question = try await provider.begin().question
        let made = try token(question)
        fake.set { $0.token = made }
        return try await provider.finish(code: "c1", from: iss, to: question)
    }

    /// The reason for which a token is refused; `nil` when it passes.
    func refusal(_ token: (IdentityQuestion) throws -> String) async throws -> String? {
        do {
            _ = try await signIn(token: token)
            return nil
        } catch let trouble as IdentityTrouble {
            return trouble.kind == .untrusted ? trouble.reason : "unreachable:\(trouble.reason)"
        }
    }
}
