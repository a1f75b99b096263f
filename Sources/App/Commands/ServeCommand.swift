import ArgumentParser
import Foundation
import Hummingbird
import Kernel
import Logging
import Operations
import Organisation
import SealedReports
import ServiceLifecycle
import SingleSignOn
import UnixSignals
import Web

/// Serves the portal and the workbench.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the portal and the workbench until stopped.",
        discussion: """
            Makes the store and its key when there is none. Log lines go to standard error. SIGTERM or Ctrl+C stops \
            it: no new requests, those at hand are answered, then the store is closed.

            Examples:
              jiaxin serve --database sqlite:data/county.sqlite --listen 127.0.0.1:8080
              JIAXIN_DATABASE=postgres://jiaxin@db/county jiaxin serve --public-url https://letters.example
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let settings = try store.settings(adding: server.flags)
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, level: settings.logLevel, isJSON: settings.logsJSON)
        }
        let logger = Logger(label: "jiaxin")
        // Read before anything is opened: a missing file ends the start, not a sign-in.
        let secret = try settings.provider?.readSecret()
        let installation = try await Installation.open(settings, for: .begin)
        do {
            try await CountyOffice.ensure(in: installation)
            try await appoint(in: installation, logger)
            let sealed = try await SealedStore.open(installation)
            if sealed != nil { SealedStore.forbidMemoryImages() }
            let provider = settings.provider.map { OpenProvider($0, secret: secret, clock: installation.clock) }
            do {
                try await serve(installation, sealed, provider, logger)
            } catch {
                await provider?.connection.close()
                await sealed?.close()
                throw error
            }
            await provider?.connection.close()
            await sealed?.close()
        } catch {
            await installation.close()
            throw error
        }
        await installation.close()
        logger.info("stopped")
    }

    /// The first start tells the one-time passwords of the three administrators, but only to a person who is looking:
    /// what a service manager records stays recorded.
    private func appoint(in installation: Installation, _ logger: Logger) async throws {
        let missing = try await CountyOffice.missing(in: installation)
        guard !missing.isEmpty else { return }
        guard installation.isNew, isatty(STDOUT_FILENO) == 1 else {
            logger.warning(
                "administrators are missing; `jiaxin staff init` makes them",
                metadata: ["roles": "\(missing.joined(separator: ", "))"])
            return
        }
        print("One-time passwords of the three administrators (sign-in name, password, name), shown this once:")
        for login in try await CountyOffice.appoint(in: installation) { print(login.line) }
    }

    private func serve(
        _ installation: Installation, _ sealed: SealedReports?, _ provider: OpenProvider?, _ logger: Logger
    ) async throws {
        let settings = installation.settings
        let composed = try WebComposition.make(
            installation, sealed: sealed, provider: provider?.provider, logger: logger)
        let application = composed.application.application(
            host: settings.host, port: settings.port, site: composed.site
        ) { port in
            let address = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
            print("Jiaxin serves http://\(address):\(port ?? settings.port) (Ctrl+C stops it)")
            flushOutput()
            logger.info(
                "serving",
                metadata: ["address": "\(address):\(port ?? settings.port)", "store": "\(settings.database.shown)"])
        }
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: Housekeeping(
                        installation, sessions: composed.sessions, sealed: sealed, logger: logger)),
                .init(
                    service: BulkService(
                        installation.bulk,
                        exporter: ListExporter(casework: installation.casework, site: composed.site), logger: logger)),
                .init(
                    service: application, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            // The socket library has no error that says this; its text begins with the call.
            guard String(describing: error).hasPrefix("bind(") else { throw error }
            throw Trouble(
                .usage, "cannot listen on \(settings.host):\(settings.port): the port is taken or not allowed")
        }
    }
}

/// The provider of sign-ins with its connection, where one is set.
struct OpenProvider: Sendable {
    let provider: OpenIDProvider
    let connection: ProviderConnection

    init(_ settings: IdentityProviderSettings, secret: String?, clock: any WallClock) {
        connection = ProviderConnection()
        provider = OpenIDProvider(settings, secret: secret, connection: connection, clock: clock)
    }
}
