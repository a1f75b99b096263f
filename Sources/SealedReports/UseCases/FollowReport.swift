public import Kernel
internal import Storage

/// What a reporter may see of the own report.
public struct SealedProgress: Hashable, Sendable {
    /// An answer: its words where the reply key was given, else the sealed bytes for the reporter's browser.
    public struct Answer: Hashable, Sendable {
        /// The day.
        public let day: LocalDate
        /// The words; `nil` when the key was not given, or does not open them.
        public let text: String?
        /// As it is kept.
        public let sealed: [UInt8]
    }

    /// The report.
    public let id: EnvelopeID
    /// The organ that holds the key.
    public let organ: OrganKey
    /// When it came.
    public let receivedOn: LocalDate
    /// When the organ took it over.
    public let fetchedOn: LocalDate?
    /// The days on which the reporter added words.
    public let addedOn: [LocalDate]
    /// The organ's answers.
    public let answers: [Answer]
    /// When it was removed.
    public let removedOn: LocalDate?
    /// Why, as a code.
    public let removedFor: String?
}

extension SealedReports {
    /// What came of a report. The reply key opens the answers here, in memory, for browsers without JavaScript.
    ///
    /// - Returns: `nil` for every handle that is none.
    public func progress(of handle: SealedHandle, replyKey: [UInt8]? = nil) async throws -> SealedProgress? {
        let handleHash = hash("handle", handle.bytes)
        let organs = self.organs
        return try await database.read { tx -> SealedProgress? in
            guard
                let row = try tx.first(
                    """
                    SELECT id, organ, received_on, fetched_on, removed_on, removed_for FROM sealed_envelopes
                    WHERE handle_hash = $1
                    """, [handleHash]), let id = EnvelopeID(try row.text(0)), let organ = organs[try row.text(1)]
            else { return nil }
            let parts = try PartTable.all(of: id, tx)
            return SealedProgress(
                id: id, organ: organ, receivedOn: try row.date(2), fetchedOn: try row.optionalDate(3),
                addedOn: parts.filter { $0.envelope.kind == .words }.map(\.keptOn),
                answers: parts.filter { $0.envelope.kind == .answer }.map { part in
                    SealedProgress.Answer(
                        day: part.keptOn, text: replyKey.flatMap { Self.text(of: part.envelope, $0) },
                        sealed: part.envelope.bytes)
                }, removedOn: try row.optionalDate(4), removedFor: try row.optionalText(5))
        }
    }

    private static func text(of envelope: SealedEnvelope, _ replyKey: [UInt8]) -> String? {
        guard let bytes = try? Sealing.openAnswer(envelope, replyKey: replyKey) else { return nil }
        return (try? SealedLetters.read(bytes, as: OrganAnswer.self))?.text
    }

    /// Adds words to a report, sealed here.
    ///
    /// - Throws: `sealed.noWords`, `text.tooLong`, `sealed.gone` when there is no such report.
    public func add(_ words: String, to handle: SealedHandle, submission: String) async throws {
        let text = SealedText.cleaned(words)
        guard !text.isEmpty else { throw PlainErrors([PlainError(.invalid, "sealed.noWords", field: "words")]) }
        guard text.count <= ReportDraft.longestWords else {
            throw PlainErrors([
                PlainError(
                    .invalid, "text.tooLong", field: "words",
                    values: ["most": "\(ReportDraft.longestWords)", "length": "\(text.count)"])
            ])
        }
        let letter = try SealedLetters.bytes(of: AddedWords(text, sealedBy: .server))
        let (id, organ) = try await target(of: handle)
        try await keep(try Sealing.seal(letter, .words, of: id, to: organ), handle, submission, effect: letter)
    }

    /// Adds words that the reporter's browser sealed.
    public func add(sealed bytes: [UInt8], to handle: SealedHandle, submission: String) async throws {
        let envelope = try SealedEnvelope(bytes: bytes)
        let (id, organ) = try await target(of: handle)
        guard envelope.kind == .words, envelope.id == id else { throw SealedEnvelope.malformed }
        guard envelope.organKey == organ.id else { throw PlainError(.conflict, "sealed.otherKey") }
        try Self.checkPoint(of: envelope)
        try await keep(envelope, handle, submission, effect: bytes)
    }

    private func target(of handle: SealedHandle) async throws -> (EnvelopeID, OrganKey) {
        let found = try await progress(of: handle)
        guard let found, found.removedOn == nil else { throw PlainError(.notFound, "sealed.gone") }
        return (found.id, found.organ)
    }

    private func keep(
        _ envelope: SealedEnvelope, _ handle: SealedHandle, _ submission: String, effect: [UInt8]
    ) async throws {
        let day = today
        try await once(submission, effect: hash("words", effect)) { tx in
            try PartTable.add(envelope, to: envelope.id, on: day, in: tx)
            // What was not fetched at all stays new; anything else has something new now.
            try tx.execute(
                "UPDATE sealed_envelopes SET state = $1 WHERE id = $2 AND state IN ('fetched', 'answered')",
                [SealedState.added.rawValue, envelope.id.description])
        }
    }
}
