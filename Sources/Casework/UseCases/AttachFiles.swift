public import Attachments
public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// Adds files of a resident, with or without words.
    public func addFiles(
        _ id: CaseID, reporter: ReporterID, files: [FileReference], text: String?, submission: String?
    ) async throws {
        let words = try PlainText.optional(text, field: "words", most: PlainText.longestBody).map(newText)
        guard words != nil || !files.isEmpty else { throw PlainError(.invalid, "text.missing", field: "words") }
        var change = CaseChange(id: id, actor: .reporter(reporter), viewer: nil)
        change.submission = submission
        if let words {
            change.texts = [words]
            change.indexed = [words.reference.id: words.body]
        }
        try keep(files, with: &change)
        try await self.change(change) { _ in
            var commands: [CaseCommand] = []
            if let words { commands.append(.addWords(reporter: reporter, text: words.reference)) }
            if !files.isEmpty { commands.append(.attach(.init(files: files, reporter: reporter))) }
            return commands
        }
    }

    /// Adds files that staff bring in: of a resident who gave them at the counter, or of the office itself.
    ///
    /// - Parameters:
    ///   - reporter: the resident whose they are; nothing for files of the office.
    ///   - isShown: whether residents may see files of the office.
    public func addFiles(
        _ id: CaseID, files: [FileReference], of reporter: ReporterID?, isShown: Bool, submission: String?,
        by viewer: Viewer
    ) async throws {
        guard !files.isEmpty else { throw PlainError(.invalid, "file.missing", field: "files") }
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.submission = submission
        try keep(files, with: &change)
        try await self.change(change) { _ in
            .attach(.init(files: files, reporter: reporter, shown: reporter == nil && isShown ? true : nil))
        }
    }

    /// A resident takes an own file back: it is destroyed.
    public func withdrawFile(_ id: CaseID, _ file: AttachmentID, by reporter: ReporterID) async throws {
        guard let attachments else { throw PlainError(.unavailable, "unavailable") }
        let home = try await database.read { tx in try homes(of: reporter, on: id, in: tx) }
        let matter = try await database.read { tx in
            try home.first { try load($0.id, in: tx)?.attachments.contains { $0.file.id == file } ?? false }
        }
        var change = CaseChange(id: matter?.id ?? id, actor: .reporter(reporter), viewer: nil)
        change.alongside = { tx in try attachments.erase([file], in: tx) }
        try await self.change(change) { _ in .withdrawAttachment(.init(id: file, reporter: reporter)) }
    }

    /// Staff take a file of the office back: it is shown to nobody, and stays.
    public func withdrawFile(_ id: CaseID, _ file: AttachmentID, reason: String, by viewer: Viewer) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.texts = [reason]
        try await self.change(change) { _ in .withdrawAttachment(.init(id: file, reason: reason.reference)) }
    }

    func keep(_ files: [FileReference], with change: inout CaseChange) throws {
        guard !files.isEmpty else { return }
        guard let attachments else { throw PlainError(.unavailable, "unavailable") }
        let stream = change.id.stream
        change.alongside = { tx in try attachments.keep(files, of: stream, in: tx) }
    }
}
