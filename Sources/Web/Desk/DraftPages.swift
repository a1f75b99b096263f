internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Workbench

extension DraftForm {
    /// The act that sends what the form holds.
    var act: MatterAct {
        switch self {
        case .reply: .reply
        case .message: .message
        case .note: .note
        }
    }

    /// The part of the page that holds the form.
    var anchor: String { "write-\(rawValue)" }

    init?(_ act: MatterAct) {
        guard let form = DraftForm.allCases.first(where: { $0.act == act }) else { return nil }
        self = form
    }
}

extension Desk {
    /// Names that belong to the page and not to what somebody writes.
    private static let plumbing: Set<String> = [
        "_csrf", "submission", "version", "queue", "step", "draft", "base", "quiet", "files", "canned",
    ]

    /// Keeps, throws away or takes over a draft: by the script every few seconds, and by buttons without it.
    func draft(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        guard let form = DraftForm(rawValue: request.query.text("form")) else {
            throw PlainError(.notFound, "route.missing")
        }
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        let (id, staff) = (file.state.id, viewer.staff.id)
        switch request.form["draft"] {
        case "discard":
            try await workbench.discardDraft(form, on: id, by: staff)
            return backToDraft(form, file, request, done: "draftDiscarded")
        case "take":
            guard let author = request.form.id("from", of: Named.Staff.self),
                Self.predecessors(of: viewer, on: file.state).contains(author)
            else { throw PlainError(.forbidden, "permission.missing") }
            try await workbench.takeOver(form, of: author, on: id, by: staff)
            return backToDraft(form, file, request, done: "draftTaken")
        default: break
        }
        let kept = Form(request.form.items.filter { !Self.plumbing.contains($0.name) })
        let outcome = try await workbench.saveDraft(
            kept.urlEncoded, in: form, on: id, by: staff, base: Int64(request.form.text("base")) ?? 0,
            from: request.submission ?? "")
        if request.form.flag("quiet") { return quiet(outcome, request.words) }
        guard case .saved = outcome else {
            let run = MatterRun(
                casework: casework, file: file, form: request.form, submission: request.act(), now: request.now,
                viewer: viewer, words: matterWords(request, viewer))
            return try await again(form.act, run, [PlainError(.invalid, "draft.newer")], request)
        }
        return backToDraft(form, file, request, done: "draftKept")
    }

    private func backToDraft(_ form: DraftForm, _ file: CaseFile, _ request: PageRequest, done: String) -> Response {
        let place = request.form["queue"].flatMap { ListPlace($0) }
        let url = place?.matterURL(file.state.number) ?? "/desk/matter/\(file.state.number)"
        return request.redirect(to: "\(url)\(url.contains("?") ? "&" : "?")done=\(done)#\(form.anchor)")
    }

    /// What became of it, the revision and a sentence, a line each.
    private func quiet(_ outcome: DraftOutcome, _ words: Words) -> Response {
        switch outcome {
        case .saved(let revision, let at):
            Self.plain("saved\n\(revision)\n\(words.text("work.draftSaved", ["time": words.time(at)]))")
        case .newer(let revision, let at):
            Self.plain("newer\n\(revision)\n\(words.text("work.draftNewer", ["time": words.time(at)]))")
        case .gone: Self.plain("gone\n0\n\(words.text("work.draftGone"))")
        }
    }

    static func plain(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Says who else has the matter open. Known while it is true, and of no effect on anybody's rights.
    func here(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        if request.form.flag("leaving") {
            try await workbench.leave(file.state.id, as: viewer.staff.id)
            return Self.plain("")
        }
        let colleagues = try await workbench.beHere(
            on: file.state.id, as: viewer.staff.id, isWriting: request.form.flag("writing"))
        return Self.plain(matterWords(request, viewer).here(colleagues))
    }

    /// Whose drafts somebody may open: those of colleagues of the same unit, once the matter is theirs to handle.
    static func predecessors(of viewer: Viewer, on state: CaseState) -> [StaffID] {
        guard state.handler == viewer.staff.id else { return [] }
        return viewer.organisation.allStaff.filter {
            $0.unit == viewer.staff.unit && $0.id != viewer.staff.id
        }.map(\.id)
    }
}

extension MatterWords {
    /// Who else is here, in words.
    func here(_ colleagues: [Colleague]) -> String {
        colleagues.map { colleague in
            text(colleague.isWriting ? "work.hereWriting" : "work.hereToo", ["who": staff(colleague.staff)])
        }.joined(separator: text("story.semicolon"))
    }
}

extension MatterPage {
    /// What is kept of one form.
    func draft(_ act: MatterAct) -> Draft? { desk.own.first { $0.form.act == act } }

    /// The fields of a kept draft, where the form did not just come back with something newer.
    func draftForm(_ act: MatterAct) -> Form? {
        draft(act).flatMap { try? Form(urlEncoded: Array($0.fields.utf8)) }
    }

    /// Drafts beside their forms, and those that a predecessor left.
    func draftFields() -> Fields {
        var fields: Fields = ["alsoHere": .text(words.here(desk.colleagues))]
        for form in DraftForm.allCases {
            let draft = draft(form.act)
            fields["\(form.rawValue)Base"] = .text("\(draft?.revision ?? 0)")
            fields["\(form.rawValue)Draft"] = .text(
                draft.map { words.text("work.draftOf", ["time": words.words.relative($0.savedAt, now: words.now)]) })
        }
        fields["handed"] = .list(
            desk.others.filter { can($0.form.act.command) }.map { draft in
                let values = [
                    "who": words.staff(draft.author), "what": words.text("work.draftForm.\(draft.form.rawValue)"),
                    "time": words.words.relative(draft.savedAt, now: words.now),
                ]
                return [
                    "form": .text(draft.form.rawValue), "from": .text("\(draft.author)"),
                    "text": .text(words.text("work.draftLeft", values)),
                ]
            })
        return fields
    }
}
