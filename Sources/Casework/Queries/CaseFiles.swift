public import Attachments
public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// One form of a file for a member of staff.
    ///
    /// - Throws: `notFound` for everybody who may not have it, as if it were not there.
    public func attachment(
        _ id: AttachmentID, _ form: FileForm, ofMatter number: String, for viewer: Viewer
    ) async throws -> (file: KeptFile, reader: FileReader) {
        let state = try await database.read { tx in
            guard let matter = try caseID(number: number, in: tx), let state = try load(matter, in: tx) else {
                throw PlainError(.notFound, "case.notFound")
            }
            try checkVisible(state, to: viewer, in: tx)
            return try withFilesOfLetter(state, for: viewer, in: tx)
        }
        return try await open(id, form, of: state) { state.forms(of: $0, for: viewer) }
    }

    /// One form of a file for a resident, who was let in by number and code.
    ///
    /// - Throws: `notFound` for everybody who may not have it, as if it were not there.
    public func attachment(
        _ id: AttachmentID, _ form: FileForm, of matter: CaseID, for reporter: ReporterID
    ) async throws -> (file: KeptFile, reader: FileReader) {
        let state = try await database.read { tx in
            guard let state = try load(matter, in: tx),
                let part = state.reporters.first(where: { $0.details.id == reporter && !$0.erased })
            else { throw PlainError(.notFound, "case.notFound") }
            // What came before a merge stayed with the matter with which it came.
            if let origin = part.origin, !state.attachments.contains(where: { $0.file.id == id }),
                let own = try load(origin.id, in: tx)
            {
                return own
            }
            return state
        }
        return try await open(id, form, of: state) { state.forms(of: $0, for: reporter) }
    }

    /// A part that carries the letter carries what its residents sent with it, and what they send later: the pictures
    /// are of what they ask for. They stay with the whole; whoever may see the part reads them there, unless the whole is
    /// kept from them: what is sent to it may be about them.
    func withFilesOfLetter(
        _ state: CaseState, for viewer: Viewer, in tx: any ReadTransaction
    ) throws -> CaseState {
        guard let part = state.part, part.carriesLetter, let whole = try load(part.whole, in: tx),
            !CaseAccess.isKept(whole, from: viewer)
        else { return state }
        let own = Dictionary(part.reporters.map { ($0.whole, $0.part) }, uniquingKeysWith: { first, _ in first })
        var state = state
        state.attachments =
            whole.attachments.compactMap { attachment in
                guard let reporter = attachment.reporter.flatMap({ own[$0] }) else { return nil }
                var attachment = attachment
                attachment.reporter = reporter
                attachment.home = whole.id
                return attachment
            } + state.attachments
        return state
    }

    /// The names and lengths of a matter's files, for its page. Nothing is asked of the store where there are none.
    public func files(of state: CaseState) async throws -> [AttachmentID: KeptFile] {
        let ids = state.attachments.filter(\.isThere).map(\.file.id)
        guard !ids.isEmpty, let attachments else { return [:] }
        var found = try await attachments.files(ids, of: state.id.stream)
        for home in Set(state.attachments.compactMap(\.home)) {
            found += try await attachments.files(ids, of: home.stream)
        }
        return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func open(
        _ id: AttachmentID, _ form: FileForm, of state: CaseState,
        forms: (CaseState.Attachment) -> Set<FileForm>
    ) async throws -> (file: KeptFile, reader: FileReader) {
        let hidden = PlainError(.notFound, "case.noAttachment")
        guard let attachment = state.attachments.first(where: { $0.file.id == id }), forms(attachment).contains(form),
            let file = try await attachments?.file(id, of: (attachment.home ?? state.id).stream),
            let reader = file.forms[form]
        else { throw hidden }
        return (file, reader)
    }

    /// What the tables and the events say of a matter's files must be the same.
    func fileFindings(_ state: CaseState, in tx: any ReadTransaction) throws -> [LedgerFinding] {
        guard let attachments else { return [] }
        let recorded = try attachments.recorded(of: state.id.stream, in: tx)
        guard !state.attachments.isEmpty || !recorded.isEmpty else { return [] }
        func finding(_ id: AttachmentID, _ words: String) -> LedgerFinding {
            LedgerFinding(.attachment, state.id.stream, "file \(id), matter \(state.number): \(words)")
        }
        var findings: [LedgerFinding] = []
        for attachment in state.attachments {
            let file = attachment.file
            guard let found = recorded[file.id] else {
                findings.append(finding(file.id, "the event names it, the table does not"))
                continue
            }
            let hash = attachment.isErased ? nil : file.hash
            if found.type != file.type || found.size != file.size || found.hash != hash {
                findings.append(finding(file.id, "the table differs from the event"))
            }
        }
        let named = Set(state.attachments.map(\.file.id))
        findings += recorded.keys.filter { !named.contains($0) }.sorted().map { finding($0, "no event names it") }
        return findings
    }
}
