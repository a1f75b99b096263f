import ArgumentParser
import Operations

/// Signing in at a provider.
struct ProviderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The provider at which staff sign in, exactly as it names itself.", valueName: "url"))
    var openidIssuer: String?

    @Option(
        name: .customLong("openid-client-id"),
        help: ArgumentHelp("Under which name the provider knows this installation.", valueName: "name"))
    var openidClientID: String?

    @Option(help: ArgumentHelp("The file with this installation's secret at the provider.", valueName: "file"))
    var openidSecretFile: String?

    @Option(help: ArgumentHelp("What the button calls the provider, in Chinese.", valueName: "name"))
    var openidName: String?

    @Option(help: ArgumentHelp("What the button calls the provider, in English.", valueName: "name"))
    var openidNameEnglish: String?

    @Option(help: ArgumentHelp("none, or the claim that holds the sign-in name.", valueName: "claim"))
    var openidLinkBy: String?

    @Option(help: ArgumentHelp("none, acr:VALUE or amr:VALUE,…: what counts as a second factor.", valueName: "rule"))
    var openidSecondFactor: String?

    @Option(help: ArgumentHelp("always or emergencyOnly.", valueName: "rule"))
    var passwordSignIn: String?

    var flags: [String: String] {
        let all = [
            Setting.openidIssuer.key: openidIssuer, Setting.openidClientID.key: openidClientID,
            Setting.openidSecretFile.key: openidSecretFile, Setting.openidName.key: openidName,
            Setting.openidNameEnglish.key: openidNameEnglish, Setting.openidLinkBy.key: openidLinkBy,
            Setting.openidSecondFactor.key: openidSecondFactor, Setting.passwordSignIn.key: passwordSignIn,
        ]
        return all.compactMapValues { $0 }
    }
}
