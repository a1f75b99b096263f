public import Kernel

/// What a text that is kept ready can take from a matter: `{{due}}`.
public enum CannedField: String, CaseIterable, Sendable {
    /// The matter's number.
    case number
    /// The day on which it came in.
    case received
    /// The day by which there is an answer.
    case due
    /// Where it is.
    case place
    /// The unit that answers.
    case unit
    /// Who handles it.
    case handler
    /// The hotline's number.
    case hotline
    /// What it is called.
    case title
}

/// A text that is kept ready, cut at its fields `{{due}}` and its gaps `[[where was it repaired]]`.
public struct CannedMarks: Hashable, Sendable {
    /// A stretch of it.
    public enum Piece: Hashable, Sendable {
        /// Words that stay.
        case words(String)
        /// What the matter gives.
        case field(CannedField)
        /// What whoever writes has to say.
        case gap(String)
    }

    /// Its stretches, in order.
    public let pieces: [Piece]

    /// The longest filling, in characters, with which the words around it still are those of the text.
    static let longestFilling = 120

    /// Cuts a text.
    ///
    /// - Throws: `canned.fieldUnknown` for a field that no matter has, `canned.markBroken` for marks without an end or
    ///   without words.
    public init(_ text: String) throws(PlainError) {
        var pieces: [Piece] = []
        var words = ""
        var rest = text[...]
        while !rest.isEmpty {
            let isField = rest.hasPrefix("{{")
            guard isField || rest.hasPrefix("[[") else {
                guard !rest.hasPrefix("}}"), !rest.hasPrefix("]]") else { throw Self.broken }
                words.append(rest.removeFirst())
                continue
            }
            let inside = rest.dropFirst(2)
            guard let end = inside.firstRange(of: isField ? "}}" : "]]") else { throw Self.broken }
            let name = Self.trimmed(inside[..<end.lowerBound])
            guard !name.isEmpty, !name.contains(where: { "[]{}\n".contains($0) }) else { throw Self.broken }
            if !words.isEmpty { pieces.append(.words(words)) }
            words = ""
            if isField {
                guard let field = CannedField(rawValue: name) else {
                    throw PlainError(
                        .invalid, "canned.fieldUnknown", field: "body", values: ["name": String(name.prefix(30))])
                }
                pieces.append(.field(field))
            } else {
                pieces.append(.gap(name))
            }
            rest = inside[end.upperBound...]
        }
        if !words.isEmpty { pieces.append(.words(words)) }
        self.pieces = pieces
    }

    /// The text with what a matter gives. What it does not give becomes a gap with the field's name, so that somebody
    /// has to say it.
    public func filled(_ values: [CannedField: String], names: [CannedField: String] = [:]) -> String {
        pieces.map { piece in
            switch piece {
            case .words(let words): return words
            case .gap(let name): return "[[\(name)]]"
            case .field(let field):
                if let value = values[field], !value.isEmpty { return value }
                return "[[\(names[field] ?? field.rawValue)]]"
            }
        }.joined()
    }

    /// Whether a text says nothing but what these texts say one after the other, with their fields and gaps filled.
    /// Blanks and line ends do not count.
    public static func isUnedited(_ text: String, _ used: [CannedMarks]) -> Bool {
        let text = squeezed(text)
        let pieces = used.flatMap(\.pieces)
        guard pieces.contains(where: { if case .words(let words) = $0 { !squeezed(words).isEmpty } else { false } })
        else { return false }
        var at = 0
        // How many characters may stand before the next words; nothing where they must follow at once.
        var slack = 0
        for (index, piece) in pieces.enumerated() {
            guard case .words(let words) = piece else {
                slack += longestFilling
                continue
            }
            let wanted = squeezed(words)
            guard !wanted.isEmpty else { continue }
            let isLast = !pieces[(index + 1)...].contains { if case .words = $0 { true } else { false } }
            // The last words may stand at the very end only when nothing open follows them.
            let endsHere = isLast && index == pieces.count - 1
            let first = endsHere ? max(at, text.count - wanted.count) : at
            let rest = slack - (first - at)
            guard let found = place(of: wanted, in: text, from: first, slack: rest) else { return false }
            at = found + wanted.count
            slack = 0
        }
        return text.count - at <= slack
    }

    private static func place(of wanted: [Character], in text: [Character], from: Int, slack: Int) -> Int? {
        guard slack >= 0 else { return nil }
        let last = min(from + slack, text.count - wanted.count)
        guard from <= last else { return nil }
        return (from...last).first { text[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }

    private static func squeezed(_ text: String) -> [Character] { text.filter { !$0.isWhitespace } }

    private static func trimmed(_ text: Substring) -> String {
        let head = text.drop { $0.isWhitespace }
        return String(head.reversed().drop { $0.isWhitespace }.reversed())
    }

    private static var broken: PlainError { PlainError(.invalid, "canned.markBroken", field: "body") }
}
