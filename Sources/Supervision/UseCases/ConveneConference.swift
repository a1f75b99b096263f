public import Kernel
internal import Ledger
public import Organisation

/// A meeting as somebody calls it.
public struct ConferenceDraft: Sendable {
    /// The unit that calls it.
    public var unit: UnitID?
    /// The day.
    public var on: LocalDate?
    /// The time of that day as people type it, `14:30`; may be empty.
    public var time: String
    /// Where.
    public var place: String
    /// Who is invited.
    public var units: [UnitID]

    /// A meeting.
    public init(
        unit: UnitID? = nil, on: LocalDate? = nil, time: String = "", place: String, units: [UnitID] = []
    ) {
        self.unit = unit
        self.on = on
        self.time = time
        self.place = place
        self.units = units
    }
}

extension Supervision {
    /// Calls a meeting of the joint conference.
    @discardableResult
    public func convene(_ draft: ConferenceDraft, submission: String?, by viewer: Viewer) async throws -> ConferenceID {
        if let known: ConferenceID = try await records.begun(submission) { return known }
        let (arranged, place) = try arrangement(draft, viewer)
        let unit = draft.unit ?? viewer.staff.unit
        try SupervisionAccess.require(.confer, on: unit, viewer)
        let number = try await nextNumber(.conference, on: arranged.on)
        return try await begin(
            Conference.self, ids.next(), .convened(.init(number: number, unit: unit, arranged: arranged)),
            RecordChange(actor: viewer.actor, submission: submission, texts: [place]))
    }

    /// Changes day, place or participants of a meeting that is to come.
    public func rearrange(
        _ id: ConferenceID, _ draft: ConferenceDraft, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        let (arranged, place) = try arrangement(draft, viewer)
        try await change(Conference.self, id, form, [place], by: viewer) { _ in .change(arranged) }
    }

    /// Puts an item on the agenda: free, or about a matter by its number.
    public func addItem(
        to id: ConferenceID, title: String, matterNumber: String, _ form: SupervisionForm = SupervisionForm(),
        by viewer: Viewer
    ) async throws {
        var problems = FieldProblems()
        let words = problems.note { () throws(PlainError) in
            try SupervisionText.required(title, field: "title", most: 300)
        }
        let matter = try await namedMatter(matterNumber, for: viewer, &problems)?.reference
        try problems.check()
        guard let words else { throw PlainError(.invalid, "form.malformed") }
        let text = newText(words)
        try await change(Conference.self, id, form, [text], by: viewer) { _ in
            .addItem(title: text.reference, matter: matter)
        }
    }

    /// Takes an item off the agenda.
    public func dropItem(
        _ item: Int, of id: ConferenceID, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        try await change(Conference.self, id, form, [], by: viewer) { _ in .dropItem(item) }
    }

    /// Records that the meeting was held, and who came.
    public func hold(
        _ id: ConferenceID, units: [UnitID], _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        let units = try participants(units, viewer)
        try await change(Conference.self, id, form, [], by: viewer) { _ in .hold(units: units) }
    }

    /// Records that the meeting is not held.
    public func cancel(
        _ id: ConferenceID, reason: String, _ form: SupervisionForm = SupervisionForm(), by viewer: Viewer
    ) async throws {
        let text = newText(try SupervisionText.required(reason, field: "reason"))
        try await change(Conference.self, id, form, [text], by: viewer) { _ in .cancel(text.reference) }
    }

    /// Erases words of a meeting. The erasure is recorded.
    public func eraseTexts(_ texts: [TextID], of id: ConferenceID, reason: String, by viewer: Viewer) async throws {
        let text = newText(try SupervisionText.required(reason, field: "reason"))
        try await change(Conference.self, id, SupervisionForm(), [text], by: viewer) { _ in
            .eraseTexts(texts, text.reference)
        }
    }

    private func arrangement(
        _ draft: ConferenceDraft, _ viewer: Viewer
    ) throws -> (ConferenceEvent.Arranged, NewText) {
        var problems = FieldProblems()
        let on = problems.note { () throws(PlainError) in try coming(draft.on, field: "on") }
        let place = problems.note { () throws(PlainError) in
            try SupervisionText.required(draft.place, field: "place", most: 200)
        }
        let units = problems.note { () throws(PlainError) in try participants(draft.units, viewer) }
        let minute = problems.note { () throws(PlainError) in try minuteOfDay(draft.time) }
        try problems.check()
        guard let on, let place, let units, let minute else { throw PlainError(.invalid, "form.malformed") }
        let text = newText(place)
        return (.init(on: on, minute: minute, place: text.reference, units: units), text)
    }

    private func participants(_ units: [UnitID], _ viewer: Viewer) throws(PlainError) -> [UnitID] {
        guard !units.isEmpty else { throw SupervisionError.nobodyInvited.plain }
        var out: [UnitID] = []
        for unit in units {
            let unit = try SupervisionAccess.addressee(unit, viewer.organisation, on: today, field: "units")
            if !out.contains(unit) { out.append(unit) }
        }
        return out
    }

    /// Reads `14:30`, also with a full-width colon; nothing typed is no time.
    private func minuteOfDay(_ typed: String) throws(PlainError) -> Int? {
        let cleaned = SupervisionText.cleaned(typed)
        guard !cleaned.isEmpty else { return nil }
        let parts = cleaned.split { $0 == ":" || $0 == "：" }.map { Int($0) ?? -1 }
        guard parts.count >= 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else {
            throw PlainError(.invalid, "supervision.timeInvalid", field: "time")
        }
        return parts[0] * 60 + parts[1]
    }
}
