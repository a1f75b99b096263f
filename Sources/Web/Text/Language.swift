/// A language of the pages. Both are complete.
public enum Language: String, CaseIterable, Hashable, Sendable {
    /// 简体中文
    case chinese = "zh-Hans"
    /// English
    case english = "en"

    /// Whether it is English.
    public var isEnglish: Bool { self == .english }

    /// The other one.
    public var other: Language { isEnglish ? .chinese : .english }

    /// Reads a code as cookies, parameters and browsers write it: `zh`, `zh-CN`, `en-GB`; `nil` for other languages.
    public init?(code: some StringProtocol) {
        let folded = code.lowercased()
        if folded == "zh" || folded.hasPrefix("zh-") {
            self = .chinese
        } else if folded == "en" || folded.hasPrefix("en-") {
            self = .english
        } else {
            return nil
        }
    }

    /// The first language of a browser's list that we have; Chinese when there is none.
    public init(acceptLanguage: String?) {
        let wanted = (acceptLanguage ?? "").split(separator: ",").prefix(8).map { part -> (Substring, Double) in
            let pieces = part.split(separator: ";")
            let quality = pieces.dropFirst().first { $0.contains("q=") }.flatMap { piece in
                Double(piece.drop { $0 != "=" }.dropFirst())
            }
            return (pieces.first.map { $0.drop { $0 == " " } } ?? "", quality ?? 1)
        }
        // The sort is stable where qualities are equal: the browser's order counts.
        let ordered = wanted.enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
        self = ordered.lazy.compactMap { Language(code: $0.element.0) }.first ?? .chinese
    }
}
