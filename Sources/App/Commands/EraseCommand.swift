import ArgumentParser
import Operations

/// Erases a resident from a matter.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase one resident from a matter: contact data, own words, index, free pages.",
        discussion: """
            What remains says only that somebody was there; every chain stays valid. The erasure is listed beside the \
            key, so that a restored older backup forgets again. Backups made before still hold the data: let them expire.

            Example:
              jiaxin erase 2605-0121-6 --reporter 1 --yes --database sqlite:data/county.sqlite
            """)

    @Argument(help: "The matter's number.")
    var number: String

    @Option(help: "Which resident, in the order in which they joined.")
    var reporter = 1

    @Flag(help: "Do it without asking.")
    var yes = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        if !yes {
            Terminal.say("This cannot be undone. Erase resident \(reporter) of \(number)? Type the number again:")
            guard readLine() == number else { throw Trouble(.usage, "not confirmed; nothing was erased") }
        }
        let installation = try await Installation.open(try store.settings(), for: .existing)
        do {
            try await PersonErasure(installation).erase(number: number, reporter: reporter)
            await installation.close()
        } catch {
            await installation.close()
            throw error
        }
        print("resident \(reporter) of \(number) is erased")
    }
}
