internal import Casework
internal import Kernel
internal import Ledger

/// The documents of a matter as links, for `parts/documents-list`.
enum DocumentList {
    /// For staff: all of them. Fields: `hasDocuments`, `documents`.
    static func fields(_ file: CaseFile, _ words: MatterWords, number: String) -> Fields {
        fields(file, words, file.documents, for: nil, base: "/desk/matter/\(number)/document/")
    }

    /// For a resident: those that are for everyone and their own.
    static func fields(_ file: CaseFile, _ words: MatterWords, for reporter: ReporterID) -> Fields {
        fields(file, words, file.documents(for: reporter), for: reporter, base: "/matter/document/")
    }

    private static func fields(
        _ file: CaseFile, _ words: MatterWords, _ documents: [FiledDocument], for reporter: ReporterID?, base: String
    ) -> Fields {
        [
            "hasDocuments": .flag(!documents.isEmpty),
            "documents": .list(
                documents.map { document in
                    let date = words.book.zone.date(of: file.entries[document.index].stored.occurredAt)
                    let url = base + document.name.path
                    return [
                        "url": .text(url), "pdfURL": .text(url + "?as=pdf"), "name": .text(name(document, file, words)),
                        "dateText": .text(words.words.date(date, today: words.today)),
                        "deliveredText": .text(delivered(document, file, words, for: reporter)),
                    ]
                }),
        ]
    }

    private static func name(_ document: FiledDocument, _ file: CaseFile, _ words: MatterWords) -> String {
        let title = words.text("document.title.\(document.name.kind.rawValue)")
        guard document.name.ordinal > 1 else { return title }
        return words.text("document.nameNth", ["title": title, "n": "\(document.name.ordinal)"])
    }

    /// "当面交，5 月 21 日": the first delivery to this resident, for staff to anybody.
    private static func delivered(
        _ document: FiledDocument, _ file: CaseFile, _ words: MatterWords, for reporter: ReporterID?
    ) -> String {
        let kind = document.name.kind
        for entry in file.entries[(document.index + 1)...] {
            let found: (ReporterID, DeliveryMethod)? =
                switch (kind, entry.event) {
                case (.opinion, .delivered(let p)), (.reply, .delivered(let p)),
                    (.informationAnswer, .delivered(let p)):
                    (p.reporter, p.method)
                case (.reviewDecision, .reviewDelivered(let p)) where p.stage == 1: (p.reporter, p.method)
                case (.rereviewDecision, .reviewDelivered(let p)) where p.stage == 2: (p.reporter, p.method)
                case (_, .noticeDelivered(let p)) where p.notice == kind.notice: (p.reporter, p.method)
                default: nil
                }
            guard let found, reporter == nil || found.0 == reporter else { continue }
            let date = words.book.zone.date(of: entry.stored.occurredAt)
            return words.text(
                "document.delivered",
                ["how": words.words.name("delivery", found.1), "date": words.words.date(date, today: words.today)])
        }
        return kind == .hearingMinutes ? "" : words.text("document.undelivered")
    }
}
