internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The forms on the page of a matter: which there are, what they offer, and what was typed when one failed.
struct MatterForms {
    let page: MatterPage

    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }

    /// What each kind of form needs, one set after the other.
    func fields() -> [Fields] {
        let entries = lawEntries()
        return [
            permissions(), choices(), replyForm(), typed(), callForms(), routeForms(), processForms(),
            informationForms(),
            cannedFields(), page.publishing,
            [
                "lawEntries": .list(entries), "hasLaw": .flag(!entries.isEmpty),
                "precedents": .list(page.precedents), "hasPrecedents": .flag(!page.precedents.isEmpty),
            ],
        ]
    }

    // MARK: What can be done

    private var undelivered: [CaseState.Reporter] {
        state.reporters.filter { $0.deliveredAt == nil && !$0.withdrawn && !$0.erased }
    }

    private var judging: [CaseState.Reporter] {
        state.reporters.filter { $0.deliveredAt != nil && !$0.withdrawn && !$0.erased }
    }

    private func permissions() -> Fields {
        let page = page
        let isHandler = state.handler == page.viewer.staff.id
        let compose = [.reply, .message, .note].contains { page.can($0) }
        return [
            "canAccept": .flag(page.can(.accept)),
            "canObject": .flag(page.can(.object)), "canDispatch": .flag(page.can(.dispatch)),
            "canDeliver": .flag(page.can(.deliver) && !undelivered.isEmpty),
            "canJudgeOnBehalf": .flag(page.can(.judge) && !isHandler && !judging.isEmpty),
            "canClose": .flag(page.can(.close) && state.openExecutions.isEmpty), "canReopen": .flag(page.can(.reopen)),
            "canCompose": .flag(compose),
            "canReply": .flag(page.can(.reply)), "canMessage": .flag(page.can(.message)),
            "canNote": .flag(page.can(.note)), "canContact": .flag(page.can(.contact)),
            "canAskHelp": .flag(page.can(.askHelper)),
            "canAnswerHelp": .flag(page.can(.answerHelp) && isHelping), "canLink": .flag(page.can(.link)),
            "canAddReporter": .flag(page.can(.addReporter)), "canTakeWords": .flag(page.can(.addWords)),
            "canRecategorise": .flag(page.can(.categorise)),
            "canRestrict": .flag(page.can(.restrict) && state.restrictedTo == nil),
            "canUnrestrict": .flag(page.can(.unrestrict) && state.restrictedTo != nil),
            "canRecuse": .flag(page.can(.recuse)), "recusesOthers": .flag(recusesOthers),
            "canGive": .flag(canGive), "canWithdraw": .flag(page.can(.withdraw)),
        ]
    }

    private var isHelping: Bool {
        state.helpers.contains { $0.answeredAt == nil && page.viewer.may(.addNote, on: $0.unit) }
    }

    // MARK: What can be chosen

    private func choices() -> Fields {
        let needsUnits = [.dispatch, .ruleObjection].contains { page.can($0) }
        let needsStaff = page.can(.restrict)
        let suggestions = page.can(.dispatch) ? suggestions() : []
        return [
            "suggestions": .list(suggestions), "hasSuggestions": .flag(!suggestions.isEmpty),
            "units": .list(needsUnits ? units() : []), "helperUnits": page.can(.askHelper) ? helperUnits() : .list([]),
            "staff": .list(needsStaff ? staff() : []), "recusable": recusable(),
            "colleagues": canGive ? colleagues() : .list([]),
            "categories": .list(page.can(.categorise) ? categories() : []),
            "areas": .list(page.can(.categorise) ? areas() : []), "needsCategory": .flag(state.category == nil),
            "undelivered": .list(
                undelivered.map { reporter in
                    [
                        "reporter": .text("\(reporter.details.id)"),
                        "reporterName": .text(words.reporter(reporter.details.id, in: page.file)),
                        "preference": .text(preference(reporter)),
                    ]
                }),
            "judgeReporters": .list(reporters(judging)),
            "openReporters": .list(reporters(state.reporters.filter { !$0.withdrawn && !$0.erased })),
            "nowLocal": .text(LocalTime.text(words.now, words.book.zone)), "objection": .optional(objection()),
            "acceptHint": .text(acceptHint()), "closeHint": .text(closeHint()),
            "reopenHint": .text(words.text("work.reopenHint")),
        ]
    }

    private func reporters(_ reporters: [CaseState.Reporter]) -> [Fields] {
        reporters.map {
            ["value": .text("\($0.details.id)"), "label": .text(words.reporter($0.details.id, in: page.file))]
        }
    }

    private func preference(_ reporter: CaseState.Reporter) -> String {
        var wants = reporter.details.needs.map { words.text("need.\($0)") }
        if reporter.details.noReply { wants.append(words.text("work.noReplyWanted")) }
        return words.words.list(wants)
    }

    /// What the duty catalogue says, the closest entry first, each with what it rests on and why it fits.
    private func suggestions() -> [Fields] {
        let organisation = words.organisation
        let matches = organisation.catalogue(category: state.category, area: state.area, on: words.today)
            .filter { !isAccused($0.unit) }
        return matches.prefix(4).enumerated().map { index, match in
            let values = [
                "entry": match.entry.id, "category": words.category(match.entry.category),
                "area": match.entry.area.map(words.area) ?? words.text("work.wholeCounty"),
                "fit": fit(match), "basis": match.entry.basis,
            ]
            let entry = "\(match.entry.id)/\(match.entry.version)"
            // The day for an account, as it was typed into this entry's own form, where its error leads to as well.
            let typed = state(.dispatch, "entry", entry)
            return typed.fields(["feedback"]).merging([
                "unit": .text(words.unit(match.unit)), "unitID": .text("\(match.unit)"), "entry": .text(entry),
                "feedbackID": .text(typed.isOpen ? "dispatch-feedback" : "dispatch-feedback-\(index)"),
                "basis": .text(words.text("work.suggestBasis", values)), "isFirst": .flag(index == 0),
                "isRecused": false,
            ])
        }
    }

    private func fit(_ match: CatalogueMatch) -> String {
        let category = match.categoryFit == .exact ? "exact" : "above"
        let area =
            switch match.areaFit {
            case .exact: "exact"
            case .above: "above"
            case .all: "all"
            }
        return words.text("work.fitCategory.\(category)") + words.text("work.fitArea.\(area)")
    }

    /// Units that can lead: villages and communities never do, and a body above the county has no part in it.
    private func units() -> [Fields] {
        let isTyped = page.failed.map { [.dispatch, .ruleObjection].contains($0.act) } ?? false
        let chosen = isTyped ? page.failed?.form["unit"] : nil
        let leads = offered { $0.kind.takesMatters && ![.village, .community].contains($0.kind) && !isAccused($0.id) }
        return leads.map { QueueFilters.option($0.value, $0.label, isSelected: $0.value == chosen) }
    }

    private func helperUnits() -> Field {
        state(.helper).options(
            "unit", offered { $0.kind.takesMatters && $0.id != state.responsible && !isAccused($0.id) })
    }

    private func isAccused(_ unit: UnitID) -> Bool { state.accusedUnits.contains(unit) }

    /// Of others only whoever may also name whom the matter complains of.
    private var recusesOthers: Bool { page.can(.nameAccused) }

    private func recusable() -> Field {
        guard page.can(.recuse) else { return .list([]) }
        guard !recusesOthers else { return .list(staff()) }
        let own = page.viewer.staff
        return self.state(.recuse).options("staff", [("\(own.id)", own.displayName)])
    }

    private var canGive: Bool { page.can(.handOver) && state.phase == .inHand && state.handler != nil }

    /// Those of the unit against whose having it nothing stands, without whoever has it.
    private func colleagues() -> Field {
        let able = words.organisation.staffMembers(of: state.responsible).filter { member in
            member.isActive && member.id != state.handler
                && Casework.obstacle(state, Viewer(staff: member, organisation: words.organisation)) == nil
        }
        return self.state(.give).options("staff", able.prefix(80).map { ("\($0.id)", $0.displayName) })
    }

    /// The people of the units that have to do with it.
    private func staff() -> [Fields] {
        let chosen = page.failed?.act == .restrict ? Set(page.failed?.form.values("staff") ?? []) : []
        let all = state.units.sorted().flatMap { words.organisation.staffMembers(of: $0) }
        return all.prefix(80).map { member in
            let isChecked = chosen.contains("\(member.id)") || member.id == page.viewer.staff.id
            return [
                "value": .text("\(member.id)"), "label": .text("\(member.displayName) · \(words.unit(member.unit))"),
                "checked": .flag(isChecked),
            ]
        }
    }

    private func categories() -> [Fields] {
        let organisation = words.organisation
        let chosen = page.failed?.act == .category ? page.failed?.form["category"] : state.category
        return organisation.categories.filter { !$0.isRetired }.map { category in
            let label = organisation.pathName(ofCategory: category.code, isEnglish: words.isEnglish)
            return QueueFilters.option(category.code, label, isSelected: category.code == chosen)
        }
    }

    private func areas() -> [Fields] {
        let chosen = page.failed?.act == .category ? page.failed?.form["area"] : state.area
        return AreaChoices(words: words).fields(chosen)
    }

    // MARK: Hints

    private func objection() -> Fields? {
        guard state.phase == .objected else { return nil }
        for entry in page.file.entries.reversed() {
            guard case .objected(let p) = entry.event else { continue }
            return [
                "who": .text(words.actor(entry.stored.actor, in: page.file)),
                "when": .text(words.words.relative(entry.stored.occurredAt, now: words.now)),
                "text": .text(words.quoted(p.text, in: page.file)),
                "evidence": .text(words.quoted(p.evidence, in: page.file)), "isLate": .flag(p.late ?? false),
            ]
        }
        return nil
    }

    private func acceptHint() -> String {
        guard page.can(.accept) else { return "" }
        let unit = words.unit(state.lead ?? state.receivedBy)
        let rules = words.book.clocks(pack: state.pack, version: state.packVersion)
        let started = rules.start(on: .acceptance, at: words.now, state.clockFacts).first(where: \.isDuty)
        guard let due = started?.due else { return words.text("work.acceptHintPlain", ["unit": unit]) }
        return words.text("work.acceptHint", ["unit": unit, "date": words.words.dateAndWeekday(due)])
    }

    private func closeHint() -> String {
        switch state.phase {
        case .withdrawn: return words.text("work.closeWithdrawn")
        case .unjudged: return words.text("work.closeUnjudged")
        case .routed: return words.text("work.closeRouted")
        case .reviewed: return words.text("work.closeReviewed")
        case .concluded: return words.text("work.closeConcluded")
        default:
            guard page.seesJudgement, let judgement = state.judgement else { return words.text("work.closeAny") }
            return words.text("work.closeJudged", ["verdict": words.words.name("judgement", judgement)])
        }
    }
}
