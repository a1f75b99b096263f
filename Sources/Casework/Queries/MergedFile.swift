internal import Attachments
internal import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// A file together with the letters of the matters that go on in it.
    func withAbsorbed(_ file: CaseFile, in tx: any ReadTransaction) throws -> CaseFile {
        guard !file.state.absorbed.isEmpty else { return file }
        var file = file
        file.absorbed = try file.state.absorbed.compactMap { try self.file($0.id, in: tx) }
        return file
    }

    /// Several matters to be compared, in the order of their numbers as given.
    ///
    /// - Throws: `notFound` with the field `number` where the viewer may not know of one.
    public func files(numbers: [String], for viewer: Viewer) async throws -> [CaseFile] {
        try await database.read { tx in
            try numbers.map { number in
                guard let id = try caseID(number: number, in: tx), let file = try file(id, in: tx),
                    (try? checkVisible(file.state, to: viewer, in: tx)) != nil
                else { throw PlainError(.notFound, "case.numberUnknown", field: "number") }
                return file
            }
        }
    }
}

extension CaseFile {
    /// The file as a resident reads it whose matter goes on here: the own number, the own letter and words first, then
    /// the course and the reply of the matter that is kept. Never what others wrote, or how to reach them.
    func shown(to reporter: ReporterID, with own: CaseFile) -> CaseFile {
        let absorbed = state.absorbed.first { $0.id == own.state.id }
        var known = own.texts
        let isNeighbour = own.state.reporters.first { $0.details.id == reporter }?.details.neighbour == true
        if isNeighbour { known = own.shown(to: reporter).texts }
        var course: [CaseEntry] = []
        var isHere = false
        for entry in entries {
            if case .absorbed(let p) = entry.event {
                isHere = isHere || p.other == own.state.id
                continue
            }
            // Its residents' words are theirs; letters from before were written to others.
            guard entry.event.isWritten(by: reporter) || (isHere ? entry.event.isCourse : entry.event.isStanding) else {
                continue
            }
            course.append(entry)
            if entry.event.isWritten(by: reporter) || (!isNeighbour && !entry.event.isOthersWord) {
                for text in entry.event.texts { known[text.id] = texts[text.id] }
            }
        }
        if isNeighbour, let reply = state.reply, let shown = state.publication?.shown.reply {
            known[reply.body.id] = texts[shown.id]
        }
        var joined = state
        joined.number = own.state.number
        joined.title = own.state.title
        joined.body = own.state.body
        joined.place = own.state.place
        joined.wish = own.state.wish
        joined.form = own.state.form
        joined.area = own.state.area
        joined.channel = own.state.channel
        joined.registeredAt = own.state.registeredAt
        joined.repeatOf = own.state.repeatOf
        joined.groupSize = own.state.groupSize
        let mine = Set(absorbed?.reporters ?? [])
        joined.reporters =
            state.reporters.filter { mine.contains($0.details.id) }
            + state.reporters.filter { !mine.contains($0.details.id) }
        joined.attachments =
            own.state.attachments.map { attachment in
                var attachment = attachment
                attachment.home = own.state.id
                return attachment
            } + state.attachments.filter { $0.reporter == reporter || $0.at >= absorbed?.at ?? $0.at }
        var file = CaseFile(
            state: joined, entries: own.entries + course, texts: known,
            contacts: contacts.filter { $0.key == reporter })
        file.isReduced = isNeighbour
        file.course = entries
        return file
    }
}

extension CaseEvent {
    /// Where the matter stood when another one came to it: what its residents need to know of the time before.
    fileprivate var isStanding: Bool {
        switch self {
        case .triaged, .accepted, .extended, .promised, .hearingCalled: true
        default: false
        }
    }

    /// Whether its text is what another resident wrote or said, or is not for residents at all.
    fileprivate var isOthersWord: Bool {
        switch self {
        case .reopened(let p): p.reporter != nil
        case .reviewAsked, .contacted, .calledBack, .settled, .restricted, .unrestricted, .accusedNamed, .objected: true
        default: false
        }
    }

    /// Whether it belongs to the course of the matter that is told to everybody on it. What others wrote does not.
    fileprivate var isCourse: Bool {
        switch self {
        case .registered, .reporterAdded, .worded, .corrected, .judged, .calledBack, .withdrawn, .contactRevealed,
            .codeReissued, .attachmentWithdrawn, .consented, .published, .unpublished, .absorbed, .released, .noted:
            false
        default: true
        }
    }
}
