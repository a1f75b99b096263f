import Kernel
import Organisation
import Testing

@testable import Casework

@Suite struct AreaOutlineTests {
    private func feature(_ code: String, _ at: String) -> String {
        """
        {"type": "Feature", "properties": {"code": "\(code)"},
         "geometry": {"type": "Point", "coordinates": \(at)}}
        """
    }

    private func read(_ features: [String]) throws -> AreaOutlines {
        let text = "{\"type\": \"FeatureCollection\", \"features\": [\(features.joined(separator: ","))]}"
        return try AreaOutlines(geoJSON: Array(text.utf8)) { $0 == "990101" }
    }

    @Test func whatIsKnownAndWhatIsNotIsTold() throws {
        let outlines = try read([feature("88", "[1, 1]"), feature("990101", "[1, 2]"), feature("77", "[1, 1]")])
        #expect(outlines.shapes.map(\.area) == ["990101"] && outlines.points == 1)
        #expect(outlines.strangers.map(\.feature) == [1, 3] && outlines.strangers.map(\.code) == ["88", "77"])
        do {
            _ = try read([feature("88", "[1, 1]"), feature("990101", "[1, 200]")])
            Issue.record("taken")
        } catch let problems as AreaOutlineProblems {
            #expect(problems.problems.map(\.feature) == [2] && problems.strangers.map(\.code) == ["88"])
        }
        #expect(throws: AreaOutlineProblems.self) {
            try AreaOutlines(geoJSON: Array("not JSON at all".utf8)) { _ in true }
        }
    }

    @Test func loadingTakesThePlaceOfAllAndIsRecordedOnce() async throws {
        try await withCounty { county in
            let admin = try await county.viewer("admin")
            let old = AreaShape(area: "990102", geometry: "{}")
            try await county.casework.loadAreaShapes([old], because: nil, by: .system("operator"))
            let new = AreaShape(area: "990101", geometry: "{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}")
            for _ in 1...2 {
                try await county.casework.loadAreaShapes(
                    [new], because: "测绘更新", submission: "form-1", by: admin.actor)
            }
            #expect(try await county.casework.areaShapes() == [new])
            #expect(try await county.casework.outlinedAreas() == ["990101"])
            let lines = try await county.store.history(ofArea: nil)
            #expect(lines.map(\.kind) == ["outlinesLoaded", "outlinesLoaded", "areasImported"])
            #expect(lines[0].reason == "测绘更新" && lines[0].actor == admin.actor && lines[1].reason == nil)
            let handler = try await county.viewer("handler").actor
            #expect(
                await plainCode { try await county.casework.loadAreaShapes([], because: "试", by: handler) }
                    == "permission.denied")
            #expect(
                await plainCode { try await county.casework.loadAreaShapes([], because: " ", by: admin.actor) }
                    == "change.reasonMissing")
            #expect(try await county.casework.areaShapes() == [new], "nothing of a refused one stays")
        }
    }
}
