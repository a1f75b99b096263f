public import Foundation

/// The files of this room: templates, catalogues, styles and assets. All are read once, at start.
public struct WebResources: Sendable {
    /// A file or folder that is not there or cannot be read.
    public struct Missing: Error, Hashable, Sendable, CustomStringConvertible {
        /// Its path inside the resources.
        public let path: String
        /// The path.
        public var description: String { "cannot read the resource \(path)" }
    }

    private let root: URL

    /// Resources in a folder; for development, where a change of a template needs no build.
    public init(folder: URL) { root = folder }

    /// The resources that come with the program.
    public static func bundled() throws -> WebResources {
        // `resourceURL` points inside the copied folder on Linux and beside it elsewhere; the bundle itself does not move.
        WebResources(folder: Bundle.module.bundleURL.appendingPathComponent("Resources"))
    }

    /// A file's bytes.
    func bytes(_ path: String) throws -> [UInt8] {
        guard let data = try? Data(contentsOf: root.appendingPathComponent(path)) else { throw Missing(path: path) }
        return [UInt8](data)
    }

    /// The bytes of a file of an installed package; nothing where it is not installed.
    static func libraryBytes(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) }
    }

    /// The paths of all files below a folder, relative to it, in order.
    func files(in folder: String) throws -> [String] {
        let base = root.appendingPathComponent(folder)
        guard let found = FileManager.default.enumerator(atPath: base.path) else { throw Missing(path: folder) }
        var out: [String] = []
        for case let path as String in found where !(path.split(separator: "/").last ?? "").hasPrefix(".") {
            var isFolder: ObjCBool = false
            let full = base.appendingPathComponent(path).path
            if FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue {
                out.append(path)
            }
        }
        return out.sorted()
    }
}
