internal import Kernel

/// Checks and cleans what people type. Nothing is cut: what is too long is told.
enum ReceptionText {
    /// Without control characters and without blanks around.
    static func cleaned(_ text: String?) -> String {
        var out = String.UnicodeScalarView()
        for scalar in (text ?? "").unicodeScalars {
            if scalar == "\n" || scalar == "\t" || scalar.value >= 0x20 && scalar.value != 0x7F { out.append(scalar) }
        }
        var view = Substring(String(out))
        while let last = view.last, last.isWhitespace { view.removeLast() }
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        return String(view)
    }

    /// A cleaned text within a length; `nil` when it is empty.
    static func optional(_ text: String?, field: String, most: Int = 1_000) throws(PlainError) -> String? {
        let cleaned = cleaned(text)
        guard !cleaned.isEmpty else { return nil }
        guard cleaned.count <= most else {
            throw PlainError(
                .invalid, "text.tooLong", field: field, values: ["most": "\(most)", "length": "\(cleaned.count)"])
        }
        return cleaned
    }

    /// A cleaned text that must be there.
    static func required(_ text: String?, field: String, most: Int = 1_000) throws(PlainError) -> String {
        guard let text = try optional(text, field: field, most: most) else {
            throw PlainError(.invalid, "text.missing", field: field)
        }
        return text
    }

    /// Reads `14:30`, also with a full-width colon.
    static func minute(_ typed: some StringProtocol) -> Int? {
        let parts = typed.split { $0 == ":" || $0 == "：" }.map { Int(String($0.filter { !$0.isWhitespace })) ?? -1 }
        guard parts.count == 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else { return nil }
        return parts[0] * 60 + parts[1]
    }
}

/// Several wrong fields are told at once.
struct ProblemList {
    private(set) var errors: [PlainError] = []

    /// The value, or nothing with the problem noted.
    mutating func note<T>(_ body: () throws(PlainError) -> T) -> T? {
        do {
            return try body()
        } catch {
            errors.append(error)
            return nil
        }
    }

    /// A text that may be missing; nothing also where it is too long, with the problem noted.
    mutating func optional(_ text: String?, field: String, most: Int) -> String? {
        do {
            return try ReceptionText.optional(text, field: field, most: most)
        } catch {
            errors.append(error)
            return nil
        }
    }

    mutating func add(_ error: PlainError) { errors.append(error) }

    func check() throws(PlainErrors) {
        if !errors.isEmpty { throw PlainErrors(errors) }
    }
}
