internal import Kernel
internal import Yams

/// A rule pack that cannot be used, with every line that is wrong.
public struct RulePackError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One fault.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The line of the file, from 1.
        public let line: Int
        /// What is wrong, in English, for the operator.
        public let reason: String
        /// Line and reason.
        public var description: String { "line \(line): \(reason)" }
    }

    /// At least one.
    public let problems: [Problem]
    /// All problems, one a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension RulePack {
    /// Reads a pack and checks everything in it.
    ///
    /// - Throws: `RulePackError` with the line and the reason of every fault.
    public init(yaml: String) throws(RulePackError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _) {
            throw RulePackError(problems: [.init(line: mark.line, reason: "not YAML: \(problem)")])
        } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
            let line = context.mark.line
            throw RulePackError(problems: duplicates.map { .init(line: line, reason: "\($0) is there twice") })
        } catch {
            throw RulePackError(problems: [.init(line: 1, reason: "not YAML")])
        }
        guard let node, node.mapping != nil else {
            throw RulePackError(problems: [.init(line: 1, reason: "a pack is a list of fields: id, version, title …")])
        }
        let top = RulePackReader(node, problems: RulePackProblems())
        top.expect([
            "id", "version", "title", "effectiveFrom", "effectiveTo", "source", "judgementWindowDays", "rules",
        ])
        id = top.text("id")
        version = top.number("version", in: 1...1_000_000)
        title = top.name("title")
        let from = top.date("effectiveFrom")
        effectiveFrom = from ?? LocalDate(daysSinceEpoch: 0)
        effectiveTo = top.date("effectiveTo", isOptional: true)
        source = top.text("source")
        judgementWindowDays = top.number("judgementWindowDays", in: 1...3650)
        let packSource = source
        var rules: [Rule] = []
        for entry in top.items("rules") {
            let rule = entry.rule(packSource: packSource)
            if rules.contains(where: { $0.id == rule.id }), !rule.id.isEmpty {
                entry.fail("id", "\(rule.id) is there twice")
            }
            rules.append(rule)
        }
        self.rules = rules
        if let from, let to = effectiveTo, to < from {
            top.fail("effectiveTo", "effectiveTo lies before effectiveFrom")
        }
        guard top.problems.all.isEmpty else { throw RulePackError(problems: top.problems.all) }
    }
}

/// Collects what is wrong, so that an operator corrects a file in one go.
private final class RulePackProblems {
    var all: [RulePackError.Problem] = []
}

/// Reads the fields of one mapping and notes what is wrong with them.
private struct RulePackReader {
    let node: Node
    let problems: RulePackProblems

    init(_ node: Node, problems: RulePackProblems) {
        self.node = node
        self.problems = problems
    }

    func fail(_ field: String, _ reason: String) {
        let line = (node.mapping?[field] ?? node).mark?.line ?? 1
        problems.all.append(.init(line: line, reason: reason))
    }

    func expect(_ fields: [String]) {
        for (key, _) in node.mapping ?? [:] where !fields.contains(key.string ?? "") {
            problems.all.append(
                .init(line: key.mark?.line ?? 1, reason: "unknown field \(key.string ?? "")"))
        }
    }

    func text(_ field: String, isOptional: Bool = false) -> String {
        guard let text = node.mapping?[field]?.string, !text.isEmpty else {
            if !isOptional { fail(field, "\(field) is missing") }
            return ""
        }
        return text
    }

    func number(_ field: String, in range: ClosedRange<Int>) -> Int {
        guard let number = node.mapping?[field]?.int, range.contains(number) else {
            fail(field, "\(field) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return range.lowerBound
        }
        return number
    }

    func date(_ field: String, isOptional: Bool = false) -> LocalDate? {
        let found = text(field, isOptional: isOptional)
        if found.isEmpty { return nil }
        guard let date = LocalDate(found) else {
            fail(field, "\(field) must be a date such as 2022-05-01")
            return nil
        }
        return date
    }

    func choice<T: RawRepresentable & CaseIterable>(_ field: String, otherwise fallback: T) -> T
    where T.RawValue == String {
        let found = node.mapping?[field]?.string ?? ""
        guard let value = T(rawValue: found) else {
            fail(field, "\(field) must be one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
            return fallback
        }
        return value
    }

    func name(_ field: String) -> LocalizedName {
        guard let inner = mapping(field) else {
            fail(field, "\(field) must have zh and en")
            return LocalizedName(zh: "")
        }
        inner.expect(["zh", "en"])
        return LocalizedName(zh: inner.text("zh"), en: inner.text("en"))
    }

    func mapping(_ field: String) -> RulePackReader? {
        guard let inner = node.mapping?[field], inner.mapping != nil else { return nil }
        return RulePackReader(inner, problems: problems)
    }

    func items(_ field: String) -> [RulePackReader] {
        guard let items = node.mapping?[field]?.sequence, !items.isEmpty else {
            fail(field, "\(field) must be a list with at least one entry")
            return []
        }
        return items.map { RulePackReader($0, problems: problems) }
    }

    func rule(packSource: String) -> Rule {
        expect([
            "id", "name", "starts", "length", "unit", "roll", "owner", "extension", "article", "source", "evidence",
        ])
        var more: Rule.Extension?
        if let inner = mapping("extension") {
            inner.expect(["max", "approver"])
            more = Rule.Extension(
                max: inner.number("max", in: 1...3650), approver: inner.choice("approver", otherwise: .approver))
        } else if node.mapping?["extension"] != nil {
            fail("extension", "extension must have max and approver")
        }
        let article = text("article", isOptional: true)
        let own = text("source", isOptional: true)
        return Rule(
            id: text("id"), name: name("name"), starts: choice("starts", otherwise: .receipt),
            length: number("length", in: 1...3650), unit: choice("unit", otherwise: .calendarDays),
            roll: choice("roll", otherwise: .none), owner: choice("owner", otherwise: .authority), extension: more,
            article: article.isEmpty ? nil : article, source: own.isEmpty ? packSource : own,
            evidence: choice("evidence", otherwise: .secondary))
    }
}
