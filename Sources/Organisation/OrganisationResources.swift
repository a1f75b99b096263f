internal import Foundation

/// The files that come with this room.
enum OrganisationResources {
    struct Missing: Error, Hashable, Sendable {
        let path: String
    }

    static func text(_ path: String) throws -> String {
        // Not `resourceURL`: Foundation may or may not take the folder named Resources for the bundle's own.
        let url = Bundle.module.bundleURL.appendingPathComponent("Resources").appendingPathComponent(path)
        guard let data = try? Data(contentsOf: url) else { throw Missing(path: path) }
        return String(decoding: data, as: UTF8.self)
    }
}
