public import Kernel
internal import Ledger
internal import Storage

/// What a reporter gets.
public struct SealedReceipt: Hashable, Sendable {
    /// The code; `nil` when the reporter's browser made it, and the server never had it.
    public let code: ReceiptCode?
    /// The day of receipt.
    public let receivedOn: LocalDate
}

extension SealedReports {
    /// Takes a report in plain words: for browsers without JavaScript. The words are sealed here and now, and nothing
    /// keeps them.
    ///
    /// Sending the same form again gives the same receipt; the code follows from the form's one-time name and from what
    /// was written, so that nobody gets it who has only one of both.
    ///
    /// - Throws: `PlainErrors` with what is wrong; `sealed.sentAlready` when the form was sent with other words.
    public func submit(_ draft: ReportDraft, submission: String) async throws -> SealedReceipt {
        let problems = draft.problems
        guard problems.isEmpty else { throw PlainErrors(problems) }
        let draft = draft.cleaned
        let canonical = try SealedLetters.bytes(of: SealedReport(draft, replyKey: [], sealedBy: .server))
        guard let code = ReceiptCode(bytes: hash("receipt", Array("\(submission)\u{0}".utf8) + canonical)),
            let id = EnvelopeID(bytes: randomBytes(EnvelopeID.length))
        else { throw PlainError(.unavailable, "unknown") }
        let letter = try SealedLetters.bytes(of: SealedReport(draft, replyKey: code.replyKey, sealedBy: .server))
        let envelope = try Sealing.seal(letter, .report, of: id, to: receiver)
        let day = try await keep(envelope, code.handle, submission)
        return SealedReceipt(code: code, receivedOn: day)
    }

    /// Takes a report that the reporter's browser sealed.
    ///
    /// - Throws: `sealed.notAnEnvelope`, `sealed.otherKey` when the organ's key has changed meanwhile,
    ///   `sealed.sentAlready`.
    public func submit(sealed bytes: [UInt8], handle: SealedHandle, submission: String) async throws -> SealedReceipt {
        let envelope = try SealedEnvelope(bytes: bytes)
        guard envelope.kind == .report else { throw SealedEnvelope.malformed }
        guard envelope.organKey == receiver.id else { throw PlainError(.conflict, "sealed.otherKey") }
        try Self.checkPoint(of: envelope)
        return SealedReceipt(code: nil, receivedOn: try await keep(envelope, handle, submission))
    }

    /// Whether the one-time key is a point of the curve; anything else could never be opened.
    static func checkPoint(of envelope: SealedEnvelope) throws(PlainError) {
        guard (try? OrganKey(point: envelope.once)) != nil else { throw SealedEnvelope.malformed }
    }

    private func keep(
        _ envelope: SealedEnvelope, _ handle: SealedHandle, _ submission: String
    ) async throws -> LocalDate {
        let handleHash = hash("handle", handle.bytes)
        let (day, log) = (today, SealedLog(keys: keys))
        try await once(submission, effect: handleHash) { tx in
            try tx.execute(
                """
                INSERT INTO sealed_envelopes (id, organ, received_on, state, handle_hash) VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    envelope.id.description, envelope.organKey, day, SealedState.received.rawValue, handleHash,
                ])
            try PartTable.add(envelope, to: envelope.id, on: day, in: tx)
            try log.count(envelope.id, handleHash: handleHash, on: day, in: tx)
        }
        return try await database.read { tx in
            try tx.first("SELECT received_on FROM sealed_envelopes WHERE handle_hash = $1", [handleHash])?.date(0)
                ?? day
        }
    }

    /// Runs `body` once for a form, whatever happens in between. Only a keyed hash of the form's one-time name is kept,
    /// for a day.
    ///
    /// - Parameter effect: what the form does; the same form with another effect is refused.
    func once(
        _ submission: String, effect: [UInt8], _ body: @escaping @Sendable (any Transaction) throws -> Void
    ) async throws {
        let (hash, day) = (hash("submission", Array(submission.utf8)), today)
        for attempt in 1... {
            do {
                try await database.write { tx in
                    if let known = try Self.effect(of: hash, tx) { return try Self.compare(known, effect) }
                    try body(tx)
                    try tx.execute(
                        "INSERT INTO sealed_submissions (hash, effect, sent_on) VALUES ($1, $2, $3)",
                        [hash, effect, day])
                }
                return
            } catch let error as StorageError {
                switch error {
                case .duplicate, .outcomeUnknown:
                    if let known = try await database.read({ tx in try Self.effect(of: hash, tx) }) {
                        return try Self.compare(known, effect)
                    }
                    guard error == .outcomeUnknown, attempt < 3 else { throw error }
                default: throw error
                }
            }
        }
    }

    private static func effect(of hash: [UInt8], _ tx: any ReadTransaction) throws -> [UInt8]? {
        try tx.first("SELECT effect FROM sealed_submissions WHERE hash = $1", [hash])?.blob(0)
    }

    private static func compare(_ known: [UInt8], _ effect: [UInt8]) throws {
        guard constantTimeEqual(known, effect) else { throw PlainError(.conflict, "sealed.sentAlready") }
    }
}
