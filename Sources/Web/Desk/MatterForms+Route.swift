internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision

/// Category, route and tier; who is responsible; whom it complains of.
extension MatterForms {
    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }
    private var rules: PackClocks { words.book.clocks(pack: state.pack, version: state.packVersion) }

    /// Whether somebody still has to say what kind of matter it is before a unit takes it up.
    var needsDecision: Bool { !state.isTriaged && rules.asksTriage }

    func routeForms() -> Fields {
        let decides = page.can(.triage) && rules.asksTriage
        let withAccept = page.can(.accept) && needsDecision
        let isEarly = !(words.pack(of: state)?.tiers ?? []).isEmpty
        let stands = decides && needsDecision && !withAccept
        return [
            "acceptDecision": .optional(withAccept ? decision(.accept) : nil),
            "triageFirst": .optional(stands && isEarly ? decision(.triage) : nil),
            "triageLater": .optional(stands && !isEarly ? decision(.triage) : nil),
            "triageAgain": .optional(decides && state.isTriaged ? decision(.triage) : nil),
            "accused": .optional(page.can(.nameAccused) ? accused() : nil),
            "dispute": .optional(page.can(.ruleObjection) || page.can(.raiseDispute) ? dispute() : nil),
            "canRule": .flag(page.can(.ruleObjection) && !awaitsConference),
            "conferences": .optional(conferences()),
            "rateForms": .list(page.can(.rateHelper) ? ratings() : []),
            "routeNotices": .optional(state.phase == .routed ? notices() : nil),
            "laterNotices": .optional(state.phase == .routed ? nil : notices()),
        ]
    }

    // MARK: Triage

    /// The decision that a named person makes; nothing is chosen beforehand.
    private func decision(_ act: MatterAct) -> Fields {
        let typed = state(act)
        var fields = typed.fields([
            "sort", "route", "tier", "reason", "organ", "words", "number", "procedure", "procedureFrom",
        ])
        let pack = words.pack(of: state)
        let routes = pack?.routes ?? []
        let sorts = MatterSort.allCases.filter { sort in routes.contains { $0.takes(sort) } }
        fields["prefix"] = .text(act.rawValue)
        fields["hasSorts"] = .flag(rules.asksSort)
        fields["sorts"] = typed.options("sort", sorts, family: "matterSort")
        fields["routes"] = .list(routes.map { route(typed, $0) })
        fields.merge(procedures(typed, routes))
        fields["hasTiers"] = .flag(!(pack?.tiers ?? []).isEmpty)
        fields["tiers"] = typed.options(
            "tier", (pack?.tiers ?? []).map { ($0.id, $0.name.text(isEnglish: words.isEnglish)) })
        return fields
    }

    private func route(_ typed: FormState, _ route: PackRoute) -> Fields {
        [
            "value": .text(route.id.rawValue), "label": .text(route.name.text(isEnglish: words.isEnglish)),
            "article": .text(words.source(of: route)),
            "told": .text(route.explanation.text(isEnglish: words.isEnglish)),
            "sorts": .text(route.sorts.map(\.rawValue).joined(separator: " ")),
            "selected": .flag(typed.isChosen("route", route.id.rawValue)),
        ]
    }

    // MARK: Responsibility

    /// The ladder by which units settle who is responsible, and how such objections were decided before.
    private func dispute() -> Fields? {
        guard state.phase == .objected, let objection = state.objection else { return nil }
        var fields = state(.raiseDispute).fields(["reason"])
        fields["steps"] = .list(
            DisputeStep.allCases.map { step in
                [
                    "label": .text(words.words.name("disputeStep", step)), "isNow": .flag(step == objection.step),
                    "text": .text(words.text("proc.step.\(step.rawValue)")),
                ]
            })
        fields["waits"] = .optional(waits(for: objection))
        fields["canRaise"] = .flag(page.can(.raiseDispute) && objection.step != .conference)
        return fields
    }

    /// At the last step nothing is written down before the meeting has said who is responsible.
    private var awaitsConference: Bool { state.objection?.step == .conference && binding.isEmpty }

    /// What the joint conference decided, as far as a ruling can rest on it at this step.
    private var binding: [ConferenceDecision] {
        state.objection?.step == .conference ? page.decisions.filter { $0.responsible != nil } : page.decisions
    }

    /// Who has the next word where it is not the reader's.
    private func waits(for objection: CaseState.Objection) -> Fields? {
        switch objection.step {
        case .agree: return nil
        case .superior:
            guard !page.can(.ruleObjection), let superior = objection.superior else { return nil }
            return ["text": .text(words.text("proc.waitsSuperior", ["unit": words.unit(superior)])), "url": .text(nil)]
        case .conference:
            guard awaitsConference else { return nil }
            let url = page.viewer.may(.confer, on: nil) ? "/supervision/conferences" : nil
            return ["text": .text(words.text("proc.waitsConference")), "url": .text(url)]
        }
    }

    /// "联席会议〔2026〕第 2 次第 1 项（5 月 6 日）：由县水务局负责".
    func conferences() -> Fields? {
        guard page.can(.ruleObjection), !binding.isEmpty else { return nil }
        let typed = state(.ruleObjection)
        let papers = SupervisionWords(base: words)
        return [
            "isNeeded": .flag(state.objection?.step == .conference),
            "decisions": typed.options(
                "conference",
                binding.map { decision in
                    let values = [
                        "number": papers.number(decision.number, "conference"), "item": "\(decision.id.item)",
                        "date": words.words.date(decision.heldOn, today: words.today),
                        "unit": decision.responsible.map(words.unit) ?? "",
                    ]
                    let key = decision.responsible == nil ? "proc.conferenceItem" : "proc.conferenceSays"
                    return (decision.id.description, words.text(key, values))
                }),
        ]
    }

    private func accused() -> Fields {
        var fields = state(.accused).fields(["unit", "reason"])
        let typed = state(.accused)
        let near = state.units.union(state.accusedUnits).sorted().flatMap { words.organisation.staffMembers(of: $0) }
        fields["staff"] = typed.options(
            "staff", near.prefix(80).map { ("\($0.id)", "\($0.displayName) · \(words.unit($0.unit))") })
        fields["units"] = typed.options("unit", offered { $0.kind.takesMatters })
        return fields
    }

    /// Units of today that a form may offer.
    func offered(_ isFit: (Organisation.Unit) -> Bool) -> [(value: String, label: String)] {
        words.organisation.units.filter { $0.isValid(on: words.today) && isFit($0) }
            .map { ("\($0.id)", $0.name.text(isEnglish: words.isEnglish)) }
    }

    /// Each side says once how the other worked with it, after the part is done.
    private func ratings() -> [Fields] {
        state.helpers.compactMap { helper in
            guard helper.answeredAt != nil else { return nil }
            let isCalled = words.organisation.isInside(page.viewer.staff.unit, helper.unit)
            let asker = helper.by ?? state.responsible
            guard isCalled || page.viewer.may(.addNote, on: asker) else { return nil }
            guard helper.ratings[isCalled ? .called : .caller] == nil else { return nil }
            let typed = state(.rateHelper, "unit", "\(helper.unit)")
            var fields = typed.fields(["text"])
            fields["unit"] = .text("\(helper.unit)")
            fields["about"] = .text(
                words.text("proc.rateAbout", ["unit": words.unit(isCalled ? asker : helper.unit)]))
            fields["ratings"] = typed.options("rating", Attitude.allCases, family: "attitude")
            return fields
        }
    }

    // MARK: Notices

    /// Which notices have not reached whom; nothing where all have.
    private func notices() -> Fields? {
        guard page.can(.deliverNotice) else { return nil }
        let open = NoticeKind.allCases.filter(state.has).flatMap { kind in
            page.state.reporters.filter {
                !$0.notices.contains(kind) && !$0.withdrawn && !$0.erased && !$0.details.anonymous
                    && !(kind == .acceptance && state.route != nil)
            }.map { (kind, $0.details.id) }
        }
        guard !open.isEmpty else { return nil }
        let typed = state(.notice)
        var fields = typed.fields(["how", "when"])
        fields["notices"] = typed.options(
            "notice",
            open.prefix(60).map { kind, reporter in
                let name = words.reporter(reporter, in: page.file)
                return (
                    "\(kind.rawValue).\(reporter)",
                    words.text("proc.noticeFor", ["notice": words.words.name("notice", kind), "name": name])
                )
            })
        return fields
    }
}
