internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The texts from which the public ones are made, with what may tell who somebody is.
struct OriginalTexts {
    /// One of the three.
    struct Source {
        let name: String
        let text: String
        let masks: [MaskSuggestion]
    }

    let sources: [Source]

    init(_ file: CaseFile) {
        let suggester = MaskSuggester(Array(file.contacts.values) + Array(file.helpers.values))
        let state = file.state
        func source(_ name: String, _ text: String) -> Source {
            Source(name: name, text: text, masks: suggester.suggestions(in: text))
        }
        let shown = state.publication?.shown
        let title = file.text(shown?.title) ?? file.text(state.title) ?? ""
        let letter = [file.text(state.body), file.text(state.wish)].compactMap { $0 }.joined(separator: "\n")
        let reply =
            file.text(shown?.reply)
            ?? [file.text(state.reply?.facts), file.text(state.reply?.body)].compactMap { $0 }.joined(separator: "\n")
        sources = [
            source("title", title), source("body", file.text(shown?.body) ?? letter), source("reply", reply),
        ]
    }

    /// The texts with the chosen suggestions in place: `body:12:3`.
    func masked(_ chosen: [String]) -> PublicDraft {
        let chosen = Set(chosen)
        let texts = sources.map { source in
            MaskSuggestion.applied(
                source.masks.filter { chosen.contains(Self.key(source.name, $0)) }, to: source.text)
        }
        return PublicDraft(
            title: String(texts[0].prefix(Casework.longestPublicTitle)), body: texts[1], reply: texts[2])
    }

    static func key(_ name: String, _ mask: MaskSuggestion) -> String { "\(name):\(mask.start):\(mask.length)" }
}

/// The page on which a clerk publishes a matter.
struct PublishModel {
    let file: CaseFile
    let words: MatterWords
    let draft: PublicDraft?
    let form: Form

    private var state: CaseState { file.state }
    private var bars: [PublicationBar] { state.publicationBars }

    /// Whether anything stands against it.
    var isOpen: Bool { bars.isEmpty }

    var fields: Fields {
        let number = state.publication?.shown.number
        var fields: Fields = [
            "number": .text(state.number), "matterURL": .text("/desk/matter/\(state.number)"),
            "matterTitle": .text(file.text(state.title) ?? words.text("story.textErased")),
            "version": .text(form["version"] ?? "\(state.version)"), "isBarred": .flag(!isOpen),
            "bars": .texts(bars.map { words.text("error.case.notPublishable.\($0.rawValue)") }),
            "isShown": .flag(number != nil), "publicURL": .text(number.map { "/matters/\($0)" }),
            "shownSince": .text(
                state.publication.map { words.words.relative($0.at, now: words.now) }),
            "waitsForReply": .flag(state.publication?.waitsForReply ?? false),
            "reason": .text(form.text("reason")), "hasReplyText": .flag(state.reply != nil),
            "draftTitle": .text(draft?.title), "body": .text(draft?.body), "reply": .text(draft?.reply),
            "titleMaximum": .number(Casework.longestPublicTitle),
        ]
        fields.merge(marks)
        fields.merge(left)
        let shown = draft ?? PublicDraft(title: "", body: "")
        fields.merge(PublicLetter.fields(title: shown.title, body: shown.body, reply: shown.reply, words))
        return fields
    }

    // MARK: Suggestions

    private var marks: Fields {
        guard isOpen, draft == nil else { return ["sources": .list([]), "hasMasks": false] }
        let original = OriginalTexts(file)
        let sources = original.sources.filter { !$0.text.isEmpty }.map { source -> Fields in
            [
                "heading": .text(words.text("public.source.\(source.name)")),
                "lang": .text(MatterWords.language(of: source.text)), "lines": .list(lines(source)),
                "hasMasks": .flag(!source.masks.isEmpty),
                "masks": .list(
                    source.masks.enumerated().map { index, mask in
                        [
                            "key": .text(OriginalTexts.key(source.name, mask)), "n": .number(index + 1),
                            "text": .text(mask.text), "replacement": .text(mask.replacement),
                            "kind": .text(words.words.name("mask.kind", mask.kind)),
                            "reason": .text(words.words.name("mask.reason", mask.reason)),
                        ]
                    }),
            ]
        }
        return ["sources": .list(sources), "hasMasks": .flag(original.sources.contains { !$0.masks.isEmpty })]
    }

    /// The text in lines of parts, so that the marked ones can be shown as such.
    private func lines(_ source: OriginalTexts.Source) -> [Fields] {
        let characters = Array(source.text)
        var lines: [[Fields]] = [[]]
        func add(_ text: some Sequence<Character>, number: Int?) {
            let parts = String(text).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index > 0 { lines.append([]) }
                guard !part.isEmpty else { continue }
                lines[lines.count - 1].append([
                    "text": .text(String(part)), "isMark": .flag(number != nil),
                    "n": .text(number.map(String.init)),
                ])
            }
        }
        var position = 0
        for (index, mask) in source.masks.enumerated() {
            add(characters[position..<mask.start], number: nil)
            add(characters[mask.start..<(mask.start + mask.length)], number: index + 1)
            position = mask.start + mask.length
        }
        add(characters[position...], number: nil)
        return lines.filter { !$0.isEmpty }.map { ["parts": .list($0)] }
    }

    /// What still looks like somebody in the own text.
    private var left: Fields {
        guard let draft else { return ["hasLeft": false, "left": .list([])] }
        let suggester = MaskSuggester(Array(file.contacts.values) + Array(file.helpers.values))
        let left = [draft.title, draft.body, draft.reply].flatMap { suggester.suggestions(in: $0) }
        return [
            "hasLeft": .flag(!left.isEmpty),
            "left": .list(
                left.map {
                    ["text": .text($0.text), "reason": .text(words.words.name("mask.reason", $0.reason))]
                }),
        ]
    }
}
