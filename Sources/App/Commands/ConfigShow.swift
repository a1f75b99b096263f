import ArgumentParser
import Kernel
import Operations
import Organisation
import SingleSignOn

/// Shows the settings in force.
struct ConfigShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every setting in force and where it comes from; secrets are shortened.",
        discussion: """
            Examples:
              jiaxin config
              jiaxin config --config /etc/jiaxin.yaml
              jiaxin config --table          the documentation of all settings
              jiaxin config --check          also asks the provider of sign-ins; exit code 1 when it does not answer
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var server: ServerOptions

    @Flag(help: "Print the table of all settings instead, as Markdown.")
    var table = false

    @Flag(help: "Also ask the provider of sign-ins whether it is there and what it says of itself.")
    var check = false

    func run() async throws {
        if table {
            print(Setting.markdown, terminator: "")
            return
        }
        let settings = try store.settings(adding: server.flags)
        for origin in settings.origins {
            let key = origin.setting.key.padding(to: 20)
            let source = origin.source.padding(to: 12)
            print("\(key)\(source)\(origin.shown)")
        }
        if check { try await ask(settings) }
    }

    private func ask(_ settings: Settings) async throws {
        guard let provider = settings.provider else {
            print("\nno provider of sign-ins is set")
            return
        }
        let secret = try provider.readSecret()
        let connection = ProviderConnection()
        var trouble: IdentityTrouble?
        do {
            try await OpenIDProvider(provider, secret: secret, connection: connection, clock: SystemClock()).check()
        } catch let found as IdentityTrouble {
            trouble = found
        }
        await connection.close()
        guard let trouble else {
            print("\n\(provider.issuer) answers; it sends browsers back to \(provider.callback)")
            return
        }
        let what = trouble.kind == .unreachable ? "does not answer" : "cannot be trusted"
        print("\n\(provider.issuer) \(what): \(trouble.reason)")
        throw ExitCode(Trouble.Code.problemFound.rawValue)
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
