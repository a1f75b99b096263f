internal import Foundation
internal import JWTKit
public import Kernel
public import Organisation
internal import Synchronization

/// Signing in at a provider by OpenID Connect: authorization code flow with PKCE, state and nonce.
public final class OpenIDProvider: IdentityProvider {
    private let settings: IdentityProviderSettings
    private let secret: String?
    private let fetcher: any Fetching
    private let clock: any WallClock
    private let metadata: Remembered<ProviderMetadata>
    private let keys: Remembered<KeySet>
    /// For the page after signing out, which waits for nobody.
    private let lastKnown: LastKnown

    private final class LastKnown: Sendable {
        private let value = Mutex<ProviderMetadata?>(nil)
        var metadata: ProviderMetadata? { value.withLock { $0 } }
        func keep(_ metadata: ProviderMetadata) { value.withLock { $0 = metadata } }
    }

    /// How long what a provider publishes is used without asking again, in seconds.
    private static let freshSeconds: Int64 = 3600
    /// A token signed with an unknown key makes keys be fetched again, but not more often than this.
    private static let keySeconds: Int64 = 30
    /// Whether the provider is there is found out this often.
    private static let probeSeconds: Int64 = 30

    /// - Parameters:
    ///   - settings: what the operator set.
    ///   - secret: the secret of this installation at the provider.
    ///   - connection: asks the provider; it is closed by whoever opened it.
    ///   - clock: tells the time.
    public convenience init(
        _ settings: IdentityProviderSettings, secret: String?, connection: ProviderConnection, clock: any WallClock
    ) {
        self.init(settings, secret: secret, fetcher: connection, clock: clock)
    }

    init(_ settings: IdentityProviderSettings, secret: String?, fetcher: any Fetching, clock: any WallClock) {
        self.settings = settings
        self.secret = secret
        self.fetcher = fetcher
        self.clock = clock
        let lastKnown = LastKnown()
        self.lastKnown = lastKnown
        let metadata = Remembered(clock: clock) {
            let address = ProviderMetadata.address(of: settings.issuer)
            let found = try ProviderMetadata(try await fetcher.get(address), of: settings.issuer)
            lastKnown.keep(found)
            return found
        }
        self.metadata = metadata
        keys = Remembered(clock: clock) {
            try KeySet(try await fetcher.get(try await metadata.value(within: Self.freshSeconds).keysAddress))
        }
    }

    /// What people call it.
    public var name: LocalizedName { settings.name }
    /// As it names itself.
    public var issuer: String { settings.issuer }

    private var callback: String { settings.callback }

    private var scope: String {
        switch settings.nameClaim {
        case nil: "openid"
        case "email": "openid email"
        default: "openid profile"
        }
    }

    /// Begins: the address to which the browser goes, and what must come back.
    ///
    /// - Throws: `IdentityTrouble`.
    public func begin() async throws -> (address: String, question: IdentityQuestion) {
        let metadata = try await metadata.value(within: Self.freshSeconds)
        let question = IdentityQuestion(
            state: Encoding.secret(), nonce: Encoding.secret(), verifier: Encoding.secret())
        var pairs = [
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", callback), ("scope", scope),
            ("state", question.state), ("nonce", question.nonce),
            ("code_challenge", Encoding.challenge(of: question.verifier)), ("code_challenge_method", "S256"),
        ]
        if case .acr(let wanted) = settings.countedFactor { pairs.append(("acr_values", wanted)) }
        return (Encoding.address(metadata.authorizationEndpoint, pairs), question)
    }

    /// Exchanges what the browser brought back for an ID token, and checks it.
    ///
    /// - Throws: `IdentityTrouble`.
    public func finish(
        code: String, from issuer: String?, to question: IdentityQuestion
    ) async throws -> ProvenIdentity {
        let metadata = try await metadata.value(within: Self.freshSeconds)
        // An answer of another provider must not be taken for one of this (RFC 9207).
        guard issuer ?? (metadata.namesItself ? "" : settings.issuer) == settings.issuer else {
            throw IdentityTrouble(.untrusted, "answer.issuer")
        }
        guard (1...4096).contains(code.utf8.count) else { throw IdentityTrouble(.untrusted, "answer.code") }
        let token = try IDToken(try await exchange(code, question, metadata))
        let claims = try await token.claims(signedBy: try await key(for: token))
        let rules = TokenRules(
            issuer: settings.issuer, clientID: settings.clientID, nonce: question.nonce,
            now: Double(clock.now().milliseconds) / 1000)
        let subject = try rules.subject(of: claims)
        return ProvenIdentity(
            identity: OpenIDIdentity(issuer: settings.issuer, subject: subject),
            hasSecondFactor: hasSecondFactor(claims), signInName: signInName(claims))
    }

    /// Where somebody signs out at the provider.
    public func signOutAddress(returningTo path: String) -> String? {
        lastKnown.metadata?.endSessionEndpoint.map { endpoint in
            Encoding.address(
                endpoint,
                [("client_id", settings.clientID), ("post_logout_redirect_uri", settings.publicURL + path)])
        }
    }

    /// Whether it answers; asked again after half a minute.
    public func isReachable() async -> Bool {
        (try? await metadata.value(within: Self.probeSeconds)) != nil
    }

    /// For `jiaxin config`: asks for what the provider publishes and for its keys.
    ///
    /// - Throws: `IdentityTrouble`.
    public func check() async throws {
        _ = try await metadata.value(within: 0)
        _ = try await keys.value(within: 0)
    }

    // MARK: Parts

    private func exchange(
        _ code: String, _ question: IdentityQuestion, _ metadata: ProviderMetadata
    ) async throws -> String {
        var pairs = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback),
            ("code_verifier", question.verifier),
        ]
        var authorization: String?
        if let secret, metadata.takesBasic {
            let both = "\(Encoding.escaped(settings.clientID)):\(Encoding.escaped(secret))"
            authorization = "Basic \(Data(both.utf8).base64EncodedString())"
        } else {
            pairs.append(("client_id", settings.clientID))
            if let secret { pairs.append(("client_secret", secret)) }
        }
        let (status, body) = try await fetcher.post(
            metadata.tokenEndpoint, form: pairs.map { Encoding.pair($0.0, $0.1) }.joined(separator: "&"),
            authorization: authorization)
        struct Answer: Decodable {
            let id_token: String?
            let error: String?
        }
        if status >= 500 { throw IdentityTrouble(.unreachable, "tokenEndpoint.\(status)") }
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(body))
        guard status == 200, let token = answer?.id_token else {
            throw IdentityTrouble(.untrusted, "tokenEndpoint.\(status).\(Encoding.harmless(answer?.error))")
        }
        return token
    }

    private func key(for token: IDToken) async throws -> JWK {
        let known = try await keys.value(within: Self.freshSeconds)
        if let key = known.key(named: token.keyName, for: token.way) { return key }
        let fresh = try await keys.value(within: Self.keySeconds)
        guard let key = fresh.key(named: token.keyName, for: token.way) else {
            throw IdentityTrouble(.untrusted, "token.key")
        }
        return key
    }

    private func hasSecondFactor(_ claims: Claims) -> Bool {
        switch settings.countedFactor {
        case .none: false
        case .acr(let wanted): claims["acr"]?.text == wanted
        case .amr(let wanted): claims["amr"]?.list?.contains { wanted.contains($0) } ?? false
        }
    }

    private func signInName(_ claims: Claims) -> String? {
        guard let name = settings.nameClaim, let value = claims[name]?.text else { return nil }
        // An address that nobody checked is anybody's.
        if name == "email" {
            let isVerified = claims["email_verified"]
            guard isVerified == .flag(true) || isVerified == .text("true") else { return nil }
        }
        return value
    }
}
