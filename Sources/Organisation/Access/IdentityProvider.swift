internal import Foundation

/// A provider of sign-ins: another house that says who somebody is. The pages know it by this alone.
public protocol IdentityProvider: Sendable {
    /// What people call it.
    var name: LocalizedName { get }
    /// As it names itself.
    var issuer: String { get }

    /// Begins: where the browser goes, and what must come back.
    ///
    /// - Throws: `IdentityTrouble`.
    func begin() async throws -> (address: String, question: IdentityQuestion)

    /// Ends: exchanges what the browser brought back for a proof, and checks it.
    ///
    /// - Parameters:
    ///   - code: what the provider gave the browser.
    ///   - issuer: who answered, where the answer says so.
    ///   - question: what was asked.
    /// - Throws: `IdentityTrouble`.
    func finish(code: String, from issuer: String?, to question: IdentityQuestion) async throws -> ProvenIdentity

    /// Where somebody signs out at the provider; `nil` when it offers nothing, or was never reached.
    func signOutAddress(returningTo path: String) -> String?

    /// Whether it answers now; asked again after a short while only.
    func isReachable() async -> Bool
}

/// What was asked of a provider and must come back. Nobody but the server sees it, save for the state.
public struct IdentityQuestion: Codable, Hashable, Sendable {
    /// Names the question in the address.
    public let state: String
    /// Stands in the proof, so that an older one does not pass.
    public let nonce: String
    /// Shows that whoever exchanges the code also asked for it.
    public let verifier: String

    /// A question.
    public init(state: String, nonce: String, verifier: String) {
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
    }
}

/// Who a provider says somebody is; everything about the proof was checked.
public struct ProvenIdentity: Hashable, Sendable {
    /// Who it is.
    public let identity: OpenIDIdentity
    /// Whether the provider says that it asked for a second factor, and the settings let that count.
    public let hasSecondFactor: Bool
    /// The sign-in name, from the claim that the settings name; `nil` where they name none or it is missing.
    public let signInName: String?

    /// A proof that holds.
    public init(identity: OpenIDIdentity, hasSecondFactor: Bool, signInName: String?) {
        self.identity = identity
        self.hasSecondFactor = hasSecondFactor
        self.signInName = signInName
    }
}

/// Why a provider could not be used.
public struct IdentityTrouble: Error, Hashable, Sendable {
    /// How it is told.
    public enum Kind: Hashable, Sendable {
        /// It does not answer, or not as a provider does.
        case unreachable
        /// It answers with something that must not be believed.
        case untrusted
    }

    /// How it is told.
    public let kind: Kind
    /// What exactly, for the log: a code, never anything of a person.
    public let reason: String

    /// A trouble.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

/// What an operator sets of a provider.
public struct IdentityProviderSettings: Hashable, Sendable {
    /// The provider, exactly as it names itself.
    public var issuer: String
    /// Under which name the provider knows this installation.
    public var clientID: String
    /// The file with the secret of this installation at the provider; `nil` for a provider that asks for none.
    public var secretFile: String?
    /// What people call it.
    public var name: LocalizedName
    /// The claim that holds the sign-in name, for linking at the first sign-in; `nil` links nobody.
    public var nameClaim: String?
    /// What counts as a second factor.
    public var countedFactor: CountedFactor
    /// How browsers reach this installation, without a slash at the end.
    public var publicURL: String

    /// What a provider's word must say so that no further code is asked for here.
    public enum CountedFactor: Hashable, Sendable {
        /// Nothing does.
        case none
        /// The class of the authentication is exactly this.
        case acr(String)
        /// One of these methods was used.
        case amr([String])
    }

    /// Settings.
    public init(
        issuer: String, clientID: String, secretFile: String? = nil, name: LocalizedName, nameClaim: String? = nil,
        countedFactor: CountedFactor = .none, publicURL: String
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.secretFile = secretFile
        self.name = name
        self.nameClaim = nameClaim
        self.countedFactor = countedFactor
        self.publicURL = publicURL
    }

    /// The path to which the provider sends browsers back.
    public static let callbackPath = "/staff/openid/callback"

    /// The address to which the provider sends browsers back; it must be registered there.
    public var callback: String { publicURL + Self.callbackPath }
}

/// Which addresses a provider may have.
public enum ProviderAddress {
    /// Whether it is an encrypted line, or one that does not leave the machine where that is allowed; without names,
    /// passwords and fragments in it.
    public static func isSafe(_ text: String, allowsLoopback: Bool) -> Bool {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let parts = URLComponents(string: text), parts.user == nil, parts.password == nil, parts.fragment == nil,
            let host = parts.host, !host.isEmpty
        else { return false }
        return parts.scheme == "https" || allowsLoopback && isPlainLoopback(text)
    }

    /// Whether it is an open line to this same machine.
    public static func isPlainLoopback(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), parts.scheme == "http", let host = parts.host else {
            return false
        }
        return ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    }

    /// Whether it can be an issuer: a safe address without a query.
    public static func isIssuer(_ text: String) -> Bool {
        isSafe(text, allowsLoopback: true) && !text.contains("?")
    }
}
