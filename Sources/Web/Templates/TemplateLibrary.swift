public import Logging
internal import Synchronization

/// All templates, compiled for both languages, with the catalogues that they speak.
public struct TemplateLibrary: Sendable {
    /// The sentences.
    public let catalogue: Catalogue
    /// What is wrong with templates that could not be compiled; they are not there.
    public let problems: [TemplateError]

    let templates: [Language: [String: Template]]
    private let isStrict: Bool
    private let logger: Logger
    private let hints = PageHints()

    /// Reads and compiles everything.
    ///
    /// - Parameters:
    ///   - resources: where the files are.
    ///   - isStrict: for tests and samples: any fault and any missing field is thrown. Otherwise it is logged, and
    ///     the rest of the page is shown.
    ///   - logger: hears of missing fields.
    /// - Throws: `TemplateError` and `TemplateErrors`, `WebResources.Missing`.
    public init(_ resources: WebResources, isStrict: Bool, logger: Logger) throws {
        catalogue = try Catalogue(resources)
        self.isStrict = isStrict
        self.logger = logger
        var sources: [String: [UInt8]] = [:]
        for file in try resources.files(in: "Templates") where file.hasSuffix(".html") {
            sources[String(file.dropLast(5))] = try resources.bytes("Templates/\(file)")
        }
        var templates: [Language: [String: Template]] = [:]
        var problems: [TemplateError] = []
        for language in Language.allCases {
            let parser = TemplateParser(
                sources: sources, texts: catalogue.texts[language] ?? [:], language: language.rawValue)
            for name in sources.keys.sorted() where !name.hasPrefix("parts/") {
                do {
                    templates[language, default: [:]][name] = try parser.parse(name)
                } catch {
                    if !problems.contains(error) { problems.append(error) }
                }
            }
        }
        if isStrict, !problems.isEmpty { throw TemplateErrors(errors: problems) }
        for problem in problems { logger.error("template refused", metadata: ["at": "\(problem)"]) }
        self.problems = problems
        self.templates = templates
    }

    /// The names of all pages.
    public var names: [String] { (templates[.chinese] ?? [:]).keys.sorted() }

    /// Fills a template.
    ///
    /// - Throws: `TemplateError` for an unknown template and, when strict, for a missing field.
    public func render(_ name: String, _ fields: Fields, language: Language) throws(TemplateError) -> [UInt8] {
        guard let template = templates[language]?[name] else {
            throw TemplateError(file: name, reason: "there is no such template in \(language.rawValue)")
        }
        let key = "\(language.rawValue) \(name)"
        var renderer = TemplateRenderer(
            template, fields, hints: hints[key], isStrict: isStrict, capacity: 65_536)
        try renderer.run()
        hints[key] = renderer.hints
        for use in renderer.missing.prefix(10) {
            logger.error(
                "field missing", metadata: ["template": "\(name)", "field": "\(use.text)", "at": "\(use.file)"])
        }
        return renderer.output
    }
}

/// Where the last page of each template found its fields. A hint that no longer fits costs a search, nothing else.
private final class PageHints: Sendable {
    private let known = Mutex<[String: [Int]]>([:])

    subscript(key: String) -> [Int] {
        get { known.withLock { $0[key] ?? [] } }
        set { known.withLock { $0[key] = newValue } }
    }
}
