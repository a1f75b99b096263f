internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// Trials of changes on matters of the past.
extension RulebookPages {
    /// The form that asks for a trial, and the last ones.
    func trialBlock(_ request: PageRequest, _ action: String, _ latest: [RuleTrial]) -> RulebookBlock {
        let words = request.words
        let options = ["1", "3", "all"].map {
            RulebookForm.Option(value: $0, label: words.text("rulebook.period.\($0)"))
        }
        var block = RulebookBlock(
            id: "trial", heading: words.text("rulebook.try"), hint: words.text("rulebook.tryHint"),
            forms: [
                RulebookForm(
                    id: "try", action: action, button: words.text("rulebook.tryButton"),
                    inputs: [
                        .init(name: "period", label: words.text("rulebook.period"), kind: .select(options), value: "1")
                    ], submission: request.newSubmission())
            ])
        block.links = latest.map { trial in
            (
                words.text("rulebook.trialOf", ["when": words.relative(trial.madeAt, now: request.now)]),
                "/admin/trial/\(trial.id)"
            )
        }
        return block
    }

    func ask(_ part: RulebookPart, _ request: PageRequest) async throws -> Response {
        let staff = try request.staff.staff.id
        let draft = try await drafts.draft(try draftID(request), part: part, for: staff)
        let since: Instant
        switch request.form.text("period") {
        case "all": since = Instant(milliseconds: 0)
        case "3": since = request.now.adding(days: -3 * 365)
        default: since = request.now.adding(days: -365)
        }
        let id = try await casework.trials.ask(
            draft, since: since, submission: try request.requiredSubmission, by: staff)
        return request.redirect(to: "/admin/trial/\(id)")
    }

    private func found(_ request: PageRequest) async throws -> RuleTrial {
        guard let id = RuleTrialID(request.parameter("id")) else { throw PlainError(.notFound, "rulebook.noTrial") }
        return try await casework.trials.trial(id)
    }

    func trial(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let mayRead = [Permission.manageRules, .manageOrganisation, .oversee].contains { viewer.may($0, on: nil) }
        guard mayRead else { throw PlainError(.forbidden, "permission.missing") }
        let words = request.words
        let trial = try await found(request)
        var blocks: [RulebookBlock] = []
        let total = try await casework.mattersAtHand()
        if trial.finishedAt == nil {
            blocks.append(
                RulebookBlock(
                    id: "running", heading: words.text("rulebook.trialRuns"), tone: "wait",
                    sentences: [
                        words.text(
                            "rulebook.trialProgress",
                            ["n": words.number(trial.looked), "all": words.capped(total, most: 10_000)])
                    ], links: [(words.text("rulebook.lookAgain"), "/admin/trial/\(trial.id)")]))
        }
        let model = TrialModel(
            words: words, organisation: viewer.organisation, trial: trial,
            mayOpen: viewer.may(.seeMatters, on: nil))
        if !trial.result.isEmpty, trial.part == .catalogue {
            blocks += try model.dispatch()
        } else if !trial.result.isEmpty {
            blocks += try model.clocks(casework.deadlines, today: request.site.today)
        }
        let tab = RulebookTab(rawValue: trial.part.rawValue) ?? .rules
        return try await page(
            request, tab: tab.rawValue, heading: words.text("rulebook.trialTitle.\(trial.part.rawValue)"),
            hint: words.text("rulebook.trialHint", ["when": words.fullDateTime(trial.madeAt)]),
            back: viewer.may(tab.permission, on: nil)
                ? ("/admin/\(tab.rawValue)", words.text("rulebook.tab.\(tab.rawValue)")) : nil, blocks)
    }

    /// The matters behind one line, for those who may see matters; others have the numbers only.
    func triedMatters(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.words
        let trial = try await found(request)
        let move = DispatchTrial.Move(
            from: request.query.id("from", of: Named.Unit.self), to: request.query.id("to", of: Named.Unit.self),
            category: request.query.text("category"))
        let page = try await casework.triedMatters(
            trial.id, move: move, after: request.query.id("after", of: Named.Case.self), for: viewer)
        var block = RulebookBlock(
            id: "matters", heading: words.text("rulebook.matters"), hint: words.text("rulebook.mattersHint"),
            columns: [
                (words.text("rulebook.number"), false), (words.text("rulebook.matterTitle"), false),
                (words.text("rulebook.registered"), false),
            ])
        block.rows = page.matters.map { matter in
            [
                .init(text: matter.number, url: "/desk/matter/\(matter.number)"),
                .init(text: matter.title.isEmpty ? words.text("story.textErased") : matter.title),
                .init(text: words.fullDate(words.zone.date(of: matter.registeredAt))),
            ]
        }
        if page.matters.isEmpty { block.sentences = [words.text("rulebook.noMatters")] }
        if let next = page.next {
            var items = request.query.items.filter { $0.name != "after" }
            items.append(.init(name: "after", value: "\(next)"))
            block.links = [
                (words.text("rulebook.lookFurther"), "/admin/trial/\(trial.id)/matters?\(Form(items).urlEncoded)")
            ]
        }
        return try await self.page(
            request, tab: "", heading: words.text("rulebook.matters"),
            back: ("/admin/trial/\(trial.id)", words.text("rulebook.trialTitle.catalogue")), [block])
    }
}

/// What came of a trial, as blocks of a page.
struct TrialModel {
    let words: Words
    let organisation: Organisation
    let trial: RuleTrial
    let mayOpen: Bool

    private var isEnglish: Bool { words.language.isEnglish }

    private func unit(_ id: UnitID?) -> String {
        guard let id else { return words.text("rulebook.nobody") }
        return organisation.unit(id)?.name.text(isEnglish: isEnglish) ?? words.text("story.unitUnknown")
    }

    func dispatch() throws -> [RulebookBlock] {
        let result: DispatchTrial = try DraftText.draft(trial.result)
        let moves = result.moves.sorted { one, other in
            if one.value.all != other.value.all { return one.value.all > other.value.all }
            if one.key.category != other.key.category { return one.key.category < other.key.category }
            return (one.key.to?.rawValue ?? 0) < (other.key.to?.rawValue ?? 0)
        }
        var block = RulebookBlock(
            id: "moves", heading: words.text("rulebook.moves"), hint: words.text("rulebook.movesHint"),
            sentences: [
                words.text(
                    "rulebook.movesSum",
                    [
                        "moved": words.number(result.moved), "looked": words.number(result.looked),
                        "none": words.number(result.uncategorised),
                    ])
            ],
            columns: [
                (words.text("rulebook.category"), false), (words.text("rulebook.moveFrom"), false),
                (words.text("rulebook.moveTo"), false), (words.text("rulebook.moveAll"), true),
                (words.text("rulebook.wentBefore"), true), (words.text("rulebook.wentAfter"), true),
            ])
        block.rows = moves.prefix(200).map { move, count in
            let name = organisation.pathName(ofCategory: move.category, isEnglish: isEnglish)
            var items = [Form.Item(name: "category", value: move.category)]
            if let from = move.from { items.append(.init(name: "from", value: "\(from)")) }
            if let to = move.to { items.append(.init(name: "to", value: "\(to)")) }
            let url = mayOpen ? "/admin/trial/\(trial.id)/matters?\(Form(items).urlEncoded)" : ""
            return [
                .init(text: name.isEmpty ? move.category : name), .init(text: unit(move.from)),
                .init(text: unit(move.to)), .init(text: words.number(count.all), url: url, isNumber: true),
                .number(words.number(count.wentBefore)), .number(words.number(count.wentAfter)),
            ]
        }
        if result.moved == 0, trial.finishedAt != nil { block.sentences.append(words.text("rulebook.nothingMoves")) }
        if !mayOpen, result.moved > 0 { block.sentences.append(words.text("rulebook.numbersOnly")) }
        return [block]
    }

    func clocks(_ book: DeadlineBook, today: LocalDate) throws -> [RulebookBlock] {
        let result: ClockTrial = try DraftText.draft(trial.result)
        let pack = try RulePack(yaml: trial.body)
        let old = book.packs.pack(for: pack.kind, on: today)
        var block = RulebookBlock(
            id: "clocks", heading: words.text("rulebook.lateTitle"),
            hint: words.text("rulebook.lateHint"),
            sentences: [
                words.text("rulebook.lateSum", ["n": words.number(result.looked), "pack": pack.reference])
            ],
            columns: [
                (words.text("rulebook.clock"), false), (words.text("rulebook.countBefore"), true),
                (words.text("rulebook.lateBefore"), true), (words.text("rulebook.countAfter"), true),
                (words.text("rulebook.lateAfter"), true), (words.text("rulebook.provisional"), true),
            ])
        let names = Set(result.before.keys).union(result.after.keys).sorted()
        block.rows = names.map { name in
            let (before, after) = (result.before[name], result.after[name])
            let rule = pack.rule(name) ?? old?.rule(name)
            func number(_ value: Int?) -> RulebookBlock.Cell { .number(value.map { words.number($0) } ?? "–") }
            return [
                .init(text: rule?.name.text(isEnglish: isEnglish) ?? name, small: name), number(before?.all),
                number(before?.late), number(after?.all), number(after?.late), number(after?.provisional),
            ]
        }
        return [block]
    }
}
