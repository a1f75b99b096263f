internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// Trials of changes on matters of the past.
extension PageRequest {
    /// The form that asks for a trial, and the last ones.
    ///
    /// - Parameter hidden: what is tried, where no draft holds it.
    func trialBlock(
        _ action: String, _ latest: [RuleTrial], hidden: [(name: String, value: String)] = []
    ) -> RulebookBlock {
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
                    ], hidden: hidden, submission: newSubmission())
            ])
        block.links = latest.map { trial in
            (
                words.text("rulebook.trialOf", ["when": words.relative(trial.madeAt, now: now)]),
                "/admin/trial/\(trial.id)"
            )
        }
        return block
    }

    /// Since when matters are looked at, as that form asks.
    var triedSince: Instant {
        switch form.text("period") {
        case "all": Instant(milliseconds: 0)
        case "3": now.adding(days: -3 * 365)
        default: now.adding(days: -365)
        }
    }
}

extension RulebookPages {

    func ask(_ part: RulebookPart, _ request: PageRequest) async throws -> Response {
        let staff = try request.staff.staff.id
        let draft = try await drafts.draft(try draftID(request), part: part, for: staff)
        let id = try await casework.trials.ask(
            draft, since: request.triedSince, submission: try request.requiredSubmission, by: staff)
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
        if trial.result.isEmpty {
            if trial.finishedAt != nil { blocks.append(model.impossible) }
        } else {
            switch trial.part {
            case .catalogue: blocks += try model.dispatch()
            case .categories: blocks += try model.categories()
            case .units: blocks += try model.units()
            default: blocks += try model.clocks(casework.deadlines, today: request.site.today)
            }
        }
        let tab = RulebookTab(rawValue: trial.part.rawValue)
        if trial.part == .units {
            blocks = try changeBlocks(request, trial) + blocks + goOnBlocks(request, trial)
        }
        return try await page(
            request, tab: tab?.rawValue ?? "", heading: words.text("rulebook.trialTitle.\(trial.part.rawValue)"),
            hint: words.text("rulebook.trialHint", ["when": words.fullDateTime(trial.madeAt)]),
            back: try back(request, trial), blocks)
    }

    /// The page of what was tried, for whoever may open it.
    private func back(_ request: PageRequest, _ trial: RuleTrial) throws -> (url: String, text: String)? {
        let (viewer, words) = (try request.staff, request.words)
        guard trial.part == .units else {
            let tab = RulebookTab(rawValue: trial.part.rawValue) ?? .rules
            return viewer.may(tab.permission, on: nil)
                ? ("/admin/\(tab.rawValue)", words.text("rulebook.tab.\(tab.rawValue)")) : nil
        }
        guard viewer.may(.seeAdministration, on: nil) else { return nil }
        let change: PlannedChange = try DraftText.draft(trial.body)
        guard let unit = change.changedUnit.flatMap(viewer.organisation.unit) else {
            return ("/admin/units", words.text("admin.entry.units"))
        }
        return ("/admin/units/\(unit.id)", unit.name.text(isEnglish: words.language.isEnglish))
    }

    /// The matters behind one line, for those who may see matters; others have the numbers only.
    func triedMatters(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.words
        let trial = try await found(request)
        let line = TrialLine(request.query)
        let page = try await casework.triedMatters(
            trial.id, line: line, after: request.query.id("after", of: Named.Case.self), for: viewer)
        let model = TrialModel(words: words, organisation: viewer.organisation, trial: trial, mayOpen: true)
        var block = RulebookBlock(
            id: "matters", heading: model.sentence(line), hint: words.text("rulebook.mattersHint"),
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
            back: ("/admin/trial/\(trial.id)", words.text("rulebook.trialTitle.\(trial.part.rawValue)")), [block])
    }
}
