import ArgumentParser
import Foundation
import Operations

/// Which store, and where its settings come from; the same for every command.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A settings file in YAML or JSON.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("sqlite:PATH or postgres://user@host/name (no password here).", valueName: "address"))
    var database: String?

    @Option(help: ArgumentHelp("The county's schema in PostgreSQL.", valueName: "name"))
    var schema: String?

    @Option(help: ArgumentHelp("Connections or readers.", valueName: "number"))
    var poolSize: String?

    @Option(help: ArgumentHelp("The file with the installation key.", valueName: "file"))
    var keyFile: String?

    @Option(help: ArgumentHelp("The file that lists erasures.", valueName: "file"))
    var erasureList: String?

    @Option(help: ArgumentHelp("folder:PATH or database: where files of matters are.", valueName: "place"))
    var attachmentStore: String?

    var flags: [String: String] {
        let all = [
            Setting.database.key: database, Setting.schema.key: schema, Setting.poolSize.key: poolSize,
            Setting.keyFile.key: keyFile, Setting.erasureList.key: erasureList,
            Setting.attachmentStore.key: attachmentStore,
        ]
        return all.compactMapValues { $0 }
    }

    func settings(adding more: [String: String] = [:]) throws -> Settings {
        try Settings.read(
            flags: flags.merging(more) { _, new in new }, environment: ProcessInfo.processInfo.environment, file: config
        )
    }
}

/// The settings of the server.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Host and port to listen on.", valueName: "host:port"))
    var listen: String?

    @Option(name: .customLong("public-url"), help: ArgumentHelp("How residents reach the portal.", valueName: "url"))
    var publicURL: String?

    @Option(help: ArgumentHelp("Public keys of organs that receive sealed reports, by commas.", valueName: "files"))
    var sealedKey: String?

    @Option(help: ArgumentHelp("Addresses of proxies that are believed, separated by commas.", valueName: "list"))
    var trustedProxies: String?

    @Option(help: ArgumentHelp("The county's name in Chinese.", valueName: "name"))
    var countyName: String?

    @Option(help: ArgumentHelp("The county's name in English.", valueName: "name"))
    var countyNameEnglish: String?

    @Option(help: ArgumentHelp("The telephone number on every page.", valueName: "number"))
    var hotline: String?

    @Option(help: ArgumentHelp("Minutes after which staff sign in again.", valueName: "number"))
    var idleMinutes: String?

    @Option(help: ArgumentHelp("required or offered: one-time codes beside passwords.", valueName: "rule"))
    var secondFactor: String?

    @OptionGroup var provider: ProviderOptions

    @Option(help: ArgumentHelp("The certificate of the public address, for `health`.", valueName: "file"))
    var certificateFile: String?
    @Option(help: ArgumentHelp("The hour from which weekly and monthly reports are made.", valueName: "hour"))
    var reportHour: String?

    @Option(name: .customLong("tile-url"), help: ArgumentHelp("Pictures under the map of townships.", valueName: "url"))
    var tileURL: String?

    @Option(help: ArgumentHelp("Who made the pictures under the map.", valueName: "words"))
    var tileSource: String?

    @Option(help: ArgumentHelp("The largest file that can be sent.", valueName: "megabytes"))
    var attachmentMegabytes: String?

    @Option(help: ArgumentHelp("Letters of one address in an hour; 0 does not limit.", valueName: "number"))
    var lettersPerHour: String?

    @Option(help: ArgumentHelp("Attempts of one address in a minute; 0 does not limit.", valueName: "number"))
    var attemptsPerMinute: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("json or text.", valueName: "form"))
    var logFormat: String?

    @Option(help: ArgumentHelp("true adds headers with the cost of each page.", valueName: "true|false"))
    var debugHeaders: String?

    var flags: [String: String] {
        let all = [
            Setting.listen.key: listen, Setting.publicURL.key: publicURL, Setting.sealedKey.key: sealedKey,
            Setting.trustedProxies.key: trustedProxies,
            Setting.countyName.key: countyName, Setting.countyNameEnglish.key: countyNameEnglish,
            Setting.hotline.key: hotline, Setting.idleMinutes.key: idleMinutes,
            Setting.certificateFile.key: certificateFile,
            Setting.reportHour.key: reportHour, Setting.tileURL.key: tileURL, Setting.tileSource.key: tileSource,
            Setting.secondFactor.key: secondFactor, Setting.attachmentMegabytes.key: attachmentMegabytes,
            Setting.lettersPerHour.key: lettersPerHour, Setting.attemptsPerMinute.key: attemptsPerMinute,
            Setting.logLevel.key: logLevel, Setting.logFormat.key: logFormat, Setting.debugHeaders.key: debugHeaders,
        ]
        return all.compactMapValues { $0 }.merging(provider.flags) { mine, _ in mine }
    }
}
