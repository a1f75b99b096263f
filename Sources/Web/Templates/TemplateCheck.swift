/// Finds what would only show on a page: names that no page model gives, texts that one language lacks, texts that
/// nothing uses. A test runs all of it; debug builds run what needs no samples at start.
package enum TemplateCheck {
    /// Names in templates that their samples do not have. Everything is looked at, also what the sample would hide;
    /// rows of a list count together.
    package static func unresolved(_ library: TemplateLibrary, samples: [String: Fields]) -> [TemplateError] {
        var out: [TemplateError] = []
        for (_, templates) in library.templates.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for (name, template) in templates.sorted(by: { $0.key < $1.key }) {
                guard let sample = samples[name] else {
                    let error = TemplateError(file: name, reason: "has no sample")
                    if !out.contains(error) { out.append(error) }
                    continue
                }
                var walk = Walk(template: template)
                walk.run(0, template.steps.count, [sample])
                for error in walk.errors where !out.contains(error) { out.append(error) }
            }
        }
        return out
    }

    /// Keys that one language has and the other has not, and values (`{n}`, `{{name}}`) that differ.
    package static func catalogueProblems(_ catalogue: Catalogue) -> [String] {
        let chinese = catalogue.texts[.chinese] ?? [:]
        let english = catalogue.texts[.english] ?? [:]
        var out: [String] = []
        for key in Set(chinese.keys).union(english.keys).sorted() {
            switch (chinese[key], english[key]) {
            case (nil, _): out.append("\(key) is missing in zh-Hans")
            case (_, nil): out.append("\(key) is missing in en")
            case (let zh?, let en?):
                if zh.isEmpty != en.isEmpty, !key.contains("Space") { out.append("\(key) is empty in one language") }
                let (first, second) = (fieldNames(in: zh), fieldNames(in: en))
                if first != second { out.append("\(key) names \(first.sorted()) in zh-Hans, \(second.sorted()) in en") }
            }
        }
        return out
    }

    /// Keys that neither a template nor the given texts of programs name.
    ///
    /// - Parameters:
    ///   - families: beginnings of keys that programs put together, `error.`.
    ///   - texts: the program's files, where a key stands in quotes.
    package static func unusedKeys(
        _ catalogue: Catalogue, _ resources: WebResources, families: [String], in texts: [String]
    ) throws -> [String] {
        var used: Set<String> = []
        for file in try resources.files(in: "Templates") where file.hasSuffix(".html") {
            let text = String(decoding: try resources.bytes("Templates/\(file)"), as: UTF8.self)
            for part in text.split(separator: "[[", omittingEmptySubsequences: false).dropFirst() {
                if let end = part.firstRange(of: "]]") { used.insert(String(part[..<end.lowerBound])) }
            }
        }
        for text in texts {
            for part in text.split(separator: "\"") { used.insert(String(part)) }
        }
        return (catalogue.texts[.chinese] ?? [:]).keys
            .filter { key in
                // The singular of a counted text goes with its plural.
                let plural = key.hasSuffix(".one") ? String(key.dropLast(4)) : key
                return !used.contains(plural) && !families.contains { key.hasPrefix($0) }
            }
            .sorted()
    }

    private static func fieldNames(in text: String) -> Set<String> {
        Set(
            text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
                part.firstRange(of: "}}").map { String(part[..<$0.lowerBound]) }
            })
    }

    private struct Walk {
        let template: Template
        var errors: [TemplateError] = []

        mutating func run(_ start: Int, _ end: Int, _ stack: [Fields]) {
            var index = start
            while index < end {
                switch template.steps[index] {
                case .literal: index += 1
                case .variable(let use), .html(let use):
                    _ = find(use, stack)
                    index += 1
                case .section(let use, let sectionEnd):
                    let field = find(use, stack)
                    switch field {
                    case .list(let rows):
                        if rows.isEmpty {
                            errors.append(
                                template.uses[use].error("\(template.uses[use].text) has no rows in the sample"))
                        } else {
                            run(index + 1, sectionEnd, stack + [Self.union(rows)])
                        }
                    case .group(let fields): run(index + 1, sectionEnd, stack + [fields])
                    default: run(index + 1, sectionEnd, stack)
                    }
                    index = sectionEnd
                case .inverted(let use, let sectionEnd):
                    _ = find(use, stack)
                    run(index + 1, sectionEnd, stack)
                    index = sectionEnd
                }
            }
        }

        private mutating func find(_ index: Int, _ stack: [Fields]) -> Field? {
            let use = template.uses[index]
            let levels = use.scope == .own ? stack.suffix(1) : stack[...]
            for fields in levels.reversed() {
                guard var field = fields[use.name] else { continue }
                for name in use.path {
                    guard case .group(let inner) = field, let next = inner[name] else {
                        errors.append(use.error("the sample has no \(use.text) (in \(template.name))"))
                        return nil
                    }
                    field = next
                }
                return field
            }
            errors.append(use.error("the sample has no \(use.text) (in \(template.name))"))
            return nil
        }

        /// All that any row has.
        private static func union(_ rows: [Fields]) -> Fields {
            var out = Fields()
            for row in rows {
                for (name, value) in row.entries {
                    switch (out[name], value) {
                    case (.list(let first), .list(let second)): out[name] = .list(first + second)
                    case (.group(let first), .group(let second)): out[name] = .group(union([first, second]))
                    case (nil, _), (.flag(false), _), (.text(""), _): out[name] = value
                    default: break
                    }
                }
            }
            return out
        }
    }
}
