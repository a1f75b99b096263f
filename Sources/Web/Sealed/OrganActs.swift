internal import Hummingbird
internal import Kernel
internal import SealedReports

extension SealedPages {
    /// Notes that the organ has taken the report over.
    func markFetched(_ request: PageRequest) async throws -> Response {
        let id = try Self.id(request)
        try await channel().markFetched(id, by: try request.staff)
        return request.redirect(to: "\(Self.url(of: id))?done=fetched")
    }

    /// Keeps an answer. It comes sealed: nobody here can read it.
    func answer(_ request: PageRequest) async throws -> Response {
        let id = try Self.id(request)
        let text = request.form.text("answer")
        guard let bytes = SealedArmor.bytes(text) else {
            return try await reportPage(
                request, errors: [PlainError(.invalid, "sealed.notAnEnvelope", field: "answer")],
                typed: text, in: "answer")
        }
        do {
            try await channel().answer(
                id, with: bytes, submission: try request.formName, by: try request.staff)
        } catch let error as PlainError where error.kind == .invalid {
            return try await reportPage(request, errors: [error.on("answer")], typed: text, in: "answer")
        }
        return request.redirect(to: "\(Self.url(of: id))?done=answered")
    }

    /// Asks a second person to agree to a removal.
    func askToRemove(_ request: PageRequest) async throws -> Response {
        let id = try Self.id(request)
        guard let reason = request.form.value("reason", as: SealedRequest.Reason.self), reason != .otherOrgan else {
            throw PlainError(.invalid, "sealed.noReason", field: "reason")
        }
        try await channel().askToRemove(id, because: reason, by: try request.staff)
        return request.redirect(to: "\(Self.url(of: id))?done=asked")
    }

    /// Asks a second person to agree to sending the report to another organ's key.
    func askToReaddress(_ request: PageRequest) async throws -> Response {
        let id = try Self.id(request)
        let text = request.form.text("pieces")
        do {
            guard let bytes = SealedArmor.bytes(text) else {
                throw PlainError(.invalid, "sealed.notAnEnvelope", field: "pieces")
            }
            try await channel().askToReaddress(id, with: bytes, by: try request.staff)
        } catch let error as PlainError where error.kind == .invalid {
            return try await reportPage(request, errors: [error.on("pieces")], typed: text, in: "pieces")
        }
        return request.redirect(to: "\(Self.url(of: id))?done=asked")
    }

    /// Agrees, as another person than the one who asked.
    func agree(_ request: PageRequest) async throws -> Response {
        let id = try Self.id(request)
        let sealed = try channel()
        let viewer = try request.staff
        let kind = try await sealed.file(id, for: viewer).request?.kind
        try await sealed.agree(to: id, by: viewer)
        return request.redirect(to: "/desk/sealed?done=\(kind == .readdress ? "readdressed" : "removed")")
    }

    /// Withdraws or refuses.
    func dropRequest(_ request: PageRequest) async throws -> Response {
        let id = try Self.id(request)
        try await channel().drop(requestFor: id, by: try request.staff)
        return request.redirect(to: "\(Self.url(of: id))?done=dropped")
    }
}

extension PlainError {
    /// The same, beside another field.
    fileprivate func on(_ field: String) -> PlainError { PlainError(kind, code, field: field, values: values) }
}
