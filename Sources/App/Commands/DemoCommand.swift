import ArgumentParser
import Foundation
import Kernel
import Operations

/// Loads the demo county.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Fill an empty store with an invented county that looks alive.",
        discussion: """
            Units, staff, categories, a duty catalogue and six months of matters in every state and channel. The same
            seed and the same --now make the same county. One-time sign-ins are printed as lines with tabs:
            role, sign-in name, password, unit, name.

            Examples:
              jiaxin demo --database sqlite:data/demo.sqlite
              jiaxin demo --matters 100000 --seed 7 --logins-file logins.txt
            """)

    @OptionGroup var store: StoreOptions

    @Option(help: "How many matters.")
    var matters = 600

    @Option(help: "Chooses everything that looks like chance.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("The county's present day, 2026-05-06 (at 10:00); today when left out.", valueName: "date"))
    var now: String?

    @Option(help: ArgumentHelp("Write the sign-ins to this new file, readable by its owner only.", valueName: "file"))
    var loginsFile: String?

    func validate() throws {
        guard (1...2_000_000).contains(matters) else { throw ValidationError("--matters must be 1 to 2000000") }
        guard now == nil || now.flatMap({ LocalDate($0) }) != nil else {
            throw ValidationError("--now must be a date such as 2026-05-06")
        }
    }

    func run() async throws {
        let settings = try store.settings()
        let present =
            now.flatMap { LocalDate($0) }.map { CivilZone.shanghai.instant(of: $0, hour: 10) } ?? SystemClock().now()
        let started = ContinuousClock.now
        let progress = ProgressLine("demo county")
        let logins = try await Demo(matters: matters, seed: seed, now: present)
            .load(settings) { progress.show($0, of: $1) }
        progress.finish()
        let lines = logins.map(\.line).joined(separator: "\n")
        if let loginsFile { try LoginsFile.write(lines + "\n", to: loginsFile) }
        print(lines)
        Terminal.say("demo county with \(matters) matters loaded in \(started.duration(to: .now).inSeconds) s")
    }
}

extension Duration {
    /// Seconds with one decimal.
    var inSeconds: String {
        let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
        return String(format: "%.1f", seconds)
    }
}
