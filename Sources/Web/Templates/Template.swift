/// A template of one language, ready to be filled: a flat list of steps with everything included and translated.
struct Template: Sendable {
    /// One step. Sections say where they end, so nothing is searched while a page is written.
    enum Step: Sendable {
        /// Bytes as they are.
        case literal([UInt8])
        /// A value, escaped.
        case variable(use: Int)
        /// A value of safe HTML, as it is.
        case html(use: Int)
        /// What follows up to `end`, for each row, for the group, or when it is true.
        case section(use: Int, end: Int)
        /// What follows up to `end`, when it is false.
        case inverted(use: Int, end: Int)
    }

    /// Where a name is looked for.
    enum Scope: Sendable {
        /// From the innermost row or group outward.
        case outward
        /// Only in the innermost row or group.
        case own
    }

    /// One place where a template names a field.
    struct Use: Sendable {
        let scope: Scope
        let name: String
        /// Names within that field's group, for `a.b`.
        let path: [String]
        let file: String
        let line: Int
        let column: Int

        /// As it is written.
        var text: String { (scope == .own ? "." : "") + ([name] + path).joined(separator: ".") }

        func error(_ reason: String) -> TemplateError {
            TemplateError(file: file, line: line, column: column, reason: reason)
        }
    }

    /// The name, `portal/home`.
    let name: String
    var steps: [Step] = []
    private(set) var uses: [Use] = []
    /// The uses' names and whether they look only in the innermost row: apart, because a page asks them often.
    private(set) var names: [String] = []
    private(set) var isPlainOwn: [Bool] = []
    /// From here on a literal may be joined with the one before: a section never ends in the middle of a literal.
    private var barrier = 0

    init(name: String) { self.name = name }

    mutating func append(literal: some Collection<UInt8>) {
        guard !literal.isEmpty else { return }
        if steps.count > barrier, case .literal(var bytes) = steps[steps.count - 1] {
            bytes.append(contentsOf: literal)
            steps[steps.count - 1] = .literal(bytes)
        } else {
            steps.append(.literal(Array(literal)))
        }
    }

    mutating func add(_ use: Use) -> Int {
        uses.append(use)
        names.append(use.name)
        isPlainOwn.append(use.scope == .own && use.path.isEmpty)
        return uses.count - 1
    }

    /// Begins a section; its end is set by `close`.
    mutating func open(use: Int, isInverted: Bool) -> Int {
        steps.append(isInverted ? .inverted(use: use, end: 0) : .section(use: use, end: 0))
        return steps.count - 1
    }

    mutating func close(_ opened: Int) {
        barrier = steps.count
        switch steps[opened] {
        case .section(let use, _): steps[opened] = .section(use: use, end: steps.count)
        case .inverted(let use, _): steps[opened] = .inverted(use: use, end: steps.count)
        default: break
        }
    }
}
