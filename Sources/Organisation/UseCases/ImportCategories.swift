public import Kernel

extension OrganisationStore {
    /// Replaces the category tree by a file with the columns 一级, 二级, 三级 and, if wanted, level1, level2, level3 for
    /// the English names. A category that was there keeps its code; one that is gone is kept as retired.
    ///
    /// - Returns: how many categories are in use.
    /// - Throws: `ImportProblems`.
    @discardableResult
    public func importCategories(csv: String, by actor: Actor) async throws -> Int {
        let paths = try CategoryFile.paths(csv)
        return try await change(by: actor) { change in try change.importCategories(paths) }
    }

    /// Imports the small tree that comes with the program.
    @discardableResult
    public func importDefaultCategories(by actor: Actor) async throws -> Int {
        try await importCategories(csv: try OrganisationResources.text("categories-default.csv"), by: actor)
    }

    /// Replaces the divisions by a file with the columns 代码, 名称, 上级 and, if wanted, 英文. Divisions that are gone are
    /// kept as retired.
    ///
    /// - Throws: `ImportProblems`.
    @discardableResult
    public func importAreas(csv: String, by actor: Actor) async throws -> Int {
        let areas = try AreaFile.areas(csv)
        return try await importAreas(areas, by: actor)
    }

    /// Replaces the divisions. Divisions that are gone are kept as retired.
    @discardableResult
    public func importAreas(_ areas: [Area], by actor: Actor) async throws -> Int {
        try await change(by: actor) { change in try change.importAreas(areas) }
    }
}

extension OrganisationChange {
    func importCategories(_ paths: [[LocalizedName]]) throws -> Int {
        try require(.manageOrganisation, on: nil)
        var tree = CategoryTree(records.categories)
        for path in paths { tree.insert(path) }
        let list = tree.all
        try record(.categoriesImported(list))
        return list.count { !$0.isRetired }
    }

    func importAreas(_ areas: [Area]) throws -> Int {
        try require(.manageOrganisation, on: nil)
        let codes = Set(areas.map(\.code))
        let gone = records.areas.values.filter { !codes.contains($0.code) }.map { area in
            Area(code: area.code, name: area.name, parent: area.parent, isRetired: true)
        }
        try record(.areasImported((areas + gone).sorted { $0.code < $1.code }))
        return areas.count
    }
}

/// Gives codes to a tree of names, keeping those that are given already.
struct CategoryTree {
    private struct Key: Hashable {
        let parent: String?
        let name: String
    }

    private var nodes: [String: Category]
    private var codes: [Key: String] = [:]
    private var last: [String?: Int] = [:]

    init(_ known: [String: Category]) {
        nodes = known.mapValues {
            Category(
                code: $0.code, name: $0.name, parent: $0.parent, isRetired: true, successor: $0.successor)
        }
        for node in known.values {
            codes[Key(parent: node.parent, name: node.name.zh)] = node.code
            let number = node.code.split(separator: ".").last.flatMap { Int($0) } ?? 0
            last[node.parent] = max(last[node.parent] ?? 0, number)
        }
    }

    mutating func insert(_ path: [LocalizedName]) {
        var parent: String?
        for name in path {
            let key = Key(parent: parent, name: name.zh)
            if let code = codes[key], let node = nodes[code] {
                let kept = LocalizedName(zh: name.zh, en: name.en ?? node.name.en)
                nodes[code] = Category(code: code, name: kept, parent: parent)
                parent = code
                continue
            }
            let number = (last[parent] ?? 0) + 1
            last[parent] = number
            let step = number < 10 ? "0\(number)" : "\(number)"
            let code = parent.map { "\($0).\(step)" } ?? step
            codes[key] = code
            nodes[code] = Category(code: code, name: name, parent: parent)
            parent = code
        }
    }

    var all: [Category] { nodes.values.sorted { $0.code < $1.code } }
}

enum CategoryFile {
    private static let headings: [String: [String]] = [
        "zh1": ["一级", "一级分类"], "zh2": ["二级", "二级分类"], "zh3": ["三级", "三级分类"],
        "en1": ["level1", "Level 1"], "en2": ["level2", "Level 2"], "en3": ["level3", "Level 3"],
    ]

    static func paths(_ csv: String) throws -> [[LocalizedName]] {
        let file = try ImportFile(csv, columns: headings)
        try file.require(["zh1"], headings: headings)
        var problems: [ImportProblems.Problem] = []
        var paths: [[LocalizedName]] = []
        for row in file.rows {
            let levels = (1...3).map { (zh: row.text("zh\($0)"), en: row.text("en\($0)")) }
            let filled = levels.prefix { !$0.zh.isEmpty }
            if filled.isEmpty || levels.dropFirst(filled.count).contains(where: { !$0.zh.isEmpty }) {
                problems.append(.init(line: row.line, reason: "a level is empty before a filled one"))
            } else if levels.contains(where: { $0.zh.count > 60 || $0.en.count > 120 }) {
                problems.append(.init(line: row.line, reason: "a name is longer than 60 characters"))
            } else if let word = levels.compactMap({ PersonLabel.found(in: "\($0.zh) \($0.en)") }).first {
                problems.append(.init(line: row.line, reason: "a category sorts matters, never people (\(word))"))
            }
            paths.append(filled.map { LocalizedName(zh: $0.zh, en: $0.en) })
        }
        guard problems.isEmpty else { throw ImportProblems(problems: problems) }
        return paths
    }
}

enum AreaFile {
    private static let headings: [String: [String]] = [
        "code": ["代码", "code"], "name": ["名称", "name"], "parent": ["上级", "parent"], "en": ["英文", "en"],
    ]

    static func areas(_ csv: String) throws -> [Area] {
        let file = try ImportFile(csv, columns: headings)
        try file.require(["code", "name"], headings: headings)
        let codes = Set(file.rows.map { $0.text("code") })
        var seen: Set<String> = []
        var problems: [ImportProblems.Problem] = []
        let areas = file.rows.map { row in
            let (code, parent) = (row.text("code"), row.text("parent"))
            func fail(_ reason: String) { problems.append(.init(line: row.line, reason: reason)) }
            if code.isEmpty { fail("the code is empty") }
            if row.text("name").isEmpty { fail("the name is empty") }
            if !seen.insert(code).inserted { fail("the code \(code) is there twice") }
            if !parent.isEmpty, !codes.contains(parent) { fail("the parent \(parent) is not in the file") }
            if parent == code { fail("\(code) lies in itself") }
            return Area(
                code: code, name: LocalizedName(zh: row.text("name"), en: row.text("en")),
                parent: parent.isEmpty ? nil : parent)
        }
        guard problems.isEmpty else { throw ImportProblems(problems: problems) }
        return areas
    }
}
