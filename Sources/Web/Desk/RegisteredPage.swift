internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

extension Desk {
    /// Number and code, shown once, with the slip to print.
    func codePage(
        _ number: String, _ reporter: ReporterID, _ code: AccessCode, _ request: PageRequest, steps: [String] = []
    ) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: number, for: viewer)
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        var fields = words.slip(file, for: reporter, code: code, request.site.settings)
        var next: [String] = []
        if let clock = file.state.nextClock {
            let due = words.words.dateAndWeekday(words.due(clock.start, of: file.state))
            let isAnswer = clock.start.rule == "XF-HANDLE"
            next.append(words.text(isAnswer ? "work.stepAnswer" : "work.stepNotify", ["date": due]))
        }
        next.append(words.text("work.stepGive"))
        fields["steps"] = .texts(next + steps.map { words.text($0) })
        fields["matterURL"] = .text("/desk/matter/\(number)")
        fields["submission"] = ""
        return try await request.page("desk/registered", title: words.text("desk.registeredTitle"), fields)
    }

    /// The same for a resident who was added to a matter: the newest one.
    func addedPage(_ number: String, _ code: AccessCode, _ request: PageRequest) async throws -> Response {
        let file = try await casework.file(number: number, for: try request.staff)
        guard let reporter = file.state.reporters.last?.details.id else { throw PlainError(.notFound, "case.notFound") }
        return try await codePage(number, reporter, code, request)
    }
}
