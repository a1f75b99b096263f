internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Workbench

/// The pages on which texts are kept ready.
extension Desk {
    /// Adds their routes.
    func addCannedRoutes(to router: AppRouter) {
        router.get("/desk/texts", access: .staff(.keepTexts), cannedList)
        router.get("/desk/texts/new", access: .staff(.keepTexts), newCanned)
        router.post("/desk/texts/new", access: .staff(.keepTexts), addCanned)
        router.get("/desk/texts/{id}", access: .staff(.keepTexts), cannedText)
        router.post("/desk/texts/{id}", access: .staff(.keepTexts), changeCanned)
        router.post("/desk/texts/{id}/withdraw", access: .staff(.keepTexts)) {
            try await changes($0).withdraw($0, back: "/desk/texts")
        }
        router.get("/desk/matter/{number}/canned", access: .staff(.seeMatters), cannedInto)
    }

    /// All texts that somebody uses or keeps, by unit; first what they must look through.
    func cannedList(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let rights = CannedRights(viewer: viewer)
        let showsRetired = request.query.flag("retired")
        let today = request.site.today
        let texts = try await workbench.cannedTexts(
            of: rights.readable, for: viewer.staff.id, retired: showsRetired)
        let ending =
            showsRetired
            ? []
            : try await workbench.endingTexts(
                of: viewer.staff.id, before: today.adding(days: 14), takingOver: rights.keepable)
        let list = CannedListModel(
            texts: texts, ending: ending, rights: rights, words: matterWords(request, viewer), today: today,
            showsRetired: showsRetired)
        var fields = list.fields
        fields["submission"] = request.newSubmission()
        let plans = viewer.organisation.plans.filter { plan in
            if case .readyText(let change) = plan.change { rights.mayRead(change.now.unit) } else { false }
        }
        let changes = changes(request)
        let adminWords = try changes.words(request)
        fields["plans"] = .list(
            plans.map { changes.plan($0, viewer, adminWords, request, under: "/desk/texts") })
        return try await request.page(
            "desk/texts", title: request.words.text("canned.title"), fields,
            notice: Self.notice(request) ?? changes.notice(request))
    }

    /// An empty form.
    func newCanned(_ request: PageRequest) async throws -> Response {
        try await cannedForm(nil, Form(), [], request)
    }

    /// Keeps a new text.
    func addCanned(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        do {
            let draft = try CannedRights(viewer: viewer).draft(request.form, today: request.site.today)
            guard draft.isPersonal else {
                return try await share(draft, isRetired: false, nil, "cannedAdded", request)
            }
            let id = try await workbench.addCanned(
                draft, submission: try request.requiredSubmission, by: viewer.staff.id, on: request.site.today)
            return request.redirect(to: "/desk/texts?done=cannedAdded#text-\(id)")
        } catch let error as PlainErrors {
            return try await cannedForm(nil, request.form, error.errors, request)
        } catch let error as PlainError where [.invalid, .conflict].contains(error.kind) && error.field != nil {
            return try await cannedForm(nil, request.form, [error], request)
        }
    }

    /// A text with its history.
    func cannedText(_ request: PageRequest) async throws -> Response {
        try await cannedForm(try await kept(request), nil, [], request)
    }

    /// Changes a text, says that it is still right, offers it no more or again.
    func changeCanned(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let (text, form) = (try await kept(request), request.form)
        let rights = CannedRights(viewer: viewer)
        try viewer.require(.keepTexts, on: text.draft.unit)
        let version = Int(form.text("version")) ?? 0
        do {
            switch form["act"] {
            case "renew":
                try await workbench.renewCanned(
                    text.id, until: request.site.today.adding(days: Workbench.cannedDays), version: version,
                    by: viewer.staff.id)
            case "retire" where text.draft.isPersonal, "restore" where text.draft.isPersonal:
                try await workbench.retireCanned(
                    text.id, form["act"] == "retire", version: version, by: viewer.staff.id)
            case "retire": return try await share(text.draft, isRetired: true, text, "cannedRetired", request)
            default:
                let draft = try rights.draft(form, today: request.site.today)
                guard draft.isPersonal else {
                    let restores = form["act"] == "restore"
                    let isRetired = !restores && !text.draft.isPersonal && text.isRetired
                    return try await share(
                        draft, isRetired: isRetired, text, restores ? "cannedRestored" : "cannedChanged", request)
                }
                guard text.draft.isPersonal else {
                    throw PlainError(.conflict, "canned.staysShared", field: "unit")
                }
                try await workbench.changeCanned(
                    text.id, to: draft, version: version, by: viewer.staff.id, on: request.site.today)
            }
        } catch let error as PlainErrors {
            return try await cannedForm(text, form, error.errors, request)
        } catch let error as PlainError where [.invalid, .conflict].contains(error.kind) {
            return try await cannedForm(try await kept(request), form, [error], request)
        }
        let done = ["renew": "cannedRenewed", "retire": "cannedRetired", "restore": "cannedRestored"]
        return request.redirect(
            to: "/desk/texts?done=\(done[form.text("act")] ?? "cannedChanged")#text-\(text.id)")
    }

    /// The way of a text for more people than its writer: the difference is shown, then it counts from its day on.
    private func share(
        _ draft: CannedDraft, isRetired: Bool, _ text: CannedText?, _ done: String, _ request: PageRequest
    ) async throws -> Response {
        let viewer = try request.staff
        let form = request.form
        let proposal = try workbench.proposal(
            draft, isRetired: isRetired, of: text, version: Int(form.text("version")) ?? 0, by: viewer.staff.id,
            from: LocalDate(form.text("effective")) ?? request.site.today)
        let workbench = self.workbench
        let list = "/desk/texts"
        return try await changes(request).settle(
            .readyText(proposal.change), request, back: text.map { "\(list)/\($0.id)" } ?? list,
            done: "\(list)?done=\(done)#text-\(proposal.change.id)", later: "\(list)?done=scheduled",
            preparing: { tx in try workbench.wait(proposal, in: tx) }
        ) { errors in
            let isLate = errors.contains { ["canned.changed", "canned.waits"].contains($0.code) }
            let shown = isLate && text != nil ? try await kept(request) : text
            return try await cannedForm(shown, form, errors, request)
        }
    }

    /// The steps by which everything that others rely on changes.
    private func changes(_ request: PageRequest) -> AdminPages {
        AdminPages(organisation: request.site.organisation, casework: casework, workbench: workbench)
    }

    /// The text of the address, where this person may read it.
    private func kept(_ request: PageRequest) async throws -> CannedText {
        guard let id = CannedTextID(request.parameter("id")), let text = try await workbench.cannedText(id),
            CannedRights(viewer: try request.staff).mayRead(text)
        else { throw PlainError(.notFound, "canned.missing") }
        return text
    }

    private func cannedForm(
        _ text: CannedText?, _ typed: Form?, _ errors: [PlainError], _ request: PageRequest
    ) async throws -> Response {
        let viewer = try request.staff
        var history: [CannedText] = []
        var reasons: [Int: String] = [:]
        if let text {
            history = try await workbench.cannedHistory(of: text.id)
            reasons = try await request.site.organisation.reasons(ofText: text.id)
        }
        let model = CannedFormModel(
            text: text, typed: typed, errors: errors, history: history, reasons: reasons,
            rights: CannedRights(viewer: viewer), words: matterWords(request, viewer), today: request.site.today)
        var fields = model.fields
        // After an error the same name goes again, so that two answers to one form never make two texts.
        fields["submission"] = errors.isEmpty ? request.newSubmission() : request.submissionField()
        fields["hasErrors"] = .flag(!errors.isEmpty)
        fields["errors"] = .list(
            errors.map { error in
                [
                    "field": .text(error.field.map { "text-\($0)" }),
                    "text": .text(request.words.sentence(of: error)),
                ]
            })
        let isConflict = errors.contains { $0.kind == .conflict }
        return try await request.page(
            "desk/text", title: model.title, fields,
            status: errors.isEmpty ? .ok : isConflict ? .conflict : .unprocessableContent)
    }
}
