import ArgumentParser
import Kernel
import Operations
import Web

/// How the machine and the store stand.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Tell how backup, queues, disk, clock and certificate stand.",
        discussion: """
            One line each: state, name, figures. The state is ok, near (something will have to be done), over (something \
            has to be done now) or unknown. Exit code 1 when a line is over. The page /admin/health says the same with \
            advice. It changes nothing and prints no secret.

            Example:
              jiaxin health --database sqlite:data/county.sqlite
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let settings = try store.settings(adding: server.flags)
        let installation = try await Installation.open(settings, for: .inspect)
        let lines = await HealthCheck(installation).report()
        await installation.close()
        for line in lines {
            let figures = line.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            print(([line.state.rawValue, line.code] + figures).joined(separator: "\t"))
        }
        if lines.contains(where: { $0.state == .over }) { throw ExitCode(Trouble.Code.problemFound.rawValue) }
    }
}

/// The health check as the pages want it.
struct MachineHealth: HealthSource {
    let check: HealthCheck
    func report() async -> [HealthLine] { await check.report() }
}
