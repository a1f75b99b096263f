internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Fills the documents of one matter, each addressed to one resident. What a document says comes from the event that
/// made it and from the matter as it stood then; only the last days of remedies follow later deliveries.
struct DocumentMaker: Sendable {
    let words: MatterWords
    let file: CaseFile
    let law: LawLibrary
    /// To whom it is addressed.
    let reporter: ReporterID

    var state: CaseState { file.state }

    /// A document that the file holds.
    ///
    /// - Throws: `notFound` when the file has it not, or not for this resident.
    func document(_ name: DocumentName) throws(PlainError) -> DocumentModel {
        guard let filed = file.documents.first(where: { $0.name == name }),
            filed.reporter == nil || filed.reporter == reporter, let before = file.state(before: filed.index)
        else { throw PlainError(.notFound, "document.missing") }
        let part = Part(filed: filed, entry: file.entries[filed.index], before: before)
        switch part.entry.event {
        case .accepted(let p): return acceptance(p, part)
        case .routed(let p): return route(p, part)
        case .extended(let p): return extended(p, part)
        case .correctionAsked(let p): return correction(p, part)
        case .replied(let p):
            switch name.kind {
            case .opinion: return opinion(p, part)
            case .informationAnswer: return information(p, part)
            default: return reply(p, part)
            }
        case .settled(let p): return agreement(p, part)
        case .hearingCalled(let p): return hearing(p, part)
        case .hearingHeld(let p): return minutes(p, part)
        case .reviewDecided(let p): return review(p, part)
        default: throw PlainError(.notFound, "document.missing")
        }
    }

    /// What a kind is made of.
    struct Part {
        let filed: FiledDocument
        let entry: CaseEntry
        /// The matter just before.
        let before: CaseState

        var kind: DocumentKind { filed.name.kind }
    }
}

// MARK: What all kinds share

extension DocumentMaker {
    /// The frame of a document: everything but its blocks.
    ///
    /// - Parameter unit: who writes.
    func frame(_ part: Part, unit: UnitID, title: String? = nil) -> DocumentModel {
        let ordinal = part.filed.name.ordinal
        let number = text(ordinal == 1 ? "document.serial" : "document.serialNth", ["n": "\(ordinal)"])
        return DocumentModel(
            kind: part.kind, title: title ?? text("document.title.\(part.kind.rawValue)"),
            number: file.own(of: reporter).state.number,
            serial: number, unit: words.unit(unit), addressee: addressee, remediesHeading: text("document.disagree"),
            signing: handled(by: part.entry.stored.actor.staffID), date: words.words.fullDate(date(of: part.entry)),
            contact: contact(unit, person: part.entry.stored.actor.staffID),
            fingerprint: words.words.fingerprint(part.entry.stored.hash))
    }

    /// A text of the catalogue with the matter's number, title and first day.
    func text(_ key: String, _ values: [String: String] = [:]) -> String {
        let own = file.own(of: reporter)
        var all = [
            "number": own.state.number, "title": own.text(own.state.title) ?? words.text("story.textErased"),
            "received": words.words.fullDate(words.book.zone.date(of: own.state.registeredAt)),
        ]
        all.merge(values) { _, new in new }
        return words.text(key, all)
    }

    /// A text that somebody wrote; a sentence in its place where it was erased, nothing where there was none.
    func written(_ reference: TextReference?) -> String { words.quoted(reference, in: file) }

    func block(_ heading: String, _ paragraphs: [String] = [], items: [DocumentModel.Item] = []) -> DocumentModel.Block
    {
        DocumentModel.Block(
            heading: text("document.block.\(heading)"), paragraphs: paragraphs.filter { !$0.isEmpty }, items: items)
    }

    func item(_ term: String, _ words: String) -> DocumentModel.Item {
        DocumentModel.Item(term: text("document.item.\(term)"), text: words)
    }

    func date(of entry: CaseEntry) -> LocalDate { words.book.zone.date(of: entry.stored.occurredAt) }

    func full(_ date: LocalDate) -> String { words.words.fullDate(date) }

    /// "2026 年 6 月 22 日（周一）".
    func fullWithWeekday(_ date: LocalDate) -> String {
        text("document.day", ["date": full(date), "weekday": words.text("word.weekday.\(date.weekday)")])
    }

    func citations(_ ids: [String]) -> [DocumentModel.Item] {
        ids.map { DocumentModel.Item(term: law.entry($0)?.citation(isEnglish: words.isEnglish) ?? $0) }
    }

    /// What a document rests on: words of the writer, and entries of the rule library.
    func basis(_ ids: [String], _ reference: TextReference? = nil) -> DocumentModel.Block {
        block("basis", [written(reference)], items: citations(ids))
    }

    /// Entries of the library that hold for petitions only.
    func petition(_ ids: [String]) -> [String] { state.kind == .petition ? ids : [] }

    func handled(by staff: StaffID?, signed signer: StaffID? = nil) -> [String] {
        var lines: [String] = []
        if let staff, staff != signer { lines.append(text("document.handled", ["name": words.staff(staff)])) }
        if let signer { lines.append(text("document.signed", ["name": words.staff(signer)])) }
        return lines
    }

    var name: String? { file.contacts[reporter]?.name }

    private var addressee: String {
        name.map { text("document.to", ["name": $0]) } ?? text("document.toUnnamed")
    }

    private func contact(_ unit: UnitID, person: StaffID?) -> String {
        let known = words.organisation.unit(unit)
        guard let phone = known?.phone else { return "" }
        let key = known?.hours == nil ? "document.contact" : "document.contactHours"
        return text(
            key,
            ["person": person.map(words.staff) ?? words.unit(unit), "phone": phone, "hours": known?.hours ?? ""])
    }
}
