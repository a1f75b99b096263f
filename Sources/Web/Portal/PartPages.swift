internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// A resident whose matter was divided reads each part under the own number and code.
extension Portal {
    /// Opens a part: the page of a matter as always, on the resident's own part in it.
    func openPart(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let file = try await casework.file(session.caseID, for: session.reporter)
        let parts = try await casework.parts(of: file.state, for: session.reporter)
        guard let part = parts.first(where: { $0.file.state.number == request.form.text("part") }) else {
            throw PlainError(.notFound, "case.notFound")
        }
        return try await lead(request, to: part.file.state.id, part.reporter)
    }

    /// Back to the whole.
    func openWhole(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let file = try await casework.file(session.caseID, for: session.reporter)
        guard let part = file.state.part,
            let whole = part.reporters.first(where: { $0.part == session.reporter })?.whole
        else { throw PlainError(.notFound, "case.notFound") }
        return try await lead(request, to: part.whole, whole)
    }

    private func lead(_ request: PageRequest, to id: CaseID, _ reporter: ReporterID) async throws -> Response {
        let sessions = request.site.sessions
        let session = try await sessions.openReporterSession(reporter: reporter, case: id)
        if let token = request.cookie(Self.reporterCookie) { try await sessions.closeReporterSession(token: token) }
        return request.redirect(to: "/matter", cookies: [SiteCookie(name: Self.reporterCookie, value: session.token)])
    }

    /// The parts for the page of the whole. What stands there is read, so it counts as delivered.
    func parts(of file: CaseFile, for reporter: ReporterID, isRead: Bool) async throws -> [ResidentPart] {
        let parts = try await casework.parts(of: file.state, for: reporter)
        guard isRead, parts.contains(where: { $0.file.state.hasUnread(for: $0.reporter) }) else { return parts }
        for part in parts where part.file.state.hasUnread(for: part.reporter) {
            try await casework.noteRead(part.file.state.id, by: part.reporter)
        }
        return try await casework.parts(of: file.state, for: reporter)
    }
}

extension MatterModel {
    /// The parts of the matter, each with where it stands and its reply; and the way back from a part.
    func joined(_ parts: [ResidentPart]) -> Fields {
        [
            "hasParts": .flag(!parts.isEmpty),
            "partsLead": .text(parts.isEmpty ? "" : words.text("split.residentLead", ["n": words.number(parts.count)])),
            "parts": .list(parts.map(part)), "wholeNumber": .text(state.part?.number),
            "joinedSentence": .text(reporter?.origin == nil ? "" : words.text("merge.residentSentence")),
        ]
    }

    private func part(_ part: ResidentPart) -> Fields {
        let model = MatterModel(
            matter: matter, file: part.file, id: part.reporter, input: MatterInput(), request: request)
        let state = part.file.state
        let place = part.file.text(state.place)
        let title = part.file.text(state.title) ?? state.number
        var fields = matter.optionalPassage(state.reply?.body, in: part.file)
        fields.merge([
            "number": .text(state.number), "titleText": .text(title), "place": .text(place),
            "status": .group(model.status), "stand": .text(model.standSentence), "lead": .text(model.leadSentence),
            "replyUnit": .text(state.reply.map { matter.unit($0.unit) }),
            "outcome": .text(state.reply.map { words.name("outcome", $0.outcome) }),
            "openLabel": .text(
                words.text(model.canJudge ? "split.openToJudge" : "split.open", ["title": title])),
        ])
        return fields
    }
}
