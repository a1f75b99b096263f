import ArgumentParser
import Operations

/// Where a passphrase comes from.
struct PassphraseOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("The file whose first line is the passphrase; asked for when left out.", valueName: "file"))
    var passphraseFile: String?

    func passphrase(isNew: Bool) throws -> String {
        try passphraseFile.map { try Terminal.secret(fromFile: $0) }
            ?? Terminal.secret("passphrase of the backup", isNew: isNew)
    }
}

/// Writes a backup.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a complete copy of the store while it stays in use.",
        discussion: """
            Makes a new folder with the store as of one moment, the list of erasures, a manifest with checksums, and the \
            installation key wrapped under a passphrase. Keep the passphrase apart from the backup.

            Examples:
              jiaxin backup /backup/county-2026-05-06.jiaxin-backup --database sqlite:data/county.sqlite
              jiaxin backup /backup/today --passphrase-file /root/backup-passphrase
            """)

    @Argument(help: "The folder to make.")
    var target: String

    @OptionGroup var secret: PassphraseOption
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let settings = try store.settings()
        let passphrase = try secret.passphrase(isNew: true)
        let progress = ProgressLine("copying pages")
        let started = ContinuousClock.now
        defer { progress.finish() }
        try await Backup(settings).run(to: target, passphrase: passphrase) { progress.show($0, of: $1) }
        progress.finish()
        await NotedRun.note("backup", settings)
        print("backup written to \(target) in \(started.duration(to: .now).inSeconds) s")
    }
}

/// Brings a backup back.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a backup back into an empty place, forget again who was erased, and verify.",
        discussion: """
            Refuses a store or a key file that exists. Residents who were erased after the backup was made stay erased \
            when the newer list is there: as the erasure list of the settings, or named by --erasures.

            Example:
              jiaxin restore /backup/county-2026-05-06.jiaxin-backup --database sqlite:data/restored.sqlite
            """)

    @Argument(help: "The backup's folder.")
    var source: String

    @Option(help: ArgumentHelp("A newer list of erasures.", valueName: "file"))
    var erasures: String?

    @OptionGroup var secret: PassphraseOption
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let settings = try store.settings()
        let passphrase = try secret.passphrase(isNew: false)
        let parts = ProgressParts()
        defer { parts.finish() }
        let summary = try await Restore(settings).run(from: source, passphrase: passphrase, erasures: erasures) {
            parts.show($0, $1, $2)
        }
        parts.finish()
        print("restored to \(settings.database.shown); erased again: \(summary.erasedAgain)")
        try VerifyCommand.tell(summary.verification)
    }
}
