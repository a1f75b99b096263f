internal import Foundation

/// Where a store is, as a setting names it.
public enum DatabaseTarget: Hashable, Sendable {
    /// A SQLite file.
    case sqlite(path: String)
    /// A PostgreSQL database, as libpq reads its address.
    case postgres(url: String)

    /// Reads `sqlite:PATH` or `postgres://…`; `nil` for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
            self = .sqlite(path: path)
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(url: text)
        } else {
            return nil
        }
    }

    /// The address without its password, for people to read.
    public var shown: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let url): Self.withoutPassword(url)
        }
    }

    /// Whether the address itself holds a password.
    public var holdsPassword: Bool {
        switch self {
        case .sqlite: false
        case .postgres(let url): Self.withoutPassword(url) != url
        }
    }

    /// Where the key lies when no setting says so.
    var keyFile: String {
        switch self {
        case .sqlite(let path): path + ".key"
        case .postgres: "data/installation.key"
        }
    }

    /// Where the list of erasures lies when no setting says so.
    var erasureList: String {
        switch self {
        case .sqlite(let path): path + ".erasures"
        case .postgres: "data/installation.erasures"
        }
    }

    /// Where files of matters are when no setting says so.
    var attachmentStore: FileStoreTarget {
        switch self {
        case .sqlite(let path): .folder(path + ".files")
        case .postgres: .database
        }
    }

    /// The address without its password, and the password, for tools that take it from the environment.
    static func apart(_ url: String) -> (url: String, password: String?) {
        guard let scheme = url.firstRange(of: "://") else { return (url, nil) }
        var password: String?
        var rest = String(url[scheme.upperBound...])
        let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) ?? rest.endIndex
        if let at = rest[..<end].lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":") {
            password = rest[rest.index(after: colon)..<at].removingPercentEncoding
            rest.removeSubrange(colon..<at)
        }
        if let question = rest.firstIndex(of: "?") {
            let fields = rest[rest.index(after: question)...].split(separator: "&").map(String.init)
            let secret = fields.first { $0.hasPrefix("password=") }
            if let secret { password = secret.dropFirst("password=".count).removingPercentEncoding }
            let kept = fields.filter { !$0.hasPrefix("password=") }
            rest = rest[..<question] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        }
        return (url[..<scheme.upperBound] + rest, password)
    }

    /// Replaces a password after `user:` and in a `password=` parameter.
    static func withoutPassword(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        var rest = String(url[scheme.upperBound...])
        let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) ?? rest.endIndex
        if let at = rest[..<end].lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":") {
            rest.replaceSubrange(colon..<at, with: ":***")
        }
        if let question = rest.firstIndex(of: "?") {
            let fields = rest[rest.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
            let shown = fields.map {
                $0.hasPrefix("password=") || $0.hasPrefix("sslpassword=") ? "password=***" : String($0)
            }
            rest = rest[...question] + shown.joined(separator: "&")
        }
        return url[..<scheme.upperBound] + rest
    }
}
