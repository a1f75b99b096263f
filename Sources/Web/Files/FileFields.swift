internal import Attachments
internal import Casework
internal import Kernel

/// The files that a form carries: those that were taken before, without those that somebody took out again, and those
/// that came just now.
struct FormFiles {
    /// In the order in which they were chosen.
    var kept: [StagedFile] = []
    /// What is wrong with files of this form.
    var problems: [PlainError] = []

    /// What an event will name.
    var references: [FileReference] { kept.map(\.reference) }

    /// Reads the files of a form.
    static func of(_ request: PageRequest) async throws -> FormFiles {
        guard let room = request.site.files else { return FormFiles() }
        var files = FormFiles()
        let tokens = request.form.values("file")
        var carried = try await room.staged(tokens)
        if carried.count < Set(tokens).count {
            files.problems.append(PlainError(.invalid, "file.gone", field: "files"))
        }
        if let out = request.form["removeFile"] {
            try await room.drop(carried.filter { $0.token == out })
            carried.removeAll { $0.token == out }
        }
        files.kept = carried + request.uploads.files
        files.problems += request.uploads.problems
        if files.kept.count > room.limits.mostFiles {
            files.problems.append(
                PlainError(.invalid, "file.tooMany", field: "files", values: ["most": "\(room.limits.mostFiles)"]))
            files.kept = Array(files.kept.prefix(room.limits.mostFiles))
        }
        return files
    }

    /// The fields of `parts/file-field` and `parts/file-carried`.
    func fields(_ request: PageRequest, errors: [PlainError] = []) -> Fields {
        let words = request.words
        let limits = request.site.files?.limits ?? FileLimits()
        let problems =
            problems
            + errors.filter { error in
                error.field == "files" && !self.problems.contains(error)
            }
        return [
            "takesFiles": .flag(request.site.files != nil),
            "fileAccept": .text(FileType.accepted.joined(separator: ",")),
            "fileMost": .text(
                words.text(
                    "file.most",
                    [
                        "most": "\(limits.mostBytes / 1_048_576)", "count": words.number(limits.mostFiles),
                    ])),
            "fileMostBytes": .number(limits.mostBytes), "fileMostCount": .number(limits.mostFiles - kept.count),
            "hasKeptFiles": .flag(!kept.isEmpty),
            "keptFiles": .list(
                kept.map { file in
                    [
                        "token": .text(file.token), "name": .text(file.name),
                        "size": .text(words.size(file.reference.size)), "kind": .text(Self.icon(file.type)),
                    ]
                }),
            "filesError": .flag(!problems.isEmpty),
            "fileErrors": .texts(problems.map(words.sentence)),
        ]
    }

    /// The icon of a kind of file.
    static func icon(_ type: FileType?) -> String {
        switch type?.family {
        case .picture: "picture"
        case .sound: "sound"
        case .document, nil: "document"
        }
    }
}

/// The files of a matter as a page shows them.
struct FileList {
    let words: Words
    let kept: [AttachmentID: KeptFile]
    /// The address before `/{id}/{form}`.
    let base: String

    /// One file for `parts/file-list`.
    ///
    /// - Parameters:
    ///   - forms: which forms this reader may have.
    ///   - who: whose file it is, in words.
    ///   - canWithdraw: whether this reader may take it back.
    func fields(
        _ attachment: CaseState.Attachment, forms: Set<FileForm>, who: String, when: String, canWithdraw: Bool
    ) -> Fields? {
        guard let file = kept[attachment.file.id], !forms.isEmpty else { return nil }
        func url(_ form: FileForm) -> String {
            forms.contains(form) && file.forms[form] != nil ? "\(base)/\(file.id)/\(form.rawValue)" : ""
        }
        let isPicture = file.type.family == .picture
        let isSound = file.type.family == .sound
        return [
            "id": .text("\(file.id)"), "name": .text(file.name), "size": .text(words.size(file.size)),
            "who": .text(who), "when": .text(when), "isPicture": .flag(isPicture), "isSound": .flag(isSound),
            "isDocument": .flag(!isPicture && !isSound), "thumbnail": .text(url(.thumbnail)),
            "url": .text(isPicture ? url(.copy) : url(.original)),
            "original": .text(isPicture ? url(.original) : ""), "canWithdraw": .flag(canWithdraw),
            "csrf": "", "withdrawURL": "", "asksReason": false,
        ]
    }
}

extension Words {
    /// A length: "312 KB", "4.5 MB".
    func size(_ bytes: Int) -> String {
        if bytes < 1_024 { return text("file.bytes", ["n": number(bytes)]) }
        if bytes < 1_048_576 { return text("file.kilobytes", ["n": number((bytes + 512) / 1_024)]) }
        let tenths = (bytes * 10 + 524_288) / 1_048_576
        return text("file.megabytes", ["n": tenths >= 1_000 ? number(tenths / 10) : "\(tenths / 10).\(tenths % 10)"])
    }
}
