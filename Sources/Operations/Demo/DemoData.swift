internal import Casework
internal import Foundation
internal import Yams

/// The texts and names of the demo county, as they lie in the resource files.
struct DemoData: Sendable {
    struct AreaLine: Decodable, Sendable {
        let code: String
        let zh: String
        let en: String
        let parent: String?
    }

    struct UnitLine: Decodable, Sendable {
        let code: String
        let zh: String
        let en: String
        let kind: String
        let parent: String?
        let area: String?
        let counter: Bool?
        let address: String?
        let hours: String?
        let phone: String?
    }

    struct StaffLine: Decodable, Sendable {
        let name: String
        let login: String
        let unit: String
        let roles: [String]
    }

    struct CategoryLine: Decodable, Sendable {
        let code: String
        let zh: String
        let en: String
    }

    struct CatalogueLine: Decodable, Sendable {
        let category: String
        let area: String?
        let unit: String
        let helpers: [String]?
        let basis: String
    }

    struct Places: Decodable, Sendable {
        let estate: [String: [String]]
        let road: [String: [String]]
        let village: [String]
        let school: [String]
        let market: [String]
        let hospital: [String]
        let company: [String]
    }

    /// A word that offices put on matters.
    struct TagLine: Decodable, Sendable {
        let zh: String
        let en: String
    }

    struct County: Decodable, Sendable {
        let areas: [AreaLine]
        let units: [UnitLine]
        let staff: [StaffLine]
        let categories: [CategoryLine]
        let catalogue: [CatalogueLine]
        let tags: [TagLine]
        let places: Places
        let surnames: [String]
        let given: [String]
    }

    /// A kind of letter with all that follows from it.
    struct Pattern: Sendable {
        let id: String
        let category: String
        let place: String
        let isUrgent: Bool
        let isGroup: Bool
        let isRestricted: Bool
        let keepsSecret: Bool
        let titles: [DemoTemplate]
        let sentences: [DemoTemplate]
        let wishes: [DemoTemplate]
        let solved: DemoTemplate
        let otherOutcome: ReplyOutcome
        let other: DemoTemplate
        let note: DemoTemplate
        let also: [DemoTemplate]
    }

    private struct PatternLine: Decodable {
        let id: String
        let cat: String
        let at: String
        let urgent: Bool?
        let group: Bool?
        let restricted: Bool?
        let keepSecret: Bool?
        let t: [String]
        let b: [String]
        let w: [String]
        let ok: String
        let alt: [String]
        let n: String
        let also: [String]?
    }

    let county: County
    let patterns: [Pattern]
    private let phrases: [String: [DemoTemplate]]

    /// Files with letters, in the order in which patterns are numbered.
    private static let letterFiles = ["letters-city", "letters-home", "letters-land"]

    init() throws {
        county = try Self.decode(County.self, "county")
        patterns = try Self.letterFiles.flatMap { file in
            try Self.decode([PatternLine].self, file).map { line in
                guard line.alt.count == 2, let outcome = ReplyOutcome(rawValue: line.alt[0]) else {
                    throw Trouble(.file, "demo pattern \(line.id): alt needs an outcome and a text")
                }
                return Pattern(
                    id: line.id, category: line.cat, place: line.at, isUrgent: line.urgent ?? false,
                    isGroup: line.group ?? false, isRestricted: line.restricted ?? false,
                    keepsSecret: line.keepSecret ?? false, titles: line.t.map { DemoTemplate($0) },
                    sentences: line.b.map { DemoTemplate($0) }, wishes: line.w.map { DemoTemplate($0) },
                    solved: DemoTemplate(line.ok), otherOutcome: outcome, other: DemoTemplate(line.alt[1]),
                    note: DemoTemplate(line.n), also: (line.also ?? []).map { DemoTemplate($0) })
            }
        }
        phrases = try Self.decode([String: [String]].self, "phrases").mapValues { $0.map { DemoTemplate($0) } }
    }

    /// The sentences of one kind.
    func phrases(_ kind: String) -> [DemoTemplate] { phrases[kind] ?? [] }

    /// One sentence of a kind whose sentences go with those of another kind.
    func phrase(_ kind: String, _ index: Int) -> DemoTemplate? {
        let all = phrases(kind)
        return all.isEmpty ? nil : all[index % all.count]
    }

    /// Outlines of the townships, made up, where no land is.
    static func boundaries() throws -> String { try Resources.text("demo/boundaries.geojson") }

    private static func decode<T: Decodable>(_ type: T.Type, _ file: String) throws -> T {
        try YAMLDecoder().decode(type, from: try Resources.text("demo/\(file).yaml"))
    }
}

/// The files that come with the program.
enum Resources {
    static func text(_ path: String) throws(Trouble) -> String {
        let file = Bundle.module.bundleURL.appendingPathComponent("Resources/\(path)")
        guard let data = try? Data(contentsOf: file), let text = String(validating: data, as: UTF8.self)
        else { throw Trouble(.file, "the program's own file \(path) is missing; install it with its resources") }
        return text
    }
}
