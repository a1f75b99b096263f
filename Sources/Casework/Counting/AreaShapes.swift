internal import Kernel
internal import Storage

/// The outline of an area, for the map. It belongs to no record: importing again replaces it.
public struct AreaShape: Hashable, Sendable {
    /// The area's code.
    public let area: String
    /// A GeoJSON geometry: a point, a polygon or several, longitude before latitude.
    public let geometry: String

    /// An outline.
    public init(area: String, geometry: String) {
        self.area = area
        self.geometry = geometry
    }
}

extension Casework {
    /// All outlines, by code. A county has some dozens.
    public func areaShapes() async throws -> [AreaShape] {
        try await database.read { tx in
            try tx.rows("SELECT area, shape FROM area_shapes ORDER BY area LIMIT 2000").map {
                AreaShape(area: try $0.text(0), geometry: try $0.text(1))
            }
        }
    }

    /// Puts outlines in the place of all that are there.
    package func replaceAreaShapes(_ shapes: [AreaShape]) async throws {
        let now = clock.now()
        try await database.write { tx in
            try tx.execute("DELETE FROM area_shapes")
            try tx.executeAll(
                shapes.map {
                    (
                        "INSERT INTO area_shapes (area, shape, imported_at) VALUES ($1, $2, $3)",
                        [$0.area, $0.geometry, now]
                    )
                })
        }
    }
}
