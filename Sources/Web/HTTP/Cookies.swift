internal import HTTPTypes

/// The cookies that a browser sent.
struct CookieJar: Sendable {
    private let values: [(name: Substring, value: Substring)]
    private let prefix: String

    init(_ headers: [String], isSecure: Bool) {
        prefix = Self.prefix(isSecure: isSecure)
        values = headers.flatMap { header in
            header.split(separator: ";").prefix(60).compactMap { part in
                let pair = part.drop { $0 == " " }
                guard let equals = pair.firstIndex(of: "=") else { return nil }
                return (pair[..<equals], pair[pair.index(after: equals)...])
            }
        }
    }

    /// A cookie of ours by its plain name.
    subscript(name: String) -> String? {
        let full = prefix + name
        return values.first { $0.name == full }.map { String($0.value) }
    }

    static func prefix(isSecure: Bool) -> String { isSecure ? "__Host-" : "" }
}

/// A cookie to be set: always `HttpOnly`, `SameSite=Lax` and for the whole site; on an encrypted line also `Secure`
/// and with the `__Host-` prefix, so that no other host can set it.
public struct SiteCookie: Hashable, Sendable {
    /// The plain name.
    public let name: String
    /// The value: letters, digits, dashes and dots only.
    public let value: String
    /// How long it lasts; `nil` until the browser is closed.
    public let seconds: Int?

    /// A cookie.
    public init(name: String, value: String, seconds: Int? = nil) {
        self.name = name
        self.value = value
        self.seconds = seconds
    }

    /// Takes a cookie away.
    public static func removal(of name: String) -> SiteCookie { SiteCookie(name: name, value: "", seconds: 0) }

    func header(isSecure: Bool) -> String {
        let safe = value.utf8.filter { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        var out = "\(CookieJar.prefix(isSecure: isSecure))\(name)=\(String(decoding: safe, as: UTF8.self)); Path=/"
        if let seconds { out += "; Max-Age=\(seconds)" }
        return out + "; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}

/// How somebody wants to read: from cookies, or from the address, which then also sets the cookie.
public struct Preferences: Hashable, Sendable {
    /// The colours.
    public enum Theme: String, Hashable, Sendable, CaseIterable {
        /// As the device has them.
        case auto
        /// Dark on light.
        case light
        /// Light on dark.
        case dark
    }

    /// The language.
    public var language: Language
    /// The colours.
    public var theme: Theme
    /// Large print.
    public var isLarge: Bool
    /// What the address asked for and is to be remembered.
    var changes: [SiteCookie] = []

    init(cookies: CookieJar, query: Form, acceptLanguage: String?) {
        language = cookies["lang"].flatMap { Language(code: $0) } ?? Language(acceptLanguage: acceptLanguage)
        theme = cookies["theme"].flatMap(Theme.init(rawValue:)) ?? .auto
        isLarge = cookies["large"] == "1"
        if let asked = query["lang"].flatMap({ Language(code: $0) }) {
            language = asked
            changes.append(languageCookie)
        }
        if let asked = query["theme"].flatMap(Theme.init(rawValue:)) {
            theme = asked
            changes.append(themeCookie)
        }
        if query["large"] != nil {
            isLarge = query.flag("large")
            changes.append(largeCookie)
        }
    }

    private static let year = 31_536_000

    private var languageCookie: SiteCookie {
        SiteCookie(name: "lang", value: language.rawValue, seconds: Self.year)
    }
    private var themeCookie: SiteCookie { SiteCookie(name: "theme", value: theme.rawValue, seconds: Self.year) }
    private var largeCookie: SiteCookie { SiteCookie(name: "large", value: isLarge ? "1" : "0", seconds: Self.year) }

    /// The cookies that remember all three; for the settings page.
    public var cookies: [SiteCookie] { [languageCookie, themeCookie, largeCookie] }
}
