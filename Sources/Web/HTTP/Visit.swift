internal import HTTPTypes
public import Hummingbird
internal import Kernel
internal import Logging
internal import NIOCore
internal import Organisation
internal import Synchronization

/// What Hummingbird carries through a request.
public struct WebContext: RequestContext {
    /// Hummingbird's own part.
    public var coreContext: CoreRequestContextStorage
    /// The other end of the connection, for rate limits only.
    let peer: String
    /// Everything else; set by `WebResponder`.
    var visit: Visit?

    /// Hummingbird makes one for each request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// What is known of one request from its first line to its last, also for the error page.
final class Visit: Sendable {
    /// Who asks and what was sent: known as far as the request got.
    struct Known: Sendable {
        var entry: RouteEntry?
        var viewer: Viewer?
        var staffCSRF: String?
        /// What was given when the session began.
        var origin = SessionOrigin.password
        /// Whose screens are looked at instead of the own ones.
        var look: Look?
        var reporter: ReporterSession?
        var form: Form?
        /// Files that came with the form.
        var uploads = Uploads()
        /// Whether a page may keep what the form sent.
        var mayKeepForm = false
        /// The address for links to this page in other forms; `nil` when it cannot be opened by a link.
        var linkPath: String?
    }

    let id: String
    let site: Site
    let logger: Logger
    let method: HTTPRequest.Method
    let path: String
    let query: Form
    let cookies: CookieJar
    /// Which part of a file is wanted.
    let range: String?
    /// Which kinds of answer are wanted.
    let accept: String
    let preferences: Preferences
    /// For rate limits only: never logged, never stored.
    let address: String
    let visitor: String
    let isNewVisitor: Bool
    private let state = Mutex(Known())

    init(site: Site, request: Request, peer: String) {
        self.site = site
        id = SubmissionToken.base32(VisitorToken.random().prefix(10))
        var logger = site.logger
        logger[metadataKey: "request_id"] = "\(id)"
        self.logger = logger
        method = request.method
        path = request.uri.path
        query = (try? Form(urlEncoded: (request.uri.query ?? "").utf8)) ?? Form()
        range = request.headers[.range]
        accept = request.headers[.accept] ?? ""
        cookies = CookieJar(request.headers[values: .cookie], isSecure: site.settings.isSecure)
        preferences = Preferences(
            cookies: cookies, query: method == .get ? query : Form(), acceptLanguage: request.headers[.acceptLanguage])
        let forwarded = HTTPField.Name("X-Forwarded-For").map { request.headers[values: $0].joined(separator: ",") }
        address = Self.bucket(site.proxies.client(peer: peer, forwardedFor: forwarded))
        let known = cookies["visitor"].flatMap { VisitorToken.isPlausible($0) ? $0 : nil }
        visitor = known ?? VisitorToken.newVisitor()
        isNewVisitor = known == nil
    }

    var known: Known { state.withLock { $0 } }

    func learn(_ change: @Sendable (inout Known) -> Void) { state.withLock { change(&$0) } }

    /// An IPv6 subscriber has a network of addresses; they share a bucket.
    private static func bucket(_ address: String) -> String {
        guard let bytes = TrustedProxies.bytes(address) else { return "unknown" }
        return hexadecimal(bytes.prefix(8)) + (bytes.count == 4 ? "v4" : "")
    }
}
