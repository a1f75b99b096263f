import ArgumentParser
import Operations

/// Looks at answered letters as if a rule pack had been in force.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Tell which clocks would have run out if a rule pack had been in force.",
        discussion: """
            Reads letters with their replies from a CSV file with the columns of `jiaxin import letters`. Nothing is \
            written, neither to a store nor beside the file. What is assumed is printed with the result.

            Example:
              jiaxin replay --as-if-pack national-petition replied.csv
            """)

    @Option(help: ArgumentHelp("The pack: national-petition or national-petition/2.", valueName: "pack"))
    var asIfPack: String

    @Argument(help: "The CSV file.")
    var file: String

    @Option(help: ArgumentHelp("text or csv.", valueName: "form"))
    var format = OutputFormat.text

    @OptionGroup var source: RuleSource

    func run() async throws {
        let book = try await source.book()
        let replay = Replay(pack: try book.entry(asIfPack).pack, calendar: book.calendar)
        let result = try replay.run(file: file)
        print(format == .csv ? result.csv() : result.text(replay), terminator: format == .csv ? "" : "\n")
    }
}

/// How a command prints a table.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, csv
}
