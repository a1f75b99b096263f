internal import Kernel

/// One part of a page of the rule book. All pages of the administration of rules are made of these, so that they look
/// and read alike; a page is a list of blocks.
struct RulebookBlock {
    /// A cell of a table.
    struct Cell {
        var text: String
        var url = ""
        /// Further words in small print.
        var small = ""
        /// A word in a frame, with its shape: `done`, `near`, `over`, `pause`.
        var tag = ""
        var tone = ""
        var isNumber = false

        static func number(_ text: String) -> Cell { Cell(text: text, isNumber: true) }
    }

    /// What is otherwise: a sign, a word, and both sides.
    struct Change {
        enum Kind: String { case added, changed, ended, back }
        let kind: Kind
        let what: String
        var before = ""
        var after = ""
    }

    /// A day of a month in the calendar.
    struct Day {
        enum Kind: String { case none, work, weekend, off, makeUp }
        let number: String
        let kind: Kind
        /// Read aloud and shown on top: "元旦，放假".
        var title = ""
    }

    /// A line of a text with what is wrong with it.
    struct Fault {
        let line: Int
        let text: String
        let reason: String
        var isEnglish = false
        /// Where it is, for what has no lines.
        var place = ""
    }

    let id: String
    let heading: String
    var hint = ""
    /// A message in place of plain sentences: `wait`, `error`, or `ok`.
    var tone = ""
    var sentences: [String] = []
    var facts: [(name: String, value: String)] = []
    var columns: [(label: String, isNumber: Bool)] = []
    var rows: [[Cell]] = []
    var changes: [Change] = []
    var months: [(name: String, weeks: [[Day]])] = []
    var faults: [Fault] = []
    var forms: [RulebookForm] = []
    var links: [(text: String, url: String)] = []
    /// Folded until somebody opens it.
    var isFolded = false
    /// A text to be read as it is.
    var source = ""

    func fields(_ words: Words) -> Fields {
        let shapes = ["wait": "s-pause", "error": "s-over", "ok": "s-solved"]
        var out: Fields = [
            "id": .text(id), "heading": .text(heading), "hint": .text(hint), "tone": .text(tone),
            "shape": .text(shapes[tone]), "isFolded": .flag(isFolded), "isOpen": .flag(!isFolded),
            "sentences": .list(sentences.map { ["text": .text($0)] }), "hasSentences": .flag(!sentences.isEmpty),
            "facts": .list(facts.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "hasFacts": .flag(!facts.isEmpty), "hasTable": .flag(!rows.isEmpty),
            "columns": .list(columns.map { ["label": .text($0.label), "isNumber": .flag($0.isNumber)] }),
            "rows": .list(rows.map(row)), "hasChanges": .flag(!changes.isEmpty),
            "changes": .list(changes.map { change($0, words) }), "hasMonths": .flag(!months.isEmpty),
        ]
        out["months"] = .list(months.map(month))
        out["weekdays"] = .list((1...7).map { ["name": .text(words.text("rulebook.weekday.\($0)"))] })
        out["hasFaults"] = .flag(!faults.isEmpty)
        out["faults"] = .list(faults.map { fault($0, words) })
        out["forms"] = .list(forms.map { $0.fields(words) })
        out["links"] = .list(links.map { ["text": .text($0.text), "url": .text($0.url)] })
        out["hasLinks"] = .flag(!links.isEmpty)
        out["source"] = .text(source)
        return out
    }

    private func row(_ cells: [Cell]) -> Fields {
        let labels = columns.map(\.label)
        return [
            "cells": .list(
                cells.enumerated().map { index, cell in
                    [
                        "isFirst": .flag(index == 0), "isNumber": .flag(cell.isNumber), "text": .text(cell.text),
                        "url": .text(cell.url), "small": .text(cell.small), "tag": .text(cell.tag),
                        "tone": .text(cell.tone), "label": .text(index < labels.count ? labels[index] : ""),
                    ]
                })
        ]
    }

    private func change(_ change: Change, _ words: Words) -> Fields {
        let signs: [Change.Kind: String] = [.added: "＋", .changed: "≠", .ended: "－", .back: "↺"]
        return [
            "kind": .text(change.kind.rawValue), "sign": .text(signs[change.kind]),
            "word": .text(words.text("rulebook.change.\(change.kind.rawValue)")), "what": .text(change.what),
            "before": .text(change.before), "after": .text(change.after),
            "hasBoth": .flag(!change.before.isEmpty && !change.after.isEmpty),
        ]
    }

    private func month(_ month: (name: String, weeks: [[Day]])) -> Fields {
        [
            "name": .text(month.name),
            "weeks": .list(
                month.weeks.map { week in
                    [
                        "days": .list(
                            week.map { day in
                                [
                                    "number": .text(day.number), "kind": .text(day.kind.rawValue),
                                    "title": .text(day.title), "isOff": .flag(day.kind == .off),
                                    "isMakeUp": .flag(day.kind == .makeUp),
                                ]
                            })
                    ]
                }),
        ]
    }

    private func fault(_ fault: Fault, _ words: Words) -> Fields {
        [
            "line": .text(fault.place.isEmpty ? words.text("rulebook.line", ["n": "\(fault.line)"]) : fault.place),
            "text": .text(fault.text),
            "reason": .text(fault.reason), "isEnglish": .flag(fault.isEnglish),
        ]
    }
}
