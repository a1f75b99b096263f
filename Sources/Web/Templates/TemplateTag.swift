extension TemplateParser {
    /// One `{{…}}`.
    struct Tag {
        enum Kind {
            case variable, html, section, inverted, close, partial, comment
        }

        struct Fault: Error {
            let reason: String
        }

        let kind: Kind
        /// The name as it is written.
        let text: String
        /// The offset after it.
        let end: Int

        /// Whether it writes nothing itself.
        var isQuiet: Bool {
            switch kind {
            case .section, .inverted, .close, .comment: true
            case .variable, .html, .partial: false
            }
        }

        /// Reads the tag that begins at an offset.
        init(_ source: [UInt8], at start: Int) throws(Fault) {
            let isTriple = start + 2 < source.count && source[start + 2] == UInt8(ascii: "{")
            let inner = start + (isTriple ? 3 : 2)
            guard let close = TemplateParser.find(isTriple ? "}}}" : "}}", in: source, from: inner) else {
                throw Fault(reason: "{{ without }}")
            }
            end = close + (isTriple ? 3 : 2)
            var body = source[inner..<close]
            switch (isTriple, body.first) {
            case (true, _): kind = .html
            case (_, UInt8(ascii: "#")): kind = .section
            case (_, UInt8(ascii: "^")): kind = .inverted
            case (_, UInt8(ascii: "/")): kind = .close
            case (_, UInt8(ascii: ">")): kind = .partial
            case (_, UInt8(ascii: "!")): kind = .comment
            default: kind = .variable
            }
            if kind != .variable, kind != .html { body.removeFirst() }
            while let first = body.first, first == 0x20 { body.removeFirst() }
            while let last = body.last, last == 0x20 { body.removeLast() }
            text = String(decoding: body, as: UTF8.self)
            guard kind != .comment else { return }
            let isName = Self.isName(body, isPartial: kind == .partial)
            guard isName else { throw Fault(reason: "{{\(text)}} is not understood") }
        }

        private static func isName(_ bytes: ArraySlice<UInt8>, isPartial: Bool) -> Bool {
            var previous: UInt8 = 0
            for byte in bytes {
                let isSign = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
                case UInt8(ascii: "."): if isPartial || previous == byte { return false }
                case UInt8(ascii: "/"), UInt8(ascii: "-"): if !isPartial { return false }
                default: return false
                }
                previous = isSign ? byte : 1
            }
            return previous == 1
        }

        /// The use of a field at a place.
        func use(file: String, line: Int, column: Int) -> Template.Use {
            let parts = text.split(separator: ".").map(String.init)
            return Template.Use(
                scope: text.hasPrefix(".") ? .own : .outward, name: parts.first ?? "", path: Array(parts.dropFirst()),
                file: file, line: line, column: column)
        }
    }
}
