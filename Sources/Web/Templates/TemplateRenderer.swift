/// Fills one template. The bytes go into one buffer; nothing else is made on the way.
struct TemplateRenderer {
    private let template: Template
    private let isStrict: Bool
    private var stack: [Fields]
    /// Where each use found its name last: the rows of a table have their fields in the same order, and so have the
    /// pages of one template.
    private(set) var hints: [Int]
    private(set) var output: [UInt8]
    /// Names that were not there.
    private(set) var missing: [Template.Use] = []

    init(_ template: Template, _ fields: Fields, hints: [Int] = [], isStrict: Bool, capacity: Int) {
        self.template = template
        self.isStrict = isStrict
        stack = [fields]
        let isKnown = hints.count == template.uses.count
        self.hints = isKnown ? hints : [Int](repeating: 0, count: template.uses.count)
        output = []
        output.reserveCapacity(capacity)
    }

    /// Fills the whole template.
    mutating func run() throws(TemplateError) { try run(from: 0, to: template.steps.count) }

    private mutating func run(from start: Int, to end: Int) throws(TemplateError) {
        var index = start
        while index < end {
            switch template.steps[index] {
            case .literal(let bytes):
                output.append(contentsOf: bytes)
                index += 1
            case .variable(let use):
                switch try find(use) {
                case .text(let text): escape(text)
                case nil: break
                case .flag, .list, .group, .html: try refuse(use, "cannot be written as text")
                }
                index += 1
            case .html(let use):
                switch try find(use) {
                case .html(let html): output.append(contentsOf: html.markup.utf8)
                case .text(""), nil: break
                case .text, .flag, .list, .group: try refuse(use, "is not safe HTML")
                }
                index += 1
            case .section(let use, let sectionEnd):
                switch try find(use) {
                case .list(let rows):
                    for row in rows {
                        stack.append(row)
                        try run(from: index + 1, to: sectionEnd)
                        stack.removeLast()
                    }
                case .group(let fields):
                    stack.append(fields)
                    try run(from: index + 1, to: sectionEnd)
                    stack.removeLast()
                case let field?:
                    if field.isTrue { try run(from: index + 1, to: sectionEnd) }
                case nil: break
                }
                index = sectionEnd
            case .inverted(let use, let sectionEnd):
                if try find(use)?.isTrue != true { try run(from: index + 1, to: sectionEnd) }
                index = sectionEnd
            }
        }
    }

    private mutating func find(_ index: Int) throws(TemplateError) -> Field? {
        let last = stack.count - 1
        if template.isPlainOwn[index],
            let position = stack[last].position(of: template.names[index], hint: hints[index])
        {
            hints[index] = position
            return stack[last].entries[position].1
        }
        return try findOutward(index)
    }

    private mutating func findOutward(_ index: Int) throws(TemplateError) -> Field? {
        let use = template.uses[index]
        var level = stack.count - 1
        repeat {
            if let position = stack[level].position(of: use.name, hint: hints[index]) {
                hints[index] = position
                let field = stack[level].entries[position].1
                if use.path.isEmpty { return field }
                if let inner = Self.follow(use.path, from: field) { return inner }
                break
            }
            level -= 1
        } while level >= 0 && use.scope == .outward
        if isStrict { throw use.error("nothing is called \(use.text) here (in \(template.name))") }
        missing.append(use)
        return nil
    }

    private static func follow(_ path: [String], from field: Field) -> Field? {
        var field = field
        for name in path {
            // Nothing inside a group that is not there: the inner name is false, like its group.
            guard case .group(let fields) = field else { return field.isTrue ? nil : .text("") }
            guard let inner = fields[name] else { return nil }
            field = inner
        }
        return field
    }

    private mutating func refuse(_ index: Int, _ reason: String) throws(TemplateError) {
        let use = template.uses[index]
        if isStrict { throw use.error("\(use.text) \(reason) (in \(template.name))") }
        missing.append(use)
    }

    private mutating func escape(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in 0..<bytes.count {
                let entity: StaticString
                switch bytes[index] {
                case 0x26: entity = "&amp;"
                case 0x3C: entity = "&lt;"
                case 0x3E: entity = "&gt;"
                case 0x22: entity = "&quot;"
                case 0x27: entity = "&#39;"
                default: continue
                }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                entity.withUTF8Buffer { output.append(contentsOf: $0) }
                start = index + 1
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }
}
