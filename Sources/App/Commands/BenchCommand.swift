import ArgumentParser
import Foundation
import Operations

/// For `make bench`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Loops that benchmarks compare with.", shouldDisplay: false,
        subcommands: [BenchRawInsert.self, BenchClocks.self])
}

/// The raw loop.
struct BenchRawInsert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "raw-insert",
        abstract: "Insert the rows of a letter, a transaction each, on so many connections, without HTTP.")
    @Option(help: "Connections.") var connections = 8
    @Option(help: "How long.") var seconds = 5.0
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard (1...512).contains(connections) else { throw ValidationError("--connections must be 1 to 512") }
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds must be up to 3600") }
    }

    func run() async throws {
        let settings = try store.settings()
        let rate = try await RawInsert(settings).run(connections: connections, seconds: seconds)
        let text = String(format: "%.1f", rate)
        print("{\"connections\": \(connections), \"lettersPerSecond\": \(text), \"seconds\": \(seconds)}")
        print("\(text) letters/s")
    }
}
