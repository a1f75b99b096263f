internal import Casework
internal import Kernel
internal import Organisation

/// What came of a trial, as blocks of a page.
struct TrialModel {
    let words: Words
    let organisation: Organisation
    let trial: RuleTrial
    var mayOpen: Bool

    var isEnglish: Bool { words.language.isEnglish }

    func unit(_ id: UnitID?) -> String {
        guard let id else { return words.text("rulebook.nobody") }
        if id == PlannedChange.triedUnit { return words.text("rulebook.newUnit") }
        return organisation.unit(id)?.name.text(isEnglish: isEnglish) ?? words.text("story.unitUnknown")
    }

    /// A category by its path; by its code where it is gone.
    func category(_ code: String) -> String {
        guard !code.isEmpty else { return words.text("rulebook.noCategoryGiven") }
        let name = organisation.pathName(ofCategory: code, isEnglish: isEnglish)
        return name.isEmpty ? code : name
    }

    /// A number with its list, for whoever may open it.
    func number(_ count: Int, _ line: TrialLine) -> RulebookBlock.Cell {
        let url = "/admin/trial/\(trial.id)/matters?\(Form(line.items).urlEncoded)"
        return .init(text: words.number(count), url: mayOpen && count > 0 ? url : "", isNumber: true)
    }

    /// Where what is tried does not fit the rules any more.
    var impossible: RulebookBlock {
        RulebookBlock(
            id: "impossible", heading: words.text("rulebook.trialImpossible"), tone: "error",
            sentences: [words.text("rulebook.draftOld")])
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
            let line = TrialLine(.proposal, category: move.category, from: move.from, to: move.to)
            return [
                .init(text: category(move.category)), .init(text: unit(move.from)), .init(text: unit(move.to)),
                number(count.all, line),
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

extension TrialLine {
    /// What an address asks for; the measure is left out where it is what the catalogue proposes.
    init(_ query: Form) {
        self.init(
            query.value("measure") ?? .proposal, category: query["category"].map { String($0.prefix(40)) },
            successor: query["successor"].map { String($0.prefix(40)) },
            entry: query["entry"].map { String($0.prefix(40)) }, from: query.id("from", of: Named.Unit.self),
            to: query.id("to", of: Named.Unit.self))
    }

    /// The same in addresses.
    var items: [Form.Item] {
        let values: [(String, String?)] = [
            ("category", category), ("measure", measure == .proposal ? nil : measure.rawValue),
            ("successor", successor), ("entry", entry), ("from", from.map { "\($0)" }), ("to", to.map { "\($0)" }),
        ]
        return values.compactMap { name, value in value.map { Form.Item(name: name, value: $0) } }
    }
}
