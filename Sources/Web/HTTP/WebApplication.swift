public import Hummingbird
public import Organisation
public import Storage

/// The whole room, put together: used by the program and by tests alike.
public struct WebApplication: Sendable {
    /// Answers requests.
    public let responder: WebResponder
    /// Every route with who may call it.
    public let inventory: [RouteEntry]

    /// Puts the room together.
    ///
    /// - Parameters:
    ///   - site: what all pages share.
    ///   - database: the store, for `/readyz`.
    ///   - signIn: checks names and passwords.
    ///   - pages: the areas' routes.
    public init(site: Site, database: any Database, signIn: SignIn, pages: [any PageRoutes]) {
        let router = AppRouter()
        SiteRoutes(site: site, database: database).add(to: router)
        SignInRoutes(signIn: signIn).add(to: router)
        SecondFactorRoutes(signIn: signIn).add(to: router)
        OpenIDRoutes(signIn: signIn).add(to: router)
        for routes in pages { routes.add(to: router) }
        inventory = router.inventory
        responder = WebResponder(site: site, router: router.build())
    }

    /// A server for it.
    public func application(
        host: String, port: Int, site: Site, onServerRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        Application(
            responder: responder, configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in await onServerRunning(channel.localAddress?.port) }, logger: site.logger)
    }
}
