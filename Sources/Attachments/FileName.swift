/// The name of a file as somebody gave it, made harmless: it is shown and offered for saving, and never becomes a path
/// on this machine.
public struct FileName: Hashable, Sendable {
    /// At most 120 characters, without folders, control characters or signs that turn the direction of writing.
    public let text: String

    /// The ending in small letters; `nil` when there is none.
    public let ending: String?

    private static let longest = 120

    /// Cleans a name.
    public init(_ raw: String) {
        // Some browsers send a path; only what stands behind the last slash of either kind is the name.
        let last = raw.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        var scalars = String.UnicodeScalarView()
        for scalar in last.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: continue
            default: scalars.append("\"<>|:*?%;".unicodeScalars.contains(scalar) ? "_" : scalar)
            }
        }
        var name = String(scalars)
        // A leading dot hides a file, a trailing one confuses some systems.
        while let first = name.first, first == "." || first.isWhitespace { name.removeFirst() }
        while let last = name.last, last == "." || last.isWhitespace { name.removeLast() }
        var stem = name[...]
        var (found, shown): (String?, String) = (nil, "")
        if let dot = name.lastIndex(of: "."), dot > name.startIndex {
            let tail = name[name.index(after: dot)...]
            if (1...5).contains(tail.count), tail.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
                found = tail.lowercased()
                shown = ".\(tail)"
                stem = name[..<dot]
            }
        }
        ending = found
        let short = stem.isEmpty ? "file" : String(stem.prefix(Self.longest - shown.count))
        text = short + shown
    }

    /// The name with an ending that its type has.
    func fitting(_ type: FileType) -> String {
        if let ending, type.endings.contains(ending) { return text }
        guard let first = type.endings.first else { return text }
        let stem = ending.map { text.dropLast($0.count + 1) } ?? text[...]
        return "\(stem).\(first)"
    }
}
