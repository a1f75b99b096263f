internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Supervision

extension SupervisionPages {
    /// What a unit was asked: tasks, suggestions and decisions that it has to carry out.
    func asked(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let isAll = request.query.text("list") == "finished"
        var wanted = TaskRequest(isAll ? .finished : .unfinished)
        wanted.after = request.query["after"].flatMap { DueCursor($0) }
        let tasks = try await supervision.tasksToAnswer(wanted, for: viewer)
        var asked = SuggestionRequest()
        asked.isWaiting = !isAll
        let suggestions = try await supervision.suggestionsToAnswer(asked, for: viewer).rows
        let decisions = isAll ? [] : try await supervision.decisionsToCarryOut(for: viewer)
        let links = ListLinks(path: "/supervision/tasks", query: request.query, kept: ["list"])
        var fields: Fields = [
            "submission": "", "tabs": words.tabs("asked", viewer), "isFinished": .flag(isAll),
            "heading": .text(words.text(isAll ? "supervisionList.finished" : "supervisionList.unfinished")),
            "hasRows": .flag(!tasks.rows.isEmpty), "rows": .list(tasks.rows.map { TaskLine(words: words).fields($0) }),
            "hasSuggestions": .flag(!suggestions.isEmpty),
            "suggestions": .list(suggestions.map { SuggestionLine(words: words).fields($0) }),
            "hasDecisions": .flag(!decisions.isEmpty), "decisions": .list(decisions.map { decision($0, words) }),
            "isEmpty": .flag(tasks.rows.isEmpty && suggestions.isEmpty && decisions.isEmpty),
        ]
        fields.merge(links.paging(next: tasks.next?.description))
        return try await request.page(
            "supervision/asked", title: words.text("supervision.askedTitle"), fields, notice: notice(request))
    }

    private func decision(_ decision: OwedDecision, _ words: SupervisionWords) -> Fields {
        var fields = words.clock(due: decision.due)
        fields["url"] = .text("/supervision/conference/\(decision.conference)#item-\(decision.item)")
        fields["text"] = .text(words.excerpt(decision.text))
        fields["number"] = .text(words.number(decision.number, "conference"))
        fields["unit"] = .text(words.base.unit(decision.owner))
        fields["outcome"] = .text(decision.outcome.map { words.words.name("decisionOutcome", $0) })
        return fields
    }
}
