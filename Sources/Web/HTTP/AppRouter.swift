internal import HTTPTypes
public import Hummingbird
internal import Kernel

/// Adds a room's routes. The pages of one area make one such value, with what they need given to `init`.
public protocol PageRoutes {
    /// Adds the routes.
    func add(to router: AppRouter)
}

/// The only way to add routes. Each names who may call it; the inventory is what tests walk through.
///
/// Before a handler runs, `Gate` has read and limited the form, found the session, checked the permission, the form's
/// secret and its one-time name. A known path answers other methods with 405, and HEAD like GET.
public final class AppRouter {
    /// Answers one request.
    public typealias Handler = @Sendable (PageRequest) async throws -> Response

    struct Route: Sendable {
        let entry: RouteEntry
        let limit: RateLimit?
        let keepsForm: Bool
        var takesFiles = false
        var readsFiles = false
        var mostBytes: Int?
        var isAskedByPage = false
        let handler: Handler
    }

    private(set) var routes: [Route] = []

    /// An empty router.
    public init() {}

    /// Every route, in the order of adding.
    public var inventory: [RouteEntry] { routes.map(\.entry) }

    /// Adds a page.
    ///
    /// - Parameters:
    ///   - template: the path with parameters in braces: `/desk/matter/{number}`.
    ///   - access: who may call it.
    ///   - isAskedByPage: whether an open page asks by itself; that nobody touched keeps no session.
    ///   - handler: makes the answer.
    public func get(
        _ template: String, access: Access, isAskedByPage: Bool = false, _ handler: @escaping Handler
    ) {
        add("GET", template, access, limit: nil, keepsForm: true, isAskedByPage: isAskedByPage, handler)
    }

    /// Adds what a form is sent to.
    ///
    /// - Parameters:
    ///   - template: the path with parameters in braces.
    ///   - access: who may call it.
    ///   - limit: what an address may do only so often. Where not every call counts, use `PageRequest.spend`.
    ///   - keepsForm: whether what was typed is shown again when something fails; never with passwords.
    ///   - takesFiles: whether files may come with it; all others leave them unread.
    ///   - readsFiles: whether a small text file may come with it, read as a field: a list in CSV.
    ///   - mostBytes: how large the form may be, where that is more than for others; for whom the route lets in alone.
    ///   - handler: makes the answer, normally a redirect.
    public func post(
        _ template: String, access: Access, limit: RateLimit? = nil, keepsForm: Bool = true, takesFiles: Bool = false,
        readsFiles: Bool = false, mostBytes: Int? = nil, _ handler: @escaping Handler
    ) {
        add(
            "POST", template, access, limit: limit, keepsForm: keepsForm, takesFiles: takesFiles,
            readsFiles: readsFiles, mostBytes: mostBytes, handler)
    }

    private func add(
        _ method: String, _ template: String, _ access: Access, limit: RateLimit?, keepsForm: Bool,
        takesFiles: Bool = false, readsFiles: Bool = false, mostBytes: Int? = nil, isAskedByPage: Bool = false,
        _ handler: @escaping Handler
    ) {
        routes.append(
            Route(
                entry: RouteEntry(method: method, template: template, access: access), limit: limit,
                keepsForm: keepsForm, takesFiles: takesFiles, readsFiles: readsFiles, mostBytes: mostBytes,
                isAskedByPage: isAskedByPage, handler: handler))
    }

    /// The finished routes.
    func build() -> RouterResponder<WebContext> {
        let router = Router(context: WebContext.self)
        router.add(middleware: OwnErrors())
        var byTemplate: [String: [String: Route]] = [:]
        for route in routes { byTemplate[route.entry.template, default: [:]][route.entry.method] = route }
        for template in byTemplate.keys.sorted() {
            let methods = byTemplate[template] ?? [:]
            let path = RouterPath(template)
            var allowed: [String] = []
            if let get = methods["GET"] {
                allowed += ["GET", "HEAD"]
                let gate = Gate(route: get, hasPage: true)
                router.on(path, method: .get) { try await gate.answer($0, $1) }
                router.on(path, method: .head) { try await gate.answer($0, $1).createHeadResponse() }
            }
            if let post = methods["POST"] {
                allowed.append("POST")
                let gate = Gate(route: post, hasPage: methods["GET"] != nil)
                router.on(path, method: .post) { try await gate.answer($0, $1) }
            }
            let list = allowed.joined(separator: ", ")
            let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .patch, .options, .trace, .connect]
            for method in all where !allowed.contains(method.rawValue) {
                router.on(path, method: method) { _, _ -> Response in
                    throw PlainError(.invalid, "route.method", values: ["allow": list])
                }
            }
        }
        return router.buildResponder()
    }
}

/// Hummingbird answers its own errors with JSON; they become ours before it sees them.
private struct OwnErrors: RouterMiddleware {
    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            throw error.status == .notFound
                ? PlainError(.notFound, "route.missing") : PlainError(.invalid, "form.malformed")
        }
    }
}
