internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What the two timelines of a matter share: a postmark, a moment, a text in paragraphs.
extension MatterWords {
    /// The postmark of an event: what is stamped and how far it is turned, always the same for the same event.
    func postmark(_ entry: CaseEntry, verb: String) -> Fields {
        [
            "turn": .text(Postmark.turn(of: entry.stored.id)), "stampTop": .text(stampTop),
            "stampDate": .text(words.stampDate(book.zone.date(of: entry.stored.occurredAt))),
            "stampVerb": .text(text("stamp.\(verb)")),
        ]
    }

    /// When it happened, for people and for machines.
    func moment(_ entry: CaseEntry) -> Fields {
        let at = entry.stored.occurredAt
        return ["iso": .text(words.iso(at)), "when": .text(words.relative(at, now: now))]
    }

    /// A text as `paragraphs` with its `lang`; a sentence in its place where it was erased.
    func passage(_ reference: TextReference?, in file: CaseFile) -> Fields {
        guard let body = file.text(reference) else {
            let sentence = text(file.isReduced ? "public.notForYou" : "story.textErased")
            return ["lang": .text(words.language.rawValue), "paragraphs": .texts([sentence])]
        }
        return ["lang": .text(Self.language(of: body)), "paragraphs": .paragraphs(body)]
    }

    /// Paragraphs, or nothing where there was no text.
    func optionalPassage(_ reference: TextReference?, in file: CaseFile) -> Fields {
        guard reference != nil else { return ["lang": .text(words.language.rawValue), "paragraphs": .list([])] }
        return passage(reference, in: file)
    }

    /// A short text in a sentence; nothing where there is none.
    func quoted(_ reference: TextReference?, in file: CaseFile) -> String {
        guard reference != nil else { return "" }
        // What others wrote is simply not there for somebody who joined in public.
        return file.text(reference) ?? (file.isReduced ? "" : text("story.textErased"))
    }

    /// The county's name as a stamp holds it: two characters, without 县, 市 or 区.
    private var stampTop: String {
        guard !isEnglish else { return String(countyName.prefix { $0 != " " }.prefix(8)) }
        let isDivision = countyName.count > 2 && countyName.last.map { "县市区旗".contains($0) } == true
        return String((isDivision ? countyName.dropLast() : countyName[...]).prefix(4))
    }
}
