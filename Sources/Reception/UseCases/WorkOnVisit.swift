public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Reception {
    /// Calls whoever is next in a desk's line. Two who press at once never call the same.
    ///
    /// - Returns: the visit that was called; `nil` when nobody waits.
    public func callNext(
        at place: PlaceID, desk: Int, submission: String?, by viewer: Viewer
    ) async throws -> VisitID? {
        if let known: VisitID = try await records.begun(submission) { return known }
        let line = try await hall(place, for: viewer).waiting(at: desk)
        for entry in line {
            do {
                try await run(.call(desk: desk), on: entry.visit, ReceptionForm(submission: submission), by: viewer)
                return entry.visit
            } catch let error as PlainError where ["reception.notNow", "reception.notAtThisDesk"].contains(error.code) {
                // A colleague was faster: the next one, then.
            }
        }
        return nil
    }

    /// Runs a command without words.
    public func run(
        _ command: VisitCommand, on id: VisitID, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        try await run(id, form, [], by: viewer) { _ in command }
    }

    /// Sends a visit to more desks, or passes it on with a word.
    public func send(
        _ id: VisitID, to desks: [Int], together: Bool, passing: Bool, word: String = "",
        _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        let visit = try await visitState(id)
        let place = try await place(visit.arrival.place)
        let refs = try plain { () throws(ReceptionError) in try place.refs(desks) }
        let legs = VisitLeg.legs(refs, together: together)
        let text = try ReceptionText.optional(word, field: "word", most: 500).map(newText)
        try await run(id, form, [text].compactMap { $0 }, by: viewer) { _ in
            passing ? .pass(legs, word: text?.reference) : .send(legs)
        }
    }

    /// Ends a visit with its result.
    public func end(
        _ id: VisitID, _ result: VisitResult?, words: String, _ form: ReceptionForm = ReceptionForm(),
        by viewer: Viewer
    ) async throws {
        guard let result else { throw PlainError(.invalid, "choice.missing", field: "result") }
        let text = try ReceptionText.optional(words, field: "words").map(newText)
        try await run(id, form, [text].compactMap { $0 }, by: viewer) { _ in .end(result, words: text?.reference) }
    }

    /// Links a visit with a matter: one that was there, or one that was taken down on it and read back. The caller has
    /// checked that the viewer may know of the matter.
    public func link(
        _ id: VisitID, _ matter: ReceivedMatter, reporter: ReporterID? = nil, readBack: ReadBack? = nil,
        _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        try await run(id, form, [], by: viewer) { _ in
            .link(.init(matter: matter, reporter: reporter, readBack: readBack))
        }
    }

    private func run(
        _ id: VisitID, _ form: ReceptionForm, _ texts: [NewText], by viewer: Viewer,
        _ command: @escaping @Sendable (Visit) throws -> VisitCommand
    ) async throws {
        try await records.change(
            Visit.self, id,
            RecordChange(actor: viewer.actor, expected: form.version, submission: form.submission, texts: texts)
        ) { state in
            try state.checkVisible(to: viewer)
            let command = try command(state)
            try state.check(command, by: viewer)
            return command
        }
    }

    /// A visit as it stands, for the room itself.
    func visitState(_ id: VisitID) async throws -> Visit {
        guard let found = try await database.read({ tx in try records.history(Visit.self, id, in: tx)?.state }) else {
            throw Visit.notFound
        }
        return found
    }
}
