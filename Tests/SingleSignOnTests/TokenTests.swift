import Crypto
import Foundation
import Organisation
import Testing

@testable import SingleSignOn

/// Tokens that are right in every way, and tokens that are wrong in one.
@Suite struct TokenTests {
    @Test(arguments: ["RS256", "PS256", "ES256", "EdDSA"])
    func eachWayOfSigningPasses(_ way: String) async throws {
        let key: TestKey =
            switch way {
            case "ES256": .p256()
            case "EdDSA": .ed25519()
            default: try .rsa()
            }
        let scene = Scene(key: key)
        let proven = try await scene.signIn { question in
            try key.token(claims: scene.claims(nonce: question.nonce), algorithm: way)
        }
        #expect(proven.identity == OpenIDIdentity(issuer: "https://id.example", subject: "u-1"))
        #expect(!proven.hasSecondFactor && proven.signInName == nil)
    }

    @Test(arguments: [
        ("iss", "\"https://id.example/\"", "token.issuer"), ("iss", "", "token.issuer"), ("iss", "7", "token.issuer"),
        ("aud", "\"other\"", "token.audience"), ("aud", "[]", "token.audience"), ("aud", "", "token.audience"),
        ("aud", "[\"jiaxin\",\"other\"]", "token.party"), ("azp", "\"other\"", "token.party"),
        ("azp", "3", "token.party"),
        ("exp", "", "token.expired"), ("exp", "\"soon\"", "token.expired"), ("exp", "1789999939", "token.expired"),
        ("iat", "", "token.issuedAt"), ("iat", "1790000061", "token.issuedAt"), ("iat", "1789999339", "token.issuedAt"),
        ("iat", "1e400", "token.issuedAt"), ("nbf", "1790000061", "token.notBefore"),
        ("nbf", "\"x\"", "token.notBefore"),
        ("nonce", "\"x\"", "token.nonce"), ("nonce", "", "token.nonce"), ("nonce", "null", "token.nonce"),
        ("sub", "\"\"", "token.subject"), ("sub", "", "token.subject"), ("sub", "12", "token.subject"),
        ("sub", "\"\(String(repeating: "x", count: 256))\"", "token.subject"),
    ])
    func eachWrongClaimIsRefused(name: String, value: String, reason: String) async throws {
        let scene = Scene()
        let found = try await scene.refusal {
            try scene.key.token(claims: scene.claims(nonce: $0.nonce, [name: value]))
        }
        #expect(found == reason)
    }

    @Test(arguments: [
        ("aud", "[\"jiaxin\"]"), ("azp", "\"jiaxin\""), ("exp", "1789999941"), ("iat", "1790000059"),
        ("iat", "1789999341"), ("nbf", "1790000059"), ("extra", "{\"deep\":[1,{\"a\":null}]}"),
    ])
    func whatIsWithinTheRulesPasses(name: String, value: String) async throws {
        let scene = Scene()
        #expect(
            try await scene.refusal { try scene.key.token(claims: scene.claims(nonce: $0.nonce, [name: value])) } == nil
        )
    }

    @Test func severalAudiencesNeedTheirParty() async throws {
        let scene = Scene()
        #expect(
            try await scene.refusal {
                try scene.key.token(
                    claims: scene.claims(nonce: $0.nonce, ["aud": "[\"other\",\"jiaxin\"]", "azp": "\"jiaxin\""]))
            } == nil)
    }

    @Test(arguments: [
        "{\"alg\":\"none\"}", "{\"alg\":\"None\"}", "{\"alg\":\"HS256\",\"kid\":\"e1\"}", "{\"alg\":\"\"}",
        "{\"alg\":\"RSA-OAEP\"}", "{\"alg\":\"es256\"}",
    ])
    func otherWaysOfSigningAreNone(_ header: String) async throws {
        let scene = Scene()
        #expect(
            try await scene.refusal { try scene.key.token(claims: scene.claims(nonce: $0.nonce), header: header) }
                == "token.algorithm")
        // Without a signature it is no better.
        let bare = try await scene.refusal { question in
            let token = try scene.key.token(claims: scene.claims(nonce: question.nonce), header: header)
            return token.prefix(through: token.lastIndex(of: ".") ?? token.startIndex).description
        }
        #expect(bare == "token.algorithm")
    }

    @Test func aSharedSecretMadeOfThePublicKeySignsNothing() async throws {
        let key = try TestKey.rsa()
        let scene = Scene(key: key)
        let found = try await scene.refusal { question in
            let text =
                "\(Encoding.base64URL("{\"alg\":\"HS256\",\"kid\":\"r1\"}".utf8)).\(Encoding.base64URL(scene.claims(nonce: question.nonce).utf8))"
            let code = HMAC<SHA256>.authenticationCode(
                for: Data(text.utf8), using: SymmetricKey(data: Data(key.published.utf8)))
            return "\(text).\(Encoding.base64URL(code))"
        }
        #expect(found == "token.algorithm")
    }

    @Test func aKeySignsInItsOwnWayOnly() async throws {
        // A key that is published for one way; a header that names another; a key of another kind under the same name.
        let key = try TestKey.rsa("r1", extra: ",\"alg\":\"RS256\"")
        let scene = Scene(key: key)
        #expect(
            try await scene.refusal { try key.token(claims: scene.claims(nonce: $0.nonce), algorithm: "PS256") }
                == "token.key")
        #expect(
            try await scene.refusal {
                try key.token(claims: scene.claims(nonce: $0.nonce), header: "{\"alg\":\"ES256\",\"kid\":\"r1\"}")
            } == "token.key")
        let encrypting = Scene(key: try TestKey.rsa("r1", extra: ",\"use\":\"enc\""))
        #expect(
            try await encrypting.refusal { try encrypting.key.token(claims: encrypting.claims(nonce: $0.nonce)) }
                == "token.key")
    }

    @Test func aForeignKeyOrAChangedTokenIsRefused() async throws {
        let scene = Scene()
        let foreign = TestKey.p256("e1")
        #expect(
            try await scene.refusal { try foreign.token(claims: scene.claims(nonce: $0.nonce)) } == "token.signature")
        #expect(
            try await scene.refusal { question in
                let token = try scene.key.token(claims: scene.claims(nonce: question.nonce))
                let parts = token.split(separator: ".")
                let other = scene.claims(nonce: question.nonce, ["sub": "\"admin\""])
                return "\(parts[0]).\(Encoding.base64URL(other.utf8)).\(parts[2])"
            } == "token.signature")
        #expect(
            try await scene.refusal { question in
                let token = try scene.key.token(claims: scene.claims(nonce: question.nonce))
                return token.prefix(through: token.lastIndex(of: ".") ?? token.startIndex).description
            } == "token.signature")
    }

    @Test func whatIsNoTokenIsRefused() async throws {
        let scene = Scene()
        for text in ["", "a", "a.b", "a.b.c", "....", "e30.e30.", "💌.e30.e30", "e30=.e30.e30"] {
            #expect(try await scene.refusal { _ in text } == "token.unreadable", "\(text)")
        }
        let huge = try await scene.refusal { question in
            try scene.key.token(
                claims: scene.claims(nonce: question.nonce, ["x": "\"\(String(repeating: "y", count: 20_000))\""]))
        }
        #expect(huge == "token.tooLong")
        let must = try await scene.refusal {
            try scene.key.token(
                claims: scene.claims(nonce: $0.nonce), header: "{\"alg\":\"ES256\",\"kid\":\"e1\",\"crit\":[\"x\"]}")
        }
        #expect(must == "token.header")
        let other = try await scene.refusal {
            try scene.key.token(
                claims: scene.claims(nonce: $0.nonce), header: "{\"alg\":\"ES256\",\"kid\":\"e1\",\"typ\":\"at+jwt\"}")
        }
        #expect(other == "token.header")
    }

    @Test func aTokenWithoutAKeysNameNeedsASingleKey() async throws {
        let key = TestKey.p256(nil)
        let scene = Scene(key: key)
        func refusal() async throws -> String? {
            try await scene.refusal { try key.token(claims: scene.claims(nonce: $0.nonce)) }
        }
        #expect(try await refusal() == nil)
        scene.clock.advance(seconds: 4000)
        scene.fake.set {
            $0.keys = [key.published, TestKey.p256("e2").published, "{\"kty\":\"oct\",\"k\":\"x\"}", "7"]
        }
        #expect(try await refusal() == "token.key", "which of two is anybody's guess")
    }

    @Test func secondFactorsCountAsTheSettingsSay() async throws {
        let said = ["acr": "\"gold\"", "amr": "[\"pwd\",\"otp\"]"]
        let cases: [(IdentityProviderSettings.CountedFactor, Bool)] = [
            (.none, false), (.acr("gold"), true), (.acr("go"), false),
            (.amr(["hwk", "otp"]), true), (.amr(["hwk"]), false),
        ]
        for (factor, counts) in cases {
            let scene = Scene(factor: factor)
            let proven = try await scene.signIn { try scene.key.token(claims: scene.claims(nonce: $0.nonce, said)) }
            #expect(proven.hasSecondFactor == counts)
            let silent = try await scene.signIn { try scene.key.token(claims: scene.claims(nonce: $0.nonce)) }
            #expect(!silent.hasSecondFactor)
        }
    }

    @Test func namesComeFromTheChosenClaimOnly() async throws {
        let scene = Scene(nameClaim: "preferred_username")
        let proven = try await scene.signIn {
            try scene.key.token(
                claims: scene.claims(nonce: $0.nonce, ["preferred_username": "\"lin\"", "email": "\"a@b\""]))
        }
        #expect(proven.signInName == "lin")
        let mail = Scene(nameClaim: "email")
        let cases: [(String, String?)] = [("true", "a@b"), ("\"true\"", "a@b"), ("false", nil), ("", nil), ("1", nil)]
        for (verified, name) in cases {
            let proven = try await mail.signIn {
                try mail.key.token(
                    claims: mail.claims(nonce: $0.nonce, ["email": "\"a@b\"", "email_verified": verified]))
            }
            #expect(proven.signInName == name)
        }
    }
}
