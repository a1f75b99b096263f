internal import Crypto
internal import Kernel
internal import NIOCore

/// Styles, scripts and pictures, in memory from the start. Their address changes with their content, so browsers may
/// keep them for good.
public struct AssetStore: Sendable {
    /// One file.
    struct Asset: Sendable {
        let body: ByteBuffer
        let contentType: String

        init(_ bytes: [UInt8], contentType: String) {
            body = ByteBuffer(bytes: bytes)
            self.contentType = contentType
        }
    }

    /// Names all files' content.
    public let version: String
    let assets: [String: Asset]

    /// The one stylesheet: all styles in the order of their names.
    static let stylesheetName = "jiaxin.css"

    /// Files of Debian's packages, which gets their security fixes for us: where they are, and which package has them.
    static let libraries: [(name: String, path: String, package: String)] = [
        ("chart.min.js", "/usr/share/javascript/chart.js/chart.min.js", "libjs-chart.js"),
        ("leaflet.min.js", "/usr/share/javascript/leaflet/leaflet.min.js", "libjs-leaflet"),
        ("leaflet.css", "/usr/share/javascript/leaflet/leaflet.css", "libjs-leaflet"),
    ]

    init(_ resources: WebResources) throws {
        var assets: [String: Asset] = [:]
        var styles: [UInt8] = []
        for name in try resources.files(in: "Styles") where name.hasSuffix(".css") {
            styles += try resources.bytes("Styles/\(name)") + [0x0A]
        }
        assets[Self.stylesheetName] = Asset(styles, contentType: "text/css; charset=utf-8")
        for name in try resources.files(in: "Assets") where !name.contains("/") {
            assets[name] = Asset(try resources.bytes("Assets/\(name)"), contentType: Self.contentType(of: name))
        }
        for library in Self.libraries {
            guard let bytes = WebResources.libraryBytes(library.path) else {
                throw MissingLibrary(path: library.path, package: library.package)
            }
            assets[library.name] = Asset(bytes, contentType: Self.contentType(of: library.name))
        }
        var hash = SHA256()
        for (name, asset) in assets.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Array(name.utf8))
            hash.update(data: Array(asset.body.readableBytesView))
        }
        version = String(hexadecimal(hash.finalize()).prefix(10))
        self.assets = assets
    }

    /// The address of a file.
    public func url(_ name: String) -> String { "/assets/\(version)/\(name)" }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg": "image/jpeg"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "json", "webmanifest": "application/json"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}

/// A library that pages need is not installed; the server does not start without it.
public struct MissingLibrary: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The Debian package that has it.
    public let package: String
    /// What is missing and what to do.
    public var description: String {
        "cannot read \(path): install the Debian package \(package) (scripts/packages.sh run installs all that is needed)"
    }
}
