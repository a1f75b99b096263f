internal import Casework
internal import Foundation
internal import Organisation

/// Reads outlines of areas from a GeoJSON FeatureCollection (RFC 7946): each feature names its area in the property
/// `code` and is a point, a polygon or several, in degrees. Everything is checked before anything is written.
public struct BoundaryImport: Sendable {
    /// What was taken.
    public struct Summary: Sendable, Hashable {
        /// Areas with an outline.
        public let areas: Int
        /// Corners of all outlines.
        public let points: Int
    }

    /// The largest file, in bytes.
    public static let mostBytes = 5_000_000
    static let mostFeatures = 2_000
    static let mostPoints = 60_000
    static let mostPointsOfOne = 5_000

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
        guard size <= Self.mostBytes else {
            throw Trouble(.file, "\(file) has \(size) bytes; at most \(Self.mostBytes): simplify the outlines first")
        }
        guard let data = FileManager.default.contents(atPath: file) else { throw Trouble(.file, "cannot read \(file)") }
        return try await run(data: data)
    }

    func run(text: String) async throws -> Summary { try await run(data: Data(text.utf8)) }

    private func run(data: Data) async throws -> Summary {
        let organisation = try await installation.organisation.current()
        let (shapes, points) = try Self.read(data) { organisation.area($0) != nil }
        try await installation.casework.replaceAreaShapes(shapes)
        return Summary(areas: shapes.count, points: points)
    }

    static func read(_ data: Data, isArea: (String) -> Bool) throws -> (shapes: [AreaShape], points: Int) {
        let collection: Collection
        do {
            collection = try JSONDecoder().decode(Collection.self, from: data)
        } catch {
            throw Trouble(.problemFound, "the file is no GeoJSON FeatureCollection of points and polygons")
        }
        guard collection.type == "FeatureCollection" else {
            throw Trouble(.problemFound, "the file is no FeatureCollection but a \(String(collection.type.prefix(40)))")
        }
        guard collection.features.count <= mostFeatures else {
            throw Trouble(.problemFound, "the file has \(collection.features.count) features; at most \(mostFeatures)")
        }
        var problems: [String] = []
        var shapes: [String: AreaShape] = [:]
        var points = 0
        for (index, feature) in collection.features.enumerated() {
            do throws(Problem) {
                let (shape, count) = try feature.shape(isArea)
                guard shapes[shape.area] == nil else { throw Problem("the area \(shape.area) has an outline already") }
                shapes[shape.area] = shape
                points += count
            } catch {
                problems.append("feature \(index + 1): \(error.text)")
            }
        }
        if points > mostPoints { problems.append("\(points) points in all; at most \(mostPoints)") }
        guard problems.isEmpty else {
            throw Trouble(.problemFound, problems.prefix(20).joined(separator: "\n"))
        }
        return (shapes.values.sorted { $0.area < $1.area }, points)
    }

    struct Problem: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private struct Collection: Decodable {
        let type: String
        let features: [Feature]
    }
}

extension BoundaryImport {
    /// One feature; what else it holds is passed over.
    fileprivate struct Feature: Decodable {
        let code: String?
        let geometry: Geometry

        private enum Keys: String, CodingKey { case properties, geometry }
        private enum Properties: String, CodingKey { case code }

        init(from decoder: any Decoder) throws {
            let all = try decoder.container(keyedBy: Keys.self)
            let properties = try all.nestedContainer(keyedBy: Properties.self, forKey: .properties)
            if let text = try? properties.decode(String.self, forKey: .code) {
                code = text
            } else {
                code = (try? properties.decode(Int.self, forKey: .code)).map { "\($0)" }
            }
            geometry = try all.decode(Geometry.self, forKey: .geometry)
        }

        func shape(_ isArea: (String) -> Bool) throws(Problem) -> (AreaShape, Int) {
            guard let code else { throw Problem("the property code is missing") }
            guard isArea(code) else { throw Problem("there is no area with the code \(String(code.prefix(40)))") }
            return (AreaShape(area: code, geometry: try geometry.text()), geometry.points)
        }
    }

    fileprivate enum Geometry: Decodable {
        case point([Double])
        case polygons([[[[Double]]]])

        private enum Keys: String, CodingKey { case type, coordinates }

        init(from decoder: any Decoder) throws {
            let all = try decoder.container(keyedBy: Keys.self)
            switch try all.decode(String.self, forKey: .type) {
            case "Point": self = .point(try all.decode([Double].self, forKey: .coordinates))
            case "Polygon": self = .polygons([try all.decode([[[Double]]].self, forKey: .coordinates)])
            case "MultiPolygon": self = .polygons(try all.decode([[[[Double]]]].self, forKey: .coordinates))
            default:
                throw DecodingError.dataCorruptedError(
                    forKey: .type, in: all, debugDescription: "neither a point nor a polygon")
            }
        }

        var points: Int {
            switch self {
            case .point: 1
            case .polygons(let polygons): polygons.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
            }
        }

        /// The form that is kept: five decimals are a metre.
        func text() throws(Problem) -> String {
            switch self {
            case .point(let point):
                let pair = try Self.pair(point)
                return "{\"type\":\"Point\",\"coordinates\":\(pair)}"
            case .polygons(let polygons):
                guard points <= BoundaryImport.mostPointsOfOne else {
                    throw Problem(
                        "\(points) points; at most \(BoundaryImport.mostPointsOfOne): simplify the outline first")
                }
                guard !polygons.isEmpty else { throw Problem("a polygon without a ring") }
                var out: [String] = []
                for polygon in polygons {
                    guard !polygon.isEmpty else { throw Problem("a polygon without a ring") }
                    var rings: [String] = []
                    for ring in polygon {
                        guard ring.count >= 4, ring.first == ring.last else {
                            throw Problem("a ring must have four points or more and end where it began")
                        }
                        var pairs: [String] = []
                        for point in ring { pairs.append(try Self.pair(point)) }
                        rings.append("[\(pairs.joined(separator: ","))]")
                    }
                    out.append("[\(rings.joined(separator: ","))]")
                }
                return "{\"type\":\"MultiPolygon\",\"coordinates\":[\(out.joined(separator: ","))]}"
            }
        }

        private static func pair(_ point: [Double]) throws(Problem) -> String {
            guard point.count >= 2, (-180.0...180).contains(point[0]), (-90.0...90).contains(point[1]) else {
                throw Problem("a point must be longitude and latitude in degrees")
            }
            func rounded(_ value: Double) -> String { "\((value * 100_000).rounded() / 100_000)" }
            return "[\(rounded(point[0])),\(rounded(point[1]))]"
        }
    }
}
