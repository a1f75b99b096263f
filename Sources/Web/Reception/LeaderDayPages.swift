internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Reception
internal import Storage

/// What forms on the page of a leader's day can ask for. The raw value is the end of the address.
enum DayAct: String, CaseIterable, Sendable {
    case receive, settle, change, cancel

    /// Whether it is about the calendar, and not about what came of the day.
    var isPlanning: Bool { self == .change || self == .cancel }

    /// The name under which its words stand in the catalogues.
    var name: String { "day.\(rawValue)" }
}

extension ReceptionPages {
    /// Leaders' days, and what is still to come of them.
    func days(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let cursor = request.query["after"].flatMap { text -> (LocalDate, LeaderDayID)? in
            let parts = text.split(separator: ".")
            guard parts.count == 2, let day = LocalDate(parts[0]), let id = LeaderDayID(parts[1]) else { return nil }
            return (day, id)
        }
        let page = try await reception.leaderDays(before: cursor, for: viewer)
        let isWatcher = viewer.may(.oversee, on: nil) || viewer.may(.planReception, on: nil)
        let open = isWatcher ? try await reception.openResults() : []
        let seen = Set(try await casework.linkedMatters(open.map(\.matter.id), for: viewer).map(\.id))
        let shown = open.filter { seen.contains($0.matter.id) }
        let hasHall = try await reception.places().contains { $0.isShown(to: viewer) }
        let links = ListLinks(path: "/desk/reception/days", query: request.query, kept: [])
        var fields: Fields = [
            "submission": "", "tabs": words.tabs("days", viewer, hasHall: hasHall),
            "canPlan": .flag(viewer.may(.planReception, on: nil)), "hasRows": .flag(!page.items.isEmpty),
            "rows": .list(page.items.map { row($0, words) }), "hasOpen": .flag(!shown.isEmpty),
            "open": .list(shown.map { result($0, words) }),
        ]
        fields.merge(links.paging(next: page.next))
        return try await request.page(
            "reception/days", title: words.text("reception.tab.days"), fields, notice: notice(request))
    }

    private func row(_ row: LeaderDayRow, _ words: ReceptionWords) -> Fields {
        [
            "url": .text("/desk/reception/day/\(row.id)"), "date": .text(words.words.dateAndWeekday(row.day)),
            "hours": .text(words.span(row.from, row.until)), "leader": .text(words.base.staff(row.leader)),
            "unit": .text(words.base.unit(row.unit)), "isCancelled": .flag(row.phase == .cancelled),
            "entries": .text(row.entries > 0 ? words.words.matters(row.entries) : nil),
            "open": .text(row.open > 0 ? words.words.counted("reception.openCount", row.open) : nil),
        ]
    }

    private func result(_ open: OpenResult, _ words: ReceptionWords) -> Fields {
        let clock = open.due.map { words.forms.clock(due: $0) }
        return [
            "url": .text("/desk/reception/day/\(open.day)#entry-\(open.entry)"), "number": .text(open.matter.number),
            "matterURL": .text("/desk/matter/\(open.matter.number)"),
            "result": .text(words.words.name("leaderResult", open.result)), "unit": .text(words.base.unit(open.unit)),
            "due": .text(open.due.map { words.words.date($0, today: words.today) }), "clock": .optional(clock),
        ]
    }

    /// Publishes a day.
    func newDay(_ request: PageRequest) async throws -> Response { try await newDay(request, errors: []) }

    /// Publishes it.
    func planDay(_ request: PageRequest) async throws -> Response {
        try await run {
            let id = try await reception.planDay(
                try draft(request), submission: try request.requiredSubmission, by: try request.staff)
            return request.redirect(to: "/desk/reception/day/\(id)?done=planned")
        } again: { errors in
            try await newDay(request, errors: errors)
        }
    }

    private func newDay(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try self.words(request)
        let viewer = try request.staff
        let leaders = viewer.organisation.allStaff.filter(\.isActive).map {
            ActForm.Option(value: "\($0.id)", label: "\(words.base.unit($0.unit)) · \($0.displayName)")
        }
        let who: [ActForm.Input] = [
            .init(name: "leader", kind: .select(leaders)), .init(name: "office", kind: .line(most: 30)),
            .init(name: "unit", kind: .select(words.forms.units(selected: viewer.staff.unit))),
        ]
        let form = ActForm(
            name: "day.plan", action: "/desk/reception/days/new",
            inputs: who + (try await inputs(words, nil, topics: "")), isPrimary: true, family: .reception)
        return try await formPage(
            request, form, errors, back: (url: "/desk/reception/days", key: "reception.tab.days"))
    }

    /// When, where, how many.
    func inputs(_ words: ReceptionWords, _ plan: LeaderDayEvent.Plan?, topics: String) async throws -> [ActForm.Input] {
        let rooms = try await reception.places().flatMap { place in
            place.openDesks.map { desk in
                ActForm.Option(
                    value: "\(place.id)/\(desk.number)",
                    label: "\(words.name(place.details.name)) · \(words.desk(desk.number, of: place))",
                    isSelected: plan.map { $0.place == place.id && $0.desk == desk.number } ?? false)
            }
        }
        let attached = Set(plan?.units ?? [])
        let units = words.forms.units(selected: nil).map {
            ActForm.Option(
                value: $0.value, label: $0.label, isSelected: UnitID($0.value).map(attached.contains) ?? false)
        }
        let span = plan.map { words.span($0.span).replacing("–", with: "-") }
        return [
            .init(name: "day", kind: .date, value: plan.map { "\($0.day)" } ?? ""),
            .init(name: "hours", kind: .line(most: 20), value: span ?? "9:00-11:30"),
            .init(name: "room", kind: .select(rooms)),
            .init(name: "seats", kind: .line(most: 3), value: plan.map { "\($0.seats)" } ?? ""),
            .init(name: "topics", kind: .line(most: 300), isRequired: false, value: topics),
            .init(name: "units", kind: .checks(units), isRequired: false),
        ]
    }

    func draft(_ request: PageRequest) throws -> LeaderDayDraft {
        let form = request.form
        let room = form.text("room").split(separator: "/")
        let known = Set(try request.staff.organisation.units.map(\.id))
        return LeaderDayDraft(
            unit: form.id("unit"), leader: form.id("leader"), office: form.text("office"), day: try form.day("day"),
            hours: form.text("hours"), place: room.first.flatMap { PlaceID($0) },
            desk: room.count == 2 ? Int(room[1]) : nil, seats: Int(form.text("seats")),
            units: form.units("units").filter(known.contains), topics: form.text("topics"))
    }

    /// A page with one form.
    func formPage(
        _ request: PageRequest, _ form: ActForm, _ errors: [PlainError], back: (url: String, key: String)
    ) async throws -> Response {
        let words = try self.words(request)
        let failed =
            errors.isEmpty
            ? nil : FailedAct(name: form.name, suffix: form.suffix, form: request.form, errors: errors)
        let shown = [form].fields(
            words.forms, failed, submission: request.newSubmission, kept: request.submissionField)
        let title = words.text("reception.act.\(form.name)")
        let fields: Fields = [
            "submission": "", "heading": .text(title),
            "hint": .text(words.forms.optional("reception.actHint.\(form.name)")), "backURL": .text(back.url),
            "backText": .text(words.text(back.key)), "form": shown.acts, "errors": shown.errors,
            "hasErrors": .flag(failed != nil),
        ]
        return try await request.page(
            "reception/form", title: title, fields, status: failed == nil ? .ok : .unprocessableContent)
    }

    /// The page of a day.
    func day(_ request: PageRequest) async throws -> Response { try await day(request, failed: nil) }

    /// Runs what a form asks for and comes back to the day.
    func perform(_ act: DayAct, _ request: PageRequest) async throws -> Response {
        let id: LeaderDayID = try id(request, otherwise: "reception.dayNotFound")
        let entry = Int(request.form.text("entry")) ?? 0
        return try await run {
            try await run(act, id, entry, request)
            return request.redirect(to: "/desk/reception/day/\(id)?done=day.\(act.rawValue)")
        } again: { errors in
            try await day(request, failed: (act, act == .settle ? "\(entry)" : "", errors))
        }
    }

    private func run(_ act: DayAct, _ id: LeaderDayID, _ entry: Int, _ request: PageRequest) async throws {
        let (form, viewer, frame) = (request.form, try request.staff, request.receptionForm)
        switch act {
        case .receive:
            var draft = LeaderEntryDraft(
                matter: ReceivedMatter(id: CaseID(rawValue: 0), number: ""), result: form.value("result"),
                unit: form.id("unit"), due: try form.day("due"), words: form.text("words"))
            let file = try await reception.leaderDay(id, for: viewer)
            if let visit = form.id("visit", of: Named.Visit.self),
                let row = try await reception.visits(of: file.state, for: viewer).first(where: { $0.id == visit })
            {
                draft.visit = visit
                if form.text("number").isEmpty, let known = row.matter {
                    draft.matter = try await matter(known.number, for: viewer)
                }
            }
            if draft.matter.number.isEmpty { draft.matter = try await matter(form.text("number"), for: viewer) }
            try await reception.record(draft, on: id, frame, by: viewer)
        case .settle: try await reception.settle(entry, of: id, words: form.text("words"), frame, by: viewer)
        case .change:
            try await reception.changeDay(
                id, to: try draft(request), reason: form.text("reason"), frame, by: viewer)
        case .cancel: try await reception.cancelDay(id, reason: form.text("reason"), frame, by: viewer)
        }
    }

    private func day(
        _ request: PageRequest, failed: (act: DayAct, suffix: String, errors: [PlainError])?
    ) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await reception.leaderDay(try id(request, otherwise: "reception.dayNotFound"), for: viewer)
        var model = try await dayModel(file, viewer, words)
        model.submission = request.newSubmission
        let typed = failed.map {
            FailedAct(name: $0.act.name, suffix: $0.suffix, form: request.form, errors: $0.errors)
        }
        let forms = model.forms
        if let typed, let first = typed.errors.first,
            !forms.contains(where: { $0.name == typed.name && $0.suffix == typed.suffix })
        {
            throw first
        }
        let shown = forms.fields(
            words.forms, typed, submission: request.newSubmission, kept: request.submissionField)
        var fields = model.fields(shown.acts)
        fields["errors"] = shown.errors
        fields["hasErrors"] = .flag(failed != nil)
        return try await request.page(
            "reception/day", title: model.title, fields, status: failed == nil ? .ok : .unprocessableContent,
            notice: notice(request))
    }

    func dayModel(_ file: LeaderDayFile, _ viewer: Viewer, _ words: ReceptionWords) async throws -> LeaderDayModel {
        let state = file.state
        var model = LeaderDayModel(
            file: file, place: try await reception.place(state.plan.place), viewer: viewer, words: words)
        model.seen = Set(
            try await casework.linkedMatters(state.entries.map(\.received.matter.id), for: viewer).map(\.id))
        model.visits = try await reception.visits(of: state, for: viewer)
        if state.mayRecord(viewer) { model.appointments = try await reception.appointments(of: state, for: viewer) }
        model.planInputs = try await inputs(words, state.plan, topics: file.text(state.plan.topics?.id) ?? "")
        return model
    }
}
