internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What forms on the page of a pack can ask for. The raw value is the end of the address.
enum PackAct: String, CaseIterable, Sendable {
    case withdraw, end, confirm
}

/// Rule packs: what there is, what a new one would change, and what was confirmed by whom.
extension RulebookPages {
    func packs(_ request: PageRequest) async throws -> Response { try await packs(request, errors: []) }

    private func packs(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let model = PackModel(words: words, today: request.site.today)
        let stored = try await rules.rules()
        let all = casework.deadlines.packs
        let examples = try RulePacks.exampleTexts().map { try RulePack(yaml: $0) }
            .filter { all.pack(reference: $0.reference) == nil }
        var blocks: [RulebookBlock] = []
        for kind in MatterKind.allCases {
            let list = all.packs.filter { $0.kind == kind }.reversed() + examples.filter { $0.kind == kind }
            blocks.append(
                model.list(
                    kind, Array(list), all: all, stored: Set(stored.packs.map(\.pack.reference)),
                    examples: Set(examples.map(\.reference))))
        }
        var form = uploadForm(request, "rules", text: request.form.text("text"), isPrimary: true)
        form.errors = errors
        blocks.append(
            RulebookBlock(
                id: "new", heading: words.text("rulebook.packNew"), hint: words.text("rulebook.packNewHint"),
                forms: [form]))
        blocks.append(try await history(.rules, request))
        return try await page(
            request, tab: "rules", heading: words.text("rulebook.title"), hint: words.text("rulebook.titleHint"),
            blocks, errors: errors)
    }

    /// A pack of the store, of the program, or an example.
    func knownPack(named reference: String) async throws -> (pack: RulePack, text: String, isStored: Bool) {
        if let stored = try await rules.rules().packs.first(where: { $0.pack.reference == reference }) {
            return (stored.pack, stored.text, true)
        }
        for text in try RulePacks.builtInTexts() + RulePacks.exampleTexts() {
            let pack = try RulePack(yaml: text)
            if pack.reference == reference { return (pack, text, false) }
        }
        throw PlainError(.notFound, "rulebook.noPack", values: ["what": reference])
    }

    func pack(_ request: PageRequest) async throws -> Response { try await packPage(request, failed: nil) }

    private func reference(_ request: PageRequest) -> String {
        "\(request.parameter("id"))/\(request.parameter("version"))"
    }

    private func packPage(
        _ request: PageRequest, failed: (act: PackAct, errors: [PlainError])?
    ) async throws -> Response {
        let words = request.words
        let organisation = try await request.site.organisation.current()
        let (pack, _, isStored) = try await knownPack(named: reference(request))
        let model = PackModel(words: words, today: request.site.today)
        let path = "/admin/rules/pack/\(pack.reference)"
        let all = casework.deadlines.packs
        let confirmed = try await request.site.organisation.history(of: .rules, limit: 1_000)
            .filter { $0.kind == "ruleConfirmed" && $0.pack == pack.reference }
        var blocks = [
            model.facts(pack, all: all), model.clocks(pack),
            model.confirmations(
                pack,
                confirmed.map { change in
                    (
                        rule: change.rule ?? "", who: Self.who(change.actor, organisation, words),
                        when: words.relative(change.at, now: request.now), why: change.reason ?? ""
                    )
                }),
        ]
        func form(_ act: PackAct, _ inputs: [RulebookForm.Input], hidden: [(name: String, value: String)] = [])
            -> RulebookForm
        {
            let isMine = failed?.act == act
            return RulebookForm(
                id: act.rawValue, action: "\(path)/\(act.rawValue)",
                button: words.text("rulebook.packButton.\(act.rawValue)"), inputs: inputs, hidden: hidden,
                submission: isMine ? request.submissionField() : request.newSubmission(),
                typed: isMine ? request.form : nil, errors: isMine ? failed?.errors ?? [] : [])
        }
        let open = Set(confirmed.compactMap(\.rule))
        let waiting = pack.rules.filter { $0.evidence == .secondary && !open.contains($0.id) }
        if !waiting.isEmpty {
            let options = waiting.map {
                RulebookForm.Option(value: $0.id, label: $0.name.text(isEnglish: words.language.isEnglish))
            }
            blocks.append(
                RulebookBlock(
                    id: "confirming", heading: words.text("rulebook.confirm"), hint: words.text("rulebook.confirmHint"),
                    forms: [
                        form(
                            .confirm,
                            [.init(name: "rule", label: words.text("rulebook.rule"), kind: .select(options))]
                                + reasonInputs(words))
                    ]))
        }
        if isStored, pack.effectiveFrom > request.site.today, !pack.isWithdrawn {
            blocks.append(
                RulebookBlock(
                    id: "withdrawing", heading: words.text("rulebook.packWithdraw"),
                    hint: words.text("rulebook.packWithdrawHint"), forms: [form(.withdraw, reasonInputs(words))]))
        } else if isStored, pack.effectiveTo == nil {
            let day = RulebookForm.Input(
                name: "last", label: words.text("rulebook.lastDay"), kind: .date,
                value: "\(request.site.today.adding(days: 1))")
            blocks.append(
                RulebookBlock(
                    id: "ending", heading: words.text("rulebook.packEnd"), hint: words.text("rulebook.packEndHint"),
                    forms: [form(.end, [day] + reasonInputs(words))], isFolded: failed?.act != .end))
        }
        return try await page(
            request, tab: "rules", heading: pack.title.text(isEnglish: words.language.isEnglish),
            hint: pack.reference, back: ("/admin/rules", words.text("rulebook.tab.rules")),
            tools: [(words.text("rulebook.download"), "\(path)/text")], blocks, errors: failed?.errors ?? [])
    }

    func packText(_ request: PageRequest) async throws -> Response {
        let (pack, text, _) = try await knownPack(named: reference(request))
        return file(text, named: "\(pack.id)-\(pack.version).yaml")
    }

    func perform(_ act: PackAct, _ request: PageRequest) async throws -> Response {
        let (viewer, form, reference) = (try request.staff, request.form, self.reference(request))
        let (reason, submission) = (form.text("reason"), try request.requiredSubmission)
        return try await run {
            switch act {
            case .withdraw:
                try await rules.withdraw(
                    reference, today: request.site.today, reason: reason, submission: submission, by: viewer.actor)
            case .end:
                guard let last = try form.day("last") else { throw PlainError(.invalid, "date.invalid", field: "last") }
                // Sent twice it has ended already, on the same day.
                if casework.deadlines.packs.pack(reference: reference)?.effectiveTo == last { break }
                _ = try await rules.end(
                    reference, on: last, earliest: request.site.today, reason: reason, by: viewer.actor)
            case .confirm:
                let (pack, _, _) = try await knownPack(named: reference)
                guard let rule = pack.rule(form.text("rule")), rule.evidence == .secondary else {
                    throw PlainError(.invalid, "rulebook.noRule", field: "rule")
                }
                try await rules.confirm(
                    rule: rule.id, of: reference, reason: reason, submission: submission, by: viewer.actor)
            }
            try await current.refresh()
            return request.redirect(to: "/admin/rules/pack/\(reference)?done=pack-\(act.rawValue)")
        } again: { errors in
            try await packPage(request, failed: (act, errors))
        }
    }

    // MARK: A new pack

    func draftPack(_ request: PageRequest) async throws -> Response {
        try await run {
            let text = try sentText(request)
            do throws(RulePackError) {
                _ = try RulePack(yaml: text)
            } catch {
                let faults = RuleFaults(request.words)
                return try await faulty(
                    request, "rules", text, error.problems.map { faults.fault($0.line, $0.reason, in: text) })
            }
            return try await keep(text, .rules, request)
        } again: { errors in
            try await packs(request, errors: errors)
        }
    }

    func packDraft(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let draft = try await drafts.draft(try draftID(request), part: .rules, for: try request.staff.staff.id)
        let pack = try RulePack(yaml: draft.body)
        let book = casework.deadlines
        let before =
            book.packs.packs.last { $0.id == pack.id && $0.version < pack.version }
            ?? book.packs.pack(for: pack.kind, on: request.site.today)
        let model = PackModel(words: words, today: request.site.today)
        var blocks = [
            model.facts(pack, all: book.packs),
            model.difference(from: before, to: pack, calendar: book.calendar),
            model.clocks(pack),
            request.trialBlock("/admin/rules/draft/\(draft.id)/trial", try await casework.trials.latest(.rules)),
        ]
        var inputs = reasonInputs(words)
        if pack.isExample {
            inputs.insert(
                .init(
                    name: "checked", label: words.text("rulebook.checked"), kind: .check,
                    hint: words.text("rulebook.checkedHint"), value: ""), at: 0)
        }
        blocks.append(
            RulebookBlock(
                id: "load", heading: words.text("rulebook.packLoad"),
                hint: words.text(
                    pack.effectiveFrom > request.site.today ? "rulebook.packLoadLater" : "rulebook.packLoadHint",
                    ["date": words.fullDate(pack.effectiveFrom)]),
                forms: [
                    RulebookForm(
                        id: "load", action: "/admin/rules/draft/\(draft.id)/load",
                        button: words.text("rulebook.packLoadButton"), inputs: inputs, isPrimary: true,
                        submission: request.submissionField(), typed: errors.isEmpty ? nil : request.form,
                        errors: errors)
                ]))
        blocks.append(
            RulebookBlock(
                id: "text", heading: words.text("rulebook.text"), isFolded: true, source: draft.body))
        return try await page(
            request, tab: "rules", heading: pack.title.text(isEnglish: words.language.isEnglish),
            hint: pack.reference, back: ("/admin/rules", words.text("rulebook.tab.rules")), blocks, errors: errors)
    }

    func loadPack(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let draft = try await drafts.draft(try draftID(request), part: .rules, for: viewer.staff.id)
            let pack = try RulePack(yaml: draft.body)
            if pack.isExample, !request.form.flag("checked") {
                throw PlainError(.invalid, "rulebook.notChecked", field: "checked")
            }
            _ = try await rules.load(
                draft.body, earliest: request.site.today, reason: request.form.text("reason"),
                submission: try request.requiredSubmission, by: viewer.actor)
            try await current.refresh()
            return request.redirect(to: "/admin/rules/pack/\(pack.reference)?done=packLoaded")
        } again: { errors in
            try await packDraft(request, errors: errors)
        }
    }
}
