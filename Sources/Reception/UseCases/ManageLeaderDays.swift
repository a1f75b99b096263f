public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// A leader's day as somebody types it.
public struct LeaderDayDraft: Sendable {
    /// The unit whose leader it is.
    public var unit: UnitID?
    /// Who.
    public var leader: StaffID?
    /// The office that they hold.
    public var office: String
    /// The day.
    public var day: LocalDate?
    /// The hours: `9:00-11:30`.
    public var hours: String
    /// The place and its desk, `12/3`.
    public var place: PlaceID?
    /// The desk.
    public var desk: Int?
    /// How many can book.
    public var seats: Int?
    /// Units that receive together.
    public var units: [UnitID]
    /// What it is about.
    public var topics: String

    /// A day.
    public init(
        unit: UnitID? = nil, leader: StaffID? = nil, office: String = "", day: LocalDate? = nil, hours: String = "",
        place: PlaceID? = nil, desk: Int? = nil, seats: Int? = nil, units: [UnitID] = [], topics: String = ""
    ) {
        self.unit = unit
        self.leader = leader
        self.office = office
        self.day = day
        self.hours = hours
        self.place = place
        self.desk = desk
        self.seats = seats
        self.units = units
        self.topics = topics
    }
}

/// What came of one conversation, as somebody types it. The caller has checked that the viewer may know of the matter.
public struct LeaderEntryDraft: Sendable {
    /// The visit.
    public var visit: VisitID?
    /// The matter.
    public var matter: ReceivedMatter
    /// What the leader did.
    public var result: LeaderResult?
    /// The unit to which it was handed.
    public var unit: UnitID?
    /// By when.
    public var due: LocalDate?
    /// In words.
    public var words: String

    /// What came of it.
    public init(
        visit: VisitID? = nil, matter: ReceivedMatter, result: LeaderResult?, unit: UnitID? = nil,
        due: LocalDate? = nil, words: String = ""
    ) {
        self.visit = visit
        self.matter = matter
        self.result = result
        self.unit = unit
        self.due = due
        self.words = words
    }
}

extension LeaderDay {
    /// Whether a viewer plans it.
    public func mayPlan(_ viewer: Viewer) -> Bool { viewer.may(.planReception, on: planned.unit) }

    /// Whether a viewer writes down what came of it: who plans, who receives there, and the leader.
    public func mayRecord(_ viewer: Viewer) -> Bool {
        mayPlan(viewer) || viewer.may(.receive, on: planned.unit) || viewer.staff.id == planned.leader
    }

    func checkVisible(to viewer: Viewer) throws(PlainError) {
        let isAttached = plan.units.contains { viewer.may(.receive, on: $0) }
        guard mayRecord(viewer) || isAttached || viewer.may(.oversee, on: planned.unit) else { throw Self.notFound }
    }

    func check(_ command: LeaderDayCommand, by viewer: Viewer) throws(PlainError) {
        let isAllowed =
            switch command.name {
            case .change, .cancel: mayPlan(viewer)
            case .receive, .settle: mayRecord(viewer)
            case .erase: false
            }
        guard isAllowed else { throw PlainError(.forbidden, "permission.missing") }
    }
}

extension Reception {
    /// Publishes a day.
    @discardableResult
    public func planDay(_ draft: LeaderDayDraft, submission: String?, by viewer: Viewer) async throws -> LeaderDayID {
        if let known: LeaderDayID = try await records.begun(submission) { return known }
        var problems = ProblemList()
        if draft.unit.flatMap(viewer.organisation.unit) == nil {
            problems.add(PlainError(.invalid, "unit.unknown", field: "unit"))
        }
        if draft.leader.flatMap(viewer.organisation.staff)?.isActive != true {
            problems.add(PlainError(.invalid, "choice.missing", field: "leader"))
        }
        let office = problems.note { () throws(PlainError) in
            try ReceptionText.required(draft.office, field: "office", most: 30)
        }
        let plan = try await plan(draft, &problems)
        guard let unit = draft.unit, let leader = draft.leader, let office, let plan else {
            throw PlainError(.invalid, "form.malformed")
        }
        try viewer.require(.planReception, on: unit)
        return try await records.begin(
            LeaderDay.self, ids.next(),
            .planned(.init(unit: unit, leader: leader, office: office, plan: plan.plan)),
            RecordChange(actor: viewer.actor, submission: submission, texts: plan.texts))
    }

    /// Changes day, time, place or seats, with the reason. Who booked sees it, and their appointments move along.
    public func changeDay(
        _ id: LeaderDayID, to draft: LeaderDayDraft, reason: String, _ form: ReceptionForm = ReceptionForm(),
        by viewer: Viewer
    ) async throws {
        var problems = ProblemList()
        let reason = problems.note { () throws(PlainError) in
            try ReceptionText.required(reason, field: "reason", most: 500)
        }
        guard let plan = try await plan(draft, &problems), let reason else {
            throw PlainError(.invalid, "form.malformed")
        }
        let text = newText(reason)
        try await change(id, form, plan.texts + [text], by: viewer) { .change(plan.plan, reason: text.reference) }
    }

    /// Takes a day off the calendar, with the reason. It stays visible as cancelled.
    public func cancelDay(
        _ id: LeaderDayID, reason: String, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        let text = newText(try ReceptionText.required(reason, field: "reason", most: 500))
        try await change(id, form, [text], by: viewer) { .cancel(reason: text.reference) }
    }

    /// Writes down who was received about what, and what came of it.
    public func record(
        _ draft: LeaderEntryDraft, on id: LeaderDayID, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        guard let result = draft.result else { throw PlainError(.invalid, "choice.missing", field: "result") }
        let text = newText(try ReceptionText.required(draft.words, field: "words"))
        let received = LeaderDayEvent.Received(
            entry: 0, visit: draft.visit, matter: draft.matter, result: result, unit: draft.unit, due: draft.due,
            words: text.reference)
        try await change(id, form, [text], by: viewer) { .receive(received) }
    }

    /// Tells what came of a result that was open.
    public func settle(
        _ entry: Int, of id: LeaderDayID, words: String, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        let text = newText(try ReceptionText.required(words, field: "words"))
        try await change(id, form, [text], by: viewer) { .settle(entry: entry, words: text.reference) }
    }

    private func change(
        _ id: LeaderDayID, _ form: ReceptionForm, _ texts: [NewText], by viewer: Viewer,
        _ command: @escaping @Sendable () -> LeaderDayCommand
    ) async throws {
        try await records.change(
            LeaderDay.self, id,
            RecordChange(
                actor: viewer.actor, expected: form.version, submission: form.submission, texts: texts),
            effect: { before, after, tx in
                guard before.plan != after.plan else { return }
                try tx.execute(
                    """
                    UPDATE appointments SET day = $1, minute = $2, place_id = $3
                    WHERE leader_day_id = $4 AND state = 'booked'
                    """, [after.plan.day, after.plan.span.from, after.plan.place, id])
                try tx.execute(
                    "UPDATE appointment_slots SET day = $1 WHERE slot = $2", [after.plan.day, "l:\(id)"])
            },
            { state in
                try state.checkVisible(to: viewer)
                let command = command()
                try state.check(command, by: viewer)
                return command
            })
    }

    private func plan(
        _ draft: LeaderDayDraft, _ problems: inout ProblemList
    ) async throws -> (plan: LeaderDayEvent.Plan, texts: [NewText])? {
        if (draft.day ?? LocalDate(daysSinceEpoch: 0)) < today {
            problems.add(PlainError(.invalid, draft.day == nil ? "date.invalid" : "date.past", field: "day"))
        }
        let spans = PlaceDraft.spans(draft.hours)
        if spans?.count != 1 { problems.add(ReceptionError.hoursInvalid.plain) }
        if !(1...200).contains(draft.seats ?? 0) {
            problems.add(PlainError(.invalid, "reception.seatsInvalid", field: "seats"))
        }
        let topics = problems.optional(draft.topics, field: "topics", most: 300)
        var desk: Int?
        if let place = draft.place, let number = draft.desk {
            let found = try await self.place(place)
            if !found.isClosed, found.desk(number)?.isOpen == true { desk = number }
        }
        if desk == nil { problems.add(PlainError(.invalid, "choice.missing", field: "room")) }
        try problems.check()
        guard let day = draft.day, let span = spans?.first, let seats = draft.seats, let place = draft.place, let desk
        else { return nil }
        let text = topics.map(newText)
        let plan = LeaderDayEvent.Plan(
            day: day, span: span, place: place, desk: desk, seats: seats, units: Set(draft.units).sorted(),
            topics: text?.reference)
        return (plan, [text].compactMap { $0 })
    }
}
