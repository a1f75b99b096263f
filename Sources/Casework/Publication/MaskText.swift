/// A text with full-width digits and letters made plain, character by character, so that places in it are places in
/// the original.
struct MaskText {
    let original: [Character]
    let plain: String
    let characters: [Character]

    init(_ text: String) {
        original = Array(text)
        characters = original.map { character in
            guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
                (0xFF01...0xFF5E).contains(scalar.value), let half = Unicode.Scalar(scalar.value - 0xFEE0)
            else { return character }
            return Character(half)
        }
        plain = String(characters)
    }

    /// Whether a character is there at all.
    func holds(_ character: Character) -> Bool { characters.contains(character) }

    /// Everything that an expression finds; of one with a part named `part`, that part.
    func all(
        _ expression: some RegexComponent, _ kind: MaskSuggestion.Kind, _ reason: MaskSuggestion.Reason
    ) -> [MaskSuggestion] {
        var out: [MaskSuggestion] = []
        var (index, offset) = (plain.startIndex, 0)
        for match in plain.matches(of: Regex<AnyRegexOutput>(expression.regex)) {
            let range = match.output["part"]?.range ?? match.range
            offset += plain.distance(from: index, to: range.lowerBound)
            index = range.lowerBound
            let length = plain.distance(from: range.lowerBound, to: range.upperBound)
            // The tail of a longer number is something else.
            if offset > 0, characters[offset].isNumber, characters[offset].isASCII, characters[offset - 1].isASCII,
                characters[offset - 1].isNumber
            {
                continue
            }
            if let mask = mask(offset, length, kind, reason) { out.append(mask) }
        }
        return out
    }

    /// Every place at which some words stand.
    func occurrences(
        of words: String, _ kind: MaskSuggestion.Kind, _ reason: MaskSuggestion.Reason
    ) -> [MaskSuggestion] {
        let wanted = MaskText(words).characters
        guard !wanted.isEmpty, wanted.count <= characters.count else { return [] }
        return (0...(characters.count - wanted.count)).compactMap { start in
            guard characters[start] == wanted[0], Array(characters[start..<(start + wanted.count)]) == wanted else {
                return nil
            }
            return mask(start, wanted.count, kind, reason)
        }
    }

    func mask(
        _ start: Int, _ length: Int, _ kind: MaskSuggestion.Kind, _ reason: MaskSuggestion.Reason
    ) -> MaskSuggestion? {
        guard length > 0, start >= 0, start + length <= original.count else { return nil }
        return MaskSuggestion(
            kind: kind, reason: reason, start: start, length: length,
            text: String(original[start..<(start + length)]))
    }
}
