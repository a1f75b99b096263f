internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The duty catalogue: who is responsible for what, since when, on which basis; how it changes and what that would mean.
extension RulebookPages {
    func catalogue(
        _ request: PageRequest, errors: [PlainError], failed: String = ""
    ) async throws -> Response {
        let words = request.words
        let organisation = try request.staff.organisation
        let today = request.site.today
        let model = CatalogueModel(words: words, organisation: organisation)
        var blocks: [RulebookBlock] = []
        let coming = organisation.catalogueChangesToCome(after: today)
        if !coming.isEmpty {
            blocks.append(comingBlock(request, coming, failed == "withdraw" ? errors : []))
        }
        let day = LocalDate(request.query.text("on")) ?? today
        blocks.append(model.entries(on: day, query: request.query.text("q"), today: today))
        blocks.append(try await proposals(request, failed == "decline" ? errors : []))
        var form = uploadForm(request, "catalogue", text: request.form.text("text"), isPrimary: true)
        form.errors = failed.isEmpty ? errors : []
        blocks.append(
            RulebookBlock(
                id: "new", heading: words.text("rulebook.catalogueNew"), hint: words.text("rulebook.catalogueNewHint"),
                forms: [form]))
        blocks.append(try await history(.catalogue, request))
        return try await page(
            request, tab: "catalogue", heading: words.text("rulebook.tab.catalogue"),
            hint: words.text("rulebook.catalogueHint"),
            tools: [
                (words.text("rulebook.lineNew"), "/admin/catalogue/line"),
                (words.text("rulebook.download"), "/admin/catalogue/text"),
            ], blocks, errors: errors)
    }

    private func comingBlock(
        _ request: PageRequest, _ coming: [(version: Int, from: LocalDate)], _ errors: [PlainError]
    ) -> RulebookBlock {
        let words = request.words
        return RulebookBlock(
            id: "coming", heading: words.text("rulebook.coming"), hint: words.text("rulebook.comingHint"),
            sentences: coming.map {
                words.text("rulebook.comingLine", ["n": "\($0.version)", "date": words.fullDate($0.from)])
            },
            forms: coming.map { change in
                RulebookForm(
                    id: "withdraw-\(change.version)", action: "/admin/catalogue/withdraw",
                    button: words.text("rulebook.withdrawNumber", ["n": "\(change.version)"]),
                    inputs: reasonInputs(words), hidden: [("version", "\(change.version)")],
                    submission: request.newSubmission(),
                    typed: request.form["version"] == "\(change.version)" ? request.form : nil,
                    errors: request.form["version"] == "\(change.version)" ? errors : [])
            }, isFolded: errors.isEmpty)
    }

    func catalogueText(_ request: PageRequest) async throws -> Response {
        let text = CatalogueText(organisation: try request.staff.organisation, today: request.site.today)
            .whole(with: [])
        return request.file(text, named: "catalogue-\(request.site.today).csv")
    }

    // MARK: One line

    func catalogueLine(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let organisation = try request.staff.organisation
        let today = request.site.today
        let entry = organisation.catalogueEntries(on: today).first { $0.id == request.query.text("id") }
        let lines = CatalogueModel(words: words, organisation: organisation)
        let query = request.query
        let isNew = entry == nil
        let typed = errors.isEmpty ? nil : request.form
        var inputs: [RulebookForm.Input] = [
            .init(
                name: "id", label: words.text("rulebook.entry"), kind: .line(most: 40),
                hint: words.text("rulebook.entryHint"), value: entry?.id ?? query["id"] ?? lines.nextNumber(today)),
            .init(
                name: "category", label: words.text("rulebook.category"), kind: .select(lines.categoryOptions),
                value: entry?.category ?? query.text("category")),
            .init(
                name: "area", label: words.text("rulebook.area"), kind: .select(lines.areaOptions),
                hint: words.text("rulebook.areaHint"), value: entry?.area ?? query.text("area"), isRequired: false),
            .init(
                name: "unit", label: words.text("rulebook.unit"), kind: .select(lines.unitOptions),
                value: entry.flatMap { organisation.unit($0.unit)?.code } ?? query.text("unit")),
        ]
        inputs += [
            .init(
                name: "helpers", label: words.text("rulebook.helpers"), kind: .line(most: 200),
                hint: words.text("rulebook.helpersHint"),
                value: (entry?.helpers ?? []).compactMap { organisation.unit($0)?.code }.joined(separator: "、"),
                isRequired: false),
            .init(
                name: "basis", label: words.text("rulebook.basis"), kind: .area(rows: 2),
                hint: words.text("rulebook.basisHint"), value: entry?.basis ?? ""),
        ]
        var blocks = [
            RulebookBlock(
                id: "line", heading: words.text(isNew ? "rulebook.lineNew" : "rulebook.lineChange"),
                forms: [
                    RulebookForm(
                        id: "line", action: "/admin/catalogue/line", button: words.text("rulebook.look"),
                        inputs: inputs, isPrimary: true, submission: request.submissionField(), typed: typed,
                        errors: errors)
                ])
        ]
        if let entry {
            blocks.append(
                RulebookBlock(
                    id: "ending", heading: words.text("rulebook.lineEnd"), hint: words.text("rulebook.lineEndHint"),
                    forms: [
                        RulebookForm(
                            id: "end", action: "/admin/catalogue/line", button: words.text("rulebook.lineEndButton"),
                            hidden: [("ending", entry.id)], submission: request.newSubmission())
                    ]))
        }
        return try await page(
            request, tab: "catalogue",
            heading: entry.map { words.text("rulebook.lineTitle", ["n": $0.id]) } ?? words.text("rulebook.lineNew"),
            back: ("/admin/catalogue", words.text("rulebook.tab.catalogue")), blocks, errors: errors)
    }

    func draftLine(_ request: PageRequest) async throws -> Response {
        let (form, viewer) = (request.form, try request.staff)
        return try await run {
            let draft: CatalogueDraft
            if form["ending"] != nil {
                draft = .ending(id: form.text("ending"))
            } else {
                draft = .line(
                    CatalogueLine(
                        id: form.text("id").filter { !$0.isWhitespace }, category: form.text("category"),
                        area: form.text("area").isEmpty ? nil : form.text("area"), unit: form.text("unit"),
                        helpers: form.text("helpers").split { "、,;； ".contains($0) }.map(String.init),
                        basis: form.text("basis").split(whereSeparator: \.isNewline).joined(separator: " ")))
            }
            do {
                _ = try viewer.organisation.difference(draft, from: request.site.today)
            } catch let problems as ImportProblems {
                let faults = RuleFaults(request.words)
                let reasons = problems.problems.map { faults.fault(1, $0.reason, in: "").reason }
                throw PlainError(.invalid, "rulebook.lineWrong", values: ["what": reasons.joined(separator: " ")])
            }
            return try await keep(try DraftText.text(draft), .catalogue, request)
        } again: { errors in
            try await catalogueLine(request, errors: errors)
        }
    }

    // MARK: A draft

    func draftCatalogue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let text = try sentText(request)
            do {
                _ = try viewer.organisation.catalogueDifference(csv: text, from: request.site.today)
            } catch let problems as ImportProblems {
                let faults = RuleFaults(request.words)
                return try await faulty(
                    request, "catalogue", text,
                    problems.problems.map { faults.fault($0.line, $0.reason, in: text) })
            }
            return try await keep(try DraftText.text(CatalogueDraft.whole(csv: text)), .catalogue, request)
        } again: { errors in
            try await catalogue(request, errors: errors)
        }
    }

    func catalogueDraft(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let viewer = try request.staff
        let kept = try await drafts.draft(try draftID(request), part: .catalogue, for: viewer.staff.id)
        let draft: CatalogueDraft = try DraftText.draft(kept.body)
        let today = request.site.today
        let model = CatalogueModel(words: words, organisation: viewer.organisation)
        let difference: CatalogueDifference
        do {
            difference = try viewer.organisation.difference(draft, from: today)
        } catch is ImportProblems {
            // Units or categories went since: the text is shown again with what is wrong now.
            throw PlainError(.conflict, "rulebook.draftOld")
        }
        var blocks = [model.difference(difference)]
        if !difference.toTownships.isEmpty { blocks.append(model.townships(difference)) }
        blocks.append(
            request.trialBlock(
                "/admin/catalogue/draft/\(kept.id)/trial", try await casework.trials.latest(.catalogue)))
        blocks.append(
            RulebookBlock(
                id: "load", heading: words.text("rulebook.catalogueLoad"),
                hint: words.text("rulebook.catalogueLoadHint"),
                forms: [
                    RulebookForm(
                        id: "load", action: "/admin/catalogue/draft/\(kept.id)/load",
                        button: words.text("rulebook.catalogueLoadButton"), inputs: reasonInputs(words, day: today),
                        isPrimary: true, submission: request.submissionField(),
                        typed: errors.isEmpty ? nil : request.form, errors: errors)
                ]))
        return try await page(
            request, tab: "catalogue", heading: words.text("rulebook.catalogueDraft"),
            back: ("/admin/catalogue", words.text("rulebook.tab.catalogue")), blocks, errors: errors)
    }

    func loadCatalogue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let kept = try await drafts.draft(try draftID(request), part: .catalogue, for: viewer.staff.id)
            let draft: CatalogueDraft = try DraftText.draft(kept.body)
            guard let from = try request.form.day("from") else {
                throw PlainError(.invalid, "date.invalid", field: "from")
            }
            let today = request.site.today
            try await request.site.organisation.changeCatalogue(
                today: today, reason: request.form.text("reason"), submission: try request.requiredSubmission,
                by: viewer.actor
            ) { try $0.difference(draft, from: from) }
            return request.redirect(
                to: "/admin/catalogue?done=\(from > today ? "catalogueScheduled" : "catalogueChanged")")
        } again: { errors in
            try await catalogueDraft(request, errors: errors)
        }
    }

    func withdrawCatalogue(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            try await request.site.organisation.withdrawCatalogue(
                version: Int(request.form.text("version")) ?? 0, today: request.site.today,
                reason: request.form.text("reason"), submission: try request.requiredSubmission, by: viewer.actor)
            return request.redirect(to: "/admin/catalogue?done=withdrawn")
        } again: { errors in
            try await catalogue(request, errors: errors, failed: "withdraw")
        }
    }
}
