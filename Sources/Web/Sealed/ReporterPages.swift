internal import Hummingbird
internal import Kernel
internal import SealedReports

extension SealedPages {
    /// Where the code is typed.
    func follow(_ request: PageRequest) async throws -> Response {
        guard sealed != nil else { return request.redirect(to: "/misconduct") }
        let isAdded = request.query["done"] == "words"
        return try await codePage(request, notice: isAdded ? request.words.text("sealed.wordsKept") : nil)
    }

    /// What came of a report. A browser with JavaScript sends only what finds the report and opens answers itself; from
    /// any other the code itself comes, and the answers are opened in memory.
    func look(_ request: PageRequest) async throws -> Response {
        let sealed = try channel()
        // Its own misses slow an address down, nobody else's.
        let watched = "sealed \(request.visit.address)"
        try await request.slowDown(for: watched)
        let code = ReceiptCode(request.form.text("code"))
        let handle = SealedHandle(request.form.text("handle")) ?? code?.handle
        guard let handle, let progress = try await sealed.progress(of: handle, replyKey: code?.replyKey) else {
            let wait = request.recordMiss(for: watched)
            return try await codePage(request, missed: true, wait: wait)
        }
        return try await progressPage(request, progress, handle)
    }

    /// Adds words to a report.
    func addWords(_ request: PageRequest) async throws -> Response {
        let sealed = try channel()
        let submission = try request.formName
        guard let handle = SealedHandle(request.form.text("handle")) else { throw PlainError(.notFound, "sealed.gone") }
        if let envelope = request.form["envelope"] {
            guard let bytes = base64Bytes(envelope) else {
                throw PlainError(.invalid, "sealed.notAnEnvelope", field: "envelope")
            }
            try await sealed.add(sealed: bytes, to: handle, submission: submission)
        } else {
            let words = request.form.text("words")
            do {
                try await sealed.add(words, to: handle, submission: submission)
            } catch let errors as PlainErrors {
                guard let progress = try await sealed.progress(of: handle) else {
                    throw PlainError(.notFound, "sealed.gone")
                }
                return try await progressPage(request, progress, handle, typed: words, errors: errors.errors)
            }
        }
        return request.redirect(to: "/sealed/answer?done=words")
    }

    private func codePage(
        _ request: PageRequest, missed: Bool = false, wait: Int = 0, notice: String? = nil
    ) async throws -> Response {
        try await request.page(
            "sealed/follow", title: request.words.text("sealed.followTitle"),
            [
                "missed": .flag(missed),
                "wait": .text(wait > 1 ? request.words.text("pages.waitSeconds", ["n": "\(wait)"]) : ""),
            ], status: missed ? .notFound : .ok, notice: notice)
    }

    private func progressPage(
        _ request: PageRequest, _ progress: SealedProgress, _ handle: SealedHandle, typed: String = "",
        errors: [PlainError] = []
    ) async throws -> Response {
        let words = request.words
        let answers = progress.answers.map { answer -> Fields in
            [
                "date": .text(words.fullDate(answer.day)), "paragraphs": .paragraphs(answer.text ?? ""),
                "isOpen": .flag(answer.text != nil), "sealed": .text(base64URL(answer.sealed)),
            ]
        }
        let fields: Fields = [
            "organName": .text(name(of: progress.organ, request)),
            "organKey": .text(base64URL(progress.organ.point)), "report": .text(progress.id.description),
            "receivedDate": .text(words.fullDate(progress.receivedOn)),
            "fetchedDate": .text(progress.fetchedOn.map { words.fullDate($0) }), "answers": .list(answers),
            "addedDates": .text(words.list(progress.addedOn.map { words.date($0) })),
            "removedDate": .text(progress.removedOn.map { words.fullDate($0) }),
            "removedReason": .text(progress.removedFor.map { words.text("sealed.reason.\($0)") }),
            "handle": .text(handle.description), "submission": request.submissionField(),
            "typed": .text(typed), "wordsMaximum": .number(ReportDraft.longestWords),
            "typedError": .text(request.message(errors, for: "words")),
            "acknowledge": .text(words.workingDays(Self.acknowledgeDays)),
        ]
        return try await request.page(
            "sealed/progress", title: words.text("sealed.progressTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
    }
}
