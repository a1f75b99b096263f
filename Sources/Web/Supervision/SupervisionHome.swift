internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Storage
internal import Supervision

extension SupervisionPages {
    /// Findings that wait for a person, and the tasks by day.
    func home(_ request: PageRequest) async throws -> Response {
        try await home(request, failed: nil)
    }

    /// What a person decides about a finding: a task, or none with the reason.
    func decide(_ request: PageRequest, opens: Bool) async throws -> Response {
        let viewer = try request.staff
        guard let key = FindingKey(request.form.text("finding")) else { throw PlainError(.invalid, "form.malformed") }
        let name = opens ? "make" : "aside"
        return try await run {
            let submission = request.supervisionForm.submission
            if opens {
                let id = try await supervision.openTask(
                    on: key, due: try request.form.day("due"), reason: request.form.text("reason"),
                    submission: submission, by: viewer)
                return request.redirect(to: "/supervision/task/\(id)?done=opened")
            }
            _ = try await supervision.setAside(
                key, reason: request.form.text("reason"), submission: submission, by: viewer)
            return request.redirect(to: "/supervision?list=findings&done=aside")
        } again: { errors in
            try await home(
                request, failed: FailedAct(name: name, suffix: key.code, form: request.form, errors: errors))
        }
    }

    private func home(_ request: PageRequest, failed: FailedAct?) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let query = SupervisionQuery(request.query, failed: failed)
        let counts = try await supervision.taskCounts([.overdue, .soon, .answered, .listed], for: viewer)
        var found = KeysetPage<SupervisionFinding, FindingKey>(items: [], next: nil)
        if query.showsFindings, viewer.may(.supervise, on: nil) {
            found = try await supervision.findings(query.findings, for: viewer)
        }
        let tasks =
            query.showsTasks
            ? try await supervision.tasks(query.tasks, for: viewer) : SupervisionPage(rows: [], next: nil)
        let model = SupervisionHome(
            query: query, found: found, tasks: tasks, counts: counts, viewer: viewer, words: words,
            proposedDue: supervision.proposedDay(workingDays: 5))
        var fields = model.fields
        let forms = model.forms.fields(
            words, failed, submission: request.newSubmission, kept: request.submissionField)
        fields["findings"] = .list(model.findings(forms.acts))
        fields["errors"] = forms.errors
        fields["hasErrors"] = .flag(failed != nil)
        return try await request.page(
            "supervision/home", title: words.text("supervision.title"), fields,
            status: failed == nil ? .ok : .unprocessableContent, notice: notice(request))
    }
}

/// What the address of the front page asks for.
struct SupervisionQuery {
    let list: String
    let unit: UnitID?
    let trigger: SupervisionTrigger?
    private let after: String?

    init(_ query: Form, failed: FailedAct?) {
        list = failed == nil ? query.text("list") : "findings"
        unit = query.id("unit")
        trigger = query.value("trigger")
        after = query["after"]
    }

    /// The list of tasks; nothing where only findings are asked for.
    var queue: TaskQueue? { list.isEmpty ? .unfinished : TaskQueue(rawValue: list) }
    var showsFindings: Bool { list == "findings" || list.isEmpty && after == nil }
    var showsTasks: Bool { list != "findings" }
    var isOverview: Bool { list.isEmpty }

    var findings: FindingRequest {
        var request = FindingRequest()
        request.unit = unit
        request.trigger = trigger
        request.limit = isOverview ? 3 : 15
        request.after = isOverview ? nil : after.flatMap { FindingKey($0) }
        return request
    }

    var tasks: TaskRequest {
        var request = TaskRequest(queue ?? .unfinished)
        request.unit = unit
        request.trigger = trigger
        request.after = after.flatMap { DueCursor($0) }
        return request
    }
}

/// The fields of the front page.
struct SupervisionHome {
    let query: SupervisionQuery
    let found: KeysetPage<SupervisionFinding, FindingKey>
    let tasks: SupervisionPage<TaskRow>
    let counts: [TaskQueue: Int]
    let viewer: Viewer
    let words: SupervisionWords
    let proposedDue: LocalDate

    private static let path = "/supervision"

    var fields: Fields {
        let links = ListLinks(path: Self.path, query: address, kept: ["list", "unit", "trigger"])
        let next = query.list == "findings" ? found.next?.code : tasks.next?.description
        var fields: Fields = [
            // A form with a mistake shows this page under its own address, to which no filter can be sent.
            "submission": "", "path": .text(Self.path), "tabs": words.tabs("tasks", viewer),
            "canOpen": .flag(viewer.may(.supervise, on: nil)), "counts": .list(countLinks()),
            "filters": .list(filters()), "clearURL": .text(isNarrowed ? Self.path : ""),
            "showFindings": .flag(query.showsFindings && viewer.may(.supervise, on: nil)),
            "moreFindingsURL": .text(query.isOverview && found.next != nil ? "\(Self.path)?list=findings" : ""),
            "showTasks": .flag(query.showsTasks), "hasRows": .flag(!tasks.rows.isEmpty),
            "heading": .text(words.text("supervisionList.\(query.queue?.rawValue ?? "unfinished")")),
            "rows": .list(tasks.rows.map { TaskLine(words: words).fields($0) }),
        ]
        fields.merge(links.paging(next: next))
        return fields
    }

    private var isNarrowed: Bool { !query.list.isEmpty || query.unit != nil || query.trigger != nil }

    private var address: Form {
        var items: [Form.Item] = []
        if !query.list.isEmpty { items.append(.init(name: "list", value: query.list)) }
        if let unit = query.unit { items.append(.init(name: "unit", value: "\(unit)")) }
        if let trigger = query.trigger { items.append(.init(name: "trigger", value: trigger.rawValue)) }
        return Form(items)
    }

    private func countLinks() -> [Fields] {
        [TaskQueue.overdue, .soon, .answered, .listed].map { queue in
            [
                "name": .text(words.text("supervisionList.\(queue.rawValue)")),
                "count": .text(DeskQueues.count(counts[queue] ?? 0, words.words)),
                "url": .text("\(Self.path)?list=\(queue.rawValue)"), "current": .flag(query.list == queue.rawValue),
                "tone": .text(queue == .overdue && counts[queue] ?? 0 > 0 ? "over" : ""),
            ]
        }
    }

    private func filters() -> [Fields] {
        let lists = ["findings"] + TaskQueue.allCases.map(\.rawValue)
        let filters = QueueFilters(words: words.base, viewer: viewer)
        let shown = viewer.may(.supervise, on: nil) ? lists : Array(lists.dropFirst())
        return [
            [
                "name": "list", "label": .text(words.text("supervision.filterList")),
                "options": .list(
                    [QueueFilters.option("", words.text("supervision.overview"), isSelected: query.list.isEmpty)]
                        + shown.map {
                            QueueFilters.option(
                                $0, words.text("supervisionList.\($0)"), isSelected: query.list == $0)
                        }),
            ],
            filters.select("unit", "work.filterUnit", filters.units(query.unit)),
            filters.select(
                "trigger", "supervision.filterTrigger",
                SupervisionTrigger.allCases.map {
                    QueueFilters.option(
                        $0.rawValue, words.words.name("supervisionTrigger", $0), isSelected: $0 == query.trigger)
                }),
        ]
    }

    /// Two forms a finding: a task with a day, or none with a reason.
    var forms: [ActForm] {
        found.items.flatMap { finding in
            let hidden = [(name: "finding", value: finding.key.code)]
            return [
                ActForm(
                    name: "make", action: "\(Self.path)/finding/task",
                    inputs: [
                        .init(name: "due", kind: .date, value: "\(proposedDue)"),
                        .init(name: "reason", kind: .text(rows: 2), isRequired: false),
                    ], hidden: hidden, suffix: finding.key.code),
                ActForm(
                    name: "aside", action: "\(Self.path)/finding/aside",
                    inputs: [.init(name: "reason", kind: .text(rows: 2))], hidden: hidden, suffix: finding.key.code),
            ]
        }
    }

    /// The findings with their forms, in the order of `forms`.
    func findings(_ acts: Field) -> [Fields] {
        guard case .list(let forms) = acts else { return [] }
        return found.items.enumerated().map { index, finding in
            [
                "trigger": .text(words.words.name("supervisionTrigger", finding.trigger)),
                "unit": .text(words.base.unit(finding.unit)), "number": .text(finding.number),
                "url": .text("/desk/matter/\(finding.number)"),
                "reasons": .texts(words.reasons(finding.evidence, since: finding.since)),
                "basis": .text(words.basis(finding.trigger)),
                "make": .list([forms[index * 2]]), "aside": .list([forms[index * 2 + 1]]),
            ]
        }
    }
}

/// One line of a list of tasks.
struct TaskLine {
    let words: SupervisionWords

    func fields(_ row: TaskRow) -> Fields {
        var fields = words.clock(row.phase, due: row.due)
        let excerpt = words.excerpt(row.reason)
        fields["number"] = .text(words.number(row.number, "task"))
        fields["url"] = .text("/supervision/task/\(row.id)")
        fields["trigger"] = .text(words.words.name("supervisionTrigger", row.trigger))
        fields["excerpt"] = .text(excerpt)
        fields["unit"] = .text(words.base.unit(row.unit))
        fields["matter"] = .text(row.matter?.number)
        fields["matterURL"] = .text(row.matter.map { "/desk/matter/\($0.number)" })
        fields["phase"] = .text(words.words.name("taskPhase", row.phase))
        fields["isListed"] = .flag(row.isListed)
        fields["urged"] = .text(row.urged == 0 ? "" : words.words.counted("supervision.urgedTimes", row.urged))
        return fields
    }
}
