internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Logging
internal import Storage

/// Files of the site, and what a watchdog asks.
struct SiteRoutes: PageRoutes {
    let site: Site
    let database: any Database

    func add(to router: AppRouter) {
        // The first parameter has one name in both: the router tells routes apart by it.
        router.get("/assets/{name}/{file}", access: .public) { request in
            try asset(request.parameter("file"), isCurrent: request.parameter("name") == site.assets.version)
        }
        router.get("/favicon.ico", access: .public) { _ in try asset("favicon.svg", isCurrent: false) }
        router.get("/robots.txt", access: .public) { _ in
            text(
                "User-agent: *\nDisallow: /desk\nDisallow: /admin\nDisallow: /staff\nDisallow: /oversight\nDisallow: /matter\n"
            )
        }
        router.get("/healthz", access: .public) { _ in text("ok\n") }
        router.get("/readyz", access: .public) { request in
            do {
                // A read proves the store; a token made and checked proves that its keys are open.
                _ = try await database.read { tx in try tx.first("SELECT 1 FROM store_keys LIMIT 1") }
                let isOpen = SubmissionToken.verify(SubmissionToken.issue(site.keys), site.keys)
                return text(isOpen ? "ready\n" : "not ready\n", status: isOpen ? .ok : .serviceUnavailable)
            } catch {
                request.logger.error("not ready", metadata: ["code": "\(ErrorPages.code(of: error))"])
                return text("not ready\n", status: .serviceUnavailable)
            }
        }
    }

    private func asset(_ name: String, isCurrent: Bool) throws -> Response {
        guard let asset = site.assets.assets[name] else { throw PlainError(.notFound, "route.missing") }
        let caching = isCurrent ? "public, max-age=31536000, immutable" : "public, max-age=300"
        return Response(
            status: .ok, headers: [.contentType: asset.contentType, .cacheControl: caching],
            body: ResponseBody(byteBuffer: asset.body))
    }

    private func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
