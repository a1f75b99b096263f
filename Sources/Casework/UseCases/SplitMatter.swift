public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// One part of a matter, as a person wants it.
public struct PartDraft: Sendable, Hashable {
    /// What it is about.
    public var title: String
    /// Where it is.
    public var place: String?
    /// Category code.
    public var category: String?
    /// The unit that is to answer for it; nothing where somebody decides that later.
    public var unit: UnitID?
    /// The entry of the duty catalogue by which it goes there, `41/3`.
    public var entry: String?

    /// A part.
    public init(
        title: String, place: String? = nil, category: String? = nil, unit: UnitID? = nil, entry: String? = nil
    ) {
        self.title = title
        self.place = place
        self.category = category
        self.unit = unit
        self.entry = entry
    }
}

/// A matter that is divided.
public struct SplitDraft: Sendable, Hashable {
    /// The parts.
    public var parts: [PartDraft]
    /// Why, and for a part that goes to another unit than the catalogue names, why there.
    public var reason: String
    /// Whether each part carries the whole letter; otherwise its title stands for it.
    public var carriesLetter: Bool

    /// A division.
    public init(parts: [PartDraft], reason: String, carriesLetter: Bool) {
        self.parts = parts
        self.reason = reason
        self.carriesLetter = carriesLetter
    }
}

extension Casework {
    /// Divides a matter: each part gets a number, an owner and clocks of its own. All of them were received when the
    /// whole was, and no duty of the whole ends later in a part.
    ///
    /// - Returns: the numbers of the parts.
    @discardableResult
    public func split(
        _ id: CaseID, _ draft: SplitDraft, version: Int, submission: String, by viewer: Viewer
    ) async throws -> [String] {
        let organisation = viewer.organisation
        let words = try PlainText.required(draft.reason, field: "reason", most: 1_000)
        let drafts = try draft.parts.enumerated().map { index, part in
            try checked(part, index, organisation)
        }
        guard drafts.count >= 2 else { throw PlainError(.invalid, "split.few", field: "lines") }
        guard drafts.count <= SplitRule.most else {
            throw PlainError(.invalid, "split.many", field: "lines", values: ["most": "\(SplitRule.most)"])
        }
        if let earlier = try await database.read({ tx in try submissions.find(tx, id: submission) }) {
            return earlier.split(separator: " ").map(String.init)
        }
        let now = clock.now()
        let month = MatterNumber.month(of: deadlines.zone.date(of: now))
        var numbers: [String] = []
        for _ in drafts {
            let sequence = try await self.numbers.next(month: month)
            numbers.append(MatterNumber(month: month, sequence: sequence).description)
        }
        let reason = newText(words)
        let taken = numbers
        return try await database.write { tx in
            if let earlier = try submissions.find(tx, id: submission) {
                return earlier.split(separator: " ").map(String.init)
            }
            var held = try hold([id], in: tx)
            guard var whole = held.removeValue(forKey: id) else { throw PlainError(.notFound, "case.notFound") }
            try CaseAccess.check(.split, on: whole.state, by: viewer, recusal: recusal)
            guard whole.state.version == version else {
                throw VersionConflict(caseID: id, expected: version, current: whole.state.version)
            }
            let letter = draft.carriesLetter ? try texts.body(whole.state.body.id, in: tx) : nil
            var parts: [PartReference] = []
            for (index, part) in drafts.enumerated() {
                let made = try self.part(
                    part, of: whole.state, number: taken[index], letter: letter, reason: words, by: viewer, at: now)
                try tx.executeAll(made.statements)
                parts.append(PartReference(id: made.id, number: taken[index]))
            }
            whole.texts = [reason]
            try decide(
                .split(.init(reason: reason.reference, parts: parts)), on: &whole, by: viewer.actor, at: now)
            try write([whole], by: viewer.actor, at: now, in: tx)
            try submissions.record(tx, id: submission, result: taken.joined(separator: " "), at: now)
            return taken
        }
    }

    private func checked(_ part: PartDraft, _ index: Int, _ organisation: Organisation) throws -> PartDraft {
        var part = part
        let row = "\(index + 1)"
        func named(_ error: PlainError, _ field: String) -> PlainError {
            PlainError(error.kind, error.code, field: "\(field)\(row)", values: error.values)
        }
        do throws(PlainError) {
            part.title = try PlainText.required(part.title, field: "title", most: 120)
            part.place = try PlainText.optional(part.place, field: "place", most: 200)
        } catch {
            throw named(error, error.field ?? "title")
        }
        if let code = part.category, organisation.category(code) == nil {
            throw PlainError(.invalid, "category.unknown", field: "category\(row)")
        }
        guard let unit = part.unit else { return part }
        do {
            let current = try existing(unit, organisation)
            if let kind = organisation.unit(current)?.kind, [.village, .community].contains(kind) {
                throw PlainError(.invalid, "dispatch.village", field: "unit")
            }
            part.unit = current
        } catch let error as PlainError {
            throw named(error, "unit")
        }
        return part
    }

    /// One part with everything that is written for it.
    private func part(
        _ part: PartDraft, of whole: CaseState, number: String, letter: String?, reason: String, by viewer: Viewer,
        at now: Instant
    ) throws -> (id: CaseID, statements: [(String, [any SQLConvertible])]) {
        let id: CaseID = ids.next()
        let organisation = viewer.organisation
        let clocks = deadlines.clocks(pack: whole.pack, version: whole.packVersion)
        let duties = whole.clocks.filter { $0.endedAt == nil && $0.paused == nil && $0.start.isDuty }.map(\.start)
        let title = newText(part.title)
        let body = newText(letter ?? part.title)
        let place = part.place.map(newText)
        // Nobody who joined in public reads what the others wrote.
        let open = whole.reporters.filter { !$0.erased && !$0.withdrawn && $0.details.neighbour != true }
        let pairs = open.map { (ids.next() as ReporterID, $0) }
        func details(_ id: ReporterID, _ of: ReporterDetails) throws -> ReporterDetails {
            // Nobody ever learns this code: the part opens with number and code of the whole.
            guard let code = AccessCode(bytes: randomBytes(5)) else { throw PlainError(.unavailable, "unavailable") }
            return ReporterDetails(
                id: id, person: of.person, anonymous: of.anonymous, keepSecret: of.keepSecret, noReply: of.noReply,
                needs: of.needs, codeHash: codeHash(code, of: number), group: of.group, onBehalf: of.onBehalf)
        }
        guard let first = pairs.first else { throw CaseError.unknownReporter.plain }
        let registered = CaseEvent.registered(
            .init(
                number: number, channel: whole.channel, title: title.reference, body: body.reference,
                place: place?.reference, wish: nil, category: part.category ?? whole.category, area: whole.area,
                receivedBy: whole.receivedBy, urgency: whole.urgency, pack: whole.pack,
                packVersion: whole.packVersion, reporter: try details(first.0, first.1.details), publishable: false,
                source: nil, clocks: duties, kind: whole.kind, receiver: whole.receiver, groupSize: whole.groupSize,
                repeatOf: nil, form: nil))
        guard var state = CaseState(id: id, first: registered, at: whole.registeredAt) else {
            throw PlainError(.unavailable, "unavailable")
        }
        var told: [(event: CaseEvent, at: Instant)] = [(registered, whole.registeredAt)]
        func tell(_ event: CaseEvent, at: Instant) {
            told.append((event, at))
            state = state.evolved(by: event, actor: viewer.actor, at: at)
        }
        for (id, reporter) in pairs.dropFirst() {
            tell(
                .reporterAdded(.init(reporter: try details(id, reporter.details), channel: whole.channel)),
                at: whole.registeredAt)
        }
        var newTexts = [title, body, place].compactMap { $0 }
        func decide(_ command: CaseCommand) throws {
            do throws(CaseError) {
                for event in try CaseLifecycle.decide(state, command, at: now, clocks: clocks) { tell(event, at: now) }
            } catch {
                throw error.plain
            }
        }
        try decide(
            .becomePart(
                .init(
                    other: whole.id, otherNumber: whole.number,
                    reporters: pairs.map { PartReporter(part: $0.0, whole: $0.1.details.id) }, clocks: duties,
                    carriesLetter: letter == nil ? nil : true)))
        if let unit = part.unit {
            let match = organisation.catalogue(category: state.category, area: state.area, on: today).first {
                "\($0.entry.id)/\($0.entry.version)" == part.entry && $0.unit == unit
            }
            let why = match == nil ? newText(reason) : nil
            if match == nil, let kind = organisation.unit(unit)?.kind, [.township, .street, .station].contains(kind) {
                try DispatchPlan.protectGrassroots(
                    unit, category: state.category, area: state.area, organisation, today)
            }
            if let why { newTexts.append(why) }
            try decide(
                .dispatch(
                    lead: unit, entry: match?.entry.id, entryVersion: match?.entry.version, reason: why?.reference))
        }
        let recorded = events.statements(
            for: try told.map { (try $0.event.newEvent(at: $0.at), viewer.actor) }, toNew: id.stream, kind: "case")
        var statements = recorded.statements
        statements += newTexts.map { texts.insertion($0, of: id.stream) }
        statements += CaseProjection(state).statements(replacing: nil)
        let words = [part.title, letter, part.place].compactMap { $0 }.joined(separator: "\n")
        return (id, statements + search.insertions(body.reference.id, words, dialect: database.dialect))
    }
}
