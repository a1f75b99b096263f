import ArgumentParser
import Foundation
import Operations

/// The program.
@main
struct Jiaxin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jiaxin",
        abstract: "Residents' letters, answered: the server and its tools.",
        discussion: """
            A store is one SQLite file or one PostgreSQL schema. Settings come from flags, then JIAXIN_… variables, \
            then the file of --config; `jiaxin config` shows what is in force.

            Exit codes:
              0  done
              1  done, but something is wrong (rejected rows, differences)
              2  the command line or a setting is wrong
              3  the store cannot be used
              4  the key or the passphrase does not fit
              5  a file cannot be read or written
            """,
        subcommands: [
            ServeCommand.self, DemoCommand.self, ImportCommand.self, BackupCommand.self, RestoreCommand.self,
            VerifyCommand.self, StaffCommand.self, RulesCommand.self, CalendarCommand.self, EraseCommand.self,
            SealedCommand.self, ReportCommand.self, ReplayCommand.self, ConfigCommand.self, HealthCommand.self,
            BenchCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        // Help and version are no errors; a wrong command line is code 2, whatever the library prefers.
        if error is CleanExit || exitCode(for: error) == .success { exit(withError: error) }
        if error is ExitCode { exit(withError: error) }
        if exitCode(for: error) == .validationFailure {
            Terminal.say(fullMessage(for: error))
            Foundation.exit(Trouble.Code.usage.rawValue)
        }
        let trouble = Trouble.of(error)
        Terminal.say("jiaxin: \(trouble.description)")
        Foundation.exit(trouble.code.rawValue)
    }
}
