internal import Configuration
internal import Foundation
internal import Logging
internal import Yams

extension Settings {
    /// Reads settings from flags, environment, file and defaults, in this order, and checks all of them.
    ///
    /// - Parameters:
    ///   - flags: what the command line says, by key.
    ///   - environment: the process's variables.
    ///   - file: the path of a YAML or JSON file, where one is named.
    /// - Throws: `SettingsError` with everything that is wrong.
    public static func read(
        flags: [String: String], environment: [String: String], file: String? = nil
    ) throws(SettingsError) -> Settings {
        let fileValues = try file.map { path throws(SettingsError) in try values(ofFile: path) } ?? [:]
        let variables = Dictionary(
            uniqueKeysWithValues: Setting.allCases.compactMap { setting in
                // An empty variable counts as none: that is how a unit file or a shell switches one off.
                environment[setting.variable].flatMap { $0.isEmpty ? nil : (setting.key, $0) }
            })
        let reader = SettingsReader(sources: [
            ("flag", Self.provider("flags", flags)), ("environment", Self.provider("environment", variables)),
            ("file", Self.provider("file", fileValues)),
        ])
        return try reader.settings()
    }

    private static func provider(_ name: String, _ values: [String: String]) -> InMemoryProvider {
        InMemoryProvider(
            name: name,
            values: Dictionary(
                uniqueKeysWithValues: values.map { key, value in
                    let isSecret = Setting.allCases.first { $0.key == key }?.isSecret ?? true
                    return (AbsoluteConfigKey([key]), ConfigValue(.string(value), isSecret: isSecret))
                }))
    }

    /// Reads a settings file; JSON is a form of YAML, so one reader serves both.
    private static func values(ofFile path: String) throws(SettingsError) -> [String: String] {
        func fail(_ key: String, _ reason: String) -> SettingsError {
            SettingsError(problems: [.init(key: key, source: path, reason: reason)])
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw fail("--config", "the file cannot be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw fail("--config", "the file is not UTF-8")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw fail("--config", "the file is neither YAML nor JSON")
        }
        guard let node else { return [:] }
        guard let mapping = node.mapping else { throw fail("--config", "the file must hold keys and values") }
        var out: [String: String] = [:]
        var problems: [SettingsError.Problem] = []
        for (key, value) in mapping {
            let name = key.string ?? "?"
            let place = "\(path), line \(key.mark?.line ?? 1)"
            if !Setting.allCases.contains(where: { $0.key == name }) {
                problems.append(.init(key: name, source: place, reason: "there is no such setting"))
            } else if let text = value.scalar?.string {
                out[name] = text
            } else if let list = value.sequence, list.allSatisfy({ $0.scalar != nil }) {
                out[name] = list.compactMap(\.scalar?.string).joined(separator: ",")
            } else {
                problems.append(.init(key: name, source: place, reason: "must be one value or a list of values"))
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return out
    }
}

/// Turns the texts of all sources into checked values, collecting what is wrong.
final class SettingsReader {
    private let sources: [(name: String, provider: InMemoryProvider)]
    private let reader: ConfigReader
    var problems: [SettingsError.Problem] = []
    private(set) var origins: [Settings.Origin] = []

    init(sources: [(name: String, provider: InMemoryProvider)]) {
        self.sources = sources
        self.reader = ConfigReader(providers: sources.map(\.provider))
    }

    func settings() throws(SettingsError) -> Settings {
        let database = value(.database, DatabaseTarget.sqlite(path: "data/county.sqlite"), show: { $0.shown }) {
            text, source in
            guard let target = DatabaseTarget(text) else { return .failure("must be sqlite:PATH or postgres://…") }
            guard source != "flag" || !target.holdsPassword else {
                return .failure("a password on the command line can be read by others; use JIAXIN_DATABASE or the file")
            }
            return .success(target)
        }
        var isPostgres = false
        if case .postgres = database { isPostgres = true }
        let listen = value(.listen, ("127.0.0.1", 8080), show: { Self.address($0.0, $0.1) }) { text, _ in
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65_535).contains(port), colon > text.startIndex
            else { return .failure("must be host:port, such as 127.0.0.1:8080") }
            let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            return .success((host, port))
        }
        let publicURL = value(.publicURL, "http://\(Self.address(listen.0, listen.1))", show: { $0 }) { text, _ in
            guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil else {
                return .failure("must begin with http:// or https:// and a host")
            }
            return .success(text.hasSuffix("/") ? String(text.dropLast()) : text)
        }
        let provider = self.provider(publicURL: publicURL)
        let settings = Settings(
            database: database,
            schema: text(
                .schema, "jiaxin",
                matching: { name in
                    !name.isEmpty && name.utf8.count < 64 && !name.utf8.contains(0)
                }, "must be a name of at most 63 bytes"),
            poolSize: number(.poolSize, isPostgres ? 8 : 4, in: 1...256),
            keyFile: text(.keyFile, database.keyFile), erasureList: text(.erasureList, database.erasureList),
            attachmentStore: value(.attachmentStore, database.attachmentStore, show: { $0.shown }) { text, _ in
                guard let target = FileStoreTarget(text) else { return .failure("must be folder:PATH or database") }
                return .success(target)
            },
            attachmentMegabytes: number(.attachmentMegabytes, 100, in: 1...2_000),
            sealedKeys: value(.sealedKey, [], show: { $0.joined(separator: ",") }) { text, _ in
                let paths = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                guard !paths.isEmpty, !paths.contains("") else {
                    return .failure("must be paths of files, separated by commas")
                }
                return .success(paths)
            },
            host: listen.0, port: listen.1,
            publicURL: publicURL,
            trustedProxies: value(.trustedProxies, [], show: { $0.joined(separator: ",") }) { text, _ in
                let list = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                let allowed = CharacterSet(charactersIn: "0123456789abcdefABCDEF.:/")
                guard list.allSatisfy({ !$0.isEmpty && $0.unicodeScalars.allSatisfy(allowed.contains) }) else {
                    return .failure("must be addresses, separated by commas")
                }
                return .success(list)
            },
            countyName: text(.countyName, "清河县"), countyNameEnglish: text(.countyNameEnglish, "Qinghe County"),
            hotline: text(.hotline, "12345"), idleMinutes: number(.idleMinutes, 30, in: 5...720),
            requiresSecondFactor: value(.secondFactor, true, show: { $0 ? "required" : "offered" }) { text, _ in
                switch text {
                case "required": .success(true)
                case "offered": .success(false)
                default: .failure("must be required or offered")
                }
            },
            provider: provider,
            passwordIsForEmergencies: value(.passwordSignIn, false, show: { $0 ? "emergencyOnly" : "always" }) {
                text, _ in
                switch text {
                case "always": .success(false)
                case "emergencyOnly" where provider != nil: .success(true)
                case "emergencyOnly": .failure("needs a provider: set openidIssuer")
                default: .failure("must be always or emergencyOnly")
                }
            },
            certificateFile: value(.certificateFile, nil, show: { $0 ?? "none" }) { text, _ in .success(text) },
            reportHour: number(.reportHour, 7, in: 0...23),
            tileURL: value(.tileURL, nil, show: { $0 ?? "none" }) { text, _ in
                Settings.tileOrigin(text) == nil
                    ? .failure("must be https://host/… with {z}, {x} and {y}") : .success(text)
            },
            tileSource: value(.tileSource, nil, show: { $0 ?? "none" }) { text, _ in .success(text) },
            lettersPerHour: number(.lettersPerHour, 60, in: 0...1_000_000),
            attemptsPerMinute: number(.attemptsPerMinute, 20, in: 0...1_000_000),
            logLevel: value(.logLevel, Logger.Level.info, show: { $0.rawValue }) { text, _ in
                guard let level = Logger.Level(rawValue: text) else { return .failure("is no level") }
                return .success(level)
            },
            logsJSON: value(.logFormat, true, show: { $0 ? "json" : "text" }) { text, _ in
                switch text {
                case "json": .success(true)
                case "text": .success(false)
                default: .failure("must be json or text")
                }
            },
            debugHeaders: value(.debugHeaders, false, show: { "\($0)" }) { text, _ in
                switch text {
                case "true", "yes", "on", "1": .success(true)
                case "false", "no", "off", "0": .success(false)
                default: .failure("must be true or false")
                }
            },
            origins: origins.sorted { Self.position($0.setting) < Self.position($1.setting) })
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return settings
    }

    private static func position(_ setting: Setting) -> Int { Setting.allCases.firstIndex(of: setting) ?? 0 }

    private static func address(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    enum Reading<T> {
        case success(T)
        case failure(String)
    }

    func value<T>(
        _ setting: Setting, _ fallback: T, show: (T) -> String, _ read: (String, String) -> Reading<T>
    ) -> T {
        let key = ConfigKey([setting.key])
        guard let text = reader.string(forKey: key, isSecret: setting.isSecret) else {
            origins.append(.init(setting: setting, shown: show(fallback), source: "default"))
            return fallback
        }
        let source =
            sources.first { _, provider in
                (try? provider.value(forKey: AbsoluteConfigKey([setting.key]), type: .string))?.value != nil
            }?.name ?? "default"
        switch read(text, source) {
        case .success(let value):
            origins.append(.init(setting: setting, shown: show(value), source: source))
            return value
        case .failure(let reason):
            problems.append(.init(key: setting.key, source: source, reason: reason))
            return fallback
        }
    }

    func text(
        _ setting: Setting, _ fallback: String, matching isGood: @escaping (String) -> Bool = { !$0.isEmpty },
        _ reason: String = "must not be empty"
    ) -> String {
        value(setting, fallback, show: { $0 }) { text, _ in isGood(text) ? .success(text) : .failure(reason) }
    }

    private func number(_ setting: Setting, _ fallback: Int, in range: ClosedRange<Int>) -> Int {
        value(setting, fallback, show: { "\($0)" }) { text, _ in
            guard let number = Int(text), range.contains(number) else {
                return .failure("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .success(number)
        }
    }
}
