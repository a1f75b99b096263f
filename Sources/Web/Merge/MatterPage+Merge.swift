internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What the page of a matter says of others that are one with it, and of its parts.
extension MatterPage {
    func mergeFields() -> Fields {
        let canMerge =
            (can(.mergeInto) || can(.absorb)) && state.part == nil && state.parts.isEmpty
        return [
            "canMerge": .flag(canMerge), "canSplit": .flag(can(.split) && SplitRule.bars(state).isEmpty),
            "merged": .optional(merged), "absorbed": .list(absorbed), "hasAbsorbed": .flag(!state.absorbed.isEmpty),
            "parts": .list(parts.map(part)), "hasParts": .flag(!parts.isEmpty), "whole": .optional(whole),
        ]
    }

    /// Where it goes on, and whether that can be taken back.
    private var merged: Fields? {
        guard let merged = state.merged else { return nil }
        let last = words.book.zone.date(of: merged.at).adding(days: MergeRule.undoDays)
        let reason = file.entries.last { entry in
            if case .mergedInto = entry.event { true } else { false }
        }
        var told = ""
        if case .mergedInto(let p)? = reason?.event { told = words.quoted(p.reason, in: file) }
        let values = [
            "who": merged.by.map(words.staff) ?? "", "when": words.words.relative(merged.at, now: words.now),
        ]
        return [
            "number": .text(merged.number), "url": .text("/desk/matter/\(merged.number)"),
            "by": .text(words.text("merge.by", values)), "reason": .text(told),
            "canUndo": .flag(canUndoMerge && words.today <= last),
            "undoHint": .text(words.text("merge.undoUntil", ["date": words.words.dateAndWeekday(last)])),
        ]
    }

    private var canUndoMerge: Bool {
        can(.takeBack) || (state.merged != nil && viewer.may(.dispatch, on: nil))
    }

    /// The letters of matters that go on here.
    private var absorbed: [Fields] {
        file.absorbed.flatMap { own in
            own.entries.compactMap { entry -> Fields? in
                let letter: (ReporterID, Channel, TextReference?)
                switch entry.event {
                case .registered(let p): letter = (p.reporter.id, p.channel, p.body)
                case .reporterAdded(let p) where p.body != nil: letter = (p.reporter.id, p.channel, p.body)
                case .worded(let p): letter = (p.reporter, own.state.channel, p.text)
                default: return nil
                }
                var fields = words.passage(letter.2, in: own)
                fields["number"] = .text(own.state.number)
                fields["url"] = .text("/desk/matter/\(own.state.number)")
                fields["heading"] = .text(
                    words.text("work.letterOf", ["name": words.reporter(letter.0, in: own)]))
                fields["channel"] = .text(words.words.name("channel", letter.1))
                fields["iso"] = .text(words.words.iso(entry.stored.occurredAt))
                fields["when"] = .text(words.words.fullDateTime(entry.stored.occurredAt))
                fields["place"] = .text(own.text(own.state.place))
                return fields
            }
        }
    }

    private func part(_ line: PartLine) -> Fields {
        [
            "number": .text(line.number), "url": .text("/desk/matter/\(line.number)"),
            "titleText": .text(line.title.isEmpty ? words.text("story.textErased") : line.title),
            "place": .text(line.place), "unit": .text(words.unit(line.unit)),
            "phase": .text(words.phase(line.phase, seesJudgement: false)),
            "clock": .optional(line.dueOn.map { words.clockFields(due: $0) }),
        ]
    }

    /// The whole of which it is a part.
    private var whole: Fields? {
        guard let part = state.part else { return nil }
        return ["number": .text(part.number), "url": .text("/desk/matter/\(part.number)")]
    }
}
