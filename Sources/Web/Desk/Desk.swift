public import Casework
internal import Hummingbird
internal import Kernel
public import Organisation
public import Reception
public import Supervision
public import Workbench

/// The workbench of staff: queues, a matter with everything that can be done to it, the desk form, search, prints.
public struct Desk: PageRoutes, Sendable {
    let casework: Casework
    let counts: QueueCounts
    let workbench: Workbench
    let law: LawLibrary?
    let supervision: Supervision?
    let reception: Reception?

    /// - Parameters:
    ///   - casework: the room that the pages show.
    ///   - workbench: saved filters, drafts, who is here.
    ///   - counts: the queues' counts, shared with the frame around every page.
    ///   - law: the articles that replies and decisions can cite; without it they are cited in words only.
    ///   - supervision: what the joint conference decided on a matter; without it rulings cannot rest on that.
    ///   - reception: visits on which matters are taken down; without it none can be named.
    public init(
        casework: Casework, workbench: Workbench, counts: QueueCounts, law: LawLibrary? = nil,
        supervision: Supervision? = nil, reception: Reception? = nil
    ) {
        self.casework = casework
        self.workbench = workbench
        self.counts = counts
        self.law = law
        self.supervision = supervision
        self.reception = reception
    }

    /// Adds all routes of the workbench.
    public func add(to router: AppRouter) {
        router.get("/desk", access: .staffAny, home)
        router.get("/desk/queue/{queue}", access: .staff(.seeMatters), queue)
        router.get("/desk/queue/{queue}/next", access: .staff(.seeMatters), nextInQueue)
        router.get("/desk/queue/{queue}/previous", access: .staff(.seeMatters), previousInQueue)
        router.post("/desk/filters", access: .staff(.seeMatters), saveFilter)
        router.post("/desk/filters/remove", access: .staff(.seeMatters), removeFilter)
        router.get("/desk/search", access: .staff(.search), search)
        router.get("/desk/people", access: .staff(.lookUpPerson), people)
        router.post("/desk/people", access: .staff(.lookUpPerson), findPeople)
        router.get("/desk/new", access: .staff(.registerMatter), newMatter)
        router.post("/desk/new", access: .staff(.registerMatter), takesFiles: true, takeDown)
        router.get("/desk/matter/{number}", access: .staff(.seeMatters), matter)
        router.get("/desk/matter/{number}/letter", access: .staff(.seeMatters), printLetter)
        router.get("/desk/matter/{number}/file", access: .staff(.seeMatters), printFile)
        router.get("/desk/matter/{number}/slip", access: .staff(.seeMatters), printSlip)
        router.get("/desk/matter/{number}/cover", access: .staff(.seeMatters), printCover)
        router.post("/desk/matter/{number}/attach", access: .staff(.addNote), takesFiles: true, attach)
        router.post("/desk/matter/{number}/detach", access: .staff(.addNote), detach)
        router.post("/desk/matter/{number}/draft", access: .staff(.seeMatters), draft)
        router.post("/desk/matter/{number}/here", access: .staff(.seeMatters), here)
        addCannedRoutes(to: router)
        for act in MatterAct.allCases {
            router.post("/desk/matter/{number}/\(act.rawValue)", access: .staff(act.permission)) { request in
                try await perform(act, request)
            }
        }
    }

    /// Where a member of staff begins: the first queue that is for them.
    func home(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        if let first = QueueName.begin(for: viewer) { return request.redirect(to: first.url + Self.done(request)) }
        if viewer.may(.oversee, on: nil) { return request.redirect(to: "/oversight") }
        if viewer.may(.seeAdministration, on: nil) { return request.redirect(to: "/admin") }
        if viewer.may(.receiveSealed, on: nil) { return request.redirect(to: "/desk/sealed") }
        return try await emptyDesk(request)
    }

    /// The notice of the address bar, carried along a redirect.
    static func done(_ request: PageRequest) -> String {
        guard let code = request.query["done"] else { return "" }
        return "?done=\(Form.escaped(String(code.prefix(40))))"
    }

    /// The sentence that a redirect asked for by a short code; an unknown code shows nothing.
    static func notice(_ request: PageRequest) -> String? {
        guard let code = request.query["done"], code.count < 40 else { return nil }
        return request.site.catalogue.find("work.done.\(code)", request.language)
    }
}
