internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Logging
internal import Organisation

/// Signing in by way of a provider, and the page on which people link themselves to it.
struct OpenIDRoutes: PageRoutes {
    let signIn: SignIn

    func add(to router: AppRouter) {
        router.post("/staff/openid", access: .public, limit: .signIn, keepsForm: false) { request in
            let kept = KeptForm(carriedBy: request.form)
            let next = PageRequest.safePath(request.form.text("next"))
            return try await begin(request, next: next, kept: kept, linking: nil)
        }
        router.get(IdentityProviderSettings.callbackPath, access: .public) { request in
            try await answer(request)
        }
        router.get("/desk/openid", access: .staffAny) { request in try await ownPage(request, errors: []) }
        router.post("/desk/openid", access: .staffAny, limit: .signIn, keepsForm: false) { request in
            try await changeOwn(request)
        }
    }

    /// The cookie that binds attempts to a browser. It outlives one attempt, so that two tabs do not disturb each other.
    private static let cookie = "openid"
    private static let cookieSeconds = 3600

    // MARK: There

    private func begin(
        _ request: PageRequest, next: String, kept: KeptForm, linking: StaffID?
    ) async throws -> Response {
        let provider = try self.provider(request)
        let address: String
        let question: IdentityQuestion
        do {
            (address, question) = try await provider.begin()
        } catch let trouble as IdentityTrouble {
            let problem = ProviderProblem(trouble, request)
            guard linking == nil else { return try await ownPage(request, errors: [], problem: problem) }
            return try SignInPages.page(
                request.visit, next: next, kept: kept, status: problem.status, problem: problem)
        }
        let items = kept.isWorthKeeping ? kept.items.map { OpenIDAttempt.Item(name: $0.name, value: $0.value) } : []
        let known = request.cookie(Self.cookie).flatMap { VisitorToken.isPlausible($0) ? $0 : nil }
        let browser = known ?? VisitorToken.newVisitor()
        let isKept = try await signIn.openIDAttempts.keep(
            OpenIDAttempt(question: question, next: next, kept: items, linking: linking), browser: browser)
        let name = provider.name.text(isEnglish: request.language.isEnglish)
        var fields = request.visit.commonFields(
            of: "desk/openid-going", title: request.words.text("openid.goingTitle", ["name": name]))
        fields.merge([
            "address": .text(address), "going": .text(request.words.text("openid.going", ["name": name])),
            "go": .text(request.words.text("openid.go", ["name": name])), "isLost": .flag(!isKept),
        ])
        var response = try request.visit.response("desk/openid-going", fields, status: .ok)
        request.set(SiteCookie(name: Self.cookie, value: browser, seconds: Self.cookieSeconds), on: &response)
        // The page goes on by itself where nothing has to be read first. A form's answer may not lead to another host
        // (form-action), a page may.
        if isKept, let refresh = HTTPField.Name("Refresh") { response.headers[refresh] = "0;url=\(address)" }
        return response
    }

    // MARK: And back

    private func answer(_ request: PageRequest) async throws -> Response {
        let provider = try self.provider(request)
        let (query, visit) = (request.query, request.visit)
        let found = try await signIn.openIDAttempts.take(
            state: query.text("state"), browser: request.cookie(Self.cookie) ?? "")
        let attempt: OpenIDAttempt
        switch found {
        case .fresh(let known): attempt = known
        case .late(let known):
            return try page(ProviderProblem("tookTooLong", reason: "late", request), known, request)
        case .none:
            // The back button, or the same answer twice: whoever is in already goes to work.
            if let token = request.cookie("staff"), try await request.site.sessions.session(token: token) != nil {
                return request.redirect(to: "/desk")
            }
            let problem = ProviderProblem("tookTooLong", reason: "unknownState", request)
            return try SignInPages.page(visit, next: "/desk", kept: nil, status: problem.status, problem: problem)
        }
        guard query["error"] == nil else {
            let isDenied = query.text("error") == "access_denied"
            return try page(
                ProviderProblem(isDenied ? "denied" : "unreachable", reason: "answer.error", request), attempt, request)
        }
        do {
            let proven = try await provider.finish(
                code: query.text("code"), from: query["iss"], to: attempt.question)
            guard attempt.linking == nil else { return try await link(proven, attempt, request) }
            let session = try await signIn.signIn(proven: proven)
            let kept = self.kept(attempt)
            if session.awaitsSecondFactor {
                return try SecondFactorPages.page(visit, session: session, next: attempt.next, kept: kept)
            }
            return try await request.enter(session, next: attempt.next, kept: kept)
        } catch let trouble as IdentityTrouble {
            return try page(ProviderProblem(trouble, request), attempt, request)
        } catch let error as PlainError where error.code == "openid.notLinked" {
            return try page(ProviderProblem("notLinked", reason: "notLinked", request), attempt, request)
        }
    }

    private func kept(_ attempt: OpenIDAttempt) -> KeptForm {
        KeptForm(Form(attempt.kept.map { Form.Item(name: $0.name, value: $0.value) }))
    }

    /// What went wrong, with everything that was typed still there.
    private func page(_ problem: ProviderProblem, _ attempt: OpenIDAttempt, _ request: PageRequest) throws -> Response {
        guard attempt.linking == nil else {
            return request.redirect(to: "/desk/openid?problem=\(problem.code)&reference=\(problem.reference)")
        }
        return try SignInPages.page(
            request.visit, next: attempt.next, kept: kept(attempt), status: problem.status, problem: problem)
    }

    private func provider(_ request: PageRequest) throws(PlainError) -> any IdentityProvider {
        guard let provider = request.site.provider else { throw PlainError(.notFound, "route.missing") }
        return provider
    }

    // MARK: The own link

    /// The session must still be that of the person who asked to be linked.
    private func link(
        _ proven: ProvenIdentity, _ attempt: OpenIDAttempt, _ request: PageRequest
    ) async throws -> Response {
        guard let token = request.cookie("staff"), let session = try await request.site.sessions.session(token: token),
            !session.awaitsSecondFactor, session.look == nil, session.staff == attempt.linking
        else {
            return try page(ProviderProblem("tookTooLong", reason: "otherSession", request), attempt, request)
        }
        do {
            try await signIn.linkOpenID(proven.identity, of: session.staff)
            return request.redirect(to: "/desk/openid?done=1")
        } catch let error as PlainError where error.code == "openid.taken" {
            return request.redirect(to: "/desk/openid?taken=1")
        }
    }

    private func changeOwn(_ request: PageRequest) async throws -> Response {
        _ = try provider(request)
        let (id, password) = (try request.staff.staff.id, request.form.text("password"))
        do {
            switch request.form.text("act") {
            case "link":
                try await signIn.confirmPassword(of: id, password)
                return try await begin(request, next: "/desk/openid", kept: KeptForm(Form()), linking: id)
            case "unlink":
                try await signIn.unlinkOpenID(of: id, password: password)
                return request.redirect(to: "/staff/sign-in", cookies: [.removal(of: "staff")])
            default: throw PlainError(.invalid, "form.damaged")
            }
        } catch let error as PlainError where error.kind == .invalid || error.kind == .tooMany {
            let code = error.code == "signIn.wrong" ? "signIn.wrong.currentPassword" : error.code
            return try await ownPage(
                request, errors: [PlainError(error.kind, code, field: "password", values: error.values)])
        }
    }

    private func ownPage(
        _ request: PageRequest, errors: [PlainError], problem: ProviderProblem? = nil
    ) async throws -> Response {
        let name = try provider(request).name.text(isEnglish: request.language.isEnglish)
        let staff = try request.staff.staff
        func say(_ key: String) -> Field { .text(request.words.text(key, ["name": name])) }
        var notice: String?
        if request.query["done"] != nil, staff.openID != nil {
            notice = request.words.text("openid.linked", ["name": name])
        }
        let problem = problem ?? ProviderProblem(toldBefore: request.query)
        var all = errors
        if request.query["taken"] != nil { all.append(PlainError(.conflict, "openid.taken")) }
        return try await request.page(
            "desk/openid-own", title: request.words.text("openid.ownTitle", ["name": name]),
            [
                "heading": say("openid.ownTitle"), "isLinked": .flag(staff.openID != nil),
                "stand": say(staff.openID == nil ? "openid.isNot" : "openid.is"), "linkButton": say("openid.link"),
                "linkHint": say("openid.linkHint"), "unlinkHint": say("openid.unlinkHint"),
                "passwordError": .text(request.message(errors, for: "password")),
                "problem": .text(
                    problem.map { request.words.text("openid.problem.\($0.code)", ["name": name]) }),
                "reference": .text(
                    problem.map { request.words.text("openid.reference", ["reference": $0.reference]) }),
            ], status: problem?.status ?? (all.isEmpty ? .ok : .unprocessableContent), errors: all, notice: notice)
    }
}

/// A sign-in at the provider that came to nothing: what people are told, and a number by which the operator finds the
/// reason in the log.
struct ProviderProblem: Sendable {
    /// `openid.problem.<code>` in the catalogues.
    let code: String
    let reference: String

    /// - Parameter reason: what the log says; a code, never anything of a person.
    init(_ code: String, reason: String, _ request: PageRequest) {
        self.code = code
        reference = "E-\(SubmissionToken.base32(randomBytes(3)).prefix(4).uppercased())"
        request.logger.warning(
            "sign-in at the provider failed",
            metadata: ["reference": "\(reference)", "code": "\(code)", "reason": "\(reason)"])
    }

    /// What the page before has told and logged; `nil` for anything that no page of ours says.
    init?(toldBefore query: Form) {
        let (code, reference) = (query.text("problem"), query.text("reference"))
        guard Self.codes.contains(code), reference.hasPrefix("E-"), reference.utf8.count == 6,
            reference.utf8.dropFirst(2).allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
        else { return nil }
        self.code = code
        self.reference = reference
    }

    private static let codes: Set<String> = ["unreachable", "untrusted", "denied", "tookTooLong", "notLinked"]

    init(_ trouble: IdentityTrouble, _ request: PageRequest) {
        self.init(trouble.kind == .unreachable ? "unreachable" : "untrusted", reason: trouble.reason, request)
    }

    var status: HTTPResponse.Status {
        switch code {
        case "unreachable": .serviceUnavailable
        case "tookTooLong": .badRequest
        default: .forbidden
        }
    }
}
