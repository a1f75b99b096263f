internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

extension Portal {
    /// Ends with the browser session; the server's own limit is shorter.
    static let reporterCookie = "follow"

    func follow(_ request: PageRequest) async throws -> Response {
        try await followPage(request, number: request.query.text("number"), notice: notice(request))
    }

    /// Number and code open the matter. The answer is the same for every miss, and a matter whose code is guessed at
    /// answers ever more slowly; nobody is ever locked out.
    func openMatter(_ request: PageRequest) async throws -> Response {
        let (number, code) = (request.form.text("number"), request.form.text("code"))
        let slowed = MatterNumber(number)?.description ?? ""
        if !slowed.isEmpty { try await request.slowDown(for: slowed) }
        guard let found = try await casework.findReporter(number: number, code: code) else {
            let wait = slowed.isEmpty ? 0 : request.recordMiss(for: slowed)
            return try await followPage(request, number: number, missed: true, wait: wait)
        }
        let session = try await request.site.sessions.openReporterSession(reporter: found.reporter, case: found.id)
        return request.redirect(to: "/matter", cookies: [SiteCookie(name: Self.reporterCookie, value: session.token)])
    }

    /// Ends the look-up, for shared computers.
    func leave(_ request: PageRequest) async throws -> Response {
        if let token = request.cookie(Self.reporterCookie) {
            try await request.site.sessions.closeReporterSession(token: token)
        }
        return request.redirect(to: "/follow?done=left", cookies: [.removal(of: Self.reporterCookie)])
    }

    private func followPage(
        _ request: PageRequest, number: String, missed: Bool = false, wait: Int = 0, notice: String? = nil
    ) async throws -> Response {
        let fields: Fields = [
            "number": .text(String(number.prefix(40))), "missed": .flag(missed),
            "wait": .text(wait > 1 ? request.words.text("pages.waitSeconds", ["n": "\(wait)"]) : ""),
        ]
        return try await request.page(
            "portal/follow", title: request.words.text("portal.lookupTitle"), fields,
            status: missed ? .notFound : .ok, notice: notice)
    }

    /// The notice that a redirect asks for by a short code; anything else in the address shows nothing.
    func notice(_ request: PageRequest) -> String? {
        let known = [
            "left", "words", "corrected", "judged", "reopened", "review", "withdrawn", "consented", "unconsented",
        ]
        guard let code = request.query["done"], known.contains(code) else { return nil }
        return request.words.text("pages.done.\(code)")
    }
}
