import ArgumentParser
import Foundation
import Operations
import Organisation
import SealedReports

/// What an organ that receives sealed reports does on its own machine. None of it needs a store or a network.
struct SealedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sealed",
        abstract: "For the organ that receives sealed reports: keys, opening, answering. Needs no store.",
        discussion: """
            The organ makes a key pair on a machine of its own and gives the server the public file. Reports are fetched \
            from the workbench (/desk/sealed) and opened here or in the browser.

            Examples:
              jiaxin sealed keygen --out keys --name 清河县纪委监委 --unit JW
              jiaxin sealed open --key keys/sealed-private-….json downloaded.sealed
              jiaxin sealed answer --key keys/sealed-private-….json --envelope downloaded.sealed --text-file answer.txt
              jiaxin sealed readdress --key keys/sealed-private-….json --to other-organ.json downloaded.sealed
            """,
        subcommands: [SealedKeygen.self, SealedOpen.self, SealedAnswer.self, SealedReaddress.self])
}

/// The private key and what opens it.
struct PrivateKeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file of the private key.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("The file whose first line is the key's passphrase.", valueName: "file"))
    var passphraseFile: String?

    func open() throws -> OrganPrivateKey {
        let file = try SealedKeyFile(path: key)
        guard file.isProtected else { return try file.open(passphrase: nil) }
        let passphrase =
            try passphraseFile.map { try Terminal.secret(fromFile: $0) }
            ?? Terminal.secret("passphrase of the key", isNew: false)
        return try file.open(passphrase: passphrase)
    }
}

/// Makes a key pair.
struct SealedKeygen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Make a key pair: a private file that stays with the organ, a public one.")

    @Option(help: ArgumentHelp("The folder for both files.", valueName: "folder"))
    var out: String

    @Option(help: ArgumentHelp("The organ's name, as residents read it.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The organ's name in English.", valueName: "name"))
    var nameEnglish: String?

    @Option(help: ArgumentHelp("The unit whose sealed receivers may fetch; any when left out.", valueName: "code"))
    var unit: String?

    @Option(help: ArgumentHelp("The file whose first line protects the private key.", valueName: "file"))
    var passphraseFile: String?

    @Flag(help: "Leave the private key without a passphrase.")
    var plain = false

    func validate() throws {
        guard !plain || passphraseFile == nil else { throw ValidationError("--plain takes no passphrase") }
        guard nameEnglish == nil || name != nil else { throw ValidationError("--name-english needs --name") }
    }

    func run() throws {
        let passphrase =
            plain
            ? nil
            : try passphraseFile.map { try Terminal.secret(fromFile: $0) }
                ?? Terminal.secret("passphrase for the private key", isNew: true)
        let made = try SealedTools.makeKey(
            in: out, name: name.map { LocalizedName(zh: $0, en: nameEnglish) }, unit: unit, passphrase: passphrase)
        print("private\t\(made.privateFile)")
        print("public\t\(made.publicFile)")
        if plain {
            Terminal.say("The private key has no passphrase: whoever copies the file can open every report.")
        }
        Terminal.say("Keep the private file off the server, with a copy in a safe: without it no report can be opened.")
    }
}

/// Opens reports.
struct SealedOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open fetched reports and print them.")

    @OptionGroup var key: PrivateKeyOptions

    @Flag(help: "One JSON object a line.")
    var json = false

    @Argument(help: "Files fetched from the workbench.")
    var files: [String]

    func run() throws {
        let pieces = try SealedTools.pieces(in: files)
        for opened in try SealedTools.open(pieces, with: try key.open()) {
            print(try json ? line(opened) : text(opened))
        }
    }

    private func line(_ opened: SealedTools.Opened) throws -> String {
        let (kind, letter): (String, String) =
            switch opened.letter {
            case .report(let report): ("report", try encoded(report))
            case .words(let words): ("words", try encoded(words))
            case .answer(let answer): ("answer", try encoded(answer))
            case .closedAnswer: ("answer", "null")
            }
        return "{\"id\":\"\(opened.id)\",\"kind\":\"\(kind)\",\"letter\":\(letter)}"
    }

    private func encoded(_ letter: some Encodable) throws -> String {
        String(decoding: try SealedLetters.bytes(of: letter), as: UTF8.self)
    }

    private func text(_ opened: SealedTools.Opened) -> String {
        var lines: [String] = []
        func add(_ label: String, _ text: String) { if !text.isEmpty { lines.append("\(label): \(text)") } }
        switch opened.letter {
        case .report(let report):
            lines = ["== \(opened.id.number) 检举控告 report"]
            add("涉及 whom", report.accused)
            add("署名 signed", report.named ? report.name : "匿名 anonymous")
            add("联系 contact", report.contact)
            add("安全 safety", report.safety)
            add("封存 sealed by", report.sealedBy.rawValue)
            lines += ["", report.words]
        case .words(let words): lines = ["== \(opened.id.number) 补充 added", "", words.words]
        case .answer(let answer): lines = ["== \(opened.id.number) 答复 answer", "", answer.text]
        case .closedAnswer: lines = ["== \(opened.id.number) 答复 answer (its report is not among the files)"]
        }
        return SealedTools.shown(lines.joined(separator: "\n")) + "\n"
    }
}

/// Seals an answer.
struct SealedAnswer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Seal an answer to the reporter; paste it into the report's page.")

    @OptionGroup var key: PrivateKeyOptions

    @Option(help: ArgumentHelp("The fetched report.", valueName: "file"))
    var envelope: String

    @Option(help: ArgumentHelp("The answer's words, UTF-8.", valueName: "file"))
    var textFile: String

    @Option(help: ArgumentHelp("Write to this new file and not to standard output.", valueName: "file"))
    var out: String?

    func run() throws {
        guard let data = FileManager.default.contents(atPath: textFile),
            let text = String(data: data, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines),
            !text.isEmpty
        else { throw Trouble(.file, "\(textFile) holds no words in UTF-8") }
        let pieces = try SealedTools.pieces(in: [envelope])
        try SealedOutput.give(try SealedTools.answer(text, to: pieces, with: try key.open()), to: out)
    }
}

/// Seals a report to another organ.
struct SealedReaddress: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readdress",
        abstract: "Seal a fetched report to another organ's public key; two persons then agree on the report's page.")

    @OptionGroup var key: PrivateKeyOptions

    @Option(help: ArgumentHelp("The other organ's public key.", valueName: "file"))
    var to: String

    @Option(help: ArgumentHelp("Write to this new file and not to standard output.", valueName: "file"))
    var out: String?

    @Argument(help: "The fetched report.")
    var envelope: String

    func run() throws {
        let pieces = try SealedTools.pieces(in: [envelope])
        try SealedOutput.give(try SealedTools.readdress(pieces, from: try key.open(), toFile: to), to: out)
    }
}

/// Where sealed text goes.
enum SealedOutput {
    static func give(_ text: String, to path: String?) throws {
        guard let path else { return print(text, terminator: "") }
        try SealedTools.write(text, to: path)
        print(path)
    }
}
