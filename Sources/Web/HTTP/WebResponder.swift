internal import HTTPTypes
public import Hummingbird
internal import Kernel
internal import Logging
internal import Storage

/// Answers every request. The order, from the outside in: request id, access log, security headers and cookies, error
/// pages, then the router, whose routes each stand behind their `Gate`.
public struct WebResponder: HTTPResponder {
    /// What Hummingbird carries along.
    public typealias Context = WebContext

    private let site: Site
    private let router: RouterResponder<WebContext>

    init(site: Site, router: RouterResponder<WebContext>) {
        self.site = site
        self.router = router
    }

    /// Answers one request; never throws.
    public func respond(to request: Request, context: WebContext) async -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        let visit = Visit(site: site, request: request, peer: context.peer)
        var response: Response
        if site.settings.debugHeaders {
            let counter = QueryCounter()
            response = await QueryCounter.$current.withValue(counter) { await answer(request, context, visit) }
            if let name = HTTPField.Name("x-queries") { response.headers[name] = "\(counter.count)" }
        } else {
            response = await answer(request, context, visit)
        }
        finish(&response, visit)
        log(visit, response.status, took: clock.now - start)
        return response
    }

    private func answer(_ request: Request, _ context: WebContext, _ visit: Visit) async -> Response {
        var context = context
        context.visit = visit
        do {
            return try await router.respond(to: request, context: context)
        } catch {
            return await ErrorPages.response(to: error, in: visit)
        }
    }

    private func finish(_ response: inout Response, _ visit: Visit) {
        for (name, value) in SecurityHeaders.all(isSecure: site.settings.isSecure)
        // Files and pages that record a voice carry their own.
        where response.headers[name] == nil { response.headers[name] = value }
        if let name = HTTPField.Name("x-request-id") { response.headers[name] = visit.id }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        var cookies = visit.preferences.changes
        if visit.isNewVisitor, response.headers[.contentType]?.hasPrefix("text/html") == true {
            cookies.append(SiteCookie(name: "visitor", value: visit.visitor))
        }
        for cookie in cookies {
            response.headers.append(
                HTTPField(name: .setCookie, value: cookie.header(isSecure: site.settings.isSecure)))
        }
    }

    /// One line a request: the route's template, never the address that was called, nor who called.
    private func log(_ visit: Visit, _ status: HTTPResponse.Status, took: Duration) {
        // Lines about sealed reports would count them and tell their time.
        guard visit.known.entry?.isQuiet != true else { return }
        let route = visit.known.entry?.template ?? "none"
        let isNoise = route == "/healthz" || route == "/readyz" || route.hasPrefix("/assets/")
        let microseconds = took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000
        visit.logger.log(
            level: isNoise ? .debug : .info, "request",
            metadata: [
                "method": "\(Self.known(visit.method))", "route": "\(route)", "status": "\(status.code)",
                "ms": "\(microseconds / 1000).\(Words.two(microseconds % 1000 / 10))",
            ])
    }

    /// A method is free text too; only the usual ones are logged.
    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .delete, .patch, .options].contains(method) ? method.rawValue : "other"
    }
}

/// What every answer carries, whatever it is.
enum SecurityHeaders {
    private static let policy = policy(pictures: nil)

    /// - Parameter pictures: another origin from which a page may show pictures; nothing for every page but the map.
    static func policy(pictures: String?) -> String {
        [
            "default-src 'none'", "style-src 'self'", "script-src 'self'",
            "img-src 'self' data: blob:" + (pictures.map { " \($0)" } ?? ""),
            "media-src 'self' blob:", "font-src 'self'", "connect-src 'self'", "form-action 'self'",
            "frame-ancestors 'none'", "base-uri 'none'",
        ].joined(separator: "; ")
    }

    /// For pages with the voice recorder.
    static let permissionsWithMicrophone = permissions(microphone: "(self)")

    private static func permissions(microphone: String) -> String {
        "camera=(), geolocation=(), microphone=\(microphone), payment=(), usb=(), browsing-topics=()"
    }

    private static let common: [(HTTPField.Name, String)] = {
        let named = [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
            ("Permissions-Policy", permissions(microphone: "()")),
        ]
        return [(.contentSecurityPolicy, policy), (.xContentTypeOptions, "nosniff")]
            + named.compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
    }()

    private static let secure = common + [(.strictTransportSecurity, "max-age=31536000")]

    static func all(isSecure: Bool) -> [(HTTPField.Name, String)] { isSecure ? secure : common }
}
