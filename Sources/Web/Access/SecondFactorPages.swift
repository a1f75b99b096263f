internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The one-time code after the password, and setting it up.
struct SecondFactorRoutes: PageRoutes {
    let signIn: SignIn

    func add(to router: AppRouter) {
        router.get("/staff/second-factor", access: .staffBeforeSecondFactor) { request in
            let next = PageRequest.safePath(request.query.text("next"))
            return try SecondFactorPages.page(request.visit, next: next, kept: nil, status: .ok)
        }
        router.post("/staff/second-factor", access: .staffBeforeSecondFactor, limit: .signIn, keepsForm: false) {
            request in try await receive(request)
        }
        router.get("/desk/second-factor", access: .staffBeforePasswordChange) { request in
            try await page(request, errors: [])
        }
        router.post("/desk/second-factor", access: .staffBeforePasswordChange, limit: .signIn, keepsForm: false) {
            request in try await change(request)
        }
    }

    private func receive(_ request: PageRequest) async throws -> Response {
        let kept = KeptForm(carriedBy: request.form)
        let next = PageRequest.safePath(request.form.text("next"))
        do {
            let session = try await signIn.passSecondFactor(
                token: request.cookie("staff") ?? "", code: request.form.text("code"))
            return try await request.enter(session, next: next, kept: kept)
        } catch let error as PlainError where error.kind == .invalid || error.kind == .tooMany {
            return try SecondFactorPages.page(
                request.visit, next: next, kept: kept,
                status: error.kind == .tooMany ? .tooManyRequests : .unprocessableContent, error: error)
        }
    }

    /// The own second factor: how to set it up, or how it stands.
    private func page(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let staff = try request.staff.staff
        var fields: Fields = [
            "isSet": .flag(staff.hasSecondFactor), "codeError": .text(request.message(errors, for: "code")),
            "mustSetUp": .flag(request.site.settings.requiresSecondFactor && staff.needsSecondFactor),
        ]
        if staff.hasSecondFactor {
            let left = try await signIn.recoveryCodesLeft(of: staff.id)
            fields["left"] = .text(request.words.text("access.codesLeft", ["count": "\(left)"]))
        } else {
            let offer = try await signIn.offerSecondFactor(to: staff.id)
            let issuer = request.site.settings.countyName.text(isEnglish: request.language.isEnglish)
            fields["qr"] = .html(QRCode.svg(offer.address(issuer: issuer)))
            fields["secret"] = .text(Self.groups(offer.secret))
        }
        return try await request.page(
            "desk/second-factor-own", title: request.words.text("access.ownTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
    }

    private func change(_ request: PageRequest) async throws -> Response {
        let (id, code) = (try request.staff.staff.id, request.form.text("code"))
        do {
            switch request.form.text("act") {
            case "confirm":
                let new = try await signIn.confirmSecondFactor(
                    of: id, code: code, origin: request.visit.known.origin)
                var response = try await codes(new.codes, request)
                request.set(SiteCookie(name: "staff", value: new.session.token), on: &response)
                return response
            case "renew":
                return try await codes(try await signIn.renewRecoveryCodes(of: id, code: code), request)
            case "remove":
                try await signIn.giveUpSecondFactor(of: id, code: code)
                return request.redirect(to: "/staff/sign-in", cookies: [.removal(of: "staff")])
            default: throw PlainError(.invalid, "form.damaged")
            }
        } catch let error as PlainError where error.kind == .invalid || error.kind == .tooMany {
            // Waiting is told at the same place as a wrong code.
            let shown = PlainError(error.kind, error.code, field: "code", values: error.values)
            return try await page(request, errors: [shown])
        }
    }

    /// Recovery codes, shown once.
    private func codes(_ codes: [AccessCode], _ request: PageRequest) async throws -> Response {
        try await request.page(
            "desk/recovery-codes", title: request.words.text("access.codesTitle"),
            [
                "codes": .list(codes.map { ["code": .text($0.description)] }),
                "date": .text(request.words.date(request.site.today)),
            ])
    }

    /// Groups of four, easier to type.
    private static func groups(_ text: String) -> String {
        var out = ""
        for (index, letter) in text.enumerated() {
            if index > 0, index % 4 == 0 { out.append(" ") }
            out.append(letter)
        }
        return out
    }
}

/// The page that asks for the one-time code after the password.
enum SecondFactorPages {
    /// Where a session with half its proof is sent.
    static func address(next: String) -> String {
        "/staff/second-factor?next=\(Form.escaped(PageRequest.safePath(next)))"
    }

    /// Right after the password: the session is new, its cookie goes along.
    static func page(_ visit: Visit, session: NewSession, next: String, kept: KeptForm) throws -> Response {
        visit.learn { $0.staffCSRF = session.csrf }
        var response = try page(visit, csrf: session.csrf, next: next, kept: kept, status: .ok)
        let cookie = SiteCookie(name: "staff", value: session.token)
        response.headers.append(
            HTTPField(name: .setCookie, value: cookie.header(isSecure: visit.site.settings.isSecure)))
        return response
    }

    static func page(
        _ visit: Visit, csrf: String? = nil, next: String, kept: KeptForm?, status: HTTPResponse.Status,
        error: PlainError? = nil
    ) throws -> Response {
        let words = visit.site.words(visit.preferences.language)
        var fields = visit.commonFields(of: "desk/second-factor", title: words.text("access.title"))
        if let csrf { fields["csrf"] = .text(csrf) }
        fields.merge([
            "next": .text(next),
            "kept": .list(kept?.isWorthKeeping == true ? kept?.hidden(prefix: KeptForm.prefix) ?? [] : []),
            "codeError": .text(error.map { visit.site.catalogue.text($0, words.language) }),
        ])
        if let error {
            fields["hasErrors"] = true
            fields["errors"] = .list([
                ["field": "code", "text": .text(visit.site.catalogue.text(error, words.language))]
            ])
        }
        return try visit.response("desk/second-factor", fields, status: status)
    }
}
