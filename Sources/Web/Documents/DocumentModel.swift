/// An official document, ready to be laid out. Every kind is a function that fills one (`DocumentMaker`).
struct DocumentModel: Sendable {
    /// A line of a list: what it is, and what is said of it.
    struct Item: Sendable {
        var term: String
        var text = ""
    }

    /// One part with its heading. A block without a word is left out, and numbering does not skip.
    struct Block: Sendable {
        var heading: String
        var paragraphs: [String] = []
        var items: [Item] = []

        var isEmpty: Bool { paragraphs.allSatisfy(\.isEmpty) && items.isEmpty }
    }

    /// What the resident can do, with the last day.
    struct Remedy: Sendable {
        var text: String
        var dayLabel = ""
        var day = ""
    }

    /// Somebody who signs.
    struct Party: Sendable {
        var role: String
        var name: String
    }

    var kind: DocumentKind
    var title: String
    /// The matter's number.
    var number: String
    /// The line under the unit: the number, and which of its kind it is.
    var serial: String
    var unit: String
    var addressee = ""
    var opening: [String] = []
    var blocks: [Block] = []
    var remediesHeading = ""
    var remedies: [Remedy] = []
    var closing: [String] = []
    var parties: [Party] = []
    /// Who handled and who signed, one a line.
    var signing: [String] = []
    var date: String
    /// Whom to ask.
    var contact = ""
    /// The hash of the event that the document tells.
    var fingerprint: String
}

extension DocumentModel {
    /// The fields of `parts/document-body`.
    func fields(_ language: Language, siteAddress: String) -> Fields {
        let shown = blocks.filter { !$0.isEmpty }
        return [
            "unit": .text(unit), "serial": .text(serial), "number": .text(number), "documentTitle": .text(title),
            "addressee": .text(addressee), "opening": Self.passages(opening),
            "blocks": .list(
                shown.enumerated().map { index, block in
                    [
                        "heading": .text(Self.numbered(block.heading, index + 1, language)),
                        "paragraphs": Self.passages(block.paragraphs), "hasItems": .flag(!block.items.isEmpty),
                        "items": .list(
                            block.items.map { item in
                                [
                                    "term": .text(item.term), "text": .text(item.text),
                                    "lang": .text(MatterWords.language(of: item.term + item.text)),
                                ]
                            }),
                    ]
                }),
            "hasRemedies": .flag(!remedies.isEmpty),
            "remediesHeading": .text(Self.numbered(remediesHeading, shown.count + 1, language)),
            "remedies": .list(
                remedies.map { ["text": .text($0.text), "dayLabel": .text($0.dayLabel), "day": .text($0.day)] }),
            "closing": .texts(closing), "hasParties": .flag(!parties.isEmpty),
            "parties": .list(parties.map { ["role": .text($0.role), "name": .text($0.name)] }),
            "signing": .texts(signing), "dateText": .text(date), "contactLine": .text(contact),
            "siteAddress": .text(siteAddress), "fingerprint": .text(fingerprint),
        ]
    }

    private static func passages(_ texts: [String]) -> Field {
        .list(
            texts.flatMap { text in
                text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }.flatMap(portions)
            }.map { ["text": .text($0), "lang": .text(MatterWords.language(of: $0))] })
    }

    /// The time to lay out a paragraph grows with the square of its length, so an endless one is cut where a sentence
    /// ends, or wherever it must be. Nobody writes such a paragraph on purpose.
    static func portions(_ paragraph: Substring) -> [String] {
        let (most, wanted) = (1_000, 500)
        var (out, rest) = ([String](), paragraph)
        while let limit = rest.index(rest.startIndex, offsetBy: most, limitedBy: rest.endIndex), limit < rest.endIndex {
            let from = rest.index(rest.startIndex, offsetBy: wanted)
            let end = rest[from..<limit].lastIndex { "。！？；.!?; ".contains($0) }
            let cut = end.map { rest.index(after: $0) } ?? limit
            out.append(String(rest[..<cut]))
            rest = rest[cut...]
        }
        return out + [String(rest)]
    }

    /// "三、处理意见", "3. Opinion".
    static func numbered(_ heading: String, _ number: Int, _ language: Language) -> String {
        guard !language.isEnglish else { return "\(number). \(heading)" }
        let digits = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]
        return "\(digits.indices.contains(number - 1) ? digits[number - 1] : "\(number)")、\(heading)"
    }
}
