public import Logging
public import Organisation

/// All settings, checked.
public struct Settings: Sendable {
    /// Where the store is.
    public var database: DatabaseTarget
    /// PostgreSQL's schema.
    public var schema: String
    /// Connections or readers.
    public var poolSize: Int
    /// The file with the installation key.
    public var keyFile: String
    /// The file that lists erasures.
    public var erasureList: String
    /// Where files of matters are.
    public var attachmentStore: FileStoreTarget
    /// The largest file, in megabytes.
    public var attachmentMegabytes: Int
    /// Files with public keys of organs that receive sealed reports; the first receives.
    public var sealedKeys: [String]
    /// The host to listen on.
    public var host: String
    /// The port to listen on; 0 takes a free one.
    public var port: Int
    /// How residents reach the portal, without a slash at the end.
    public var publicURL: String
    /// Proxies whose forwarded addresses are believed.
    public var trustedProxies: [String]
    /// The county's name in Chinese.
    public var countyName: String
    /// The county's name in English.
    public var countyNameEnglish: String
    /// The telephone number on every page.
    public var hotline: String
    /// Minutes without a request after which staff sign in again.
    public var idleMinutes: Int
    /// Whether administrators and approvers must give a one-time code.
    public var requiresSecondFactor: Bool
    /// Where else staff sign in; `nil` where they have passwords alone.
    public var provider: IdentityProviderSettings?
    /// Whether passwords are for administrators, and for days on which the provider does not answer.
    public var passwordIsForEmergencies: Bool
    /// The certificate of the public address; nothing when nobody said where it is.
    public var certificateFile: String?
    /// The hour of the day from which reports are made.
    public var reportHour: Int
    /// Pictures under the map; nothing for none.
    public var tileURL: String?
    /// Who made them.
    public var tileSource: String?
    /// Letters that one address may send in an hour; 0 does not limit.
    public var lettersPerHour: Int
    /// Attempts of one address in a minute; 0 does not limit.
    public var attemptsPerMinute: Int
    /// How much is logged.
    public var logLevel: Logger.Level
    /// Whether log lines are JSON.
    public var logsJSON: Bool
    /// Whether answers tell what they cost.
    public var debugHeaders: Bool
    /// For `jiaxin config`: what is in force and where it comes from, secrets shortened.
    public var origins: [Origin]

    /// One setting in force.
    public struct Origin: Sendable, Hashable {
        /// The setting.
        public let setting: Setting
        /// Its value, without secrets.
        public let shown: String
        /// `flag`, `environment`, `file` or `default`.
        public let source: String
    }
}

/// Settings that cannot be used, all of them at once.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One fault, without any secret.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The key, or the file.
        public let key: String
        /// Where the value came from.
        public let source: String
        /// What is wrong.
        public let reason: String
        /// Key, source and reason.
        public var description: String { "\(key) (\(source)): \(reason)" }
    }

    /// At least one.
    public let problems: [Problem]
    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension Settings {
    /// The scheme and host of an address of pictures; nothing for what is none.
    static func tileOrigin(_ text: String) -> String? {
        guard ["{z}", "{x}", "{y}"].allSatisfy(text.contains), !text.contains(where: \.isWhitespace),
            let range = text.firstRange(of: "://"), ["https", "http"].contains(String(text[..<range.lowerBound]))
        else { return nil }
        let host = text[range.upperBound...].prefix { $0 != "/" }
        let isPlain = host.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || $0.properties.numericType != nil || ".-:".unicodeScalars.contains($0))
        }
        return isPlain && !host.isEmpty ? "\(text[..<range.upperBound])\(host)" : nil
    }
}
