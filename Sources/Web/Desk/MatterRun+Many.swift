internal import Casework
internal import Kernel
internal import Organisation

/// Tags, links that go again, and taking back what was just sent.
extension MatterRun {
    func takeBack(_ act: MatterAct) async throws {
        switch act {
        case .recall: try await casework.recall(id, by: viewer)
        case .unlink:
            guard let other = form.id("other", of: Named.Case.self) else {
                throw PlainError(.invalid, "choice.missing", field: "other")
            }
            try await casework.unlink(id, from: other, by: viewer)
        default:
            guard let tag = form.id("mark", of: Named.Tag.self) else {
                throw PlainError(.invalid, "tag.unknown", field: "mark")
            }
            if act == .tag {
                try await casework.tag(id, tag, by: viewer)
            } else {
                try await casework.untag(id, tag, by: viewer)
            }
        }
    }
}

extension MatterPage {
    /// Fields of `parts/desk-marks`: the words on the matter, and what can still be taken back.
    func marks() -> Fields {
        let offered =
            can(.tag) ? viewer.organisation.tags(for: viewer.staff.unit).filter { !state.tags.contains($0.id) } : []
        var undo: Fields?
        if can(.recall), let until = state.recallable(by: viewer.staff.id, at: words.now), let kind = state.undo?.kind {
            let values = [
                "unit": words.unit(state.lead ?? state.responsible), "name": state.handler.map(words.staff) ?? "",
                "time": words.words.time(until),
            ]
            undo = ["text": .text(words.text("bulk.mayRecall.\(kind.rawValue)", values))]
        }
        let links = can(.unlink) ? state.links : []
        return [
            "marks": .list(
                state.tags.map { tag in
                    [
                        "id": .text("\(tag)"), "name": .text(words.tag(tag)), "canRemove": .flag(can(.untag)),
                    ]
                }),
            "hasMarks": .flag(!state.tags.isEmpty || !offered.isEmpty),
            "newMarks": .list(
                offered.map {
                    QueueFilters.option("\($0.id)", $0.name.text(isEnglish: words.isEnglish), isSelected: false)
                }),
            "canMark": .flag(!offered.isEmpty), "undo": .optional(undo),
            "unlinkable": .list(
                links.map { QueueFilters.option("\($0.other)", $0.otherNumber, isSelected: false) }),
            "canUnlink": .flag(!links.isEmpty),
        ]
    }
}
