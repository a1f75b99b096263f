internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Supervision

/// What forms on the page of a meeting can ask for. The raw value is the end of the address.
enum ConferenceAct: String, CaseIterable, Sendable {
    case change, item, drop, hold, decide, report, cancel

    /// The command that it runs.
    var command: ConferenceCommand.Name {
        switch self {
        case .change: .change
        case .item: .addItem
        case .drop: .dropItem
        case .hold: .hold
        case .decide: .decide
        case .report: .report
        case .cancel: .cancel
        }
    }

    /// Whether it is about one item of the agenda.
    var isAboutItem: Bool { [.drop, .decide, .report].contains(self) }

    /// The name under which its words stand in the catalogues.
    var name: String {
        switch self {
        case .change: "rearrange"
        case .item: "addItem"
        case .drop: "dropItem"
        case .cancel: "cancelMeeting"
        default: rawValue
        }
    }
}

extension SupervisionPages {
    /// The meetings of the joint conference.
    func conferences(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let page = try await supervision.conferences(
            after: request.query["after"].flatMap { DueCursor($0) }, for: viewer)
        let links = ListLinks(path: "/supervision/conferences", query: request.query, kept: [])
        var fields: Fields = [
            "submission": "", "tabs": words.tabs("conferences", viewer),
            "canConvene": .flag(viewer.may(.confer, on: nil)), "hasRows": .flag(!page.rows.isEmpty),
            "rows": .list(page.rows.map { line($0, words) }),
        ]
        fields.merge(links.paging(next: page.next?.description))
        return try await request.page(
            "supervision/conferences", title: words.text("supervision.tab.conferences"), fields,
            notice: notice(request))
    }

    private func line(_ row: ConferenceRow, _ words: SupervisionWords) -> Fields {
        let carried = ["done": words.words.number(row.done), "n": words.words.number(row.decided)]
        return [
            "number": .text(words.number(row.number, "conference")), "url": .text("/supervision/conference/\(row.id)"),
            "date": .text(words.words.fullDate(row.on)), "unit": .text(words.base.unit(row.unit)),
            "place": .text(row.place.isEmpty ? words.text("story.textErased") : row.place),
            "phase": .text(words.words.name("conferencePhase", row.phase)),
            "items": .text(words.words.counted("supervision.items", row.items)),
            "decisions": .text(row.decided == 0 ? "" : words.text("supervision.decisionsDone", carried)),
        ]
    }

    /// Calls a meeting.
    func newConference(_ request: PageRequest) async throws -> Response {
        try await newConference(request, errors: [])
    }

    /// Calls it.
    func convene(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let id = try await supervision.convene(
                try draft(request), submission: try request.requiredSubmission, by: viewer)
            return request.redirect(to: "/supervision/conference/\(id)?done=convened")
        } again: { errors in
            try await newConference(request, errors: errors)
        }
    }

    private func newConference(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try self.words(request)
        let form = ActForm(
            name: "convene", action: "/supervision/conferences/new", inputs: Self.inputs(words, nil, place: ""),
            isPrimary: true)
        let back = (url: "/supervision/conferences", key: "supervision.tab.conferences")
        return try await formPage(request, form, errors, back: back)
    }

    /// When, where, with whom.
    static func inputs(_ words: SupervisionWords, _ meeting: Conference?, place: String) -> [ActForm.Input] {
        let invited = Set(meeting?.units ?? [])
        let units = words.units(selected: nil).map {
            ActForm.Option(
                value: $0.value, label: $0.label,
                isSelected: UnitID($0.value).map(invited.contains) ?? false)
        }
        return [
            .init(name: "on", kind: .date, value: meeting.map { "\($0.on)" } ?? ""),
            .init(
                name: "time", kind: .line(most: 5), isRequired: false,
                value: meeting?.minute.map(words.words.clockTime) ?? ""),
            .init(name: "place", kind: .line(most: 200), value: place),
            .init(name: "units", kind: .checks(units)),
        ]
    }

    func draft(_ request: PageRequest) throws -> ConferenceDraft {
        let form = request.form
        return ConferenceDraft(
            on: try form.day("on"), time: form.text("time"), place: form.text("place"), units: form.units("units"))
    }

    /// The page of a meeting.
    func conference(_ request: PageRequest) async throws -> Response {
        try await conference(request, failed: nil)
    }

    /// Runs what a form asks for and comes back to the meeting.
    func perform(_ act: ConferenceAct, _ request: PageRequest) async throws -> Response {
        let id: ConferenceID = try id(request, otherwise: "conference.notFound")
        let item = Int(request.form.text("item")) ?? 0
        return try await run {
            try await run(act, id, item, request)
            let anchor = act.isAboutItem && act != .drop ? "#item-\(item)" : ""
            return request.redirect(to: "/supervision/conference/\(id)?done=\(act.rawValue)\(anchor)")
        } again: { errors in
            try await conference(request, failed: (act, item, errors))
        }
    }

    private func run(
        _ act: ConferenceAct, _ id: ConferenceID, _ item: Int, _ request: PageRequest
    ) async throws {
        let (form, viewer, frame) = (request.form, try request.staff, request.supervisionForm)
        switch act {
        case .change: try await supervision.rearrange(id, try draft(request), frame, by: viewer)
        case .item:
            try await supervision.addItem(
                to: id, title: form.text("title"), matterNumber: form.text("number"), frame, by: viewer)
        case .drop: try await supervision.dropItem(item, of: id, frame, by: viewer)
        case .hold: try await supervision.hold(id, units: form.units("units"), frame, by: viewer)
        case .decide:
            let draft = DecisionDraft(
                text: form.text("text"), owner: form.id("owner"), due: try form.day("due"),
                responsible: form.id("responsible"))
            try await supervision.decide(item, of: id, draft, frame, by: viewer)
        case .report:
            try await supervision.report(
                on: item, of: id, outcome: form.value("outcome"), text: form.text("text"), frame, by: viewer)
        case .cancel: try await supervision.cancel(id, reason: form.text("reason"), frame, by: viewer)
        }
    }

    private func conference(
        _ request: PageRequest, failed: (act: ConferenceAct, item: Int, errors: [PlainError])?
    ) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await supervision.conference(try id(request, otherwise: "conference.notFound"), for: viewer)
        let model = ConferencePage(
            file: file, viewer: viewer, words: words, proposed: supervision.proposedDay(workingDays: 15))
        let typed = failed.map {
            FailedAct(
                name: $0.act.name, suffix: $0.act.isAboutItem ? "\($0.item)" : "", form: request.form,
                errors: $0.errors)
        }
        let forms = model.forms
        if let typed, let first = typed.errors.first,
            !forms.contains(where: { $0.name == typed.name && $0.suffix == typed.suffix })
        {
            throw first
        }
        let shown = forms.fields(words, typed, submission: request.newSubmission, kept: request.submissionField)
        var fields = model.fields(shown.acts)
        fields["errors"] = shown.errors
        fields["hasErrors"] = .flag(failed != nil)
        return try await request.page(
            "supervision/conference", title: model.title, fields,
            status: failed == nil ? .ok : .unprocessableContent, notice: notice(request))
    }
}

extension Words {
    /// "9:00" of a minute of the day.
    func clockTime(_ minute: Int) -> String { "\(minute / 60):\(Self.two(minute % 60))" }
}
