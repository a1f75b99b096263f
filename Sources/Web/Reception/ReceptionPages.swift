public import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
public import Reception

/// The pages of reception: the hall with its desks, visits, leaders' days, the places; and for everybody the calendar,
/// booking, the hall's display and the page behind a number.
public struct ReceptionPages: PageRoutes, Sendable {
    let reception: Reception
    let casework: Casework

    /// - Parameters:
    ///   - reception: the room that the pages show.
    ///   - casework: tells who may know of which matter.
    public init(reception: Reception, casework: Casework) {
        self.reception = reception
        self.casework = casework
    }

    /// Adds all routes of reception.
    public func add(to router: AppRouter) {
        // Who may see a hall, a visit or a day, the room decides: those who work there, and those who watch.
        router.get("/desk/reception", access: .staffAny, home)
        router.get("/desk/reception/place/{id}", access: .staffAny, hall)
        router.post("/desk/reception/place/{id}/arrive", access: .staff(.receive), arrive)
        router.post("/desk/reception/place/{id}/next", access: .staff(.receive), callNext)
        router.get("/desk/reception/visit/{id}", access: .staffAny, visit)
        router.get("/desk/reception/visit/{id}/slip", access: .staff(.receive), printNumber)
        for act in VisitAct.allCases {
            router.post("/desk/reception/visit/{id}/\(act.rawValue)", access: .staff(.receive)) { request in
                try await perform(act, request)
            }
        }
        router.get("/desk/reception/calls", access: .staff(.receive), missedCalls)
        router.post("/desk/reception/calls", access: .staff(.receive), addMissedCall)
        for act in MissedCallAct.allCases {
            router.post("/desk/reception/calls/{id}/\(act.rawValue)", access: .staff(.receive)) { request in
                try await perform(act, request)
            }
        }
        router.get("/desk/reception/days", access: .staffAny, days)
        router.get("/desk/reception/days/new", access: .staff(.planReception), newDay)
        router.post("/desk/reception/days/new", access: .staff(.planReception), planDay)
        router.get("/desk/reception/day/{id}", access: .staffAny, day)
        router.get("/desk/reception/day/{id}/list", access: .staffAny, printDay)
        for act in DayAct.allCases {
            // The leader writes down what came of the own day, whatever else they may do.
            let access = act.isPlanning ? Access.staff(.planReception) : .staffAny
            router.post("/desk/reception/day/{id}/\(act.rawValue)", access: access) { request in
                try await perform(act, request)
            }
        }
        router.get("/desk/reception/places", access: .staff(.manageOrganisation), places)
        router.get("/desk/reception/places/new", access: .staff(.manageOrganisation), newPlace)
        router.post("/desk/reception/places/new", access: .staff(.manageOrganisation), openPlace)
        router.get("/desk/reception/setup/{id}", access: .staff(.manageOrganisation), setup)
        for act in PlaceAct.allCases {
            router.post("/desk/reception/setup/{id}/\(act.rawValue)", access: .staff(.manageOrganisation)) { request in
                try await perform(act, request)
            }
        }
        addPublic(to: router)
    }

    private func addPublic(to router: AppRouter) {
        router.get("/visit", access: .public, book)
        router.post("/visit", access: .public, sendBooking)
        router.get("/visit/mine", access: .public, mine)
        router.post("/visit/mine", access: .public, limit: .lookUp, openMine)
        router.post("/visit/move", access: .public, limit: .lookUp, move)
        router.post("/visit/cancel", access: .public, limit: .lookUp, cancel)
        router.get("/reception-days", access: .public, publicDays)
        router.get("/reception-days.ics", access: .public, calendar)
        router.get("/hall/{place}", access: .public, display)
        router.get("/line/{id}/{code}", access: .public, position)
    }

    /// The words of a request for staff.
    func words(_ request: PageRequest) throws -> ReceptionWords {
        ReceptionWords(base: request.matterWords(try request.staff.organisation, casework.deadlines))
    }

    /// The words of a request for everybody.
    func publicWords(_ request: PageRequest) async throws -> ReceptionWords {
        let organisation = try await request.site.organisation.current()
        return ReceptionWords(base: request.matterWords(organisation, casework.deadlines))
    }

    /// An identifier in the path.
    func id<Entity>(
        _ request: PageRequest, _ name: String = "id", otherwise code: String
    ) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(request.parameter(name)) else { throw PlainError(.notFound, code) }
        return id
    }

    /// The sentence that a redirect asked for by a short code; an unknown code shows nothing.
    func notice(_ request: PageRequest) -> String? {
        guard let code = request.query["done"], code.count < 40 else { return nil }
        return request.site.catalogue.find("reception.done.\(code)", request.language)
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

    /// A matter by its number, when the viewer may know of it.
    ///
    /// - Throws: `case.numberUnknown` beside the field, also for one that is not theirs to know.
    func matter(_ number: String, for viewer: Viewer) async throws -> ReceivedMatter {
        guard let found = try await casework.visibleMatter(number: number, for: viewer) else {
            throw PlainError(.invalid, "case.numberUnknown", field: "number")
        }
        return ReceivedMatter(id: found.id, number: found.number)
    }
}

extension PageRequest {
    /// The frame of a form: its version and the name of the act.
    var receptionForm: ReceptionForm { ReceptionForm(version: Int(form.text("version")), submission: act()) }
}
