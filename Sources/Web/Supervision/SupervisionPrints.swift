internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision

extension SupervisionPages {
    /// A measure on paper: the urge letter, the notice of listing, the order, the circular, the record of a talk.
    func printLetter(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await supervision.task(try id(request, otherwise: "supervision.notFound"), for: viewer)
        let version = Int(request.parameter("version")) ?? 0
        guard let measure = file.state.measures.first(where: { $0.version == version }),
            let entry = file.entries.first(where: { $0.stored.version == version })
        else { throw PlainError(.notFound, "supervision.notFound") }
        let letter = MeasureLetter(file: file, measure: measure, event: entry.event, words: words)
        let fields = letter.fields.merging(["backURL": .text("/supervision/task/\(file.state.id)")])
        return try await request.page("print/supervision-letter", title: letter.title, fields)
    }

    /// A suggestion on paper.
    func printSuggestion(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await supervision.suggestion(try id(request, otherwise: "suggestion.notFound"), for: viewer)
        let state = file.state
        let numbers = state.matters.compactMap { file.number(of: $0) }
        let about =
            numbers.isEmpty ? [] : [words.text("paper.suggestionMatters", ["numbers": words.words.list(numbers)])]
        let ask =
            state.answerBy.map {
                words.text("paper.suggestionAnswerBy", ["date": words.words.fullDate($0)])
            } ?? words.text("paper.suggestionAnswer")
        let number = words.number(state.number, "suggestion")
        let body = file.texts[state.text]
        let fields: Fields = [
            "kindTitle": .text(words.text("paper.suggestion.\(state.kind.rawValue)")), "number": .text(number),
            "office": .text(words.base.office), "addressee": .text(words.base.unit(state.unit)),
            "about": .texts(about), "bodyLang": .text(body.map(MatterWords.language) ?? words.words.language.rawValue),
            "paragraphs": .paragraphs(body ?? words.text("story.textErased")), "asks": .texts([ask]),
            "basis": .texts([words.text("supervision.basis40")]),
            "dateText": .text(words.words.fullDate(words.zone.date(of: state.issuedAt))),
            "footLine": .text(words.text("paper.foot", ["office": words.base.office, "number": number])),
            "backURL": .text("/supervision/suggestion/\(state.id)"),
        ]
        return try await request.page("print/supervision-letter", title: number, fields)
    }

    /// The minutes of a meeting on paper.
    func printMinutes(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await supervision.conference(try id(request, otherwise: "conference.notFound"), for: viewer)
        let model = ConferencePage(file: file, viewer: viewer, words: words, proposed: words.today)
        let number = words.number(file.state.number, "conference")
        let key = file.state.phase == .held ? "paper.minutesTitle" : "paper.agendaTitle"
        let printed = ["who": viewer.staff.displayName, "when": words.words.fullDateTime(words.base.now)]
        let fields: Fields = [
            "office": .text(words.base.office), "number": .text(number), "kindTitle": .text(words.text(key)),
            "facts": .list(model.facts()), "items": .list(file.state.items.map { model.item($0, []) }),
            "hasItems": .flag(!file.state.items.isEmpty), "isHeld": .flag(file.state.phase == .held),
            "printedLine": .text(words.text("paper.printed", printed)),
            "backURL": .text("/supervision/conference/\(file.state.id)"),
        ]
        return try await request.page("print/minutes", title: model.title, fields)
    }
}

/// A measure as a letter to the unit. It names the matter by its number only, and never a resident.
struct MeasureLetter {
    let file: TaskFile
    let measure: TakenMeasure
    let event: TaskEvent
    let words: SupervisionWords

    private var task: SupervisionTask { file.state }

    var title: String { words.number(of: measure, in: task) }

    var fields: Fields {
        let (body, due, day) = parts
        let written = body.flatMap { file.text($0) }
        let asks = due.map { words.text("paper.measureDue", ["date": words.words.fullDate($0)]) }
        let talk = day.map { words.text("paper.talkOn", ["date": words.words.fullDate($0)]) }
        return [
            "kindTitle": .text(words.text("paper.measure.\(measure.kind.rawValue)")), "number": .text(title),
            "office": .text(words.base.office), "addressee": .text(words.base.unit(task.unit)),
            "about": .texts([about, talk].compactMap { $0 } + words.reasons(task.evidence, since: task.since)),
            "bodyLang": .text(written.map(MatterWords.language) ?? words.words.language.rawValue),
            "paragraphs": .paragraphs(written ?? words.text("story.textErased")),
            "asks": .texts([asks].compactMap { $0 }),
            "basis": .texts([words.basis(measure.kind), words.basis(task.trigger)].uniqued()),
            "dateText": .text(words.words.fullDate(words.zone.date(of: measure.at))),
            "footLine": .text(words.text("paper.foot", ["office": words.base.office, "number": title])),
        ]
    }

    private var about: String {
        let values = [
            "number": words.number(task.number, "task"),
            "date": words.words.fullDate(words.zone.date(of: task.openedAt)),
            "trigger": words.words.name("supervisionTrigger", task.trigger),
            "matter": file.number(of: task.matter) ?? "",
        ]
        return words.text(values["matter"] == "" ? "paper.measureAbout" : "paper.measureAboutMatter", values)
    }

    private var parts: (body: TextReference?, due: LocalDate?, day: LocalDate?) {
        switch event {
        case .urged(let p), .rectificationOrdered(let p): (p.text, p.due, nil)
        case .listed(let p): (p.text, nil, nil)
        case .talked(let p): (p.text, nil, p.on)
        case .circulated(let p): (p.text, nil, nil)
        default: (nil, nil, nil)
        }
    }
}

extension [String] {
    /// Without repetitions, in order.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
