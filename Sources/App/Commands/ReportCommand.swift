import ArgumentParser
import Casework
import Foundation
import Kernel
import Operations
import Organisation
import Supervision
import Web

/// Prints the report of a month or a year.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print the report of a month or a year, with the sections that Art. 41 names.",
        discussion: """
            The numbers are those of the page under Oversight, for the whole county; matters that are kept to named \
            people are in none of them. Nothing is written.

            Examples:
              jiaxin report
              jiaxin report 2026-10
              jiaxin report 2026 --language en
              jiaxin report 2026-10 --format csv > 2026-10.csv
              jiaxin report 2026-10 --format csv --table times
            """)

    @Argument(help: "A month such as 2026-10 or a year such as 2026; last month when left out.")
    var period: String?

    @Option(help: ArgumentHelp("text or csv.", valueName: "form"))
    var format = OutputFormat.text

    @Option(help: ArgumentHelp("Only this table, as CSV; a wrong name lists them.", valueName: "table"))
    var table: String?

    @Option(help: ArgumentHelp("zh or en.", valueName: "language"))
    var language = ReportLanguage.zh

    @OptionGroup var store: StoreOptions

    func validate() throws {
        if let period, ReportPeriod(period) == nil {
            throw ValidationError("\(period) is neither a month such as 2026-10 nor a year such as 2026")
        }
        guard table == nil || format == .csv else { throw ValidationError("--table needs --format csv") }
    }

    func run() async throws {
        let installation = try await Installation.open(try store.settings(), for: .inspect)
        let sheet: ReportSheet
        do {
            sheet = try await self.sheet(of: installation)
        } catch {
            await installation.close()
            throw error
        }
        await installation.close()
        if let table, !sheet.tableIDs.contains(table) {
            throw Trouble(.usage, "there is no table \(table); there are \(sheet.tableIDs.joined(separator: ", "))")
        }
        print(
            format == .csv ? sheet.csv(table: table) : sheet.text(), terminator: format == .csv ? "" : "\n")
    }

    private func sheet(of installation: Installation) async throws -> ReportSheet {
        let today = installation.casework.today
        let wanted = period.flatMap { ReportPeriod($0) } ?? ReportPeriod(monthOf: today).previous
        guard wanted.days.lowerBound <= today else { throw Trouble(.usage, "\(wanted) has not begun") }
        let organisation = try await installation.organisation.current()
        return ReportSheet(
            try await installation.casework.lawfulReport(wanted, of: organisation),
            supervision: try await installation.supervision.numbers(wanted.days, of: organisation),
            words: Words(try Catalogue(WebResources.bundled()), language.language), organisation: organisation,
            book: installation.deadlines)
    }
}

/// In which language a report is printed.
enum ReportLanguage: String, ExpressibleByArgument, CaseIterable {
    case zh, en

    var language: Language { self == .zh ? .chinese : .english }
}
