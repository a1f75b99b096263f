import ArgumentParser
import Kernel
import Operations
import Organisation

/// Rule packs.
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Show, compare and load rule packs: time limits, lawful routes, tiers.",
        discussion: """
            A pack is a YAML file; docs/rules.md tells every field. A matter keeps the version under which it arrived, so \
            loading a pack changes no date that somebody was told.

            Examples:
              jiaxin rules list
              jiaxin rules show example-hotline-tiers/2 > our-hotline.yaml
              jiaxin rules check our-hotline.yaml
              jiaxin rules diff national-petition/2 our-petition.yaml
              jiaxin rules load our-hotline.yaml --database sqlite:data/county.sqlite
              jiaxin rules end our-hotline --on 2027-12-31
            """,
        subcommands: [
            RulesList.self, RulesShow.self, RulesCheck.self, RulesDiff.self, RulesLoad.self, RulesEnd.self,
        ])

    /// Opens the store, works and closes it. A store is begun when there is none: rules may come first.
    static func work<T>(_ store: StoreOptions, _ body: (RuleAdministration) async throws -> T) async throws -> T {
        let installation = try await Installation.open(try store.settings(), for: .begin)
        do {
            let result = try await body(RuleAdministration(installation))
            await installation.close()
            return result
        } catch {
            await installation.close()
            throw error
        }
    }

    static var today: LocalDate { CivilZone.shanghai.date(of: SystemClock().now()) }
}

/// Lists all packs.
struct RulesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all rule packs.",
        discussion: """
            Columns, separated by tabs: reference, kind, first day, last day, where it comes from (program, store, \
            example), whether it holds today, the beginning of its SHA-256, title. Examples hold nowhere.
            """)

    @OptionGroup var source: RuleSource

    func run() async throws {
        for line in try await source.book().lines(on: RulesCommand.today) { print(line) }
    }
}

/// Prints a pack.
struct RulesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the text of a rule pack, as a start for an own one.")

    @Argument(help: "ID/VERSION; with ID alone the newest version.") var pack: String
    @OptionGroup var source: RuleSource

    func run() async throws {
        let entry = try await source.book().entry(pack)
        print(entry.text, terminator: entry.text.hasSuffix("\n") ? "" : "\n")
    }
}

/// Reads a pack file.
struct RulesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a rule pack and tell everything that is wrong with it, with the line.")

    @Argument(help: "The file.") var file: String

    func run() throws {
        let pack = try RuleFile.pack(file).pack
        print(
            "ok: \(pack.reference), \(pack.kind.rawValue), \(pack.rules.count) rules, \(pack.routes.count) routes, "
                + "SHA-256 \(pack.hash)")
        if pack.isExample {
            Terminal.say("an example: check every number against your own rule before you load it")
        }
    }
}

/// Compares two packs.
struct RulesDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell what differs between two rule packs, and what it would change.",
        discussion: """
            Each side is ID/VERSION or a file. For each rule that differs: how many matters in hand run its clock now, and \
            how due dates move from a few days on. Changes nothing.
            """)

    @Argument(help: "The older: ID/VERSION or a file.") var old: String
    @Argument(help: "The newer: ID/VERSION or a file.") var new: String
    @Option(help: ArgumentHelp("From how many days due dates are shown.", valueName: "number")) var samples = 3
    @Option(help: ArgumentHelp("The first of these days; today when left out.", valueName: "date")) var from: String?
    @OptionGroup var source: RuleSource

    func validate() throws {
        guard (0...100).contains(samples) else { throw ValidationError("--samples can be 0 to 100") }
    }

    func run() async throws {
        var start = RulesCommand.today
        if let from {
            guard let date = LocalDate(from) else { throw Trouble(.usage, "\(from) is no date such as 2026-09-28") }
            start = date
        }
        let (book, open) = try await bookAndMatters()
        // Ten days apart: some of them lie before a holiday, others do not.
        let days = (0..<samples).map { start.adding(days: $0 * 10) }
        let difference = RuleDifference(try pack(old, book), try pack(new, book))
        for line in difference.lines(samples: days, calendar: book.calendar, openMatters: open) { print(line) }
    }

    private func pack(_ name: String, _ book: RuleBook) throws -> RulePack {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasPrefix("/") || name.hasPrefix(".")
            ? try RuleFile.pack(name).pack : try book.entry(name).pack
    }

    private func bookAndMatters() async throws -> (RuleBook, [String: Int]?) {
        if source.builtIn { return (try RuleBook(), nil) }
        return try await RuleAdministration.bookAndMatters(try source.store.settings())
    }
}

/// Stores a pack.
struct RulesLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Store a rule pack.",
        discussion: """
            The text is kept with its SHA-256 and sealed with the store's key; who loaded it and when is recorded. Once \
            there are matters, a pack begins today or later. The same id and version with another text is refused.
            """)

    @Argument(help: "The file.") var file: String
    @Flag(help: "Every number of this example was checked against our own rule.") var checked = false
    @OptionGroup var store: StoreOptions

    func run() async throws {
        for line in try await RulesCommand.work(store, { try await $0.load(file, isChecked: checked) }) { print(line) }
    }
}

/// Gives a pack a last day.
struct RulesEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "Give a stored rule pack a last day. Matters that began under it keep it.")

    @Argument(help: "ID/VERSION; with ID alone all versions.") var pack: String
    @Option(help: ArgumentHelp("The last day on which it holds.", valueName: "date")) var on: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        for line in try await RulesCommand.work(store, { try await $0.end(pack, on: on) }) { print(line) }
    }
}
