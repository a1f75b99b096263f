public import Kernel

/// What a reporter writes. It is checked, sealed and forgotten.
public struct ReportDraft: Hashable, Sendable {
    /// Whom it concerns.
    public var accused = ""
    /// What happened.
    public var words = ""
    /// Whether with an own name; `nil` until chosen: nothing is chosen beforehand.
    public var isNamed: Bool?
    /// The name.
    public var name = ""
    /// How the reporter can be reached.
    public var contact = ""
    /// What keeps the reporter safe when being reached.
    public var safety = ""

    /// The longest report, in characters.
    public static let longestWords = 8_000
    /// The longest other texts.
    public static let longestAccused = 500
    /// The longest name.
    public static let longestName = 60
    /// The longest contact and advice about it.
    public static let longestContact = 300

    /// An empty draft.
    public init() {}

    /// Without control characters and blanks around. Who stays anonymous gives no name, whatever was typed before.
    public var cleaned: ReportDraft {
        var draft = self
        draft.accused = SealedText.cleaned(accused)
        draft.words = SealedText.cleaned(words)
        draft.name = isNamed == true ? SealedText.cleaned(name) : ""
        draft.contact = SealedText.cleaned(contact)
        draft.safety = SealedText.cleaned(safety)
        return draft
    }

    /// What is wrong, all at once.
    public var problems: [PlainError] {
        let draft = cleaned
        var out: [PlainError] = []
        func check(_ text: String, _ field: String, _ most: Int) {
            guard text.count > most else { return }
            out.append(
                PlainError(
                    .invalid, "text.tooLong", field: field, values: ["most": "\(most)", "length": "\(text.count)"]))
        }
        check(draft.accused, "accused", Self.longestAccused)
        if draft.words.isEmpty { out.append(PlainError(.invalid, "sealed.noWords", field: "words")) }
        check(draft.words, "words", Self.longestWords)
        if isNamed == nil { out.append(PlainError(.invalid, "sealed.notChosen", field: "named")) }
        if isNamed == true {
            if draft.name.isEmpty { out.append(PlainError(.invalid, "sealed.noName", field: "name")) }
            if draft.contact.isEmpty { out.append(PlainError(.invalid, "sealed.noContact", field: "contact")) }
        }
        check(draft.name, "name", Self.longestName)
        check(draft.contact, "contact", Self.longestContact)
        check(draft.safety, "safety", Self.longestContact)
        return out
    }
}

/// Cleans what people type in this room.
enum SealedText {
    /// Without control characters, with plain line ends and without blanks around.
    static func cleaned(_ text: String) -> String {
        let plain = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        let kept = plain.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t" }
        var cleaned = Substring(String(String.UnicodeScalarView(kept)))
        while let last = cleaned.last, last.isWhitespace { cleaned.removeLast() }
        while let first = cleaned.first, first.isWhitespace { cleaned.removeFirst() }
        return String(cleaned)
    }
}
