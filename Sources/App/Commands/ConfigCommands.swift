import ArgumentParser
import Foundation
import Operations

/// Shows, exports and imports the configuration.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show the settings; take the configuration out as text and put it in.",
        discussion: """
            Examples:
              jiaxin config
              jiaxin config export county-rules/
              jiaxin config import county-rules/
              jiaxin config import county-rules/ --apply --reason "新县初始设置"
            """,
        subcommands: [ConfigShow.self, ConfigExport.self, ConfigImport.self], defaultSubcommand: ConfigShow.self)
}

/// Takes the configuration out.
struct ConfigExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write units, areas, categories, catalogue, packs, calendars and roles as text.",
        discussion: """
            To a folder (it must be empty or not there) as small sorted files, or to one file when the name has an \
            ending. It holds no secrets, and names of staff only with --staff.
            """)

    @Argument(help: "The folder, or one file such as rules.txt.") var path: String
    @Flag(help: "Sign-in names and names of staff too; they are personal data.") var staff = false
    @OptionGroup var store: StoreOptions

    func run() async throws {
        for line in try await ConfigurationFiles.export(to: path, withStaff: staff, settings: try store.settings()) {
            print(line)
        }
    }
}

/// Puts a configuration in.
struct ConfigImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Show what a configuration would change here; with --apply, change it.",
        discussion: """
            Without --apply nothing is changed. It is imported as a whole or not at all; what only the store has \
            stays. Names of staff are not imported.
            """)

    @Argument(help: "The folder or file of an export.") var path: String
    @Flag(help: "Change it.") var apply = false
    @Option(help: "Why; kept with the changes.") var reason: String?
    @OptionGroup var store: StoreOptions

    func validate() throws {
        if apply, reason == nil { throw ValidationError("say why with --reason") }
    }

    func run() async throws {
        let lines = try await ConfigurationFiles.bringIn(
            path, reason: apply ? reason : nil, settings: try store.settings())
        for line in lines { print(line) }
    }
}
