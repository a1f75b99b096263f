internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import NIOCore
internal import Organisation

/// Everything that happens between the path's match and the handler, in this order: the form is read, the session is
/// found, the permission is checked, then the form's secret, its bytes, its one-time name, and the address's limit.
struct Gate: Sendable {
    let route: AppRouter.Route
    /// Whether the path can be opened with GET.
    let hasPage: Bool

    func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let visit = context.visit else { throw PlainError(.unavailable, "unavailable") }
        let (entry, keepsForm) = (route.entry, route.keepsForm)
        let linkPath = hasPage ? visit.path : nil
        visit.learn {
            $0.entry = entry
            $0.mayKeepForm = keepsForm
            $0.linkPath = linkPath
        }
        let isPost = visit.method == .post
        if isPost {
            // Words that another site put into a form must not come back with a fresh secret and one button.
            if isForeign(request) {
                visit.learn { $0.mayKeepForm = false }
                throw PlainError(.forbidden, "form.foreign")
            }
            let (form, uploads) = try await readWithFiles(request, visit)
            visit.learn {
                $0.form = form
                $0.uploads = uploads
            }
        }
        if let refusal = try await admit(visit, isPost: isPost) { return refusal }
        var submission: String?
        if isPost, let form = visit.known.form {
            guard try await hasSecret(form, visit) else { throw PlainError(.forbidden, "form.stale") }
            guard !form.isDamaged else { throw PlainError(.invalid, "form.damaged") }
            if let sent = form["submission"] {
                guard SubmissionToken.verify(sent, visit.site.keys) else {
                    throw PlainError(.invalid, "submission.foreign")
                }
                submission = sent
            }
        }
        let page = PageRequest(visit, parameters: context.parameters, submission: submission)
        if let limit = route.limit { try page.spend(limit) }
        return try await route.handler(page)
    }

    /// Whether the browser says that another site's page sent the form. Older browsers say nothing; for them the
    /// form's secret decides alone.
    private func isForeign(_ request: Request) -> Bool {
        guard let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }) else { return false }
        return site == "cross-site" || site == "same-site"
    }

    /// Reads a form that may bring files. They are taken only from somebody whom the route lets in and whose form
    /// carries its secret, which stands before them.
    private func readWithFiles(_ request: Request, _ visit: Visit) async throws -> (Form, Uploads) {
        let type = request.headers[.contentType] ?? ""
        guard route.takesFiles, let room = visit.site.files, type.lowercased().hasPrefix("multipart/form-data") else {
            return (try await read(request, visit), Uploads())
        }
        let refusal: Response?
        do { refusal = try await admit(visit, isPost: true) } catch { refusal = Response(status: .forbidden) }
        let isAdmitted = refusal == nil
        let reader = UploadReader(room: room, mostFormBytes: visit.site.settings.mostFormBytes) { form in
            guard isAdmitted, try await hasSecret(form, visit) else { throw PlainError(.forbidden, "form.stale") }
            if let seconds = visit.site.limiter.take(.upload, address: visit.address, at: visit.site.clock.now()) {
                throw PlainError(.tooMany, "rate.upload", field: "files", values: ["seconds": "\(seconds)"])
            }
        }
        return try await reader.read(
            request.body, boundary: Form.boundary(of: type) ?? "",
            announced: request.headers[.contentLength].flatMap { Int($0) })
    }

    private func read(_ request: Request, _ visit: Visit) async throws -> Form {
        let tooLarge = PlainError(.invalid, "form.tooLarge")
        let most = await mostBytes(visit)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > most { throw tooLarge }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: most)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        let type = request.headers[.contentType] ?? ""
        if type.lowercased().hasPrefix("multipart/form-data") {
            return try Form(
                multipart: Array(body.readableBytesView), boundary: Form.boundary(of: type) ?? "",
                readsFiles: route.readsFiles)
        }
        return try Form(urlEncoded: body.readableBytesView)
    }

    /// Where more may be sent than elsewhere, only whom the route lets in may send it.
    private func mostBytes(_ visit: Visit) async -> Int {
        let most = visit.site.settings.mostFormBytes
        guard let own = route.mostBytes else { return most }
        let refusal: Response?
        do { refusal = try await admit(visit, isPost: true) } catch { refusal = Response(status: .forbidden) }
        return refusal == nil ? own : most
    }

    /// Finds who asks; answers at once where they have to do something else first.
    private func admit(_ visit: Visit, isPost: Bool) async throws -> Response? {
        switch route.entry.access {
        case .public:
            if isPost, let (_, session) = try await staff(visit), session.look != nil { throw Screens.refusal }
            return nil
        case .reporter:
            guard let session = try await reporter(visit) else {
                if isPost { throw PlainError(.forbidden, "session.reporter") }
                return Response(status: .seeOther, headers: [.location: "/follow"])
            }
            visit.learn { $0.reporter = session }
            return nil
        case .staffBeforeSecondFactor:
            guard let (_, session) = try await staff(visit) else {
                return try SignInPages.refusal(of: visit, isPost: isPost)
            }
            visit.learn {
                $0.staffCSRF = session.csrf
                $0.origin = session.origin
            }
            return nil
        case .staff, .staffAny, .staffBeforePasswordChange:
            guard let (viewer, session) = try await staff(visit), !(isPost && session.awaitsSecondFactor) else {
                return try SignInPages.refusal(of: visit, isPost: isPost)
            }
            if session.awaitsSecondFactor {
                return Response(status: .seeOther, headers: [.location: SecondFactorPages.address(next: visit.path)])
            }
            visit.learn {
                $0.viewer = viewer
                $0.staffCSRF = session.csrf
                $0.origin = session.origin
            }
            if let look = session.look {
                try Screens.admit(route.entry, look, visit)
                return nil
            }
            if let first = duty(viewer.staff, session.origin, visit) {
                return Response(status: .seeOther, headers: [.location: first])
            }
            if case .staff(let permission) = route.entry.access, !viewer.may(permission, on: nil) {
                // For those who do not receive sealed reports there is no such page, and no sign that there could be.
                if permission == .receiveSealed {
                    visit.learn { $0 = Visit.Known() }
                    throw PlainError(.notFound, "route.missing")
                }
                throw PlainError(.forbidden, "permission.missing")
            }
            return nil
        }
    }

    /// What somebody must do before anything else: choose a password, set up a second factor.
    private func duty(_ staff: StaffMember, _ origin: SessionOrigin, _ visit: Visit) -> String? {
        guard route.entry.access != .staffBeforePasswordChange else { return nil }
        // Whoever came by way of a provider may know no password here.
        if staff.mustChangePassword, origin == .password { return "/desk/password" }
        let mustSetUp =
            visit.site.settings.requiresSecondFactor && staff.needsSecondFactor && !staff.hasSecondFactor
            && origin != .providerWithSecondFactor
        return mustSetUp ? "/desk/second-factor" : nil
    }

    private func staff(_ visit: Visit) async throws -> (Viewer, StaffSession)? {
        guard let token = visit.cookies["staff"],
            let session = try await visit.site.sessions.session(token: token, isTouched: !route.isAskedByPage)
        else { return nil }
        let organisation = try await visit.site.organisation.current()
        guard let member = organisation.staff(session.staff), member.isActive else { return nil }
        return (Viewer(staff: member, organisation: organisation), session)
    }

    private func reporter(_ visit: Visit) async throws -> ReporterSession? {
        guard let token = visit.cookies["follow"] else { return nil }
        return try await visit.site.sessions.reporterSession(token: token)
    }

    /// Whether the form carries the secret of its page. A form for everybody may stand on anybody's page; a form for
    /// a session must come from a page of that session.
    private func hasSecret(_ form: Form, _ visit: Visit) async throws -> Bool {
        let sent = Array(form.text("_csrf").utf8)
        func isSecret(_ secret: String?) -> Bool { secret.map { constantTimeEqual(Array($0.utf8), sent) } ?? false }
        let known = visit.known
        switch route.entry.access {
        case .staff, .staffAny, .staffBeforePasswordChange, .staffBeforeSecondFactor:
            return isSecret(known.staffCSRF)
        case .reporter: return isSecret(known.reporter?.csrf)
        case .public:
            if !visit.isNewVisitor, isSecret(visit.visitorCSRF) { return true }
            if let session = try await reporter(visit), isSecret(session.csrf) { return true }
            return isSecret(try await staff(visit)?.1.csrf)
        }
    }
}
