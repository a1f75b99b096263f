internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
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
        router.get("/desk/matter/{number}/canned", access: .staff(.seeMatters), cannedInto)
    }

    /// All texts that somebody uses or keeps, by unit; first what they must look through.
    func cannedList(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let rights = CannedRights(viewer: viewer)
        let showsRetired = request.query.flag("retired")
        let today = request.site.today
        let texts = try await workbench.cannedTexts(of: rights.readable, retired: showsRetired)
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
        return try await request.page(
            "desk/texts", title: request.words.text("canned.title"), fields, notice: Self.notice(request))
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
            switch form["step"] {
            case "renew":
                try await workbench.renewCanned(
                    text.id, until: request.site.today.adding(days: Workbench.cannedDays), version: version,
                    by: viewer.staff.id)
            case "retire", "restore":
                try await workbench.retireCanned(
                    text.id, form["step"] == "retire", version: version, by: viewer.staff.id)
            default:
                try await workbench.changeCanned(
                    text.id, to: try rights.draft(form, today: request.site.today), version: version,
                    by: viewer.staff.id, on: request.site.today)
            }
        } catch let error as PlainErrors {
            return try await cannedForm(text, form, error.errors, request)
        } catch let error as PlainError where [.invalid, .conflict].contains(error.kind) {
            return try await cannedForm(try await kept(request), form, [error], request)
        }
        let done = ["renew": "cannedRenewed", "retire": "cannedRetired", "restore": "cannedRestored"]
        return request.redirect(
            to: "/desk/texts?done=\(done[form.text("step")] ?? "cannedChanged")#text-\(text.id)")
    }

    /// The text of the address, where this person may read it.
    private func kept(_ request: PageRequest) async throws -> CannedText {
        guard let id = CannedTextID(request.parameter("id")), let text = try await workbench.cannedText(id),
            CannedRights(viewer: try request.staff).mayRead(text.draft.unit)
        else { throw PlainError(.notFound, "canned.missing") }
        return text
    }

    private func cannedForm(
        _ text: CannedText?, _ typed: Form?, _ errors: [PlainError], _ request: PageRequest
    ) async throws -> Response {
        let viewer = try request.staff
        var history: [CannedText] = []
        if let text { history = try await workbench.cannedHistory(of: text.id) }
        let model = CannedFormModel(
            text: text, typed: typed, errors: errors, history: history, rights: CannedRights(viewer: viewer),
            words: matterWords(request, viewer), today: request.site.today)
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

/// Whose texts somebody may keep and read.
struct CannedRights {
    let viewer: Viewer

    private var organisation: Organisation { viewer.organisation }

    /// The units for which they may keep texts, their own first.
    var keepable: [UnitID] {
        var units = viewer.may(.keepTexts, on: viewer.staff.unit) ? [viewer.staff.unit] : []
        for grant in viewer.staff.grants where grant.role.allowed.contains(.keepTexts) {
            for unit in organisation.subtree(of: grant.unit).sorted() where !units.contains(unit) { units.append(unit) }
        }
        return Array(units.filter { organisation.unit($0)?.kind.takesMatters == true }.prefix(300))
    }

    /// Those whose texts they see: the ones above are offered to them, those below they keep.
    var readable: [UnitID] { Set(Desk.lendingUnits(of: viewer)).union(keepable).sorted() }

    func mayKeep(_ unit: UnitID) -> Bool { viewer.may(.keepTexts, on: unit) }

    func mayRead(_ unit: UnitID) -> Bool { readable.contains(unit) }

    /// People who can answer for a text of one of these units.
    var owners: [StaffMember] {
        let units = Set(keepable)
        return Array(
            organisation.allStaff.filter { member in
                member.isActive && units.contains(member.unit)
                    && Viewer(staff: member, organisation: organisation).may(.keepTexts, on: member.unit)
            }.prefix(200))
    }

    /// What a form says.
    ///
    /// - Throws: `PlainErrors`, each beside its field.
    func draft(_ form: Form, today: LocalDate) throws -> CannedDraft {
        var errors: [PlainError] = []
        let unit: UnitID? = form.id("unit")
        if unit == nil { errors.append(PlainError(.invalid, "unit.unknown", field: "unit")) }
        if let unit, !mayKeep(unit) || organisation.unit(unit) == nil {
            errors.append(PlainError(.invalid, "canned.notYourUnit", field: "unit"))
        }
        let kind: DraftForm? = form.value("form")
        if kind == nil { errors.append(PlainError(.invalid, "canned.formMissing", field: "form")) }
        let until = LocalDate(form.text("until"))
        if until == nil { errors.append(PlainError(.invalid, "date.invalid", field: "until")) }
        let owner: StaffID = form.id("owner", of: Named.Staff.self) ?? viewer.staff.id
        if owner != viewer.staff.id, !owners.contains(where: { $0.id == owner }) {
            errors.append(PlainError(.invalid, "staff.unknown", field: "owner"))
        }
        let category = form.text("category")
        if !category.isEmpty, organisation.category(category) == nil {
            errors.append(PlainError(.invalid, "category.unknown", field: "category"))
        }
        guard errors.isEmpty, let unit, let kind, let until else { throw PlainErrors(errors) }
        return CannedDraft(
            name: PlainText.cleaned(String(form.text("name").map { $0.isNewline ? " " : $0 })), form: kind,
            category: category.isEmpty ? nil : category, unit: unit, owner: owner, validUntil: until,
            body: PlainText.cleaned(form.text("body")))
    }
}
