/// Turns one template, with its partials and catalogue texts, into steps.
///
/// The language is Mustache without inheritance, lambdas and other delimiters: `{{name}}`, `{{{name}}}`,
/// `{{#name}}…{{/name}}`, `{{^name}}…{{/name}}`, `{{> parts/name}}`, `{{! comment}}`, and `[[area.key]]` for a text of
/// the catalogue. `{{.name}}` looks in the innermost row or group only.
struct TemplateParser {
    /// Where texts of templates come from.
    let sources: [String: [UInt8]]
    /// Texts of the language.
    let texts: [String: String]
    /// The language's folder, for places in its catalogue.
    let language: String

    private struct Open {
        let name: String
        let step: Int
        let place: Place
    }

    private struct Place {
        var offset = 0
        var line = 1
        var column = 1
    }

    /// The finished template.
    func parse(_ name: String) throws(TemplateError) -> Template {
        guard let source = sources[name] else { throw TemplateError(file: name, reason: "there is no such template") }
        var template = Template(name: name)
        try read(source, file: name, trail: [name], isText: false, into: &template)
        return template
    }

    private func read(
        _ source: [UInt8], file: String, trail: [String], isText: Bool, into template: inout Template
    ) throws(TemplateError) {
        var place = Place()
        var open: [Open] = []
        var index = 0
        func fail(_ reason: String) -> TemplateError {
            TemplateError(file: file, line: place.line, column: place.column, reason: reason)
        }
        while index < source.count {
            let start = Self.nextTag(in: source, from: index)
            Self.move(&place, to: start, in: source)
            guard start < source.count else {
                template.append(literal: source[index...])
                break
            }
            if source[start] == UInt8(ascii: "[") {
                guard let end = Self.find("]]", in: source, from: start + 2) else {
                    throw fail("[[ without ]]")
                }
                let key = String(decoding: source[(start + 2)..<end], as: UTF8.self)
                guard let text = texts[key] else { throw fail("the catalogue has no text \(key)") }
                guard !isText else { throw fail("a catalogue text cannot name another one") }
                template.append(literal: source[index..<start])
                let area = key.prefix { $0 != "." }
                try read(
                    Array(text.utf8), file: "\(language)/\(area).json#\(key)", trail: trail, isText: true,
                    into: &template)
                index = end + 2
                continue
            }
            let tag: Tag
            do {
                tag = try Tag(source, at: start)
            } catch {
                throw fail(error.reason)
            }
            var after = tag.end
            var before = start
            if tag.isQuiet, !isText, let line = Self.wholeLine(source, start, tag.end) {
                (before, after) = (max(line.lowerBound, index), line.upperBound)
            }
            template.append(literal: source[index..<before])
            index = after
            switch tag.kind {
            case .comment: break
            case .variable, .html:
                let use = template.add(tag.use(file: file, line: place.line, column: place.column))
                template.steps.append(tag.kind == .html ? .html(use: use) : .variable(use: use))
            case .section, .inverted:
                let use = template.add(tag.use(file: file, line: place.line, column: place.column))
                let step = template.open(use: use, isInverted: tag.kind == .inverted)
                open.append(Open(name: tag.text, step: step, place: place))
            case .close:
                guard let last = open.popLast() else { throw fail("{{/\(tag.text)}} closes nothing") }
                guard last.name == tag.text else {
                    throw fail("{{/\(tag.text)}} closes {{#\(last.name)}} of line \(last.place.line)")
                }
                template.close(last.step)
            case .partial:
                guard !trail.contains(tag.text) else {
                    throw fail("partials in a circle: \((trail + [tag.text]).joined(separator: " > "))")
                }
                guard var partial = sources[tag.text] else { throw fail("there is no partial \(tag.text)") }
                // The line end that editors put at the end of a file is none of the page's.
                if partial.last == UInt8(ascii: "\n") { partial.removeLast() }
                try read(partial, file: tag.text, trail: trail + [tag.text], isText: false, into: &template)
            }
        }
        if let last = open.last {
            throw TemplateError(
                file: file, line: last.place.line, column: last.place.column,
                reason: "{{#\(last.name)}} is not closed in this file")
        }
    }

    /// The next `{{` or `[[`, or the end.
    private static func nextTag(in source: [UInt8], from start: Int) -> Int {
        source.withUnsafeBufferPointer { bytes in
            var index = start
            while index + 1 < bytes.count {
                let byte = bytes[index]
                if byte == 0x7B || byte == 0x5B, bytes[index + 1] == byte { return index }
                index += 1
            }
            return bytes.count
        }
    }

    static func find(_ mark: StaticString, in source: [UInt8], from start: Int) -> Int? {
        let mark = mark.withUTF8Buffer { Array($0) }
        var index = start
        while index + mark.count <= source.count {
            if source[index] == mark[0], source[index..<(index + mark.count)].elementsEqual(mark) { return index }
            index += 1
        }
        return nil
    }

    private static func move(_ place: inout Place, to offset: Int, in source: [UInt8]) {
        for index in place.offset..<offset {
            if source[index] == UInt8(ascii: "\n") {
                place.line += 1
                place.column = 1
            } else if source[index] & 0xC0 != 0x80 {
                place.column += 1
            }
        }
        place.offset = offset
    }

    /// The whole line, when a tag stands on it alone; then the line leaves no trace.
    private static func wholeLine(_ source: [UInt8], _ start: Int, _ end: Int) -> Range<Int>? {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var first = start
        while first > 0, isBlank(source[first - 1]) { first -= 1 }
        guard first == 0 || source[first - 1] == UInt8(ascii: "\n") else { return nil }
        var last = end
        while last < source.count, isBlank(source[last]) { last += 1 }
        if last == source.count { return first..<last }
        return source[last] == UInt8(ascii: "\n") ? first..<(last + 1) : nil
    }
}
