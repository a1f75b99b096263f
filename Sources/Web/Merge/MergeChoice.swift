internal import Casework
internal import Kernel
internal import Organisation

/// The first page of merging: which other matter it may be. Each suggestion says why it is one.
struct MergeChoice {
    let file: CaseFile
    let found: [MergeSuggestion]
    let words: MatterWords
    let seesJudgement: Bool
    let typed: String
    let chosen: Set<String>

    var fields: Fields {
        let state = file.state
        return [
            "number": .text(state.number), "matterURL": .text("/desk/matter/\(state.number)"),
            "matterTitle": .text(file.text(state.title) ?? words.text("story.textErased")),
            "other": .text(typed), "hasSuggestions": .flag(!found.isEmpty), "suggestions": .list(found.map(row)),
        ]
    }

    private func row(_ one: MergeSuggestion) -> Fields {
        [
            "number": .text(one.number), "url": .text("/desk/matter/\(one.number)"),
            "titleText": .text(one.title.isEmpty ? words.text("story.textErased") : one.title),
            "place": .text(one.place), "phase": .text(words.phase(one.phase, seesJudgement: seesJudgement)),
            "unit": .text(words.unit(one.unit)),
            "when": .text(words.words.relative(one.registeredAt, now: words.now)),
            "isChosen": .flag(chosen.contains(one.number)), "reasons": .texts(reasons(one)),
        ]
    }

    private func reasons(_ one: MergeSuggestion) -> [String] {
        var out: [String] = []
        if one.isRepeat { out.append(words.text("merge.why.repeat")) }
        if let link = one.link { out.append(words.text("merge.why.link", ["kind": words.words.name("link", link)])) }
        if one.samePlace, let place = one.place { out.append(words.text("merge.why.place", ["place": place])) }
        if one.sameKind {
            let values = ["category": words.category(one.category), "area": words.area(one.area)]
            out.append(words.text("merge.why.kind", values))
        }
        if !one.words.isEmpty {
            let quoted = one.words.map { words.text("merge.quote", ["words": $0]) }
            out.append(words.text("merge.why.words", ["words": words.words.list(quoted)]))
        }
        return out
    }
}
