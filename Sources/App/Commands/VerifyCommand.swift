import ArgumentParser
import Operations

/// Replays and compares everything.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Replay every event, check every chain, compare every table.",
        discussion: """
            Works while the server serves, and changes nothing. Prints one difference a line; exit code 1 when there is \
            one. What it cannot find is in docs/threat-model.md.

            Example:
              jiaxin verify --database sqlite:data/county.sqlite
            """)

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let settings = try store.settings()
        let installation = try await Installation.open(settings, for: .inspect)
        let parts = ProgressParts()
        do {
            let report = try await StoreVerification(installation).run { parts.show($0, $1, $2) }
            parts.finish()
            await installation.close()
            await NotedRun.note("verify", failure: report.differences.isEmpty ? nil : "differences", settings)
            try VerifyCommand.tell(report)
        } catch {
            parts.finish()
            await installation.close()
            throw error
        }
    }

    /// Prints a report; a difference is exit code 1.
    static func tell(_ report: StoreVerification.Report) throws {
        for difference in report.differences { print(difference) }
        print(
            "verified \(report.streams) streams, \(report.events) events, \(report.texts) texts: "
                + (report.differences.isEmpty ? "no difference" : "\(report.differences.count) differences"))
        if !report.differences.isEmpty { throw ExitCode(Trouble.Code.problemFound.rawValue) }
    }
}
