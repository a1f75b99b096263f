import Crypto
import Foundation
import Organisation
import Testing

@testable import SingleSignOn

/// What is sent to a provider, what is taken from it, and how often it is asked.
@Suite struct ProviderTests {
    @Test func theQuestionCarriesWhatTheStandardWants() async throws {
        let scene = Scene(factor: .acr("gold"), nameClaim: "preferred_username")
        let (address, question) = try await scene.provider.begin()
        let parts = try #require(URLComponents(string: address))
        #expect(address.hasPrefix("https://id.example/authorize?realm=1&"))
        let query = Dictionary(
            (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
        #expect(
            query == [
                "realm": "1", "response_type": "code", "client_id": "jiaxin", "scope": "openid profile",
                "redirect_uri": "https://letters.example/staff/openid/callback", "state": question.state,
                "nonce": question.nonce, "code_challenge_method": "S256", "acr_values": "gold",
                "code_challenge": Encoding.base64URL(SHA256.hash(data: Data(question.verifier.utf8))),
            ])
        #expect(question.verifier.count == 43 && Set([question.state, question.nonce, question.verifier]).count == 3)
        #expect(try await scene.provider.begin().question != question)
        // RFC 7636, appendix B.
        #expect(
            Encoding.challenge(of: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func theSecretGoesWhereTheProviderWantsIt() async throws {
        let scene = Scene()
        let proven = try await scene.signIn { try scene.key.token(claims: scene.claims(nonce: $0.nonce)) }
        #expect(proven.identity.subject == "u-1")
        let sent = try #require(scene.fake.sent.last)
        #expect(sent.authorization == "Basic \(Data("jiaxin:s%201%3A".utf8).base64EncodedString())")
        #expect(!sent.form.contains("client_secret") && sent.form.contains("code_verifier="))
        #expect(sent.form.hasPrefix("grant_type=authorization_code&code=c1&redirect_uri=https%3A%2F%2Fletters.example"))

        let open = Scene(secret: nil)
        _ = try await open.signIn { try open.key.token(claims: open.claims(nonce: $0.nonce)) }
        #expect(
            open.fake.sent.last?.authorization == nil && open.fake.sent.last?.form.contains("client_id=jiaxin") == true)

        let posted = Scene()
        posted.fake.set {
            $0.discovery = FakeProvider.document.replacing("ISSUER", with: "https://id.example")
                .replacing(
                    "{\"issuer\"",
                    with: "{\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"],\"issuer\"")
        }
        _ = try await posted.signIn { try posted.key.token(claims: posted.claims(nonce: $0.nonce)) }
        #expect(posted.fake.sent.last?.authorization == nil)
        #expect(posted.fake.sent.last?.form.contains("client_secret=s%201%3A") == true)
    }

    @Test(arguments: [
        ("ISSUER", "https://id.example/", "discovery.issuer"), ("ISSUER", "https://evil.example", "discovery.issuer"),
        ("https://id.example/token", "http://id.example/token", "discovery.tokenEndpoint"),
        ("https://id.example/token", "http://127.0.0.1/token", "discovery.tokenEndpoint"),
        ("https://id.example/keys", "file:///etc/passwd", "discovery.jwksURI"),
        ("https://id.example/authorize", "javascript:alert(1)//", "discovery.authorizationEndpoint"),
        ("https://id.example/authorize", "https://a@id.example/authorize", "discovery.authorizationEndpoint"),
        ("\"token_endpoint\"", "\"x\"", "discovery.tokenEndpoint"), ("{", "", "discovery.unreadable"),
    ])
    func whatAProviderSaysOfItselfIsChecked(old: String, new: String, reason: String) async throws {
        let scene = Scene()
        scene.fake.set { state in
            state.discovery = FakeProvider.document.replacing(old, with: new)
                .replacing("ISSUER", with: "https://id.example")
        }
        let trouble = await #expect(throws: IdentityTrouble.self) { _ = try await scene.provider.begin() }
        #expect(trouble == IdentityTrouble(.untrusted, reason))
    }

    @Test func addressesOfProviders() {
        for good in [
            "https://id.example", "https://id.example:8443/realms/x", "http://127.0.0.1:9400", "http://localhost:1",
        ] {
            #expect(ProviderAddress.isIssuer(good), "\(good)")
        }
        for bad in [
            "http://id.example", "http://127.0.0.2.example", "https://", "id.example", "https://id.example?x=1",
            "https://id.example#x", "https://a:b@id.example", "ftp://id.example", "https://id.example/a b", "",
        ] { #expect(!ProviderAddress.isIssuer(bad), "\(bad)") }
    }

    @Test func answersOfAnotherProviderAreRefused() async throws {
        let scene = Scene()
        let token: (IdentityQuestion) throws -> String = { try scene.key.token(claims: scene.claims(nonce: $0.nonce)) }
        _ = try await scene.signIn(iss: "https://id.example", token: token)
        let other = await #expect(throws: IdentityTrouble.self) {
            _ = try await scene.signIn(iss: "https://evil.example", token: token)
        }
        #expect(other?.reason == "answer.issuer")
        // Whoever promises to say who it is must say it.
        scene.clock.advance(seconds: 4000)
        scene.fake.set {
            $0.discovery = FakeProvider.document.replacing("ISSUER", with: "https://id.example")
                .replacing("{\"issuer\"", with: "{\"authorization_response_iss_parameter_supported\":true,\"issuer\"")
        }
        let silent = await #expect(throws: IdentityTrouble.self) { _ = try await scene.signIn(token: token) }
        #expect(silent?.reason == "answer.issuer")
        _ = try await scene.signIn(iss: "https://id.example", token: token)
    }

    @Test func anErrorOfTheProviderSaysWhichAndNothingElse() async throws {
        let scene = Scene()
        let cases: [(Int, String, IdentityTrouble.Kind, String)] = [
            (400, "{\"error\":\"invalid_grant\"}", .untrusted, "tokenEndpoint.400.invalid_grant"),
            (400, "{\"error\":\"Zhang San 138\"}", .untrusted, "tokenEndpoint.400.other"),
            (200, "{\"access_token\":\"x\"}", .untrusted, "tokenEndpoint.200.other"),
            (200, "<html>", .untrusted, "tokenEndpoint.200.other"), (302, "", .untrusted, "tokenEndpoint.302.other"),
            (503, "", .unreachable, "tokenEndpoint.503"),
        ]
        for (status, body, kind, reason) in cases {
            scene.fake.set {
                $0.tokenStatus = status
                $0.tokenBody = body
            }
            let trouble = await #expect(throws: IdentityTrouble.self) { _ = try await scene.signIn { _ in "" } }
            #expect(trouble == IdentityTrouble(kind, reason))
        }
    }

    @Test func newKeysAreFetchedOnceInAWhile() async throws {
        let scene = Scene()
        let fetches = { scene.fake.asked.filter { $0.hasSuffix("/keys") }.count }
        let pass: (TestKey) async throws -> String? = { key in
            try await scene.refusal { try key.token(claims: scene.claims(nonce: $0.nonce)) }
        }
        #expect(try await pass(scene.key) == nil && fetches() == 1)
        #expect(try await pass(scene.key) == nil && fetches() == 1)
        // The provider changes its key: found, but not at every token with an invented name.
        let fresh = TestKey.p256("e2")
        scene.fake.set { $0.keys = [fresh.published] }
        #expect(try await pass(fresh) == "token.key", "keys were fetched a moment ago")
        scene.clock.advance(seconds: 31)
        #expect(try await pass(fresh) == nil && fetches() == 2)
        #expect(try await pass(scene.key) == "token.key", "the former key is gone")
        for _ in 0..<20 { #expect(try await pass(TestKey.p256("zz")) == "token.key") }
        #expect(fetches() == 2)
    }

    @Test func aProviderThatIsDownIsAskedOnce() async throws {
        let scene = Scene()
        scene.fake.set { $0.isDown = true }
        for _ in 0..<5 {
            let trouble = await #expect(throws: IdentityTrouble.self) { _ = try await scene.provider.begin() }
            #expect(trouble?.kind == .unreachable)
        }
        #expect(scene.fake.asked.count == 1)
        #expect(await !scene.provider.isReachable())
        #expect(scene.provider.signOutAddress(returningTo: "/staff/sign-in") == nil)
        scene.fake.set { $0.isDown = false }
        scene.clock.advance(seconds: 11)
        _ = try await scene.provider.begin()
        #expect(await scene.provider.isReachable())
        #expect(
            scene.provider.signOutAddress(returningTo: "/staff/sign-in")
                == "https://id.example/logout?client_id=jiaxin&post_logout_redirect_uri="
                + "https%3A%2F%2Fletters.example%2Fstaff%2Fsign-in")
        // Known for an hour to those who sign in, for half a minute to those who ask whether it is there.
        scene.fake.set { $0.isDown = true }
        scene.clock.advance(seconds: 31)
        _ = try await scene.provider.begin()
        #expect(await !scene.provider.isReachable())
    }
}
