internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The category tree: what matters can be about, with successors of what is no longer used.
extension RulebookPages {
    func categories(
        _ request: PageRequest, errors: [PlainError], isWithdrawal: Bool = false
    ) async throws -> Response {
        let words = request.words
        let organisation = try request.staff.organisation
        let model = CategoryModel(words: words, organisation: organisation)
        var blocks: [RulebookBlock] = []
        if let plan = organisation.categoryPlan {
            blocks.append(
                RulebookBlock(
                    id: "plan", heading: words.text("rulebook.coming"), tone: "wait",
                    sentences: [words.text("rulebook.planLine", ["date": words.fullDate(plan.from)])],
                    forms: [
                        RulebookForm(
                            id: "withdraw", action: "/admin/categories/withdraw",
                            button: words.text("rulebook.withdraw"), inputs: reasonInputs(words),
                            submission: request.newSubmission(), typed: isWithdrawal ? request.form : nil,
                            errors: isWithdrawal ? errors : [])
                    ]))
            blocks.append(model.difference(organisation.plannedDifference(plan)))
        }
        blocks += model.tree()
        var form = uploadForm(request, "categories", text: request.form.text("text"), isPrimary: true)
        form.errors = isWithdrawal ? [] : errors
        blocks.append(
            RulebookBlock(
                id: "new", heading: words.text("rulebook.treeNew"), hint: words.text("rulebook.treeNewHint"),
                forms: [form]))
        blocks.append(try await history(.categories, request))
        return try await page(
            request, tab: "categories", heading: words.text("rulebook.tab.categories"),
            hint: words.text("rulebook.categoriesHint"),
            tools: [
                (words.text("rulebook.categoryNew"), "/admin/categories/line"),
                (words.text("rulebook.download"), "/admin/categories/text"),
            ], blocks, errors: errors)
    }

    func categoryText(_ request: PageRequest) async throws -> Response {
        request.file(try request.staff.organisation.categoryFile, named: "categories-\(request.site.today).csv")
    }

    // MARK: One category

    func categoryEdit(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let organisation = try request.staff.organisation
        let model = CategoryModel(words: words, organisation: organisation)
        let code = request.form["code"] ?? request.query.text("code")
        let category = organisation.category(code)
        let act = request.form.text("act")
        func form(
            _ name: String, _ inputs: [RulebookForm.Input], isPrimary: Bool = false
        ) -> RulebookForm {
            RulebookForm(
                id: name, action: "/admin/categories/line", button: words.text("rulebook.categoryButton.\(name)"),
                inputs: inputs, hidden: [("act", name), ("code", code)], isPrimary: isPrimary,
                submission: act == name ? request.submissionField() : request.newSubmission(),
                typed: act == name ? request.form : nil, errors: act == name ? errors : [])
        }
        func names(_ known: LocalizedName?) -> [RulebookForm.Input] {
            [
                .init(name: "zh", label: words.text("rulebook.nameZh"), kind: .line(most: 60), value: known?.zh ?? ""),
                .init(
                    name: "en", label: words.text("rulebook.nameEn"), kind: .line(most: 120), value: known?.en ?? "",
                    isRequired: false),
            ]
        }
        var blocks: [RulebookBlock] = []
        if let category, !category.isRetired {
            blocks.append(
                RulebookBlock(
                    id: "renaming", heading: words.text("rulebook.rename"), hint: words.text("rulebook.renameHint"),
                    forms: [form("rename", names(category.name), isPrimary: true)]))
            if organisation.path(ofCategory: code).count < 3 {
                blocks.append(
                    RulebookBlock(
                        id: "adding", heading: words.text("rulebook.addBelow"), forms: [form("add", names(nil))]))
            }
            blocks.append(
                RulebookBlock(
                    id: "retiring", heading: words.text("rulebook.retire"), hint: words.text("rulebook.retireHint"),
                    forms: [
                        form(
                            "retire",
                            [
                                .init(
                                    name: "successor", label: words.text("rulebook.successor"),
                                    kind: .select(model.options(besides: code)),
                                    hint: words.text("rulebook.successorHint"), isRequired: false)
                            ])
                    ]))
        } else {
            let parent = RulebookForm.Input(
                name: "parent", label: words.text("rulebook.parent"), kind: .select(model.parents),
                hint: words.text("rulebook.parentHint"), isRequired: false)
            blocks.append(
                RulebookBlock(
                    id: "adding", heading: words.text("rulebook.categoryNew"),
                    forms: [form("add", [parent] + names(nil), isPrimary: true)]))
        }
        return try await page(
            request, tab: "categories",
            heading: category == nil
                ? words.text("rulebook.categoryNew")
                : organisation.pathName(ofCategory: code, isEnglish: words.language.isEnglish),
            hint: code, back: ("/admin/categories", words.text("rulebook.tab.categories")), blocks, errors: errors)
    }

    func draftEdit(_ request: PageRequest) async throws -> Response {
        let (form, viewer) = (request.form, try request.staff)
        return try await run {
            let name = LocalizedName(
                zh: form.text("zh").split(whereSeparator: \.isWhitespace).joined(separator: " "),
                en: form.text("en").split(whereSeparator: \.isWhitespace).joined(separator: " "))
            let code = form.text("code")
            let edit: CategoryEdit
            switch form.text("act") {
            case "rename": edit = .rename(code: code, name: name)
            case "retire":
                edit = .retire(code: code, successor: form.text("successor").isEmpty ? nil : form.text("successor"))
            default:
                let parent = form["parent"] ?? code
                edit = .add(parent: parent.isEmpty ? nil : parent, name: name)
            }
            _ = try viewer.organisation.categoryDifference(edit)
            return try await keep(try DraftText.text(CategoryDraft.edit(edit)), .categories, request)
        } again: { errors in
            try await categoryEdit(request, errors: errors)
        }
    }

    // MARK: A draft

    func draftCategories(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let text = try sentText(request)
            do {
                _ = try viewer.organisation.categoryDifference(csv: text)
            } catch let problems as ImportProblems {
                let faults = RuleFaults(request.words)
                return try await faulty(
                    request, "categories", text,
                    problems.problems.map { faults.fault($0.line, $0.reason, in: text) })
            }
            return try await keep(try DraftText.text(CategoryDraft.whole(csv: text)), .categories, request)
        } again: { errors in
            try await categories(request, errors: errors)
        }
    }

    func categoryDraft(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let viewer = try request.staff
        let kept = try await drafts.draft(try draftID(request), part: .categories, for: viewer.staff.id)
        let draft: CategoryDraft = try DraftText.draft(kept.body)
        let difference = try viewer.organisation.difference(draft)
        let model = CategoryModel(words: words, organisation: viewer.organisation)
        var blocks = [model.difference(difference)]
        let touched = model.catalogueEntries(of: difference, on: request.site.today)
        if touched > 0 {
            blocks.append(
                RulebookBlock(
                    id: "entries", heading: words.text("rulebook.effect"), tone: "wait",
                    sentences: [words.text("rulebook.entriesOfRetired", ["n": words.number(touched)])]))
        }
        if !difference.isEmpty {
            blocks.append(
                request.trialBlock(
                    "/admin/categories/draft/\(kept.id)/trial", try await casework.trials.latest(.categories)))
        }
        blocks.append(
            RulebookBlock(
                id: "load", heading: words.text("rulebook.treeLoad"), hint: words.text("rulebook.treeLoadHint"),
                forms: [
                    RulebookForm(
                        id: "load", action: "/admin/categories/draft/\(kept.id)/load",
                        button: words.text("rulebook.treeLoadButton"),
                        inputs: reasonInputs(words, day: request.site.today), isPrimary: true,
                        submission: request.submissionField(), typed: errors.isEmpty ? nil : request.form,
                        errors: errors)
                ]))
        return try await page(
            request, tab: "categories", heading: words.text("rulebook.treeDraft"),
            back: ("/admin/categories", words.text("rulebook.tab.categories")), blocks, errors: errors)
    }

    func loadCategories(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let kept = try await drafts.draft(try draftID(request), part: .categories, for: viewer.staff.id)
            let draft: CategoryDraft = try DraftText.draft(kept.body)
            guard let from = try request.form.day("from") else {
                throw PlainError(.invalid, "date.invalid", field: "from")
            }
            let today = request.site.today
            try await request.site.organisation.changeCategories(
                from: from, today: today, reason: request.form.text("reason"),
                submission: try request.requiredSubmission, by: viewer.actor
            ) { try $0.difference(draft) }
            return request.redirect(to: "/admin/categories?done=\(from > today ? "treeScheduled" : "treeChanged")")
        } again: { errors in
            try await categoryDraft(request, errors: errors)
        }
    }

    func withdrawCategories(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            try await request.site.organisation.withdrawCategoryPlan(
                reason: request.form.text("reason"), submission: try request.requiredSubmission, by: viewer.actor)
            return request.redirect(to: "/admin/categories?done=withdrawn")
        } again: { errors in
            try await categories(request, errors: errors, isWithdrawal: true)
        }
    }
}
