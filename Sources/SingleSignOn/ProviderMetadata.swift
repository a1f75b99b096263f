internal import Foundation
internal import Organisation

/// What a provider publishes about itself (OpenID Connect Discovery 1.0), as far as it is used, checked.
struct ProviderMetadata: Hashable, Sendable {
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let keysAddress: String
    let endSessionEndpoint: String?
    /// Whether the secret goes into the header, as the standard wants it unless a provider says otherwise.
    let takesBasic: Bool
    /// Whether each answer says who answers (RFC 9207).
    let namesItself: Bool

    private struct Document: Decodable {
        let issuer: String?
        let authorization_endpoint: String?
        let token_endpoint: String?
        let jwks_uri: String?
        let end_session_endpoint: String?
        let token_endpoint_auth_methods_supported: [String]?
        let authorization_response_iss_parameter_supported: Bool?
    }

    /// Where it is published.
    static func address(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// - Throws: when it is of another issuer, or sends people or secrets over an open line.
    init(_ json: [UInt8], of issuer: String) throws(IdentityTrouble) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)) else {
            throw IdentityTrouble(.untrusted, "discovery.unreadable")
        }
        // Letter by letter: whoever names itself otherwise is somebody else.
        guard document.issuer == issuer else { throw IdentityTrouble(.untrusted, "discovery.issuer") }
        let isLoopback = ProviderAddress.isPlainLoopback(issuer)
        func endpoint(_ text: String?, _ what: String) throws(IdentityTrouble) -> String {
            guard let text else { throw IdentityTrouble(.untrusted, "discovery.\(what)") }
            guard ProviderAddress.isSafe(text, allowsLoopback: isLoopback) else {
                throw IdentityTrouble(.untrusted, "discovery.\(what)")
            }
            return text
        }
        authorizationEndpoint = try endpoint(document.authorization_endpoint, "authorizationEndpoint")
        tokenEndpoint = try endpoint(document.token_endpoint, "tokenEndpoint")
        keysAddress = try endpoint(document.jwks_uri, "jwksURI")
        endSessionEndpoint = document.end_session_endpoint.flatMap {
            ProviderAddress.isSafe($0, allowsLoopback: isLoopback) ? $0 : nil
        }
        let methods = document.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
        takesBasic = methods.contains("client_secret_basic") || !methods.contains("client_secret_post")
        namesItself = document.authorization_response_iss_parameter_supported ?? false
    }
}
