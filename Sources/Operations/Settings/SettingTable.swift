/// One setting as data: the same table feeds flags, `jiaxin config`, and `docs/settings.md`.
public struct Setting: Hashable, Sendable, CaseIterable {
    /// The key in a settings file.
    public let key: String
    /// What holds when nobody says otherwise; in words where it depends on something else.
    public let fallback: String
    /// What it means.
    public let meaning: String
    /// Whether its value may hold a secret and is shown shortened.
    public let isSecret: Bool

    init(_ key: String, default fallback: String, isSecret: Bool = false, _ meaning: String) {
        self.key = key
        self.fallback = fallback
        self.meaning = meaning
        self.isSecret = isSecret
    }

    /// The option on the command line, `--public-url`.
    public var flag: String { "--" + words.joined(separator: "-") }

    /// The environment variable, `JIAXIN_PUBLIC_URL`.
    public var variable: String { "JIAXIN_" + words.joined(separator: "_").uppercased() }

    private var words: [String] {
        var out: [String] = []
        var previousIsSmall = false
        for character in key {
            if character.isUppercase, previousIsSmall { out.append("") }
            if out.isEmpty { out.append("") }
            out[out.count - 1] += character.lowercased()
            previousIsSmall = character.isLowercase
        }
        return out
    }
}

extension Setting {
    /// Where the store is.
    public static let database = Setting(
        "database", default: "sqlite:data/county.sqlite", isSecret: true,
        "`sqlite:PATH` or `postgres://user@host/name?…`; a password belongs into `~/.pgpass`, the environment or the "
            + "file, never on the command line")
    /// PostgreSQL's schema.
    public static let schema = Setting("schema", default: "jiaxin", "the county's schema in PostgreSQL")
    /// Connections to PostgreSQL, readers of SQLite.
    public static let poolSize = Setting(
        "poolSize", default: "8 (PostgreSQL), 4 (SQLite)", "connections to PostgreSQL, or readers of the SQLite file")
    /// The installation key.
    public static let keyFile = Setting(
        "keyFile", default: "PATH.key beside the SQLite file; data/installation.key",
        "the file with the installation key; made once, for an empty store, readable by its owner only")
    /// Who was erased.
    public static let erasureList = Setting(
        "erasureList", default: "PATH.erasures beside the SQLite file; data/installation.erasures",
        "the file that lists erasures, one a line, so that an older backup forgets again")
    /// Where files of matters are.
    public static let attachmentStore = Setting(
        "attachmentStore", default: "folder:PATH.files beside the SQLite file; database (PostgreSQL)",
        "`folder:PATH` or `database`: where files of matters are kept, encrypted; several servers need `database` or a "
            + "folder that all of them share")
    /// The largest file.
    public static let attachmentMegabytes = Setting(
        "attachmentMegabytes", default: "100", "the largest file that can be sent, in megabytes (1 to 2000)")
    /// Who receives reports against officials.
    public static let sealedKey = Setting(
        "sealedKey", default: "none: reports are only shown where to go",
        "files with the public keys of the organs that receive sealed reports, separated by commas: the first receives, the "
            + "others are former keys and organs that a report can be sent on to")
    /// The address of the server.
    public static let listen = Setting("listen", default: "127.0.0.1:8080", "host and port to listen on")
    /// The address that residents type.
    public static let publicURL = Setting(
        "publicURL", default: "http:// and the listening address",
        "how residents reach the portal; stands on slips; `https://` makes cookies secure")
    /// Proxies whose word on addresses counts.
    public static let trustedProxies = Setting(
        "trustedProxies", default: "none",
        "addresses of proxies whose `X-Forwarded-For` is believed, separated by commas")
    /// The county's name.
    public static let countyName = Setting("countyName", default: "清河县", "the county's name in Chinese")
    /// The county's English name.
    public static let countyNameEnglish = Setting(
        "countyNameEnglish", default: "Qinghe County", "the county's name in English")
    /// The telephone number for everything.
    public static let hotline = Setting("hotline", default: "12345", "the telephone number shown on every page")
    /// When staff are signed out.
    public static let idleMinutes = Setting(
        "idleMinutes", default: "30", "minutes without a request after which staff sign in again (5 to 720)")
    /// Who gives a one-time code.
    public static let secondFactor = Setting(
        "secondFactor", default: "required",
        "`required`: administrators and approvers give a one-time code beside the password; `offered`: whoever wants to"
    )
    /// Where else staff sign in.
    public static let openidIssuer = Setting(
        "openidIssuer", default: "none: passwords alone",
        "the provider at which staff sign in by OpenID Connect, exactly as it names itself; `https://`, or `http://` on "
            + "this machine")
    /// This installation's name at the provider.
    public static let openidClientID = Setting(
        "openidClientID", default: "none", "under which name the provider knows this installation")
    /// This installation's secret at the provider.
    public static let openidSecretFile = Setting(
        "openidSecretFile", default: "none: the provider asks for no secret",
        "the file with this installation's secret at the provider, readable by its owner only")
    /// What people call the provider.
    public static let openidName = Setting(
        "openidName", default: "统一身份认证", "what the button calls the provider, in Chinese")
    /// What people call the provider in English.
    public static let openidNameEnglish = Setting(
        "openidNameEnglish", default: "single sign-on", "what the button calls the provider, in English")
    /// Who is linked at the first sign-in.
    public static let openidLinkBy = Setting(
        "openidLinkBy", default: "none",
        "the claim that holds the sign-in name (`preferred_username`, say): whoever comes for the first time is linked by it, "
            + "administrators and approvers excepted; `none`: links are made by hand. Only for a provider at which people "
            + "cannot change this claim themselves")
    /// Which word of the provider counts as a second factor.
    public static let openidSecondFactor = Setting(
        "openidSecondFactor", default: "none",
        "`acr:VALUE` or `amr:VALUE,…`: a token that says so counts as a second factor; `none`: the one-time code is asked "
            + "for here")
    /// Who may still sign in with a password.
    public static let passwordSignIn = Setting(
        "passwordSignIn", default: "always",
        "`always`, or `emergencyOnly`: passwords let in administrators, and everybody else while the provider does not answer"
    )
    /// The certificate of the proxy that ends TLS.
    public static let certificateFile = Setting(
        "certificateFile", default: "none",
        "the certificate of the public address, so that `jiaxin health` can say how long it lasts; read only")
    /// When reports are made.
    public static let reportHour = Setting(
        "reportHour", default: "7",
        "the hour from which weekly (Monday) and monthly (the first) reports are made (0 to 23)")
    /// Pictures under the map.
    public static let tileURL = Setting(
        "tileURL", default: "none: the map shows the county's own boundaries alone",
        "pictures under the map of townships, `https://host/{z}/{x}/{y}.png`; browsers of staff then ask that host, and only "
            + "the page of the map may")
    /// Who made the pictures.
    public static let tileSource = Setting(
        "tileSource", default: "none", "who made the pictures under the map, as their licence asks")
    /// Letters from one address.
    public static let lettersPerHour = Setting(
        "lettersPerHour", default: "60", "letters that one address may send in an hour; 0 does not limit")
    /// Attempts with number and code.
    public static let attemptsPerMinute = Setting(
        "attemptsPerMinute", default: "20",
        "attempts of one address to follow a matter or to sign in, in a minute; 0 does not limit")
    /// How much is logged.
    public static let logLevel = Setting(
        "logLevel", default: "info", "`trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`")
    /// How it is written.
    public static let logFormat = Setting("logFormat", default: "json", "`json` (one object a line) or `text`")
    /// Whether answers tell what they cost.
    public static let debugHeaders = Setting(
        "debugHeaders", default: "false", "`true` adds headers with the number of queries and the time taken")

    /// All settings, in the order of the documentation.
    public static let allCases: [Setting] = [
        database, schema, poolSize, keyFile, erasureList, attachmentStore, attachmentMegabytes,
        sealedKey, listen, publicURL, trustedProxies, countyName,
        countyNameEnglish, hotline, idleMinutes, secondFactor, openidIssuer, openidClientID, openidSecretFile,
        openidName, openidNameEnglish, openidLinkBy, openidSecondFactor, passwordSignIn, certificateFile, reportHour,
        tileURL, tileSource, lettersPerHour, attemptsPerMinute, logLevel, logFormat, debugHeaders,
    ]

    /// The table of `docs/settings.md`.
    public static var markdown: String {
        var out = "| key in the file | flag | environment | default | meaning |\n|---|---|---|---|---|\n"
        for setting in allCases {
            out += "| `\(setting.key)` | `\(setting.flag)` | `\(setting.variable)` | \(setting.fallback) | "
            out += "\(setting.meaning) |\n"
        }
        return out
    }
}
