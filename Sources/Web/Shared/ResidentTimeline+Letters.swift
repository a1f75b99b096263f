internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Answers and decisions as letters. What an official document says of them is taken from the document itself, so that
/// the page and the paper cannot differ.
extension ResidentTimeline {
    func reply(_ entry: CaseEntry, _ reply: CaseEvent.Replied, as document: DocumentName?) -> Fields {
        let isCurrent = file.state.reply == reply
        var letter = letter(entry, unit: reply.unit, handler: file.state.handler, signer: reply.signer)
        letter.merge(words.passage(reply.body, in: file))
        letter["salutation"] = .text(words.salutation(reporter, in: file))
        let kind = words.text(isCurrent ? "letter.reply" : "letter.replyEarlier")
        guard let model = model(document) else {
            letter["kind"] = .text(kind)
            letter["foot"] = .texts(basis(words.basis(reply.law, reply.basis, in: file)))
            letter["remedies"] = .list([remedy(words.remedies(reply, in: file))])
            return letter
        }
        let isPlain = model.kind == .reply
        letter["kind"] = .text(
            isPlain
                ? kind
                : words.text(isCurrent ? "remedies.kind" : "remedies.kindEarlier", ["title": model.title]))
        if isPlain {
            // A plain answer stays a letter: what was written, and below what it rests on.
            letter["foot"] = .texts(foot(model.blocks))
        } else {
            letter["blocks"] = .list(blocks(model.blocks))
            letter["paragraphs"] = .list([])
        }
        letter["remedies"] = .list(remedies(of: model, isCurrent: isCurrent))
        return letter
    }

    func decision(_ entry: CaseEntry, _ decided: CaseEvent.ReviewDecided, as document: DocumentName?) -> Fields {
        var letter = letter(entry, unit: decided.unit, handler: nil, signer: decided.signer)
        letter.merge(words.passage(decided.body, in: file))
        letter["salutation"] = .text(words.salutation(reporter, in: file))
        letter["kind"] = .text(words.text("remedies.stageDecision.\(decided.stage == 1 ? "1" : "2")"))
        guard let model = model(document) else { return letter }
        letter["blocks"] = .list(blocks(model.blocks))
        letter["paragraphs"] = .list([])
        letter["remedies"] = .list(remedies(of: model, isCurrent: true))
        return letter
    }

    private func model(_ document: DocumentName?) -> DocumentModel? {
        guard let document, let law = words.law else { return nil }
        return try? DocumentMaker(words: words, file: file, law: law, reporter: reporter).document(document)
    }

    /// The frame of a letter: who writes, who signs, whom to ask.
    private func letter(_ entry: CaseEntry, unit id: UnitID, handler: StaffID?, signer: StaffID?) -> Fields {
        let signerName = signer.map(words.staff) ?? ""
        let handlerName = handler.map(words.staff) ?? ""
        let phone = words.organisation.unit(id)?.phone ?? ""
        var fields = flags("isReply")
        fields["unit"] = .text(words.unit(id))
        fields["corrected"] = ""
        fields["blocks"] = .list([])
        fields["foot"] = .list([])
        fields["remedies"] = .list([])
        fields["handler"] = .text(handlerName == signerName ? "" : handlerName)
        fields["signer"] = .text(signerName)
        fields["askName"] = .text(handlerName.isEmpty ? signerName : handlerName)
        fields["date"] = .text(words.words.fullDate(words.book.zone.date(of: entry.stored.occurredAt)))
        fields["iso"] = .text(words.words.iso(entry.stored.occurredAt))
        fields["phone"] = .text(phone)
        fields["phoneLink"] = .text(phone.filter { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == "+") })
        fields["seal"] = words.seal(id)
        return fields
    }

    private func blocks(_ blocks: [DocumentModel.Block]) -> [Fields] {
        blocks.filter { !$0.isEmpty }.enumerated().map { index, block in
            [
                "heading": .text(DocumentModel.numbered(block.heading, index + 1, words.words.language)),
                "paragraphs": .list(
                    block.paragraphs.flatMap { $0.split(separator: "\n").map(String.init) }.map {
                        ["text": .text($0), "lang": .text(MatterWords.language(of: $0))]
                    }),
                "items": .texts(block.items.map(line)),
            ]
        }
    }

    /// "结果：予以支持"; a term alone where nothing is said of it.
    private func line(_ item: DocumentModel.Item) -> String {
        item.text.isEmpty ? item.term : words.text("remedies.line", ["term": item.term, "text": item.text])
    }

    /// What stands under a plain answer: its result, the grounds, how it is carried out. The first block is the letter.
    private func foot(_ blocks: [DocumentModel.Block]) -> [String] {
        let result = blocks.first?.items.map(line) ?? []
        return result
            + blocks.dropFirst().filter { !$0.isEmpty }.map { block in
                let parts = block.paragraphs + block.items.map(line)
                let joined = parts.filter { !$0.isEmpty }.joined(separator: words.text("story.semicolon"))
                return words.text("remedies.line", ["term": block.heading, "text": joined])
            }
    }

    private func basis(_ text: String) -> [String] {
        text.isEmpty
            ? [] : [words.text("remedies.line", ["term": words.text("document.block.basis"), "text": text])]
    }

    /// What can be done against it, each with its last day; of an earlier answer nothing any more.
    private func remedies(of model: DocumentModel, isCurrent: Bool) -> [Fields] {
        guard isCurrent else { return [] }
        return model.remedies.map { remedy($0.text, label: $0.dayLabel, day: $0.day) }
    }

    private func remedy(_ text: String, label: String = "", day: String = "") -> Fields {
        ["text": .text(text), "dayLabel": .text(label), "day": .text(day)]
    }
}
