/// A sentence with choices `<a|b>`, numbers `<2-5>` and names `<place>`; choices may hold names and numbers.
struct DemoTemplate: Sendable {
    private indirect enum Part: Sendable {
        case text(String)
        case name(String)
        case number(ClosedRange<Int>)
        case choice([DemoTemplate])
    }

    private let parts: [Part]

    init(_ text: String) { self.init(text[...]) }

    private init(_ text: Substring) {
        var parts: [Part] = []
        var rest = text
        while let open = rest.firstIndex(of: "<") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            var depth = 0
            var bars: [Substring.Index] = []
            var close = rest.endIndex
            for index in rest[open...].indices {
                switch rest[index] {
                case "<": depth += 1
                case ">": depth -= 1
                case "|" where depth == 1: bars.append(index)
                default: break
                }
                if depth == 0 {
                    close = index
                    break
                }
            }
            guard close < rest.endIndex else { break }
            parts.append(Self.part(rest[rest.index(after: open)..<close], bars))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    private static func part(_ inner: Substring, _ bars: [Substring.Index]) -> Part {
        if !bars.isEmpty {
            var options: [DemoTemplate] = []
            var start = inner.startIndex
            for bar in bars + [inner.endIndex] {
                options.append(DemoTemplate(inner[start..<bar]))
                if bar < inner.endIndex { start = inner.index(after: bar) }
            }
            return .choice(options)
        }
        let ends = inner.split(separator: "-").compactMap { Int($0) }
        if ends.count == 2, ends[0] <= ends[1] { return .number(ends[0]...ends[1]) }
        let isName = inner.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
        return isName ? .name(String(inner)) : .choice([DemoTemplate(inner)])
    }

    /// The sentence with everything chosen; an unknown name is told by its own text, so that a test finds it.
    func text(_ random: inout DemoRandom, _ value: (String, inout DemoRandom) -> String?) -> String {
        var out = ""
        for part in parts {
            switch part {
            case .text(let text): out += text
            case .name(let name): out += value(name, &random) ?? "<\(name)>"
            case .number(let range): out += String(random.number(range))
            case .choice(let options):
                let index = random.number(0...options.count - 1)
                out += options[index].text(&random, value)
            }
        }
        return out
    }
}
