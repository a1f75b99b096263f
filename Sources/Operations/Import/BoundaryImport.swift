internal import Casework
internal import Foundation
internal import Kernel
internal import Organisation

/// Reads outlines of areas from a GeoJSON file (`AreaOutlines`). Everything is checked before anything is written.
public struct BoundaryImport: Sendable {
    /// What was taken.
    public struct Summary: Sendable, Hashable {
        /// Areas with an outline.
        public let areas: Int
        /// Corners of all outlines.
        public let points: Int
    }

    private let installation: Installation

    /// - Parameter installation: whose map it is.
    public init(_ installation: Installation) { self.installation = installation }

    /// Replaces all outlines by those of a file.
    ///
    /// - Throws: `Trouble` with everything that is wrong, by feature.
    public func run(file: String) async throws -> Summary {
        guard let size = (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int else {
            throw Trouble(.file, "cannot read \(file)")
        }
        let most = AreaOutlines.mostBytes
        guard size <= most else {
            throw Trouble(.file, "\(file) has \(size) bytes; at most \(most): simplify the outlines first")
        }
        guard let data = FileManager.default.contents(atPath: file) else { throw Trouble(.file, "cannot read \(file)") }
        return try await run([UInt8](data), by: .system("operator"))
    }

    func run(text: String, by actor: Actor) async throws -> Summary { try await run(Array(text.utf8), by: actor) }

    private func run(_ bytes: [UInt8], by actor: Actor) async throws -> Summary {
        let organisation = try await installation.organisation.current()
        let outlines = try Self.read(bytes) { organisation.area($0) != nil }
        try await installation.casework.loadAreaShapes(outlines.shapes, because: nil, by: actor)
        return Summary(areas: outlines.shapes.count, points: outlines.points)
    }

    /// An operator's file is taken whole or not at all: a code that no area has is a fault too.
    static func read(_ bytes: [UInt8], isArea: (String) -> Bool) throws(Trouble) -> AreaOutlines {
        var problems: [AreaOutlineProblems.Problem] = []
        var strangers: [AreaOutlines.Stranger] = []
        do throws(AreaOutlineProblems) {
            let outlines = try AreaOutlines(geoJSON: bytes, isArea: isArea)
            guard !outlines.strangers.isEmpty else { return outlines }
            strangers = outlines.strangers
        } catch {
            (problems, strangers) = (error.problems, error.strangers)
        }
        let lines =
            problems.map { (feature: $0.feature, reason: $0.reason) }
            + strangers.map { (feature: $0.feature, reason: "there is no area with the code \($0.code)") }
        let sorted = lines.sorted { ($0.feature ?? .max) < ($1.feature ?? .max) }
        throw Trouble(
            .problemFound,
            sorted.prefix(20).map { line in line.feature.map { "feature \($0): \(line.reason)" } ?? line.reason }
                .joined(separator: "\n"))
    }
}
