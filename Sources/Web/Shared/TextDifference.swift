/// What changed between two texts, in stretches that can be shown one after the other.
enum TextDifference {
    /// What became of a stretch.
    enum Kind: Hashable, Sendable {
        case same, added, removed
    }

    /// A stretch.
    struct Piece: Hashable, Sendable {
        let kind: Kind
        var text: String
    }

    /// More changed parts than this are shown as a whole: nobody reads such a patchwork, and it takes long to find.
    private static let mostParts = 1_500

    /// The stretches of both texts in order; what went stands before what came.
    static func pieces(_ old: String, _ new: String) -> [Piece] {
        let (old, new) = (parts(old), parts(new))
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let (oldMiddle, newMiddle) = (
            Array(old[head..<(old.count - tail)]), Array(new[head..<(new.count - tail)])
        )
        var out = joined(.same, old.prefix(head))
        out += middle(oldMiddle, newMiddle)
        out += joined(.same, old.suffix(tail))
        return merged(out)
    }

    private static func middle(_ old: [Substring], _ new: [Substring]) -> [Piece] {
        guard old.count + new.count <= mostParts else { return joined(.removed, old[...]) + joined(.added, new[...]) }
        var (gone, come): (Set<Int>, Set<Int>) = ([], [])
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): gone.insert(offset)
            case .insert(let offset, _, _): come.insert(offset)
            }
        }
        var out: [Piece] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, gone.contains(left) {
                out.append(Piece(kind: .removed, text: String(old[left])))
                left += 1
            } else if right < new.count, come.contains(right) {
                out.append(Piece(kind: .added, text: String(new[right])))
                right += 1
            } else {
                if left < old.count { out.append(Piece(kind: .same, text: String(old[left]))) }
                left += 1
                right += 1
            }
        }
        return out
    }

    private static func joined(_ kind: Kind, _ parts: ArraySlice<Substring>) -> [Piece] {
        parts.isEmpty ? [] : [Piece(kind: kind, text: parts.joined())]
    }

    private static func merged(_ pieces: [Piece]) -> [Piece] {
        pieces.reduce(into: []) { out, piece in
            if out.last?.kind == piece.kind { out[out.count - 1].text += piece.text } else { out.append(piece) }
        }
    }

    /// Single signs, but words of letters and digits as a whole.
    private static func parts(_ text: String) -> [Substring] {
        var out: [Substring] = []
        var start = text.startIndex
        while start < text.endIndex {
            var end = text.index(after: start)
            if isLatin(text[start]) {
                while end < text.endIndex, isLatin(text[end]) { end = text.index(after: end) }
            }
            out.append(text[start..<end])
            start = end
        }
        return out
    }

    private static func isLatin(_ sign: Character) -> Bool {
        sign.unicodeScalars.allSatisfy { $0.value < 0x2E80 } && (sign.isLetter || sign.isNumber)
    }
}
