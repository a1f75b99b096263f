internal import Kernel
internal import Yams

/// Collects what is wrong with a file, so that an operator corrects it in one go.
final class YAMLProblems {
    var all: [RulePackError.Problem] = []
}

/// Reads the fields of one mapping and notes what is wrong with them.
struct YAMLFields {
    let node: Node
    let problems: YAMLProblems

    init(_ node: Node, problems: YAMLProblems) {
        self.node = node
        self.problems = problems
    }

    /// The fields of the outermost mapping.
    init(yaml: String, problems: YAMLProblems, what: String) throws(RulePackError) {
        if let line = Self.tooDeep(yaml) {
            throw RulePackError(problems: [.init(line: line, reason: "too many things inside one another")])
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _) {
            throw RulePackError(problems: [.init(line: mark.line, reason: "not YAML: \(problem)")])
        } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
            let line = context.mark.line
            throw RulePackError(
                problems: duplicates.map { .init(line: line, reason: "\($0) is there twice") })
        } catch {
            throw RulePackError(problems: [.init(line: 1, reason: "not YAML")])
        }
        guard let node, node.mapping != nil else {
            throw RulePackError(problems: [.init(line: 1, reason: what)])
        }
        self.init(node, problems: problems)
    }

    /// Notes a fault at a field, or at the mapping where the field is missing.
    func fail(_ field: String, _ reason: String) {
        let line = (node.mapping?[field] ?? node).mark?.line ?? 1
        problems.all.append(.init(line: line, reason: reason))
    }

    /// A field's text as it stands.
    subscript(field: String) -> String? { node.mapping?[field]?.string }

    func has(_ field: String) -> Bool { node.mapping?[field] != nil }

    /// Refuses every other field.
    func expect(_ fields: [String]) {
        if node.mapping == nil {
            fail("", "here belong fields: \(fields.joined(separator: ", "))")
        }
        for (key, _) in node.mapping ?? [:] where !fields.contains(key.string ?? "") {
            problems.all.append(
                .init(line: key.mark?.line ?? 1, reason: "unknown field \(key.string ?? "")"))
        }
    }

    func text(_ field: String, isOptional: Bool = false) -> String {
        let found = node.mapping?[field]
        guard let text = found?.string, !text.allSatisfy(\.isWhitespace) else {
            if !isOptional {
                fail(field, "\(field) is missing")
            } else if found != nil {
                fail(field, "\(field) is empty")
            }
            return ""
        }
        return text
    }

    /// A name that stands in tables and on command lines: letters, digits and hyphens.
    func identifier(_ field: String) -> String {
        let found = text(field)
        guard !found.isEmpty else { return "" }
        let isPlain = found.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
        }
        refuseLabel(field, found)
        if !isPlain || found.hasPrefix("-") || found.count > 64 {
            fail(field, "\(field) has at most 64 letters (a to z), digits and hyphens and does not begin with a hyphen")
        }
        return found
    }

    func number(_ field: String, in range: ClosedRange<Int>) -> Int {
        guard let number = node.mapping?[field]?.int, range.contains(number) else {
            fail(field, "\(field) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return range.lowerBound
        }
        return number
    }

    /// `true` or `false`; `false` where it is missing.
    func flag(_ field: String) -> Bool {
        guard let found = node.mapping?[field] else { return false }
        guard let flag = found.bool else {
            fail(field, "\(field) must be true or false")
            return false
        }
        return flag
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

    func choice<T: RawRepresentable & CaseIterable>(_ field: String, otherwise fallback: T, hint: String = "") -> T
    where T.RawValue == String {
        guard let value = optionalChoice(field, of: T.self, hint: hint) else {
            if !has(field) { fail(field, "\(field) must be one of \(Self.all(T.self))\(hint)") }
            return fallback
        }
        return value
    }

    func optionalChoice<T: RawRepresentable & CaseIterable>(_ field: String, of type: T.Type, hint: String = "") -> T?
    where T.RawValue == String {
        guard let found = node.mapping?[field] else { return nil }
        guard let value = T(rawValue: found.string ?? "") else {
            fail(field, "\(field) must be one of \(Self.all(type))\(hint)")
            return nil
        }
        return value
    }

    /// A list of words in brackets, each at most once.
    func choices<T: RawRepresentable & CaseIterable & Equatable>(_ field: String, of type: T.Type) -> [T]
    where T.RawValue == String {
        guard let node = node.mapping?[field] else { return [] }
        guard let sequence = node.sequence else {
            fail(field, "\(field) must be a list in brackets, such as [\(type.allCases.first?.rawValue ?? "")]")
            return []
        }
        var out: [T] = []
        for item in sequence {
            let line = item.mark?.line ?? 1
            guard let value = T(rawValue: item.string ?? "") else {
                problems.all.append(.init(line: line, reason: "\(field) may hold \(Self.all(type))"))
                continue
            }
            if out.contains(value) {
                problems.all.append(.init(line: line, reason: "\(field) holds \(value.rawValue) twice"))
            }
            out.append(value)
        }
        return out
    }

    /// A list of words in brackets.
    func words(_ field: String) -> [String] {
        guard let node = node.mapping?[field] else { return [] }
        let words = node.sequence?.compactMap(\.string).filter { !$0.isEmpty } ?? []
        if words.count != node.sequence?.count {
            fail(field, "\(field) must be a list in brackets, such as [petition]")
        }
        return words
    }

    func name(_ field: String) -> LocalizedName {
        guard let inner = mapping(field) else {
            fail(field, "\(field) must have zh and en")
            return LocalizedName(zh: "")
        }
        inner.expect(["zh", "en"])
        let name = LocalizedName(zh: inner.text("zh"), en: inner.text("en"))
        refuseLabel(field, "\(name.zh) \(name.en ?? "")")
        return name
    }

    /// Nothing in a pack sorts people.
    private func refuseLabel(_ field: String, _ text: String) {
        guard let word = PersonLabel.found(in: text) else { return }
        fail(field, "\(field) sorts people instead of matters (\(word)); that is not possible here")
    }

    func mapping(_ field: String) -> YAMLFields? {
        guard let inner = node.mapping?[field], inner.mapping != nil else { return nil }
        return YAMLFields(inner, problems: problems)
    }

    func items(_ field: String, isOptional: Bool = false) -> [YAMLFields] {
        if isOptional, !has(field) { return [] }
        guard let items = node.mapping?[field]?.sequence, !items.isEmpty else {
            fail(field, "\(field) must be a list with at least one entry")
            return []
        }
        return items.map { YAMLFields($0, problems: problems) }
    }

    /// The line from which a text nests so deeply that reading it, which calls itself, would exhaust the stack.
    private static func tooDeep(_ yaml: String) -> Int? {
        var open = 0
        for (index, line) in yaml.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            var leading = 0
            var isLeading = true
            if line.prefix(while: { $0 == UInt8(ascii: " ") }).count > 200 { return index + 1 }
            for byte in line {
                switch byte {
                case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): if isLeading { leading += 1 }
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    open += 1
                    isLeading = false
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    open = max(0, open - 1)
                    isLeading = false
                case UInt8(ascii: " "), UInt8(ascii: "\t"): break
                default: isLeading = false
                }
            }
            // A line of hyphens is a rule of a comment or of a document, not a list.
            if open > 100 || (leading > 20 && line.contains(UInt8(ascii: " "))) { return index + 1 }
        }
        return nil
    }

    private static func all<T: RawRepresentable & CaseIterable>(_: T.Type) -> String where T.RawValue == String {
        T.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
