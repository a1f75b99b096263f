import ArgumentParser
import Operations

/// Clocks of very many matters.
struct BenchClocks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clocks",
        abstract: "Fill a store with open matters, count their clocks anew, sweep what has run out.",
        discussion: """
            Each part is a command of its own and prints a line of JSON, so that it can be killed and started again.

              jiaxin bench clocks load --matters 1000000 --database sqlite:bench.sqlite
              jiaxin bench clocks recompute --database sqlite:bench.sqlite
              jiaxin bench clocks sweep --limit 100000 --database sqlite:bench.sqlite
              jiaxin bench clocks read --database sqlite:bench.sqlite
            """,
        subcommands: [BenchLoad.self, BenchRecompute.self, BenchSweep.self, BenchRead.self])
}

/// Fills the store.
struct BenchLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load", abstract: "Fill a store with open matters.")
    @Option(help: "How many.") var matters = 100_000
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard (1...5_000_000).contains(matters) else { throw ValidationError("--matters must be 1 to 5000000") }
    }

    func run() async throws {
        let progress = ProgressLine("loading")
        let result = try await ClockBench(try store.settings()).load(matters: matters) { progress.show($0, of: $1) }
        progress.finish()
        print(result.line)
    }
}

/// Counts all clocks anew.
struct BenchRecompute: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recompute",
        abstract: "Load a calendar that knows the next year and count all running clocks anew.")
    @Option(help: "Names the calendar; another name counts all of them once more.") var version = "bench-1"
    @Option(help: "For the progress line.") var matters = 100_000
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let (progress, matters) = (ProgressLine("changed"), self.matters)
        let result = try await ClockBench(try store.settings()).recompute(version: version) {
            progress.show($0, of: matters)
        }
        progress.finish()
        print(result.line)
    }
}

/// Sweeps what has run out.
struct BenchSweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Record for each clock that has run out who heard of it.")
    @Option(help: "Stop after about so many clocks.") var limit = 100_000
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let (progress, limit) = (ProgressLine("swept"), self.limit)
        let result = try await ClockBench(try store.settings()).sweep(limit: limit) { progress.show($0, of: limit) }
        progress.finish()
        print(result.line)
    }
}

/// Reads what has run out.
struct BenchRead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Read pages of clocks that have run out, and show how the engine reads them.")
    @Option(help: "Pages of a thousand.") var pages = 100
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let (plan, milliseconds) = try await ClockBench(try store.settings()).reading(pages: pages)
        for line in plan { print("plan: \(line)") }
        let hundredths = Int((milliseconds * 100).rounded())
        print(
            "{\"millisecondsPerThousand\": \(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)}")
    }
}
