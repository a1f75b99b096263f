internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision
internal import Workbench

extension Desk {
    /// The page of a matter.
    func matter(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        return try await matterPage(request, try await model(file, request))
    }

    /// What the page shows, with the titles of linked matters where there are any.
    func model(_ file: CaseFile, _ request: PageRequest) async throws -> MatterPage {
        let viewer = try request.staff
        let linked = try await casework.linkedMatters(file.state.links.map(\.other), for: viewer)
        var page = MatterPage(
            file: file, viewer: viewer, words: matterWords(request, viewer),
            possible: casework.possibleCommands(on: file.state, for: viewer),
            place: (request.form["queue"] ?? request.query["queue"]).flatMap { ListPlace($0) }, linked: linked)
        page.kept = try await casework.files(of: file.state)
        // The whole knows its parts: most matters have none, and nothing is asked for them.
        if !file.state.parts.isEmpty || file.state.links.contains(where: { $0.kind == .child }) {
            page.parts = try await casework.parts(of: file.state.id, for: viewer)
        }
        page.receptions = try await receptions(of: file, request)
        page.desk = try await workbench.state(
            of: file.state.id, for: viewer.staff.id, predecessors: Self.predecessors(of: viewer, on: file.state),
            offering: offering(page))
        if page.can(.ruleObjection), file.state.phase == .objected, let category = file.state.category {
            let found = try await casework.precedents(category: category, area: file.state.area, for: viewer)
            page.precedents = found.map { page.words.precedent($0) }
        }
        if page.can(.ruleObjection), file.state.phase == .objected {
            page.decisions = try await decisions(on: file.state.id)
        }
        return page
    }

    /// What the joint conference decided on a matter.
    private func decisions(on matter: CaseID) async throws -> [ConferenceDecision] {
        try await supervision?.conferenceDecisions(on: matter) ?? []
    }

    /// The words of pages about matters, with the rule library.
    func matterWords(_ request: PageRequest, _ viewer: Viewer) -> MatterWords {
        var words = request.matterWords(viewer.organisation, casework.deadlines)
        words.law = law
        return words
    }

    func matterPage(_ request: PageRequest, _ model: MatterPage) async throws -> Response {
        let errors = (model.failed?.errors ?? []) + model.formFiles.problems
        let submission = model.failed == nil ? request.newSubmission() : request.submissionField()
        var fields = model.fields(submission: submission)
        fields.merge(model.fileFields(request))
        fields["hasErrors"] = .flag(!errors.isEmpty)
        fields["errors"] = .list(
            errors.map { error in
                [
                    "field": .text(error.field == "files" ? "files" : model.failed?.act.anchor(of: error.field)),
                    "text": .text(request.words.sentence(of: error)),
                ]
            })
        let response = try await request.page(
            "desk/matter", title: model.title, fields, status: errors.isEmpty ? .ok : .unprocessableContent,
            notice: Self.notice(request))
        // The recorder stands in the form for files, and nowhere else.
        return model.can(.attach) && request.site.files != nil ? request.allowingMicrophone(response) : response
    }

    // MARK: Acts

    /// Runs what a form asks for and comes back to the matter; what is wrong comes back with everything typed.
    func perform(_ act: MatterAct, _ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        var run = MatterRun(
            casework: casework, file: file, form: request.form, submission: request.act(), now: request.now,
            viewer: viewer, words: matterWords(request, viewer))
        if act == .ruleObjection { run.decisions = try await decisions(on: file.state.id) }
        do {
            if let form = DraftForm(act) {
                if request.form["step"] == "canned" { return try await insertCanned(form, run, request) }
                run.canned = try await cannedUses(in: request.form)
            }
            switch act {
            case .reveal: return try await reveal(run, request)
            case .reissue: return try await reissue(run, request)
            case .addReporter: return try await addReporter(run, request)
            case .reply where request.form["step"] == "preview": return try await preview(run, request)
            case .reply where request.form["step"] == "edit": return try await again(act, run, [], request)
            default: try await run.run(act)
            }
        } catch is VersionConflict {
            return try await conflict(act, run, request)
        } catch let error as PlainErrors {
            return try await again(act, run, error.errors, request)
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await again(act, run, [error], request)
        }
        counts.forget(viewer)
        // What was sent is no draft any more; when that fails, it ends by itself.
        if let form = DraftForm(act) {
            try? await workbench.discardDraft(form, on: file.state.id, by: viewer.staff.id)
        }
        return try done(act, run, request)
    }

    /// What the notice afterwards says: an accusation leaves every list at once, and the page says so.
    private static func code(_ act: MatterAct, _ run: MatterRun) -> String {
        let route: LawfulRoute? = [.triage, .accept].contains(act) ? run.form.value("route") : nil
        switch route {
        case .discipline: return "triage-restricted"
        case nil, .ordinary: break
        default: return "triage-routed"
        }
        guard act == .decideExtension else { return act.rawValue }
        return run.form["decision"] == "refuse" ? "extension-refused" : act.rawValue
    }

    /// Where an act leads to: on in the queue for dispatching, else back to the matter.
    func done(_ act: MatterAct, _ run: MatterRun, _ request: PageRequest) throws -> Response {
        let number = run.file.state.number
        let code = Self.code(act, run)
        guard var place = request.form["queue"].flatMap({ ListPlace($0) }) else {
            return request.redirect(to: "/desk/matter/\(number)?done=\(code)")
        }
        guard act == .dispatch else {
            return request.redirect(to: "\(place.matterURL(number))&done=\(code)")
        }
        if place.at == nil, let due = run.file.state.nextClock?.start.due {
            place.sort = .due
            place.at = QueueCursor(due: due, id: run.file.state.id)
        }
        let next = place.neighbourURL(isNext: true)
        guard !next.isEmpty else { return request.redirect(to: place.url(done: act.rawValue)) }
        // What was dispatched has left this list: the line that follows takes its number.
        let left = place.queue == .unassigned ? "&left=1" : ""
        return request.redirect(to: "\(next)\(left)&done=\(act.rawValue)")
    }

    /// The page again, with everything typed. Where the form is no longer there, the error page keeps the words.
    func again(
        _ act: MatterAct, _ run: MatterRun, _ errors: [PlainError], _ request: PageRequest
    ) async throws -> Response {
        let isStale = errors.contains { $0.kind == .conflict }
        let file = isStale ? try await casework.file(number: run.file.state.number, for: run.viewer) : run.file
        var model = try await model(file, request)
        if let first = errors.first, !model.can(act.command), act.texts.contains(where: { !run.form.text($0).isEmpty })
        {
            throw first
        }
        model.failed = (act, run.form, errors)
        return try await matterPage(request, model)
    }

    /// Contact data on this one answer, after the reason is in the ledger.
    private func reveal(_ run: MatterRun, _ request: PageRequest) async throws -> Response {
        let reporter = try run.reporter()
        let contact = try await casework.reveal(
            run.file.state.id, reporter: reporter, reason: run.form.text("reason"), by: run.viewer)
        let file = try await casework.file(number: run.file.state.number, for: run.viewer)
        var model = try await model(file, request)
        model.revealed = (reporter, contact ?? Contact())
        return try await matterPage(request, model)
    }

    /// A new code, shown once with a new slip.
    private func reissue(_ run: MatterRun, _ request: PageRequest) async throws -> Response {
        let reporter = try run.reporter()
        let reason = try IdentityCheck.reason(of: run.form, run.words)
        let (_, code) = try await casework.reissueCode(
            run.file.state.id, reporter: reporter, reason: reason, submission: try request.requiredSubmission,
            by: run.viewer)
        // Whoever holds the old slip is let out as well.
        try await request.site.sessions.closeReporterSessions(of: reporter)
        return try await codePage(
            run.file.state.number, reporter, code, request, steps: ["work.stepOldCode"], isNewCode: true)
    }

    /// Another resident on the matter, with an own code and slip.
    private func addReporter(_ run: MatterRun, _ request: PageRequest) async throws -> Response {
        let letter = DeskLetter(run.form)
        var registration = letter.registration
        registration.body = try PlainText.required(letter.body, field: "body")
        let (number, code) = try await casework.addReporter(
            run.file.state.id, registration, submission: try request.requiredSubmission, by: run.viewer)
        return try await addedPage(number, code, request)
    }
}

extension Words {
    /// The sentence of an error.
    func sentence(of error: PlainError) -> String { catalogue.text(error, language) }
}
