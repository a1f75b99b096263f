import Casework
import Foundation
import Testing

@testable import Operations

@Suite struct BoundaryTests {
    private func read(_ features: String) throws -> (shapes: Int, points: Int, first: String) {
        let text = "{\"type\": \"FeatureCollection\", \"features\": [\(features)]}"
        let outlines = try BoundaryImport.read(Array(text.utf8)) { $0.hasPrefix("9901") }
        return (outlines.shapes.count, outlines.points, outlines.shapes.first?.geometry ?? "")
    }

    private func feature(_ code: String, _ type: String, _ coordinates: String) -> String {
        """
        {"type": "Feature", "properties": {"code": \(code), "name": "<b>"},
         "geometry": {"type": "\(type)", "coordinates": \(coordinates)}}
        """
    }

    private func problem(_ features: String) -> String {
        do {
            _ = try read(features)
            return ""
        } catch let trouble as Trouble {
            return trouble.description
        } catch { return "\(error)" }
    }

    @Test func pointsAndPolygonsAreTaken() throws {
        let ring = "[[0, 0], [1, 0], [1, 1.1234567], [0, 0]]"
        let found = try read(
            [
                feature("\"990101002\"", "Polygon", "[\(ring)]"), feature("990101001", "Point", "[0.5, 0.25, 12]"),
                feature("\"990101003\"", "MultiPolygon", "[[\(ring)], [\(ring), \(ring)]]"),
            ].joined(separator: ","))
        #expect(found.shapes == 3 && found.points == 4 + 1 + 12)
        #expect(found.first == "{\"type\":\"Point\",\"coordinates\":[0.5,0.25]}", "sorted by code, without the height")
    }

    @Test func whatIsWrongIsSaidByFeature() {
        let ring = "[[0, 0], [1, 0], [1, 1], [0, 0]]"
        #expect(
            problem(feature("\"88\"", "Polygon", "[\(ring)]")).contains("feature 1: there is no area with the code 88"))
        #expect(problem(feature("null", "Point", "[1, 1]")).contains("code is missing"))
        #expect(problem(feature("\"990101\"", "Point", "[181, 1]")).contains("degrees"))
        #expect(problem(feature("\"990101\"", "Point", "[1]")).contains("degrees"))
        #expect(problem(feature("\"990101\"", "Polygon", "[[[0, 0], [1, 0], [0, 0]]]")).contains("four points"))
        #expect(
            problem(feature("\"990101\"", "Polygon", "[[[0, 0], [1, 0], [1, 1], [2, 2]]]")).contains(
                "end where it began"))
        #expect(problem(feature("\"990101\"", "Polygon", "[]")).contains("without a ring"))
        #expect(problem(feature("\"990101\"", "LineString", "[[0, 0], [1, 1]]")).contains("no GeoJSON"))
        let twice = [feature("\"990101\"", "Point", "[1, 1]"), feature("\"990101\"", "Point", "[1, 2]")]
        #expect(problem(twice.joined(separator: ",")).contains("feature 2: the area 990101 has an outline already"))
        let many = Array(repeating: "[0, 0]", count: 5_001).joined(separator: ",")
        #expect(problem(feature("\"990101\"", "Polygon", "[[\(many)]]")).contains("at most 5000"))
        let long = Array(repeating: feature("\"1\"", "Point", "[1, 1]"), count: 2_001).joined(separator: ",")
        #expect(problem(long).contains("2001 features"))
    }

    @Test func addressesOfPicturesAreChecked() {
        #expect(Settings.tileOrigin("https://tiles.example/{z}/{x}/{y}.png") == "https://tiles.example")
        #expect(Settings.tileOrigin("https://tiles.example:8443/{z}/{x}/{y}") == "https://tiles.example:8443")
        for wrong in [
            "tiles.example/{z}/{x}/{y}", "https://tiles.example/{z}/{x}", "javascript://a/{z}/{x}/{y}",
            "https://tiles.example;script-src/{z}/{x}/{y}", "https:///{z}/{x}/{y}", "https://a b/{z}/{x}/{y}",
            "https://*/{z}/{x}/{y}",
        ] { #expect(Settings.tileOrigin(wrong) == nil, "\(wrong)") }
    }
}
