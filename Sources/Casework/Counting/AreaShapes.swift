public import Kernel
public import Organisation
public import Storage

/// The outline of an area, for the map. That outlines were loaded is recorded; they themselves belong to no record:
/// loading again replaces them.
public struct AreaShape: Codable, Hashable, Sendable {
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

    /// The codes of the areas that have an outline.
    public func outlinedAreas() async throws -> Set<String> {
        try await database.read { tx in
            Set(try tx.rows("SELECT area FROM area_shapes LIMIT 2000").map { try $0.text(0) })
        }
    }

    /// Puts outlines in the place of all that are there, and records who did it and why.
    ///
    /// - Parameters:
    ///   - reason: why, in the person's words; an operator gives none.
    ///   - submission: the one-time name of the form; sent again it loads nothing.
    public func loadAreaShapes(
        _ shapes: [AreaShape], because reason: String?, submission: String? = nil, by actor: Actor
    ) async throws {
        let table = AreaShapeTable(clock: clock)
        try await organisation.recordOutlines(because: reason, submission: submission, by: actor) { tx in
            let outlines = Dictionary(
                shapes.map { ($0.area, $0.geometry) }, uniquingKeysWith: { first, _ in first })
            try table.replace(with: outlines, in: tx)
            return outlines.count
        }
    }
}

/// The outlines as they stand in the store.
public struct AreaShapeTable: Sendable {
    private let clock: any WallClock

    /// - Parameter clock: tells when outlines were put there.
    public init(clock: any WallClock) { self.clock = clock }

    /// All outlines by the code of their area.
    func outlines(in tx: any ReadTransaction) throws -> [String: String] {
        let rows = try tx.rows("SELECT area, shape FROM area_shapes LIMIT 2000")
        return Dictionary(
            try rows.map { (try $0.text(0), try $0.text(1)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Puts outlines in the place of all that are there.
    func replace(with outlines: [String: String], in tx: any Transaction) throws {
        let now = clock.now()
        try tx.execute("DELETE FROM area_shapes")
        try tx.executeAll(
            outlines.sorted { $0.key < $1.key }.map {
                ("INSERT INTO area_shapes (area, shape, imported_at) VALUES ($1, $2, $3)", [$0.key, $0.value, now])
            })
    }

    /// An outline as it is kept; nothing where it is none.
    func plain(_ outline: String) -> String? {
        let feature = "{\"properties\":{\"code\":\"0\"},\"geometry\":\(outline)}"
        let file = "{\"type\":\"FeatureCollection\",\"features\":[\(feature)]}"
        let read = try? AreaOutlines(geoJSON: Array(file.utf8)) { $0 == "0" }
        return read?.shapes.first?.geometry
    }
}

extension AreaShapeTable: ConfigurationPart {
    private static let columns = ["area", "outline"]

    /// Outlines.
    public var kind: ConfigurationPartKind { .outlines }

    /// One line an outline.
    public func files(code: (UnitID) -> String?, in tx: any ReadTransaction) throws -> [String: String] {
        let rows = try outlines(in: tx).sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        return ["outlines.tsv": ConfigurationTable.text(Self.columns, rows)]
    }

    /// Outlines that only the store has stay.
    public func step(_ reader: inout ConfigurationReader, in tx: any ReadTransaction) throws -> ConfigurationPartStep {
        let file = "outlines.tsv"
        let present = try outlines(in: tx)
        var next = present
        var wanted: [(String, String)] = []
        for (line, cells) in reader.rows(file, Self.columns) {
            let area = cells["area"] ?? ""
            if !reader.areas.contains(area) {
                reader.refuse(file, line, "the area \(area) is unknown")
            } else if wanted.contains(where: { $0.0 == area }) {
                reader.refuse(file, line, "the area \(area) has an outline already")
            } else if let outline = plain(cells["outline"] ?? "") {
                wanted.append((area, outline))
                next[area] = outline
            } else {
                reader.refuse(file, line, "the outline of \(area) is no GeoJSON point or polygon")
            }
        }
        let all = next
        return ConfigurationPartStep(
            changes: ConfigurationChange.compare(file, wanted, present), count: all.count
        ) { tx, _ in try replace(with: all, in: tx) }
    }
}
