internal import Attachments
internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What stands in the file besides letters and events: last days, documents, files, where the paper is.
extension FileModel {
    /// What residents can do, each with its last day.
    func rights() -> [Fields] {
        let remedies = state.clocks.filter { words.isRight($0.start, of: state) }.map { clock -> Fields in
            let key = clock.endedAt == nil ? "casefile.rightOpen" : "casefile.rightEnded"
            return [
                "term": .text(words.clockName(clock.start, of: state)),
                "text": .text(
                    words.text(key, ["date": words.words.fullDate(words.due(clock.start, of: state))])),
            ]
        }
        let judging = state.reporters.compactMap { reporter -> Fields? in
            // Said whether somebody has judged or not, so that it tells nothing to whoever may not know.
            guard let until = reporter.judgeUntil else { return nil }
            let name = words.reporter(reporter.details.id, in: file)
            return [
                "term": .text(words.text("casefile.judge", ["name": name])),
                "text": .text(words.text("casefile.rightOpen", ["date": words.words.fullDate(until)])),
            ]
        }
        return remedies + judging
    }

    /// Official documents with their days.
    func documents() -> [Fields] {
        guard case .list(let rows) = DocumentList.fields(file, words, number: state.number)["documents"] else {
            return []
        }
        return rows
    }

    /// Files that came with it. Their names may tell of a person, so kind and size stand for them.
    func attachments() -> [Fields] {
        state.attachments.map { attachment in
            let whose = attachment.reporter.map { words.reporter($0, in: file) } ?? words.text("file.office")
            let kind = FileType(code: attachment.file.type).map { words.text("casefile.kind.\($0.family)") } ?? ""
            return [
                "kind": .text(kind), "whose": .text(whose), "when": .text(words.words.fullDateTime(attachment.at)),
                "state": .text(attachment.isThere ? "" : words.text("casefile.gone")),
            ]
        }
    }

    /// Where the paper original was and is.
    func shelves() -> [Fields] {
        state.shelves.map { ["mark": .text(words.quoted($0.mark, in: file)), "text": .text(words.shelved($0))] }
    }

    /// Who got a reply, how and when: what was delivered after it and before the next one.
    func deliveries(of reply: CaseEntry) -> String {
        guard let start = file.entries.firstIndex(where: { $0.stored.id == reply.stored.id }) else { return "" }
        var told: [String] = []
        for entry in file.entries[(start + 1)...] {
            if case .replied = entry.event { break }
            guard case .delivered(let p) = entry.event else { continue }
            let values = [
                "date": words.words.fullDateTime(entry.stored.occurredAt), "name": words.reporter(p.reporter, in: file),
                "how": words.words.name("delivery", p.method),
            ]
            told.append(words.text("story.deliveredLine", values))
        }
        return told.joined(separator: words.text("story.semicolon"))
    }
}
