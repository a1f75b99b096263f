/// Turns text into the tokens that both engines index, so that both give the same answers.
///
/// Chinese, Japanese and Korean runs become overlapping pairs, plus the last character alone (so that a single
/// character is found by prefix wherever it stands); other letters and digits become folded words. Tokens are
/// made of letters and digits only.
public struct SearchText: Sendable {
    /// Creates the tokeniser.
    public init() {}

    /// Distinct tokens for the index, in order of first appearance.
    public func tokens(of text: String) -> [String] { tokenLine(of: text).split(separator: " ").map(String.init) }

    /// The same with a blank between them. Written as bytes: a letter has hundreds of pairs, and making and comparing
    /// strings for each would cost more than everything else at registration.
    func tokenLine(of text: String) -> String {
        var line: [UInt8] = []
        line.reserveCapacity(text.utf8.count * 2)
        var pairs = Set<UInt64>()
        var words = Set<String>()
        forEachRun(in: text) { run, isIdeographic in
            guard isIdeographic else {
                let word = word(run)
                guard words.insert(word).inserted else { return }
                if !line.isEmpty { line.append(0x20) }
                line.append(contentsOf: word.utf8)
                return
            }
            for index in run.indices {
                let next = index + 1 < run.count ? run[index + 1] : nil
                let key = UInt64(run[index].value) << 32 | UInt64(next?.value ?? 0)
                guard pairs.insert(key).inserted else { continue }
                if !line.isEmpty { line.append(0x20) }
                line.append(contentsOf: UTF8.encode(run[index]) ?? UTF8.encodedReplacementCharacter)
                if let next { line.append(contentsOf: UTF8.encode(next) ?? UTF8.encodedReplacementCharacter) }
            }
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// What a query asks for: every term must be there.
    public enum Term: Hashable, Sendable {
        /// A whole token.
        case token(String)
        /// Any token that begins so (a single Chinese character).
        case prefix(String)
    }

    /// Terms of a query; empty when it holds nothing to look for.
    public func terms(of query: String) -> [Term] {
        var out: [Term] = []
        func add(_ term: Term) {
            if !out.contains(term) { out.append(term) }
        }
        forEachRun(in: query) { run, isIdeographic in
            if !isIdeographic {
                add(.token(word(run)))
            } else if run.count == 1 {
                add(.prefix(String(run[0])))
            } else {
                for index in run.indices.dropLast() {
                    add(.token(String(String.UnicodeScalarView(run[index...(index + 1)]))))
                }
            }
        }
        return out
    }

    /// Longest word kept; longer ones are cut, in the index and in queries alike.
    private static let longestWord = 64

    private func word(_ run: [Unicode.Scalar]) -> String {
        let text = String(String.UnicodeScalarView(run.prefix(Self.longestWord)))
        return text.lowercased()
    }

    private func forEachRun(in text: String, _ body: ([Unicode.Scalar], Bool) -> Void) {
        var run: [Unicode.Scalar] = []
        var kind = false
        func flush() {
            if !run.isEmpty { body(run, kind) }
            run.removeAll(keepingCapacity: true)
        }
        for original in text.unicodeScalars {
            // Accents written as marks of their own: the letter before is already the folded one.
            if (0x300...0x36F).contains(original.value) { continue }
            let scalar = fold(original)
            let isIdeograph = isIdeographic(scalar)
            guard isIdeograph || isWord(scalar) else {
                flush()
                continue
            }
            if kind != isIdeograph { flush() }
            kind = isIdeograph
            run.append(scalar)
        }
        flush()
    }

    /// Full-width ASCII to ASCII; Latin letters lose their accents (é → e).
    private func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let value = scalar.value
        if value < 0x80 { return scalar }
        if (0xFF01...0xFF5E).contains(value) { return Unicode.Scalar(value - 0xFEE0) ?? scalar }
        if (0xC0...0x24F).contains(value), let base = Self.baseLetters[value] { return base }
        return scalar
    }

    /// Base letters of precomposed Latin letters. Swift compares strings by canonical equivalence, so the table is
    /// made from marks instead of being written down.
    private static let baseLetters: [UInt32: Unicode.Scalar] = {
        let letters = (UInt32(0xC0)...0x24F).compactMap { Unicode.Scalar($0) }
        let composed = Dictionary(uniqueKeysWithValues: letters.map { (String($0), $0.value) })
        var bases: [UInt32: Unicode.Scalar] = [:]
        for base in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".unicodeScalars {
            for mark in (UInt32(0x300)...0x331).compactMap({ Unicode.Scalar($0) }) {
                let pair = String(String.UnicodeScalarView([base, mark]))
                if let value = composed[pair] { bases[value] = base }
            }
        }
        // A second accent on an accented letter: ǖ is ü with a macron.
        for (value, base) in bases {
            guard let accented = Unicode.Scalar(value) else { continue }
            for mark in (UInt32(0x300)...0x331).compactMap({ Unicode.Scalar($0) }) {
                let pair = String(String.UnicodeScalarView([accented, mark]))
                if let value = composed[pair] { bases[value] = base }
            }
        }
        return bases
    }()

    private func isIdeographic(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3005, 0x3007, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0x20000...0x3134F:
            true
        default: false
        }
    }

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            return (0x30...0x39).contains(scalar.value) || (0x41...0x5A).contains(scalar.value)
                || (0x61...0x7A).contains(scalar.value)
        }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
