internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision

/// The fields of the page of a meeting.
struct ConferencePage {
    let file: ConferenceFile
    let viewer: Viewer
    let words: SupervisionWords
    let proposed: LocalDate

    private var state: Conference { file.state }
    private var path: String { "/supervision/conference/\(state.id)" }

    var title: String {
        words.text(
            "supervision.conferenceTitle",
            ["number": words.number(state.number, "conference"), "date": words.words.fullDate(state.on)])
    }

    /// All forms: those about the meeting, then those of each item.
    var forms: [ActForm] {
        let possible = state.possible(for: viewer)
        let next: ConferenceAct? = possible.contains(.hold) && state.on <= words.today ? .hold : nil
        let meeting = ConferenceAct.allCases.filter { !$0.isAboutItem && possible.contains($0.command) }
        return meeting.map { form($0, isPrimary: $0 == next) }
            + state.items.flatMap { item in
                ConferenceAct.allCases.filter { $0.isAboutItem && may($0, item, possible) }
                    .map { form($0, item) }
            }
    }

    private func may(_ act: ConferenceAct, _ item: Conference.Item, _ possible: Set<ConferenceCommand.Name>) -> Bool {
        switch act {
        case .report: state.mayReport(on: item, viewer)
        case .decide: possible.contains(.decide) && item.decision?.outcome == nil
        default: possible.contains(act.command)
        }
    }

    private func form(_ act: ConferenceAct, isPrimary: Bool) -> ActForm {
        let inputs: [ActForm.Input]
        switch act {
        case .change: inputs = SupervisionPages.inputs(words, state, place: file.texts[state.place] ?? "")
        case .item:
            inputs = [
                .init(name: "title", kind: .line(most: 300)),
                .init(name: "number", kind: .line(most: 40), isRequired: false),
            ]
        case .hold:
            let invited = state.units.map {
                ActForm.Option(value: "\($0)", label: words.base.unit($0), isSelected: true)
            }
            inputs = [.init(name: "units", kind: .checks(invited))]
        default: inputs = [.init(name: "reason", kind: .text(rows: 2))]
        }
        return ActForm(
            name: act.name, action: "\(path)/\(act.rawValue)", inputs: inputs, version: state.version,
            isPrimary: isPrimary)
    }

    private func form(_ act: ConferenceAct, _ item: Conference.Item) -> ActForm {
        let text = ActForm.Input(name: "text", kind: .text(rows: 4))
        var inputs: [ActForm.Input] = []
        switch act {
        case .decide:
            let known = item.decision
            inputs = [
                .init(name: "text", kind: .text(rows: 4), value: known.flatMap { file.texts[$0.text] } ?? ""),
                .init(name: "owner", kind: .select(words.units(selected: known?.owner))),
                .init(name: "due", kind: .date, value: "\(max(known?.due ?? proposed, words.today))"),
            ]
            if item.matter != nil {
                inputs.append(
                    .init(
                        name: "responsible", kind: .select(words.units(selected: known?.responsible)),
                        isRequired: false))
            }
        case .report:
            inputs = [
                .init(name: "outcome", kind: .radios(words.options("decisionOutcome", DecisionOutcome.self))), text,
            ]
        default: break
        }
        return ActForm(
            name: act.name, action: "\(path)/\(act.rawValue)", inputs: inputs, version: state.version,
            hidden: [(name: "item", value: "\(item.number)")], suffix: "\(item.number)")
    }

    func fields(_ acts: Field) -> Fields {
        guard case .list(let all) = acts else { return [:] }
        let forms = Array(zip(self.forms, all))
        let meeting = forms.filter { $0.0.suffix.isEmpty }
        let isWatcher = viewer.may(.oversee, on: nil)
        return [
            "submission": "", "backURL": .text(isWatcher ? "/supervision/conferences" : "/supervision/tasks"),
            "backText": .text(words.text(isWatcher ? "supervision.tab.conferences" : "supervision.tab.asked")),
            "number": .text(words.number(state.number, "conference")),
            "phase": .text(words.words.name("conferencePhase", state.phase)), "facts": .list(facts()),
            "cancelled": .text(cancelled), "nextActs": .list(meeting.filter(\.0.isPrimary).map(\.1)),
            "moreActs": .list(meeting.filter { !$0.0.isPrimary }.map(\.1)),
            "hasMoreActs": .flag(meeting.contains { !$0.0.isPrimary }),
            "items": .list(
                state.items.map { item in
                    self.item(item, forms.filter { $0.0.suffix == "\(item.number)" }.map(\.1))
                }), "hasItems": .flag(!state.items.isEmpty), "minutesURL": .text("\(path)/minutes"),
        ]
    }

    private var cancelled: String {
        for entry in file.entries {
            if case .cancelled(let p) = entry.event { return file.text(p.text) ?? words.text("story.textErased") }
        }
        return ""
    }

    func facts() -> [Fields] {
        var when = words.words.fullDate(state.on)
        if let minute = state.minute { when += " \(words.words.clockTime(minute))" }
        let who = state.phase == .held ? "supervision.factPresent" : "supervision.factInvited"
        let rows = [
            ("supervision.factWhen", when),
            ("supervision.factPlace", file.texts[state.place] ?? words.text("story.textErased")),
            ("supervision.factHost", words.base.unit(state.unit)),
            (who, words.words.list(state.units.map(words.base.unit))),
        ]
        return rows.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }

    func item(_ item: Conference.Item, _ acts: [Fields]) -> Fields {
        let number = file.number(of: item.matter)
        return [
            "anchor": .text("item-\(item.number)"), "position": .text("\(item.number)"),
            "titleText": .text(file.texts[item.title] ?? words.text("story.textErased")),
            "matter": .text(number), "matterURL": .text(number.map { "/desk/matter/\($0)" }),
            "matterHidden": .flag(item.matter != nil && number == nil),
            "decision": .optional(item.decision.map(decision)), "acts": .list(acts),
        ]
    }

    private func decision(_ decision: Conference.Decision) -> Fields {
        var fields = words.passage(file.texts[decision.text])
        fields["owner"] = .text(words.base.unit(decision.owner))
        fields["due"] = .text(words.words.dateAndWeekday(decision.due))
        fields["clock"] = .group(words.clock(due: decision.due, isOver: decision.outcome == .done))
        fields["responsible"] = .text(decision.responsible.map(words.base.unit))
        fields["outcome"] = .text(decision.outcome.map { words.words.name("decisionOutcome", $0) })
        let report = decision.report.map { words.passage(file.texts[$0]) }
        fields["report"] = .optional(report)
        fields["reported"] = .text(
            decision.reportedAt.map { words.words.date(words.zone.date(of: $0), today: words.today) })
        return fields
    }
}
