internal import Foundation

/// Outlines of areas as a GeoJSON FeatureCollection (RFC 7946) holds them: each feature names its area in the property
/// `code` and is a point, a polygon or several, in degrees.
public struct AreaOutlines: Codable, Hashable, Sendable {
    /// A feature that names no area.
    public struct Stranger: Codable, Hashable, Sendable {
        /// Its place in the file, from 1.
        public let feature: Int
        /// What it names.
        public let code: String
    }

    /// The outlines of areas that there are, by code.
    public let shapes: [AreaShape]
    /// Features whose code no area has, in the order of the file.
    public let strangers: [Stranger]
    /// Corners of all outlines.
    public let points: Int

    /// The largest file, in bytes.
    public static let mostBytes = 5_000_000
    static let mostFeatures = 2_000
    static let mostPoints = 60_000
    static let mostPointsOfOne = 5_000

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - isArea: whether there is an area with a code.
    /// - Throws: `AreaOutlineProblems` with everything that is wrong besides unknown codes.
    public init(geoJSON bytes: [UInt8], isArea: (String) -> Bool) throws(AreaOutlineProblems) {
        let collection = try Self.collection(bytes)
        var problems: [AreaOutlineProblems.Problem] = []
        var shapes: [String: AreaShape] = [:]
        var strangers: [Stranger] = []
        var points = 0
        for (index, feature) in collection.features.enumerated() {
            do throws(OutlineFault) {
                guard let code = feature.code else { throw OutlineFault("the property code is missing") }
                let geometry = try feature.geometry.text()
                guard isArea(code) else {
                    strangers.append(Stranger(feature: index + 1, code: String(code.prefix(40))))
                    continue
                }
                guard shapes[code] == nil else { throw OutlineFault("the area \(code) has an outline already") }
                shapes[code] = AreaShape(area: code, geometry: geometry)
                points += feature.geometry.points
            } catch {
                problems.append(.init(feature: index + 1, reason: error.reason))
            }
        }
        if points > Self.mostPoints {
            problems.append(.init(feature: nil, reason: "\(points) points in all; at most \(Self.mostPoints)"))
        }
        guard problems.isEmpty else { throw AreaOutlineProblems(problems: problems, strangers: strangers) }
        self.shapes = shapes.values.sorted { $0.area < $1.area }
        self.strangers = strangers
        self.points = points
    }

    private static func collection(_ bytes: [UInt8]) throws(AreaOutlineProblems) -> OutlineCollection {
        guard let collection = try? JSONDecoder().decode(OutlineCollection.self, from: Data(bytes)) else {
            throw AreaOutlineProblems("the file is no GeoJSON FeatureCollection of points and polygons")
        }
        guard collection.type == "FeatureCollection" else {
            throw AreaOutlineProblems("the file is no FeatureCollection but a \(String(collection.type.prefix(40)))")
        }
        guard collection.features.count <= mostFeatures else {
            throw AreaOutlineProblems("the file has \(collection.features.count) features; at most \(mostFeatures)")
        }
        return collection
    }
}

/// A file of outlines that cannot be used, with everything that is wrong. Nothing of it was kept.
public struct AreaOutlineProblems: Error, Hashable, Sendable {
    /// One fault.
    public struct Problem: Hashable, Sendable {
        /// The place of the feature in the file, from 1; nothing where the whole file is meant.
        public let feature: Int?
        /// What is wrong, in English, for the operator.
        public let reason: String
    }

    /// At least one, in the order of the file.
    public let problems: [Problem]
    /// Features whose code no area has.
    public let strangers: [AreaOutlines.Stranger]

    init(problems: [Problem], strangers: [AreaOutlines.Stranger]) {
        self.problems = problems
        self.strangers = strangers
    }

    init(_ reason: String) { self.init(problems: [Problem(feature: nil, reason: reason)], strangers: []) }
}

/// What is wrong with one feature.
private struct OutlineFault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

private struct OutlineCollection: Decodable {
    let type: String
    let features: [OutlineFeature]
}

/// One feature; what else it holds is passed over.
private struct OutlineFeature: Decodable {
    let code: String?
    let geometry: OutlineGeometry

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
        geometry = try all.decode(OutlineGeometry.self, forKey: .geometry)
    }
}

private enum OutlineGeometry: Decodable {
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
    func text() throws(OutlineFault) -> String {
        switch self {
        case .point(let point):
            let pair = try Self.pair(point)
            return "{\"type\":\"Point\",\"coordinates\":\(pair)}"
        case .polygons(let polygons):
            guard points <= AreaOutlines.mostPointsOfOne else {
                throw OutlineFault(
                    "\(points) points; at most \(AreaOutlines.mostPointsOfOne): simplify the outline first")
            }
            guard !polygons.isEmpty else { throw OutlineFault("a polygon without a ring") }
            var out: [String] = []
            for polygon in polygons {
                guard !polygon.isEmpty else { throw OutlineFault("a polygon without a ring") }
                var rings: [String] = []
                for ring in polygon {
                    guard ring.count >= 4, ring.first == ring.last else {
                        throw OutlineFault("a ring must have four points or more and end where it began")
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

    private static func pair(_ point: [Double]) throws(OutlineFault) -> String {
        guard point.count >= 2, (-180.0...180).contains(point[0]), (-90.0...90).contains(point[1]) else {
            throw OutlineFault("a point must be longitude and latitude in degrees")
        }
        func rounded(_ value: Double) -> String { "\((value * 100_000).rounded() / 100_000)" }
        return "[\(rounded(point[0])),\(rounded(point[1]))]"
    }
}
