internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision

/// The fields of the page of a suggestion.
struct SuggestionPage {
    let file: SuggestionFile
    let viewer: Viewer
    let words: SupervisionWords

    private var state: Suggestion { file.state }

    var title: String {
        words.text(
            "supervision.suggestionTitle",
            ["number": words.number(state.number, "suggestion"), "unit": words.base.unit(state.unit)])
    }

    var acts: [SuggestionAct] {
        let possible = state.possible(for: viewer)
        return SuggestionAct.allCases.filter { possible.contains($0.command) }
    }

    var forms: [ActForm] {
        acts.map { act in
            let reason = ActForm.Input(name: "reason", kind: .text(rows: 3))
            let inputs: [ActForm.Input] =
                switch act {
                case .reply:
                    [
                        .init(
                            name: "adoption",
                            kind: .radios(words.options("suggestionAdoption", SuggestionAdoption.self))),
                        .init(name: "text", kind: .text(rows: 6)),
                    ]
                case .giveBack: [reason, .init(name: "answerBy", kind: .date, isRequired: false)]
                case .withdraw: [reason]
                }
            return ActForm(
                name: act.name, action: "/supervision/suggestion/\(state.id)/\(act.rawValue)", inputs: inputs,
                version: state.version, isPrimary: act == .reply)
        }
    }

    var fields: Fields {
        let isWatcher = viewer.may(.oversee, on: state.unit)
        let known = state.matters.compactMap { file.number(of: $0) }
        let answer = state.reply.map { words.words.name("suggestionAdoption", $0.adoption) }
        return [
            "submission": "", "backURL": .text(isWatcher ? "/supervision/suggestions" : "/supervision/tasks"),
            "backText": .text(words.text(isWatcher ? "supervision.tab.suggestions" : "supervision.tab.asked")),
            "number": .text(words.number(state.number, "suggestion")), "unit": .text(words.base.unit(state.unit)),
            "kind": .text(words.words.name("suggestionKind", state.kind)),
            "stateWords": .text(answer ?? words.words.name("suggestionPhase", state.phase)),
            "letter": .group(words.passage(file.texts[state.text])),
            "issued": .text(words.words.fullDate(words.zone.date(of: state.issuedAt))),
            "issuer": .text(state.issuedBy.map(words.base.staff)),
            "matters": .list(known.map { ["number": .text($0), "url": .text("/desk/matter/\($0)")] }),
            "hiddenMatters": .text(
                known.count == state.matters.count
                    ? "" : words.words.counted("supervision.hiddenMatters", state.matters.count - known.count)),
            "taskURL": .text(state.task.map { "/supervision/task/\($0)" }),
            "clock": .optional(state.phase == .issued ? state.answerBy.map { words.clock(due: $0) } : nil),
            "answerBy": .text(state.answerBy.map { words.words.dateAndWeekday($0) }),
            "printURL": .text("/supervision/suggestion/\(state.id)/letter"), "entries": .list(entries()),
        ]
    }

    private func entries() -> [Fields] {
        file.entries.dropFirst().map { entry in
            var fields = words.stamp(entry.stored, verb: entry.event.kind)
            let (heading, reference) = told(entry.event)
            fields["heading"] = .text(heading)
            fields.merge(reference.map { words.passage(file.text($0)) } ?? ["lang": "", "paragraphs": .list([])])
            let isReply = if case .replied = entry.event { true } else { false }
            fields["isLetter"] = .flag(isReply)
            fields["isAnswer"] = .flag(isReply)
            fields["isEvent"] = .flag(!isReply)
            fields["printURL"] = ""
            return fields
        }
    }

    private func told(_ event: SuggestionEvent) -> (String, TextReference?) {
        switch event {
        case .issued(let p): return (words.text("suggestionEvent.issued"), p.text)
        case .replied(let p):
            let values = ["adoption": words.words.name("suggestionAdoption", p.adoption)]
            return (words.text("suggestionEvent.replied", values), p.text)
        case .returned(let p): return (words.text("suggestionEvent.returned"), p.text)
        case .withdrawn(let p): return (words.text("suggestionEvent.withdrawn"), p.text)
        case .textsErased(let p): return (words.text("suggestionEvent.textsErased"), p.reason)
        }
    }
}
