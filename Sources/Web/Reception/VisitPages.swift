internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Reception

/// What forms on the page of a visit can ask for. The raw value is the end of the address.
enum VisitAct: String, CaseIterable, Sendable {
    case call, begin, miss, join, send, pass, next, link, end

    /// The command that it runs.
    var command: VisitCommand.Name {
        switch self {
        case .call: .call
        case .begin: .begin
        case .miss: .miss
        case .join: .join
        case .send: .send
        case .pass: .pass
        case .next: .next
        case .link: .link
        case .end: .end
        }
    }

    /// The name under which its words stand in the catalogues.
    var name: String { "visit.\(rawValue)" }
}

extension ReceptionPages {
    /// The page of a visit.
    func visit(_ request: PageRequest) async throws -> Response { try await visit(request, failed: nil) }

    /// Runs what a form asks for and comes back to the visit.
    func perform(_ act: VisitAct, _ request: PageRequest) async throws -> Response {
        let id: VisitID = try id(request, otherwise: "reception.visitNotFound")
        return try await run {
            try await run(act, id, request)
            guard act == .end else {
                return request.redirect(to: "/desk/reception/visit/\(id)?done=\(act.rawValue)")
            }
            let file = try await reception.visit(id, for: try request.staff)
            let desk = file.state.stops.last?.desk
            let place = "/desk/reception/place/\(file.place.id)?done=end"
            return request.redirect(to: desk.map { "\(place)&desk=\($0)" } ?? place)
        } again: { errors in
            try await visit(request, failed: (act, errors))
        }
    }

    private func run(_ act: VisitAct, _ id: VisitID, _ request: PageRequest) async throws {
        let (form, viewer, frame) = (request.form, try request.staff, request.receptionForm)
        let desk = Int(form.text("desk")) ?? 0
        switch act {
        case .call: try await reception.run(.call(desk: desk), on: id, frame, by: viewer)
        case .begin: try await reception.run(.begin(desk: desk), on: id, frame, by: viewer)
        case .join: try await reception.run(.join(desk: desk), on: id, frame, by: viewer)
        case .miss: try await reception.run(.miss, on: id, frame, by: viewer)
        case .next: try await reception.run(.next, on: id, frame, by: viewer)
        case .send, .pass:
            try await reception.send(
                id, to: form.values("desks").compactMap { Int($0) }, together: form.flag("together"),
                passing: act == .pass, word: form.text("word"), frame, by: viewer)
        case .link:
            let matter = try await matter(form.text("number"), for: viewer)
            try await reception.link(id, matter, frame, by: viewer)
        case .end:
            try await reception.end(id, form.value("result"), words: form.text("words"), frame, by: viewer)
        }
    }

    private func visit(
        _ request: PageRequest, failed: (act: VisitAct, errors: [PlainError])?
    ) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let file = try await reception.visit(try id(request, otherwise: "reception.visitNotFound"), for: viewer)
        var model = VisitModel(file: file, viewer: viewer, words: words)
        if let matter = file.state.linked?.matter {
            model.sees = try await !casework.linkedMatters([matter.id], for: viewer).isEmpty
        }
        let typed = failed.map { FailedAct(name: $0.act.name, form: request.form, errors: $0.errors) }
        let forms = model.forms
        if let typed, let first = typed.errors.first, !forms.contains(where: { $0.name == typed.name }) { throw first }
        let shown = forms.fields(
            words.forms, typed, submission: request.newSubmission, kept: request.submissionField)
        var fields = model.fields(shown.acts)
        fields["errors"] = shown.errors
        fields["hasErrors"] = .flag(failed != nil)
        return try await request.page(
            "reception/visit", title: words.text("reception.visitTitle", ["ticket": "\(file.state.ticket)"]), fields,
            status: failed == nil ? .ok : .unprocessableContent, notice: notice(request))
    }
}
