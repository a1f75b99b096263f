internal import Kernel

/// Checks and cleans what staff type. Nothing is cut: what is too long is told.
enum SupervisionText {
    /// Without control characters, with plain line ends and without blanks around.
    static func cleaned(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "\r" || (scalar == "\n" && previous != "\r") {
                out.append("\n")
            } else if scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" {
                out.append(scalar)
            }
            previous = scalar
        }
        var view = Substring(String(out))
        while let last = view.last, last.isWhitespace { view.removeLast() }
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        return String(view)
    }

    /// A cleaned text within a length; `nil` when it is empty.
    ///
    /// - Throws: `text.tooLong` with `most` and `length`.
    static func optional(_ text: String?, field: String, most: Int = 4_000) throws(PlainError) -> String? {
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
    /// - Throws: `text.missing` or `text.tooLong`.
    static func required(_ text: String?, field: String, most: Int = 4_000) throws(PlainError) -> String {
        guard let text = try optional(text, field: field, most: most) else {
            throw PlainError(.invalid, "text.missing", field: field)
        }
        return text
    }
}
