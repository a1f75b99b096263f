internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation

extension Desk {
    func password(_ request: PageRequest) async throws -> Response { try await passwordPage(request, []) }

    /// Changes the own password. All other sessions end.
    func changePassword(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let form = request.form
        guard form.text("new") == form.text("again") else {
            return try await passwordPage(request, [PlainError(.invalid, "password.differs", field: "again")])
        }
        do {
            let session = try await signIn.changePassword(
                of: viewer.staff.id, from: form.text("current"), to: form.text("new"))
            return request.redirect(
                to: "/desk?done=password", cookies: [SiteCookie(name: "staff", value: session.token)])
        } catch let error as PlainError where error.kind == .invalid || error.kind == .tooMany {
            return try await passwordPage(request, [error])
        }
    }

    private func passwordPage(_ request: PageRequest, _ errors: [PlainError]) async throws -> Response {
        let viewer = try request.staff
        let fields = ["currentPassword": "current", "password": "new", "again": "again"]
        func message(_ name: String) -> Field {
            .text(errors.first { fields[$0.field ?? ""] == name }.map(request.words.sentence))
        }
        let page: Fields = [
            "submission": "", "mustChange": .flag(viewer.staff.mustChangePassword), "currentError": message("current"),
            "newError": message("new"), "againError": message("again"), "hasErrors": .flag(!errors.isEmpty),
            "errors": .list(
                errors.map { error in
                    [
                        "field": .text(error.field.flatMap { fields[$0] } ?? "new"),
                        "text": .text(request.words.sentence(of: error)),
                    ]
                }),
        ]
        return try await request.page(
            "desk/password", title: request.words.text("desk.passwordTitle"), page,
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
