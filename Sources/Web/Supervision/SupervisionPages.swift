public import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
public import Supervision

/// The pages of supervision (督办): what was found, tasks to units, suggestions, the joint conference, and what a unit
/// was asked. They change nothing in a resident's matter and show nothing to residents.
public struct SupervisionPages: PageRoutes, Sendable {
    let supervision: Supervision
    private let deadlineSource: any DeadlineSource
    var deadlines: DeadlineBook { deadlineSource.book }

    /// - Parameters:
    ///   - supervision: the room that the pages show.
    ///   - deadlines: names of rules, for the reasons of findings.
    public init(supervision: Supervision, deadlines: any DeadlineSource) {
        self.supervision = supervision
        deadlineSource = deadlines
    }

    /// Adds all routes of supervision.
    public func add(to router: AppRouter) {
        router.get("/supervision", access: .staff(.oversee), home)
        router.post("/supervision/finding/task", access: .staff(.supervise)) { try await decide($0, opens: true) }
        router.post("/supervision/finding/aside", access: .staff(.supervise)) { try await decide($0, opens: false) }
        router.get("/supervision/new", access: .staff(.supervise), newTask)
        router.post("/supervision/new", access: .staff(.supervise), openTask)
        router.get("/supervision/tasks", access: .staff(.answerSupervision), asked)
        router.get("/supervision/task/{id}", access: .staffAny, task)
        router.get("/supervision/task/{id}/letter/{version}", access: .staffAny, printLetter)
        for act in TaskAct.allCases {
            router.post("/supervision/task/{id}/\(act.rawValue)", access: .staff(act.command.permission)) { request in
                try await perform(act, request)
            }
        }
        router.get("/supervision/suggestions", access: .staff(.oversee), suggestions)
        router.get("/supervision/suggestions/new", access: .staff(.supervise), newSuggestion)
        router.post("/supervision/suggestions/new", access: .staff(.supervise), makeSuggestion)
        router.get("/supervision/suggestion/{id}", access: .staffAny, suggestion)
        router.get("/supervision/suggestion/{id}/letter", access: .staffAny, printSuggestion)
        for act in SuggestionAct.allCases {
            let access = Access.staff(act.command.permission)
            router.post("/supervision/suggestion/{id}/\(act.rawValue)", access: access) { request in
                try await perform(act, request)
            }
        }
        router.get("/supervision/conferences", access: .staff(.oversee), conferences)
        router.get("/supervision/conferences/new", access: .staff(.confer), newConference)
        router.post("/supervision/conferences/new", access: .staff(.confer), convene)
        router.get("/supervision/conference/{id}", access: .staffAny, conference)
        router.get("/supervision/conference/{id}/minutes", access: .staffAny, printMinutes)
        for act in ConferenceAct.allCases {
            // What came of a decision may be told by the unit that carries it out; the room checks on whose decision.
            let access = act == .report ? Access.staffAny : Access.staff(.confer)
            router.post("/supervision/conference/{id}/\(act.rawValue)", access: access) { request in
                try await perform(act, request)
            }
        }
    }

    /// The words of a request.
    func words(_ request: PageRequest) throws -> SupervisionWords {
        SupervisionWords(base: request.matterWords(try request.staff.organisation, deadlines))
    }

    /// An identifier in the path.
    func id<Entity>(_ request: PageRequest, otherwise code: String) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(request.parameter("id")) else { throw PlainError(.notFound, code) }
        return id
    }

    /// The sentence that a redirect asked for by a short code; an unknown code shows nothing.
    func notice(_ request: PageRequest) -> String? {
        guard let code = request.query["done"], code.count < 40 else { return nil }
        return request.site.catalogue.find("supervision.done.\(code)", request.language)
    }

    /// Runs what a form asks for; what is wrong is handed to `again` with everything typed.
    func run(
        _ body: () async throws -> Response, again: ([PlainError]) async throws -> Response
    ) async throws -> Response {
        do {
            return try await body()
        } catch let error as PlainErrors {
            return try await again(error.errors)
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await again([error])
        }
    }
}

extension PageRequest {
    /// The frame of a form: its version and the name of the act.
    var supervisionForm: SupervisionForm { SupervisionForm(version: Int(form.text("version")), submission: act()) }
}

extension Form {
    /// A date field; nothing when it is empty.
    ///
    /// - Throws: `date.invalid` beside the field.
    func day(_ name: String) throws(PlainError) -> LocalDate? {
        let text = text(name)
        guard !text.isEmpty else { return nil }
        guard let date = LocalDate(text) else { throw PlainError(.invalid, "date.invalid", field: name) }
        return date
    }

    /// The units that were ticked.
    func units(_ name: String) -> [UnitID] { values(name).compactMap { UnitID($0) } }
}
