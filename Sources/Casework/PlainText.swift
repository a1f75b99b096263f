public import Kernel

/// Checks and cleans what people type. Nothing is cut: what is too long is told.
public enum PlainText {
    /// Longest letter, in characters.
    public static let longestBody = 8_000

    /// Without control characters, with plain line ends and without blanks around.
    public static func cleaned(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "\r" {
                out.append("\n")
            } else if scalar == "\n" {
                if previous != "\r" { out.append(scalar) }
            } else if scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" {
                out.append(scalar)
            }
            previous = scalar
        }
        var cleaned = Substring(String(out))
        while let last = cleaned.last, last.isWhitespace { cleaned.removeLast() }
        while let first = cleaned.first, first.isWhitespace { cleaned.removeFirst() }
        return String(cleaned)
    }

    /// A cleaned text within a length; `nil` when it is empty.
    ///
    /// - Throws: `text.tooLong` with `most` and `length`.
    public static func optional(_ text: String?, field: String, most: Int) throws(PlainError) -> String? {
        let cleaned = cleaned(text ?? "")
        guard !cleaned.isEmpty else { return nil }
        guard cleaned.count <= most else {
            throw PlainError(
                .invalid, "text.tooLong", field: field, values: ["most": "\(most)", "length": "\(cleaned.count)"])
        }
        return cleaned
    }

    /// A cleaned text that must be there.
    ///
    /// - Throws: `text.missing.<field>` or `text.tooLong`.
    public static func required(_ text: String?, field: String, most: Int = longestBody) throws(PlainError) -> String {
        guard let text = try optional(text, field: field, most: most) else {
            throw PlainError(.invalid, "text.missing", field: field)
        }
        return text
    }

    /// A text in which nothing is left to be filled in: no gap `[[…]]` and no field `{{…}}` of a text that was kept ready.
    ///
    /// - Throws: `canned.gap` with the gap's words, `canned.field` with the field's name.
    public static func complete(_ text: String, field: String) throws(PlainError) -> String {
        for (open, close, code) in [("[[", "]]", "canned.gap"), ("{{", "}}", "canned.field")] {
            guard let start = text.firstRange(of: open) else {
                if text.contains(close) { throw PlainError(.invalid, code, field: field, values: ["name": close]) }
                continue
            }
            let rest = text[start.upperBound...]
            let name = rest.firstRange(of: close).map { rest[..<$0.lowerBound] } ?? rest.prefix(20)
            throw PlainError(.invalid, code, field: field, values: ["name": cleaned(String(name.prefix(40)))])
        }
        return text
    }

    /// The first sentence of a letter, at most 30 characters, as its title.
    public static func title(of body: String) -> String {
        let greeting = ["您好", "你好", "领导", "同志", "尊敬", "Dear", "Hello"]
        let sentences = body.split(whereSeparator: { "。!?;！？；\n".contains($0) }).map { cleaned(String($0)) }
        let isGreeting = { (text: String) in text.count < 14 && greeting.contains { text.contains($0) } }
        let sentence = sentences.first { $0.count >= 4 && !isGreeting($0) } ?? sentences.first ?? cleaned(body)
        return sentence.count <= 30 ? sentence : sentence.prefix(29) + "…"
    }
}
