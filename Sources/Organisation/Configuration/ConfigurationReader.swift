public import Kernel

/// Reads the files of a configuration and says what is wrong with them. Pure: units are named by their codes, and get
/// identifiers of this store where they are known.
public struct ConfigurationReader {
    let text: ConfigurationText
    /// Units by code, those included that only the text has.
    public let unitIDs: [String: UnitID]
    /// The categories that there are after the import.
    public internal(set) var categories: Set<String> = []
    /// The divisions that there are after the import.
    public internal(set) var areas: Set<String> = []
    /// Today, where the store is.
    public let today: LocalDate
    private(set) var problems: [ConfigurationProblems.Problem] = []

    init(_ text: ConfigurationText, unitIDs: [String: UnitID], today: LocalDate) {
        self.text = text
        self.today = today
        self.unitIDs = unitIDs
    }

    private mutating func fail(_ file: String, _ line: Int, _ reason: String) {
        problems.append(.init(file: file, line: line, reason: reason))
    }

    /// Notes what does not fit what is there already.
    public mutating func refuse(_ file: String, _ line: Int, _ reason: String) { fail(file, line, reason) }

    /// The lines of a file by column; none where the text has no such file.
    public mutating func rows(_ file: String, _ columns: [String]) -> [(line: Int, cells: [String: String])] {
        do {
            return try ConfigurationTable(file, columns, in: text).rows
        } catch {
            problems += error.problems
            return []
        }
    }

    private func optional(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

    /// A day; nothing where the cell is empty.
    public mutating func date(_ text: String?, _ file: String, _ line: Int) -> LocalDate? {
        guard let text = optional(text) else { return nil }
        guard let date = LocalDate(text) else {
            fail(file, line, "\(text) is no date such as 2026-12-31")
            return nil
        }
        return date
    }

    /// A unit by its code; nothing where the cell is empty.
    public mutating func unit(_ code: String?, _ file: String, _ line: Int) -> UnitID? {
        guard let code = optional(code) else { return nil }
        guard let id = unitIDs[code] else {
            fail(file, line, "the unit \(code) is unknown")
            return nil
        }
        return id
    }

    /// The codes of all units of the file, so that they can get identifiers first.
    static func unitCodes(_ text: ConfigurationText) throws(ConfigurationProblems) -> [String] {
        try ConfigurationTable("units.tsv", ConfigurationColumns.units, in: text).rows.map { $0.cells["code"] ?? "" }
    }

    mutating func units() -> [Organisation.Unit] {
        let file = "units.tsv"
        var seen: Set<String> = []
        var out: [Organisation.Unit] = []
        for (line, cells) in rows(file, ConfigurationColumns.units) {
            let code = cells["code"] ?? ""
            guard let id = unitIDs[code], !code.isEmpty, seen.insert(code).inserted else {
                fail(file, line, "the code \(code) is empty or there twice")
                continue
            }
            guard let kind = UnitKind(rawValue: cells["kind"] ?? "") else {
                fail(file, line, "\(cells["kind"] ?? "") is no kind of unit")
                continue
            }
            if optional(cells["zh"]) == nil { fail(file, line, "the name is empty") }
            out.append(
                Organisation.Unit(
                    id: id, code: code, name: name(cells), kind: kind, parent: unit(cells["parent"], file, line),
                    areaCode: optional(cells["area"]), validFrom: date(cells["from"], file, line),
                    validTo: date(cells["to"], file, line), successor: unit(cells["successor"], file, line),
                    phone: optional(cells["phone"]), address: optional(cells["address"]),
                    hours: optional(cells["hours"]), isPublicCounter: cells["counter"] == "yes"))
        }
        let above = Dictionary(out.map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
        for unit in out where Self.isCircle(from: unit.id, { above[$0] ?? nil }) {
            fail(file, 1, "\(unit.code) lies in itself")
        }
        return out
    }

    /// The name in both languages.
    public func name(_ cells: [String: String]) -> LocalizedName {
        LocalizedName(zh: cells["zh"] ?? "", en: cells["en"])
    }

    mutating func readAreas() -> [Area] {
        let found = rows("areas.tsv", ConfigurationColumns.areas)
        let out = found.map { _, cells in
            Area(
                code: cells["code"] ?? "", name: name(cells), parent: optional(cells["parent"]),
                isRetired: cells["retired"] == "yes")
        }
        check("areas.tsv", zip(found.map(\.line), out).map { ($0, $1.code, $1.parent) })
        return out
    }

    mutating func readCategories(_ file: String = "categories.tsv", planned: Bool = false) -> [Category] {
        let found = rows(file, planned ? ConfigurationColumns.planned : ConfigurationColumns.categories)
        let out = found.map { _, cells in
            Category(
                code: cells["code"] ?? "", name: name(cells), parent: optional(cells["parent"]),
                isRetired: cells["retired"] == "yes", successor: optional(cells["successor"]))
        }
        for ((line, _), node) in zip(found, out) {
            if let word = PersonLabel.found(in: "\(node.name.zh) \(node.name.en ?? "")") {
                fail(file, line, "a category sorts matters, never people (\(word))")
            }
            if let successor = node.successor, !out.contains(where: { $0.code == successor }) {
                fail(file, line, "the successor \(successor) is unknown")
            }
        }
        check(file, zip(found.map(\.line), out).map { ($0, $1.code, $1.parent) })
        return out
    }

    mutating func plan() -> CategoryPlan? {
        let file = "categories-planned.tsv"
        guard let first = rows(file, ConfigurationColumns.planned).first else { return nil }
        guard let from = date(first.cells["from"], file, first.line) else {
            fail(file, first.line, "the day is missing")
            return nil
        }
        return CategoryPlan(from: from, categories: readCategories(file, planned: true))
    }

    /// Each code once, each parent there, nothing inside itself.
    private mutating func check(_ file: String, _ nodes: [(line: Int, code: String, parent: String?)]) {
        let above = Dictionary(nodes.map { ($0.code, $0.parent) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        for (line, code, parent) in nodes {
            if code.isEmpty || !seen.insert(code).inserted {
                fail(file, line, "the code \(code) is empty or there twice")
            }
            if let parent, above[parent] == nil { fail(file, line, "the parent \(parent) is not in the file") }
            if Self.isCircle(from: code, { above[$0] ?? nil }) { fail(file, line, "\(code) lies in itself") }
        }
    }

    private static func isCircle<Key: Hashable>(from start: Key, _ above: (Key) -> Key?) -> Bool {
        var seen: Set<Key> = [start]
        var next = above(start)
        while let key = next {
            if !seen.insert(key).inserted { return true }
            next = above(key)
        }
        return false
    }

    mutating func catalogue() -> [CatalogueEntry] {
        let file = "catalogue.tsv"
        var seen: Set<CatalogueKey> = []
        var out: [CatalogueEntry] = []
        for (line, cells) in rows(file, ConfigurationColumns.catalogue) {
            guard let version = Int(cells["version"] ?? ""), version > 0, let id = optional(cells["id"]),
                seen.insert(CatalogueKey(version: version, id: id)).inserted
            else {
                fail(file, line, "version and number are empty or there twice")
                continue
            }
            let category = cells["category"] ?? ""
            if !categories.contains(category) { fail(file, line, "the category \(category) is unknown") }
            if let area = optional(cells["area"]), !areas.contains(area) {
                fail(file, line, "the area \(area) is unknown")
            }
            guard let unit = self.unit(cells["unit"], file, line), let from = self.date(cells["from"], file, line)
            else {
                fail(file, line, "unit or first day are missing")
                continue
            }
            let helpers = (cells["helpers"] ?? "").split(separator: " ").compactMap {
                self.unit(String($0), file, line)
            }
            out.append(
                CatalogueEntry(
                    id: id, version: version, category: category, area: optional(cells["area"]), unit: unit,
                    helpers: helpers, basis: cells["basis"] ?? "", effectiveFrom: from,
                    effectiveTo: date(cells["to"], file, line)))
        }
        return out
    }

    mutating func packs() -> [(pack: RulePack, text: String, last: LocalDate?)] {
        let file = "packs.tsv"
        var out: [(pack: RulePack, text: String, last: LocalDate?)] = []
        for (line, cells) in rows(file, ConfigurationColumns.packs) {
            let path = cells["file"] ?? ""
            guard let body = text.files[path] else {
                fail(file, line, "the file \(path) is missing")
                continue
            }
            do {
                let pack = try RulePack(yaml: body)
                if pack.reference != cells["reference"] { fail(file, line, "\(path) holds \(pack.reference)") }
                out.append((pack, body, date(cells["last"], file, line)))
            } catch {
                for problem in error.problems { fail(path, problem.line, problem.reason) }
            }
        }
        return out.sorted { ($0.pack.id, $0.pack.version) < ($1.pack.id, $1.pack.version) }
    }

    mutating func calendars() -> [(calendar: WorkingCalendar, text: String)] {
        let file = "calendars.tsv"
        var out: [(calendar: WorkingCalendar, text: String)] = []
        for (line, cells) in rows(file, ConfigurationColumns.calendars) {
            let path = cells["file"] ?? ""
            guard let body = text.files[path] else {
                fail(file, line, "the file \(path) is missing")
                continue
            }
            do {
                out.append((try WorkingCalendar(parsing: body), body))
            } catch {
                fail(path, error.line, error.reason)
            }
        }
        return out
    }
}
