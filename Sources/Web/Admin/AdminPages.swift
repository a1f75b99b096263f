public import Casework
internal import HTTPTypes
internal import Hummingbird
public import Kernel
public import Organisation
public import Workbench

/// Looks after the machine: what the health page shows.
public protocol HealthSource: Sendable {
    /// Everything that can be known now, without secrets and personal data.
    func report() async -> [HealthLine]
}

/// Nothing is known of the machine.
public struct NoHealth: HealthSource {
    /// Creates the source.
    public init() {}
    /// No lines.
    public func report() async -> [HealthLine] { [] }
}

/// Administration: units, staff, roles, changes, who may do what, looking at screens, health. None of these pages shows
/// anything of a resident's matter.
public struct AdminPages: PageRoutes, Sendable {
    let organisation: OrganisationStore
    let casework: Casework
    let workbench: Workbench
    let health: any HealthSource

    /// - Parameters:
    ///   - casework: how much open work somebody has, and hands it over.
    ///   - organisation: units and staff.
    ///   - workbench: drafts that go along when work is handed over.
    ///   - health: what is known of the machine.
    public init(
        organisation: OrganisationStore, casework: Casework, workbench: Workbench,
        health: any HealthSource = NoHealth()
    ) {
        self.organisation = organisation
        self.casework = casework
        self.workbench = workbench
        self.health = health
    }

    /// Adds all routes of administration.
    public func add(to router: AppRouter) {
        addTagRoutes(to: router)
        router.get("/admin", access: .staff(.seeAdministration), home)
        router.get("/admin/units", access: .staff(.seeAdministration), units)
        router.get("/admin/units/{id}", access: .staff(.seeAdministration), unit)
        for act in UnitAct.allCases {
            router.get("/admin/units/{id}/\(act.rawValue)", access: .staff(.manageOrganisation)) {
                try await ask(unit: act, $0, errors: [])
            }
            router.post("/admin/units/{id}/\(act.rawValue)", access: .staff(.manageOrganisation)) {
                try await perform(unit: act, $0)
            }
            router.post("/admin/units/{id}/\(act.rawValue)/trial", access: .staff(.manageOrganisation)) {
                try await tryOut(unit: act, $0)
            }
        }
        router.get("/admin/areas", access: .staff(.seeAdministration), areas)
        router.get("/admin/areas/area", access: .staff(.seeAdministration), area)
        for act in AreaAct.allCases {
            router.get("/admin/areas/\(act.rawValue)", access: .staff(.manageOrganisation)) {
                try await ask(area: act, $0, errors: [])
            }
            router.post("/admin/areas/\(act.rawValue)", access: .staff(.manageOrganisation)) {
                try await perform(area: act, $0)
            }
        }
        router.get("/admin/staff", access: .staff(.seeAdministration), staffList)
        router.get("/admin/staff/new", access: .staff(.manageStaff), newPerson)
        router.post("/admin/staff/new", access: .staff(.manageStaff), addPerson)
        router.get("/admin/staff/import", access: .staff(.manageStaff)) { try await importPage($0, errors: []) }
        router.post("/admin/staff/import", access: .staff(.manageStaff), readsFiles: true, importStaff)
        router.get("/admin/staff/template.csv", access: .staff(.manageStaff), importTemplate)
        router.get("/admin/staff/{id}", access: .staff(.seeAdministration), person)
        for act in StaffAct.allCases {
            router.get("/admin/staff/{id}/\(act.rawValue)", access: .staff(act.permission)) {
                try await ask(staff: act, $0, errors: [])
            }
            router.post("/admin/staff/{id}/\(act.rawValue)", access: .staff(act.permission)) {
                try await perform(staff: act, $0)
            }
        }
        router.get("/admin/staff/{id}/hand-over", access: .staff(.manageStaff)) {
            try await handOverPage($0, errors: [])
        }
        router.post("/admin/staff/{id}/hand-over", access: .staff(.manageStaff), handOver)
        router.get("/admin/hand-over/{id}", access: .staff(.manageStaff), handOverReport)
        router.get("/admin/changes", access: .staff(.seeAdministration), changes)
        router.post("/admin/changes/{id}/withdraw", access: .staff(.seeAdministration), withdraw)
        router.post("/admin/changes/{id}/consent", access: .staff(.grantRoles), consent)
        router.get("/admin/access", access: .staff(.auditAdministration), whoMay)
        router.get("/admin/sign-ins", access: .staff(.auditAdministration), signIns)
        router.get("/admin/readings", access: .staff(.auditAdministration), readings)
        router.get("/admin/looks", access: .staff(.seeLooks), looks)
        router.get("/admin/look", access: .staff(.lookAs)) { try await lookPage($0, errors: []) }
        router.post("/admin/look", access: .staff(.lookAs), beginLook)
        router.post("/admin/look/stop", access: .staffAny, endLook)
        router.get("/admin/health", access: .staff(.manageOrganisation), healthPage)
    }

    /// The words of a request.
    func words(_ request: PageRequest) throws -> AdminWords {
        AdminWords(
            words: request.words, organisation: try request.staff.organisation, catalogue: request.site.catalogue)
    }

    /// The sentence that a redirect asked for by a short code; an unknown code shows nothing.
    func notice(_ request: PageRequest) -> String? {
        guard let code = request.query["done"], code.count < 40 else { return nil }
        return request.site.catalogue.find("admin.done.\(code)", request.language)
    }

    /// A page of administration.
    func page(
        _ template: String, title: String, _ fields: Fields, _ request: PageRequest, errors: [PlainError] = [],
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        try await request.page(
            "admin/\(template)", title: title, fields,
            status: errors.isEmpty ? status : .unprocessableContent, errors: errors, notice: notice(request))
    }

    func unit(of request: PageRequest, in organisation: Organisation) throws -> Organisation.Unit {
        guard let id = UnitID(request.parameter("id")), let unit = organisation.unit(id) else {
            throw PlainError(.notFound, "unit.unknown")
        }
        return unit
    }

    func member(of request: PageRequest, in organisation: Organisation) throws -> StaffMember {
        guard let id = StaffID(request.parameter("id")), let member = organisation.staff(id) else {
            throw PlainError(.notFound, "staff.unknown")
        }
        return member
    }

    /// Runs what a form asks for; what is wrong is handed to `again` with everything typed.
    func run(
        _ body: () async throws -> Response, again: ([PlainError]) async throws -> Response
    ) async throws -> Response {
        do {
            return try await body()
        } catch let error as PlainErrors {
            return try await again(error.errors)
        } catch let error as PlainError where [.invalid, .conflict].contains(error.kind) {
            return try await again([error])
        } catch let error as PlainError where error.code == "staff.ownGrants" || error.code == "permission.denied" {
            return try await again([error])
        }
    }
}
