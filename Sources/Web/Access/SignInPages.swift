internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation

/// Signing in and out, and what stands between an ended session and the words that were typed in it.
struct SignInRoutes: PageRoutes {
    let signIn: SignIn

    func add(to router: AppRouter) {
        router.get("/staff/sign-in", access: .public) { request in
            try SignInPages.page(request.visit, next: request.query.text("next"), kept: nil, status: .ok)
        }
        router.post("/staff/sign-in", access: .public, limit: .signIn, keepsForm: false) { request in
            try await receive(request)
        }
        router.post("/staff/sign-out", access: .staffBeforeSecondFactor, keepsForm: false) { request in
            if let token = request.cookie("staff") { try await request.site.sessions.signOut(token: token) }
            let isOverThere = request.visit.known.origin != .password && request.site.provider != nil
            return request.redirect(
                to: isOverThere ? "/staff/sign-in?left=1" : "/staff/sign-in", cookies: [.removal(of: "staff")])
        }
        router.get("/desk/password", access: .staffBeforePasswordChange) { request in
            try await passwordPage(request, errors: [])
        }
        router.post("/desk/password", access: .staffBeforePasswordChange, keepsForm: false) { request in
            try await changePassword(request)
        }
    }

    private func passwordPage(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        try await request.page(
            "desk/password", title: request.words.text("desk.passwordTitle"),
            [
                "mustChange": .flag(try request.staff.staff.mustChangePassword),
                "currentError": .text(request.message(errors, for: "current")),
                "newError": .text(request.message(errors, for: "new")),
                "againError": .text(request.message(errors, for: "again")),
                "hasProvider": .flag(request.site.provider != nil),
            ], status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
    }

    private func changePassword(_ request: PageRequest) async throws -> Response {
        let (current, new) = (request.form.text("current"), request.form.text("new"))
        guard new == request.form.text("again") else {
            return try await passwordPage(request, errors: [PlainError(.invalid, "password.differs", field: "again")])
        }
        do {
            let session = try await signIn.changePassword(of: try request.staff.staff.id, from: current, to: new)
            return request.redirect(to: "/desk", cookies: [SiteCookie(name: "staff", value: session.token)])
        } catch let error as PlainError where error.kind == .invalid || error.kind == .tooMany {
            // The room's fields are those of its own vocabulary; the form has shorter names.
            let isCurrent = error.code.hasPrefix("signIn")
            let code = error.code == "signIn.wrong" ? "signIn.wrong.currentPassword" : error.code
            return try await passwordPage(
                request,
                errors: [PlainError(.invalid, code, field: isCurrent ? "current" : "new", values: error.values)])
        }
    }

    private func receive(_ request: PageRequest) async throws -> Response {
        let kept = KeptForm(carriedBy: request.form)
        let next = PageRequest.safePath(request.form.text("next"))
        let session: NewSession
        do {
            let isForAll = try await passwordsAreForAll(request.site)
            session = try await signIn.signIn(
                name: request.form.text("name"), password: request.form.text("password")
            ) { member in isForAll || member.isAdministrator }
        } catch let error as PlainError where error.kind == .invalid || error.kind == .tooMany {
            return try SignInPages.page(
                request.visit, next: next, kept: kept,
                status: error.kind == .tooMany ? .tooManyRequests : .unprocessableContent, error: error,
                name: request.form.text("name"))
        }
        if session.awaitsSecondFactor {
            return try SecondFactorPages.page(request.visit, session: session, next: next, kept: kept)
        }
        return try await request.enter(session, next: next, kept: kept)
    }

    /// Where passwords are for emergencies, a provider that does not answer is one.
    private func passwordsAreForAll(_ site: Site) async throws -> Bool {
        guard site.settings.passwordIsForEmergencies, let provider = site.provider else { return true }
        return await !provider.isReachable()
    }
}

extension PageRequest {
    /// Where somebody goes after signing in: on to where they wanted, or to what they had typed.
    func enter(_ session: NewSession, next: String, kept: KeptForm) async throws -> Response {
        let cookie = SiteCookie(name: "staff", value: session.token)
        guard kept.isWorthKeeping, !session.mustChangePassword else {
            let path = session.mustChangePassword ? "/desk/password" : next == "/" ? "/desk" : next
            return redirect(to: path, cookies: [cookie])
        }
        var response = try await page(
            "desk/resume", title: words.text("desk.resumeTitle"),
            [
                "csrf": .text(session.csrf), "next": .text(next), "kept": .list(kept.hidden()),
                "shown": .list(
                    kept.labelled(words, site.catalogue).map {
                        ["label": .text($0.label), "text": .text($0.item.value)]
                    }),
            ])
        set(cookie, on: &response)
        return response
    }
}

/// The sign-in page.
enum SignInPages {
    /// What a page for staff answers to somebody who is not signed in. What was typed is kept, and sent on after
    /// signing in.
    static func refusal(of visit: Visit, isPost: Bool) throws -> Response {
        guard isPost else {
            let query = visit.query.items.isEmpty ? "" : "?\(visit.query.urlEncoded)"
            return Response(
                status: .seeOther,
                headers: [.location: "/staff/sign-in?next=\(Form.escaped(PageRequest.safePath(visit.path + query)))"])
        }
        let known = visit.known
        let kept = known.mayKeepForm ? known.form.map { KeptForm($0) } : nil
        return try page(visit, next: visit.path, kept: kept, status: .forbidden)
    }

    static func page(
        _ visit: Visit, next: String, kept: KeptForm?, status: HTTPResponse.Status, error: PlainError? = nil,
        name: String = "", problem: ProviderProblem? = nil
    ) throws -> Response {
        let words = visit.site.words(visit.preferences.language)
        let sentence = error.map { visit.site.catalogue.text($0, words.language) }
        let isWait = error?.kind == .tooMany
        let isKept = kept?.isWorthKeeping == true
        var fields = visit.commonFields(of: "desk/sign-in", title: words.text("desk.signInTitle"))
        fields.merge([
            "next": .text(PageRequest.safePath(next)), "name": .text(name),
            "kept": .list(isKept ? kept?.hidden(prefix: KeptForm.prefix) ?? [] : []),
            "keptMessage": .text(
                isKept ? words.text("again.idle", ["minutes": "\(visit.site.settings.idleMinutes)"]) : ""),
            "waitMessage": .text(isWait ? sentence : nil), "signInError": .text(isWait ? nil : sentence),
        ])
        fields.merge(providerFields(visit, words, problem, hasTyped: error != nil))
        if let sentence {
            fields["hasErrors"] = true
            fields["errors"] = .list([["field": "password", "text": .text(sentence)]])
        }
        return try visit.response("desk/sign-in", fields, status: status)
    }

    /// What the page says of the provider of sign-ins, where there is one.
    private static func providerFields(
        _ visit: Visit, _ words: Words, _ problem: ProviderProblem?, hasTyped: Bool
    ) -> Fields {
        let provider = visit.site.provider
        let values = ["name": provider?.name.text(isEnglish: words.language.isEnglish) ?? ""]
        let isEmergency = provider != nil && visit.site.settings.passwordIsForEmergencies
        let signOut = visit.query["left"] == nil ? nil : provider?.signOutAddress(returningTo: "/staff/sign-in")
        return [
            "providerButton": .text(provider == nil ? "" : words.text("openid.button", values)),
            "isEmergencyOnly": .flag(isEmergency), "isPasswordOpen": .flag(hasTyped || problem != nil),
            "problem": .text(problem.map { words.text("openid.problem.\($0.code)", values) }),
            "reference": .text(problem.map { words.text("openid.reference", ["reference": $0.reference]) }),
            "leaveURL": .text(signOut), "leaveWords": .text(signOut == nil ? "" : words.text("openid.leave", values)),
            "leaveLink": .text(signOut == nil ? "" : words.text("openid.leaveLink", values)),
        ]
    }
}
