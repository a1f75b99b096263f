internal import Hummingbird
internal import Kernel
internal import Organisation

extension AdminPages {
    /// The form that asks whose screens to look at, and why.
    func lookPage(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let roles = Look.roles.map { AdminForm.Option(value: $0.rawValue, label: words.role($0)) }
        let units = unitOptions(words, chosen: nil) { viewer.may(.lookAs, on: $0.id) }
        let form = AdminForm(
            name: "look", action: "/admin/look",
            inputs: [
                AdminForm.Input(name: "role", kind: .select(roles)),
                AdminForm.Input(name: "unit", kind: .select(units)), .reasonInput,
            ], typed: request.form.items.isEmpty ? nil : request.form, errors: errors)
        return try await formPage(
            form, title: words.text("admin.entry.look"), about: "", back: "/admin", request, errors)
    }

    func beginLook(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run(
            {
                guard let role = request.form.value("role", as: Role.self) else {
                    throw PlainError(.invalid, "look.role", field: "role")
                }
                guard let unit = request.form.id("unit", of: Named.Unit.self) else {
                    throw PlainError(.invalid, "unit.unknown", field: "unit")
                }
                try await organisation.beginLook(
                    as: role, in: unit, because: request.form.text("reason"), token: request.cookie("staff") ?? "",
                    sessions: request.site.sessions, by: viewer)
                return request.redirect(to: "/desk")
            }, again: { try await lookPage(request, errors: $0) })
    }

    /// Ends a look; the only thing that can be sent while it lasts, beside signing out.
    func endLook(_ request: PageRequest) async throws -> Response {
        let token = request.cookie("staff") ?? ""
        if let staff = try await request.site.sessions.session(token: token)?.staff,
            let member = try await organisation.current().staff(staff)
        {
            try await organisation.endLook(
                token: token, sessions: request.site.sessions, by: .staff(member.id, unit: member.unit))
        }
        return request.redirect(to: "/admin")
    }
}
