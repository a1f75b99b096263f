internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Supervision

/// What forms on the page of a suggestion can ask for. The raw value is the end of the address.
enum SuggestionAct: String, CaseIterable, Sendable {
    case reply
    case giveBack = "give-back"
    case withdraw

    /// The command that it runs.
    var command: SuggestionCommand.Name {
        switch self {
        case .reply: .reply
        case .giveBack: .giveBack
        case .withdraw: .withdraw
        }
    }

    /// The name under which its words stand in the catalogues.
    var name: String {
        switch self {
        case .reply: "reply"
        case .giveBack: "giveBack"
        case .withdraw: "takeBack"
        }
    }
}

/// One line of the register of suggestions.
struct SuggestionLine {
    let words: SupervisionWords

    func fields(_ row: SuggestionRow) -> Fields {
        let waiting = row.answerBy.map { words.clock(due: $0) }
        let isWaiting = row.phase == .issued
        let state =
            row.adoption.map { words.text("suggestionAdoption.\($0.rawValue)") }
            ?? words.words.name("suggestionPhase", row.phase)
        return [
            "number": .text(words.number(row.number, "suggestion")), "url": .text("/supervision/suggestion/\(row.id)"),
            "kind": .text(words.words.name("suggestionKind", row.kind)), "unit": .text(words.base.unit(row.unit)),
            "excerpt": .text(row.text.isEmpty ? words.text("story.textErased") : words.excerpt(row.text)),
            "date": .text(words.words.date(words.zone.date(of: row.issuedAt), today: words.today)),
            "stateWords": .text(state), "isWaiting": .flag(isWaiting),
            "clock": .optional(isWaiting ? waiting : nil),
        ]
    }
}

extension SupervisionPages {
    /// The register of suggestions with what the units said.
    func suggestions(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        var wanted = SuggestionRequest()
        wanted.kind = request.query.value("kind")
        wanted.unit = request.query.id("unit")
        let reply = request.query.text("reply")
        wanted.isWaiting = reply == "waiting"
        wanted.adoption = SuggestionAdoption(rawValue: reply)
        wanted.after = request.query.id("after")
        let page = try await supervision.suggestions(wanted, for: viewer)
        let isNarrowed = wanted.kind != nil || wanted.unit != nil || !reply.isEmpty
        let links = ListLinks(
            path: "/supervision/suggestions", query: request.query, kept: ["kind", "unit", "reply"])
        let filters = QueueFilters(words: words.base, viewer: viewer)
        let replies =
            [QueueFilters.option("waiting", words.text("supervision.replyWaiting"), isSelected: wanted.isWaiting)]
            + SuggestionAdoption.allCases.map {
                QueueFilters.option(
                    $0.rawValue, words.text("suggestionAdoption.\($0.rawValue)"), isSelected: $0 == wanted.adoption)
            }
        var fields: Fields = [
            "submission": "", "tabs": words.tabs("suggestions", viewer),
            "canSuggest": .flag(viewer.may(.supervise, on: nil)),
            "filters": .list([
                filters.select(
                    "kind", "supervision.filterKind",
                    SuggestionKind.allCases.map {
                        QueueFilters.option(
                            $0.rawValue, words.words.name("suggestionKind", $0), isSelected: $0 == wanted.kind)
                    }),
                filters.select("reply", "supervision.filterReply", replies),
                filters.select("unit", "work.filterUnit", filters.units(wanted.unit)),
            ]), "clearURL": .text(isNarrowed ? "/supervision/suggestions" : ""),
            "hasRows": .flag(!page.rows.isEmpty),
            "suggestions": .list(page.rows.map { SuggestionLine(words: words).fields($0) }),
        ]
        fields.merge(links.paging(next: page.next?.description))
        return try await request.page(
            "supervision/suggestions", title: words.text("supervision.tab.suggestions"), fields,
            notice: notice(request))
    }

    /// A new suggestion.
    func newSuggestion(_ request: PageRequest) async throws -> Response {
        try await newSuggestion(request, errors: [])
    }

    /// Makes it.
    func makeSuggestion(_ request: PageRequest) async throws -> Response {
        let (form, viewer) = (request.form, try request.staff)
        return try await run {
            let draft = SuggestionDraft(
                unit: form.id("unit"), kind: form.value("kind"), text: form.text("text"),
                matterNumbers: form.text("matters"), task: form.id("task"), answerBy: try form.day("answerBy"))
            let id = try await supervision.suggest(draft, submission: try request.requiredSubmission, by: viewer)
            return request.redirect(to: "/supervision/suggestion/\(id)?done=suggested")
        } again: { errors in
            try await newSuggestion(request, errors: errors)
        }
    }

    private func newSuggestion(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try self.words(request)
        let viewer = try request.staff
        var unit: UnitID?
        var matters = ""
        let task: SupervisionID? = request.query.id("task") ?? request.form.id("task")
        if let task {
            let file = try await supervision.task(task, for: viewer)
            unit = file.state.unit
            matters = file.number(of: file.state.matter) ?? ""
        }
        let form = ActForm(
            name: "suggest", action: "/supervision/suggestions/new",
            inputs: [
                .init(name: "kind", kind: .radios(words.options("suggestionKind", SuggestionKind.self))),
                .init(name: "unit", kind: .select(words.units(selected: unit))),
                .init(name: "text", kind: .text(rows: 7)),
                .init(name: "matters", kind: .line(most: 400), isRequired: false, value: matters),
                .init(name: "answerBy", kind: .date, isRequired: false),
            ], hidden: task.map { [(name: "task", value: "\($0)")] } ?? [], isPrimary: true)
        let back = (url: "/supervision/suggestions", key: "supervision.tab.suggestions")
        return try await formPage(request, form, errors, back: back)
    }

    /// The page of a suggestion.
    func suggestion(_ request: PageRequest) async throws -> Response {
        try await suggestion(request, failed: nil)
    }

    /// Runs what a form asks for and comes back to the suggestion.
    func perform(_ act: SuggestionAct, _ request: PageRequest) async throws -> Response {
        let id: SuggestionID = try id(request, otherwise: "suggestion.notFound")
        let (form, viewer, frame) = (request.form, try request.staff, request.supervisionForm)
        return try await run {
            switch act {
            case .reply:
                try await supervision.reply(
                    to: id, adoption: form.value("adoption"), text: form.text("text"), frame, by: viewer)
            case .giveBack:
                try await supervision.giveBack(
                    id, reason: form.text("reason"), answerBy: try form.day("answerBy"), frame, by: viewer)
            case .withdraw: try await supervision.withdraw(id, reason: form.text("reason"), frame, by: viewer)
            }
            return request.redirect(to: "/supervision/suggestion/\(id)?done=\(act.rawValue)")
        } again: { errors in
            try await suggestion(request, failed: (act, errors))
        }
    }

    private func suggestion(
        _ request: PageRequest, failed: (act: SuggestionAct, errors: [PlainError])?
    ) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await supervision.suggestion(try id(request, otherwise: "suggestion.notFound"), for: viewer)
        let model = SuggestionPage(file: file, viewer: viewer, words: words)
        if let failed, !model.acts.contains(failed.act), let first = failed.errors.first { throw first }
        let typed = failed.map { FailedAct(name: $0.act.name, form: request.form, errors: $0.errors) }
        let shown = model.forms.fields(
            words, typed, submission: request.newSubmission, kept: request.submissionField)
        var fields = model.fields
        fields["acts"] = shown.acts
        fields["errors"] = shown.errors
        fields["hasErrors"] = .flag(failed != nil)
        return try await request.page(
            "supervision/suggestion", title: model.title, fields,
            status: failed == nil ? .ok : .unprocessableContent, notice: notice(request))
    }
}
