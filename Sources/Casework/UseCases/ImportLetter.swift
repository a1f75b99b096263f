package import Kernel
internal import Ledger
internal import Storage

/// A letter with its reply from another system.
package struct ImportedLetter: Sendable, Hashable {
    /// Its number there, with what kind of number it is: `letters:2549`. Known numbers are not taken again.
    package var source: String
    package var title: String
    package var body: String
    package var writtenAt: Instant
    package var reply: String
    package var repliedAt: Instant

    package init(
        source: String, title: String, body: String, writtenAt: Instant, reply: String, repliedAt: Instant
    ) {
        self.source = source
        self.title = title
        self.body = body
        self.writtenAt = writtenAt
        self.reply = reply
        self.repliedAt = repliedAt
    }
}

extension Casework {
    /// The source numbers that the store has already.
    package func knownSources(among sources: [String]) async throws -> Set<String> {
        try await database.read { tx in
            var known: Set<String> = []
            for start in stride(from: 0, to: sources.count, by: 200) {
                let part = Array(sources[start..<min(start + 200, sources.count)])
                let marks = part.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
                for row in try tx.rows("SELECT source FROM cases WHERE source IN (\(marks))", part) {
                    known.insert(try row.text(0))
                }
            }
            return known
        }
    }

    /// What an imported letter becomes: registered, replied and delivered at its own times; once the window for
    /// judging is over, answered but not judged. The source does not say who wrote, which unit answered or with what
    /// result, so nothing of the kind is recorded.
    ///
    /// - Parameters:
    ///   - letter: the letter.
    ///   - number: its number here, of the month in which it was written.
    ///   - office: the unit that keeps it.
    package func chronicle(of letter: ImportedLetter, number: String, office: UnitID) throws -> CaseChronicle {
        let actor = Actor.system("import")
        var opening = ChronicleOpening(
            number: number, channel: .web, title: letter.title, body: letter.body, receivedBy: office,
            reporter: ChronicleReporter(anonymous: true, codeName: "import:\(letter.source)"))
        opening.source = letter.source
        var chronicle = try CaseChronicle(opening, by: actor, at: letter.writtenAt, in: self)
        let reporter = chronicle.state.reporters[0].details.id
        let reply = CaseEvent.Replied(
            outcome: .unstated, body: chronicle.text(letter.reply, isIndexed: true), basis: nil, remedies: nil,
            unit: office, signer: nil)
        try chronicle.record(.replied(reply), by: actor, at: letter.repliedAt)
        let until = chronicle.judgeUntil(deliveredAt: letter.repliedAt)
        try chronicle.record(
            .delivered(.init(reporter: reporter, method: .portal, judgeUntil: until, clocks: [])), by: actor,
            at: letter.repliedAt)
        if today > until {
            let end = deadlines.zone.instant(of: until.adding(days: 1))
            try chronicle.record(.windowEnded(.init(reporter: reporter, text: nil)), by: actor, at: end)
        }
        return chronicle
    }
}
