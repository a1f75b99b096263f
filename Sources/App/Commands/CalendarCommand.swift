import ArgumentParser
import Operations
import Organisation

/// Working days and dates.
struct CalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar",
        abstract: "Count dates, and look after the calendar of working days.",
        discussion: """
            The days off and make-up working days are those that the State Council announces each year. Of a year without \
            a notice nothing is known: dates in it are provisional until its notice is loaded.

            Examples:
              jiaxin calendar due --from 2026-09-28 --working-days 5
              jiaxin calendar due --from 2026-03-02 --calendar-days 60 --roll --explain
              jiaxin calendar show 2026
              jiaxin calendar check cn-2027.tsv
              jiaxin calendar load cn-2027.tsv --database sqlite:data/county.sqlite
            """,
        subcommands: [CalendarDue.self, CalendarShow.self, CalendarCheck.self, CalendarLoad.self])
}

/// Whose rules and calendar are asked.
struct RuleSource: ParsableArguments {
    @OptionGroup var store: StoreOptions

    @Flag(help: "Ask the program's own rules and calendar, whatever the store holds.")
    var builtIn = false

    /// The store's rules and calendar; the program's own where there is no store.
    func book() async throws -> RuleBook {
        if builtIn { return try RuleBook() }
        let settings = try store.settings()
        let (book, hasStore) = try await RuleAdministration.book(settings)
        if !hasStore, store.database != nil {
            Terminal.say("there is no store at \(settings.database.shown); the program's own rules are used")
        }
        return book
    }
}

/// Counts a date.
struct CalendarDue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due",
        abstract: "Tell the last day of a time limit.",
        discussion: """
            The day it starts from is not counted. A date that rests on a year without a notice is printed all the same, \
            with "provisional" on standard error.

            With --batch, one question a line on standard input, answered line by line:
              2026-09-28 working-days 5
              2026-03-02 calendar-days 60 roll
            A line that cannot be read is answered with "error" and the reason; the exit code is 1 then.
            """)

    @Option(help: ArgumentHelp("The day it starts from; with a time for hours.", valueName: "date")) var from: String?
    @Option(help: ArgumentHelp("Only working days count.", valueName: "number")) var workingDays: Int?
    @Option(help: ArgumentHelp("Every day counts.", valueName: "number")) var calendarDays: Int?
    @Option(help: ArgumentHelp("Hours run on at night and on days off.", valueName: "number")) var hours: Int?
    @Option(help: ArgumentHelp("The same day of the month, else its last.", valueName: "number")) var months: Int?
    @Flag(help: "A last day that is off moves to the next working day: rights of residents.") var roll = false
    @Flag(help: "Tell why it is this date.") var explain = false
    @Flag(help: "Answer the lines of standard input.") var batch = false
    @OptionGroup var source: RuleSource

    private var lengths: [(RuleUnit, Int)] {
        let all: [(RuleUnit, Int?)] = [
            (.workingDays, workingDays), (.calendarDays, calendarDays), (.hours, hours), (.months, months),
        ]
        return all.compactMap { unit, length in length.map { (unit, $0) } }
    }

    func validate() throws {
        if batch {
            guard from == nil, lengths.isEmpty, !roll, !explain else {
                throw ValidationError("--batch takes its questions from standard input only")
            }
        } else {
            guard from != nil else { throw ValidationError("name the day it starts from with --from") }
            guard lengths.count == 1 else {
                throw ValidationError("name one of --working-days, --calendar-days, --hours, --months")
            }
        }
    }

    func run() async throws {
        let calendar = try await source.book().calendar
        if batch { return try answerLines(calendar) }
        guard let from, let (unit, length) = lengths.first else { return }
        let answer = try DueQuestion(from: from, length: length, unit: unit, rolls: roll).answer(calendar)
        if explain {
            for line in answer.explanation { print(line) }
        } else {
            print(answer.text)
        }
        if answer.isProvisional {
            let years = answer.unknownYears.map(String.init).joined(separator: ", ")
            Terminal.say("provisional: the days off of \(years) are not known yet")
        }
    }

    private func answerLines(_ calendar: WorkingCalendar) throws {
        var hasFailed = false
        while let line = readLine() {
            if line.allSatisfy(\.isWhitespace) { continue }
            do {
                let answer = try DueQuestion(line: line).answer(calendar)
                print(answer.isProvisional ? "\(answer.text)\tprovisional" : answer.text)
            } catch {
                print("error\t\(error.description)")
                hasFailed = true
            }
        }
        if hasFailed { throw ExitCode(Trouble.Code.problemFound.rawValue) }
    }
}

/// Shows the announced days.
struct CalendarShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "List the days off and make-up working days of a year.")

    @Argument(help: "The year; all that are known when left out.") var year: Int?
    @OptionGroup var source: RuleSource

    func run() async throws {
        let book = try await source.book()
        guard let year else {
            print("\(CalendarText.summary(book.calendar)) (\(book.hasStoredCalendar ? "store" : "program"))")
            return
        }
        for line in try CalendarText.year(year, of: book.calendar) { print(line) }
    }
}

/// Reads a calendar file.
struct CalendarCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a calendar file and tell what is wrong with it.")

    @Argument(help: "The file.") var file: String

    func run() throws {
        let calendar = try RuleFile.calendar(file).calendar
        print("ok: \(CalendarText.summary(calendar))")
    }
}

/// Stores a newer calendar.
struct CalendarLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Store a newer calendar; it counts from then on.",
        discussion: """
            The text is kept with its SHA-256 and sealed with the store's key. A file that lacks a year which the present \
            calendar knows is refused.
            """)

    @Argument(help: "The file.") var file: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let lines = try await RulesCommand.work(store) { try await $0.loadCalendar(file) }
        for line in lines { print(line) }
    }
}
