import ArgumentParser
import Operations

/// Links somebody to their account at the provider.
struct StaffLinkOpenID: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link-openid",
        abstract: "Link somebody to their account at the provider of sign-ins, in place of the one before.",
        discussion: "The provider shows the subject (`sub`) of an account; it is not the name that people type there.")
    @Option(help: "Their sign-in name.") var name: String
    @Option(help: "The account, as the provider names it: the claim sub.") var subject: String
    @Option(
        name: .customLong("issuer"),
        help: ArgumentHelp("The provider; the one of the settings when left out.", valueName: "url"))
    var issuer: String?
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await StaffCommand.work(store, for: .existing) {
            try await $0.linkOpenID(name, subject: subject, issuer: issuer)
        }
    }
}

/// Takes a link away.
struct StaffUnlinkOpenID: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink-openid",
        abstract: "Take somebody's link to the provider of sign-ins away; their sessions end.")
    @Option(help: "Their sign-in name.") var name: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await StaffCommand.work(store, for: .existing) { try await $0.unlinkOpenID(name) }
    }
}
