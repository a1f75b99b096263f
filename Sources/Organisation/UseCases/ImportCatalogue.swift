public import Kernel

/// One line of a duty catalogue as a file gives it: units by code, the category by code or by names.
public struct CatalogueLine: Sendable, Hashable, Codable {
    /// The number that people cite.
    public var id: String
    /// `03.02`, or `城乡建设/路灯`.
    public var category: String
    /// A division code; `nil` for the whole county.
    public var area: String?
    /// The code of the responsible unit.
    public var unit: String
    /// The codes of units that help.
    public var helpers: [String]?
    /// The legal basis in words.
    public var basis: String

    /// A line.
    public init(
        id: String, category: String, area: String? = nil, unit: String, helpers: [String]? = nil, basis: String
    ) {
        self.id = id
        self.category = category
        self.area = area
        self.unit = unit
        self.helpers = helpers
        self.basis = basis
    }
}

extension OrganisationStore {
    /// Puts a new version of the duty catalogue in force from a day on; what held before ends the day before. The file
    /// has the columns 编号, 类别, 区域, 责任单位, 协办单位, 依据 (or id, category, area, unit, helpers, basis).
    ///
    /// - Returns: the new version.
    /// - Throws: `ImportProblems`.
    @discardableResult
    public func importCatalogue(csv: String, effectiveFrom: LocalDate, by actor: Actor) async throws -> Int {
        let (lines, numbers) = try CatalogueFile.lines(csv)
        return try await change(by: actor) { change in
            try change.importCatalogue(lines, lineNumbers: numbers, effectiveFrom: effectiveFrom)
        }
    }

    /// Puts a new version of the duty catalogue in force from a day on.
    @discardableResult
    public func importCatalogue(
        _ lines: [CatalogueLine], effectiveFrom: LocalDate, by actor: Actor
    ) async throws -> Int {
        try await change(by: actor) { change in
            try change.importCatalogue(lines, lineNumbers: Array(1...max(1, lines.count)), effectiveFrom: effectiveFrom)
        }
    }
}

extension OrganisationChange {
    func importCatalogue(
        _ lines: [CatalogueLine], lineNumbers: [Int], effectiveFrom: LocalDate
    ) throws -> Int {
        try require(.manageOrganisation, on: nil)
        let version = (records.catalogue.map(\.version).max() ?? 0) + 1
        let entries = try CatalogueReader(records).entries(lines, lineNumbers, version: version, from: effectiveFrom)
        try record(.catalogueImported(effectiveFrom: effectiveFrom, entries))
        return version
    }
}

enum CatalogueFile {
    private static let headings: [String: [String]] = [
        "id": ["编号", "id"], "category": ["类别", "category"], "area": ["区域", "area"], "unit": ["责任单位", "unit"],
        "helpers": ["协办单位", "helpers"], "basis": ["依据", "basis"],
    ]

    static func lines(_ csv: String) throws -> ([CatalogueLine], [Int]) {
        let file = try ImportFile(csv, columns: headings)
        try file.require(["id", "category", "unit", "basis"], headings: headings)
        let lines = file.rows.map { row in
            CatalogueLine(
                id: row.text("id"), category: row.text("category"),
                area: row.text("area").isEmpty ? nil : row.text("area"), unit: row.text("unit"),
                helpers: row.text("helpers").split { "、;;, ".contains($0) }.map(String.init),
                basis: row.text("basis"))
        }
        return (lines, file.rows.map(\.line))
    }
}
