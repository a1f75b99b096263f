internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision

extension SupervisionPages {
    /// The page of a task, for those who watch and for the unit that is asked.
    func task(_ request: PageRequest) async throws -> Response {
        try await task(request, failed: nil)
    }

    /// Runs what a form asks for and comes back to the task.
    func perform(_ act: TaskAct, _ request: PageRequest) async throws -> Response {
        let id: SupervisionID = try id(request, otherwise: "supervision.notFound")
        return try await run {
            let before = try await supervision.task(id, for: try request.staff).state.phase
            try await act.run(id, request, supervision)
            let done = act == .withdraw && before == .setAside ? "put-back" : act.rawValue
            return request.redirect(to: "/supervision/task/\(id)?done=\(done)")
        } again: { errors in
            try await task(request, failed: (act, errors))
        }
    }

    private func task(
        _ request: PageRequest, failed: (act: TaskAct, errors: [PlainError])?
    ) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await supervision.task(try id(request, otherwise: "supervision.notFound"), for: viewer)
        let model = TaskPage(
            file: file, viewer: viewer, words: words, proposed: supervision.proposedDay(workingDays: 5))
        let acts = model.acts.map {
            $0.form(file.state, words, proposed: model.proposed, isPrimary: $0 == model.primary)
        }
        if let failed, !model.acts.contains(failed.act), let first = failed.errors.first { throw first }
        let typed = failed.map {
            FailedAct(name: $0.act.name(in: file.state.phase), form: request.form, errors: $0.errors)
        }
        var fields = model.fields
        let next = acts.filter(\.isPrimary).fields(
            words, typed, submission: request.newSubmission, kept: request.submissionField)
        let more = acts.filter { !$0.isPrimary }.fields(
            words, typed, submission: request.newSubmission, kept: request.submissionField)
        fields["nextActs"] = next.acts
        fields["moreActs"] = more.acts
        fields["hasMoreActs"] = .flag(acts.contains { !$0.isPrimary })
        fields["hasErrors"] = .flag(failed != nil)
        let failedIsNext = failed.map { $0.act == model.primary } ?? false
        fields["errors"] = failedIsNext ? next.errors : more.errors
        return try await request.page(
            "supervision/task", title: model.title, fields, status: failed == nil ? .ok : .unprocessableContent,
            notice: notice(request))
    }
}

/// The fields of the page of a task.
struct TaskPage {
    let file: TaskFile
    let viewer: Viewer
    let words: SupervisionWords
    let proposed: LocalDate

    private var task: SupervisionTask { file.state }
    private var isWatcher: Bool { viewer.may(.oversee, on: task.unit) || viewer.may(.supervise, on: task.unit) }

    var title: String {
        text("supervision.taskTitle", ["number": words.number(task.number, "task"), "unit": unit(task.unit)])
    }

    /// What the viewer may do now, the next step first.
    var acts: [TaskAct] {
        let possible = task.possible(for: viewer)
        return TaskAct.allCases.filter { act in
            possible.contains(act.command) && !(act == .list && task.isListed)
        }
    }

    /// The one cinnabar button: what the viewer is waited for.
    var primary: TaskAct? {
        if let next = acts.first(where: \.isNextStep) { return next }
        guard task.phase == .open, task.due < words.today else { return nil }
        return acts.first { $0 == .urge }
    }

    var fields: Fields {
        let number = file.number(of: task.matter)
        let reason = task.reason.map { words.passage(file.texts[$0]) }
        let whose = isWatcher ? "/supervision" : "/supervision/tasks"
        return [
            "submission": "", "backURL": .text(whose),
            "backText": .text(text(isWatcher ? "supervision.tab.tasks" : "supervision.tab.asked")),
            "number": .text(words.number(task.number, "task")), "unit": .text(unit(task.unit)),
            "phase": .text(words.words.name("taskPhase", task.phase)), "isListed": .flag(task.isListed),
            "trigger": .text(words.words.name("supervisionTrigger", task.trigger)),
            "clock": .group(words.clock(task.phase, due: task.due)),
            "reasons": .texts(words.reasons(task.evidence, since: task.since)), "reason": .optional(reason),
            "matterNumber": .text(number), "matterURL": .text(number.map { "/desk/matter/\($0)" }),
            "matterHidden": .flag(task.matter != nil && number == nil), "entries": .list(entries()),
            "facts": .list(facts()), "papers": .list(papers()),
            "suggestURL": .text(
                viewer.may(.supervise, on: task.unit) && task.number != nil
                    ? "/supervision/suggestions/new?task=\(task.id)" : ""),
        ]
    }

    private func text(_ key: String, _ values: [String: String] = [:]) -> String { words.text(key, values) }

    private func unit(_ id: UnitID) -> String { words.base.unit(id) }

    private func facts() -> [Fields] {
        let opened = words.words.fullDate(words.zone.date(of: task.openedAt))
        let by = task.openedBy.map(words.base.staff) ?? ""
        var rows = [("supervision.factUnit", unit(task.unit)), ("supervision.factOpened", "\(opened) \(by)")]
        if TaskPhase.unfinished.contains(task.phase) {
            rows.append(("supervision.factDue", words.words.dateAndWeekday(task.due)))
        }
        if let result = task.result { rows.append(("supervision.factResult", words.words.name("taskResult", result))) }
        rows.append(("supervision.factBasis", words.basis(task.trigger)))
        return rows.map { ["term": .text(text($0.0)), "text": .text($0.1)] }
    }

    private func papers() -> [Fields] {
        task.measures.map { measure in
            [
                "name": .text(words.number(of: measure, in: task)),
                "date": .text(words.words.date(words.zone.date(of: measure.at), today: words.today)),
                "url": .text("/supervision/task/\(task.id)/letter/\(measure.version)"),
            ]
        }
    }

    private func entries() -> [Fields] {
        file.entries.map { entry in
            var fields = words.stamp(entry.stored, verb: entry.event.kind)
            let told = told(entry.event)
            fields["heading"] = .text(told.heading)
            fields.merge(told.text.map { words.passage(file.text($0)) } ?? ["lang": "", "paragraphs": .list([])])
            let isPaper = entry.event.measure != nil
            let isAnswer = if case .answered = entry.event { true } else { false }
            fields["isLetter"] = .flag(isPaper || isAnswer)
            fields["isAnswer"] = .flag(isAnswer)
            fields["isEvent"] = .flag(!isPaper && !isAnswer)
            fields["printURL"] = .text(
                isPaper ? "/supervision/task/\(task.id)/letter/\(entry.stored.version)" : "")
            return fields
        }
    }

    private func told(_ event: TaskEvent) -> (heading: String, text: TextReference?) {
        var values: [String: String] = [:]
        func day(_ date: LocalDate) -> String { words.words.dateAndWeekday(date) }
        let reference: TextReference?
        switch event {
        case .opened(let p):
            (values["unit"], values["date"]) = (unit(p.unit), day(p.due))
            reference = nil
        case .setAside: reference = nil
        case .urged(let p), .rectificationOrdered(let p), .dueMoved(let p), .sentBack(let p):
            values["date"] = day(p.due)
            reference = p.text
        case .listed(let p), .withdrawn(let p): reference = p.text
        case .talked(let p):
            values["date"] = day(p.on)
            reference = p.text
        case .circulated(let p):
            values["scope"] = words.words.name("circularScope", p.scope)
            reference = p.text
        case .answered(let p):
            values["late"] = p.inTime ? "" : text("supervision.answeredLate")
            reference = p.text
        case .accepted(let p): reference = p.text
        case .closed(let p):
            values["result"] = words.words.name("taskResult", p.result)
            reference = p.text
        case .textsErased(let p): reference = p.reason
        }
        return (text("supervisionEvent.\(event.kind)", values), reference)
    }
}
