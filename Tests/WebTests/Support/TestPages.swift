import HTTPTypes
import Hummingbird
import Kernel
import Organisation
import Storage

@testable import Web

/// Routes that show what a handler gets, and that fail in every way.
struct TestPages: PageRoutes {
    struct Secret: Error, CustomStringConvertible {
        var description: String { "password of 王女士 13800000000" }
    }

    func add(to router: AppRouter) {
        router.get("/t/form", access: .public) { request in try await page(request) }
        router.post("/t/form", access: .public) { request in echo(request) }
        router.post("/t/only-post", access: .public) { request in echo(request) }
        router.post("/t/limited", access: .public, limit: .lookUp) { request in echo(request) }
        router.get("/t/matter/{number}", access: .public) { request in
            text("\(request.parameter("number"))|\(request.query.text("q"))|\(request.language.rawValue)")
        }
        router.get("/t/staff", access: .staffAny) { request in try await page(request) }
        router.get("/t/oversee", access: .staff(.oversee)) { request in try await page(request) }
        router.post("/t/staff", access: .staffAny) { request in echo(request) }
        router.post("/t/secret", access: .staffAny, keepsForm: false) { request in echo(request) }
        router.get("/t/mine", access: .reporter) { request in
            text("\(try request.reporterSession.caseID) \(request.csrf)")
        }
        router.post("/t/mine", access: .reporter) { request in echo(request) }
        router.get("/t/fail", access: .public) { _ in throw Secret() }
        router.post("/t/fail", access: .public) { _ in throw Secret() }
        router.post("/t/password", access: .public, keepsForm: false) { _ in throw Secret() }
        router.get("/t/engine", access: .public) { _ in
            throw StorageError.engine(code: "42P01", message: "relation of 王女士 13800000000")
        }
        router.get("/t/plain/{code}", access: .public) { request in throw Self.error(request.parameter("code")) }
        router.post("/t/wrong", access: .public) { _ in
            throw PlainErrors([PlainError(.invalid, "phone.length", field: "phone", values: ["digits": "10"])])
        }
    }

    private static func error(_ code: String) -> any Error {
        switch code {
        case "409": PlainError(.conflict, "case.alreadyInHand")
        case "403": PlainError(.forbidden, "permission.missing")
        case "404": PlainError(.notFound, "case.notFound")
        case "429": PlainError(.tooMany, "rate.lookUp", values: ["seconds": "30"])
        case "503": StorageError.busy
        default: PlainError(.invalid, "text.missing", field: "body")
        }
    }

    private func page(_ request: PageRequest) async throws -> Response {
        try await request.page(
            "portal/again", title: "T",
            [
                "status": "200", "heading": "H", "sentence": "S", "reference": "", "action": "/t/form",
                "hidden": .list([["name": "submission", "value": request.newSubmission()]]), "editable": .list([]),
                "shown": .list([]), "openURL": "", "backURL": "/",
            ])
    }

    private func echo(_ request: PageRequest) -> Response {
        text(request.form.items.filter { $0.name != "_csrf" }.map { "\($0.name)=\($0.value)" }.joined(separator: "\n"))
    }

    private func text(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
