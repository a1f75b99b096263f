internal import Casework
internal import Kernel
internal import Organisation

/// What came of a trial of categories or units, as blocks of a page.
extension TrialModel {
    private static let most = 200

    func categories() throws -> [RulebookBlock] {
        let result: LineTrial = try DraftText.draft(trial.result)
        let draft: CategoryDraft = try DraftText.draft(trial.body)
        // What was put in force since may not fit any more; the numbers are there anyway.
        let difference = try? organisation.difference(draft)
        let (model, changed) = current(result)
        return changed
            + [
                model.carried(result), model.entries(result, model.entriesNaming(difference, on: result.on)),
                model.proposals(result), model.unknown(difference, result),
            ].compactMap { $0 }
    }

    func units() throws -> [RulebookBlock] {
        let result: LineTrial = try DraftText.draft(trial.result)
        let change: PlannedChange = try DraftText.draft(trial.body)
        let (model, changed) = current(result)
        let after = change.applied(to: organisation, from: result.on)
        let parts: [(String, [TrialLine.Measure])] = [
            ("duties", [.dispatched, .handled, .received, .reviewed]),
            ("open", [.openWork, .openHelp, .openPromise, .openReview]),
            ("deciders", [.reviewBody, .secondReview, .superior]),
        ]
        var blocks: [RulebookBlock] = [model.summary(result)]
        if let block = model.ways("grassroots", [.grassroots, .grassrootsWork], result) { blocks.append(block) }
        blocks += parts.compactMap { model.ways($0.0, $0.1, result) }
        blocks += [
            model.entries(result, model.entriesNaming(after, on: result.on), after), model.proposals(result),
            model.byCategory(result), model.limits("unit", [], result),
        ].compactMap { $0 }
        return changed + blocks
    }

    // MARK: What both have

    /// The same without lists where what it rests on changed, with a sentence that says so.
    private func current(_ result: LineTrial) -> (TrialModel, [RulebookBlock]) {
        guard result.ground != organisation.ground(on: result.on) else { return (self, []) }
        var model = self
        model.mayOpen = false
        let block = RulebookBlock(
            id: "old", heading: words.text("rulebook.trialOldTitle"), tone: "wait",
            sentences: [words.text("rulebook.trialOld")])
        return (model, [block])
    }

    private func way(_ id: UnitID?, _ measure: TrialLine.Measure) -> String {
        let decides = [.reviewBody, .secondReview, .superior].contains(measure)
        return id == nil && decides ? words.text("rulebook.noDecider") : unit(id)
    }

    /// A line in words, above its list.
    func sentence(_ line: TrialLine) -> String {
        var parts = [words.text("rulebook.measure.\(line.measure.rawValue)")]
        if let entry = line.entry { parts.append(words.text("rulebook.lineTitle", ["n": entry])) }
        if let code = line.category { parts.append(category(code)) }
        if line.measure == .category {
            if let successor = line.successor { parts.append("→ \(category(successor))") }
        } else {
            parts.append("\(way(line.from, line.measure)) → \(way(line.to, line.measure))")
        }
        return parts.joined(separator: " · ")
    }

    private func columns(_ keys: String...) -> [(label: String, isNumber: Bool)] {
        keys.map { (label: words.text("rulebook.\($0)"), isNumber: $0 == "moveAll") }
    }

    /// Where the catalogue would propose otherwise.
    private func proposals(_ result: LineTrial) -> RulebookBlock? {
        let lines = result.lines(.proposal, byCategory: true)
        guard !lines.isEmpty else { return nil }
        var block = RulebookBlock(
            id: "moves", heading: words.text("rulebook.moves"), hint: words.text("rulebook.proposalsTried"),
            sentences: [words.counted("rulebook.proposalsSum", result.sum(.proposal))],
            columns: columns("category", "moveFrom", "moveTo", "moveAll"))
        block.rows = lines.prefix(Self.most).map { line, count in
            [
                .init(text: category(line.category ?? "")), .init(text: unit(line.from)),
                .init(text: unit(line.to)), number(count, line),
            ]
        }
        return block
    }

    /// Entries of the catalogue that name what ends, also those by which nothing was proposed.
    ///
    /// - Parameter after: the changed units, where units change.
    private func entries(
        _ result: LineTrial, _ named: [CatalogueEntry], _ after: Organisation? = nil
    ) -> RulebookBlock? {
        let lines = result.lines(.entry, byCategory: false)
        let counted = Set(lines.compactMap(\.line.entry))
        let others = named.filter { !counted.contains($0.id) }
        guard !lines.isEmpty || !others.isEmpty else { return nil }
        let known = Dictionary(
            organisation.catalogueEntries(on: result.on).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var block = RulebookBlock(
            id: "entries", heading: words.text("rulebook.entriesTried"), hint: words.text("rulebook.entriesTriedHint"),
            columns: columns("entry", "category", "moveFrom", "moveTo", "moveAll"))
        func head(_ id: String) -> [RulebookBlock.Cell] {
            [.init(text: id), .init(text: known[id].map { category($0.category) } ?? "–")]
        }
        block.rows = lines.prefix(Self.most).map { line, count in
            head(line.entry ?? "") + [.init(text: unit(line.from)), .init(text: unit(line.to)), number(count, line)]
        }
        block.rows += others.prefix(Self.most).map { entry -> [RulebookBlock.Cell] in
            let now = organisation.currentSuccessor(of: entry.unit, on: result.on)
            let then = after?.currentSuccessor(of: entry.unit, on: result.on)
            let helps = then == now ? words.text("rulebook.helperChanges") : ""
            return head(entry.id) + [
                .init(text: unit(now), small: helps), .init(text: then.map(unit) ?? "–"), .number(words.number(0)),
            ]
        }
        return block
    }

    private func limits(_ kind: String, _ sentences: [String], _ result: LineTrial) -> RulebookBlock {
        RulebookBlock(
            id: "limits", heading: words.text("rulebook.limits"),
            sentences: sentences
                + [
                    words.text("rulebook.limits.\(kind)"), words.text("rulebook.limits.all"),
                    mayOpen ? "" : words.text("rulebook.numbersOnly"),
                ].filter { !$0.isEmpty })
    }

    // MARK: Categories

    private func carried(_ result: LineTrial) -> RulebookBlock {
        let lines = result.lines(.category, byCategory: true)
        let with = lines.filter { $0.line.successor != nil }.reduce(0) { $0 + $1.count }
        let sum = result.sum(.category)
        var block = RulebookBlock(
            id: "carried", heading: words.text("rulebook.carried"), hint: words.text("rulebook.carriedHint"),
            sentences: [
                words.text(
                    sum == 0 ? "rulebook.carriedNone" : "rulebook.carriedSum",
                    [
                        "looked": words.number(result.looked), "n": words.number(sum), "with": words.number(with),
                        "without": words.number(sum - with),
                    ]),
                words.text(
                    "rulebook.carriedOther",
                    ["none": words.number(result.uncategorised), "before": words.number(result.retiredBefore)]),
            ], columns: columns("category", "successorTried", "moveAll"))
        if sum > 0 {
            let all = TrialLine(.category)
            block.rows = [[.init(text: words.text("rulebook.allTogether")), .init(text: ""), number(sum, all)]]
        }
        block.rows += lines.prefix(Self.most).map { line, count in
            [
                .init(text: category(line.category ?? "")),
                .init(text: line.successor.map(category) ?? words.text("rulebook.noSuccessor")), number(count, line),
            ]
        }
        return block
    }

    private func entriesNaming(_ difference: CategoryDifference?, on day: LocalDate) -> [CatalogueEntry] {
        let gone = Set(difference?.retired.map(\.code) ?? [])
        return organisation.catalogueEntries(on: day).filter { gone.contains($0.category) }
    }

    /// New categories: what nobody can know, and what is known all the same.
    private func unknown(_ difference: CategoryDifference?, _ result: LineTrial) -> RulebookBlock {
        var sentences: [String] = []
        if let difference, !difference.added.isEmpty {
            let after = difference.applied(to: organisation)
            let lost = difference.added.count {
                after.catalogue(category: $0.code, area: nil, on: result.on).isEmpty
            }
            sentences.append(words.counted("rulebook.limits.added", difference.added.count))
            if lost > 0 { sentences.append(words.counted("rulebook.limits.addedNoEntry", lost)) }
        }
        if let difference, !difference.renamed.isEmpty { sentences.append(words.text("rulebook.limits.renamed")) }
        return limits("category", sentences, result)
    }

    // MARK: Units

    private func summary(_ result: LineTrial) -> RulebookBlock {
        let none = TrialLine.Measure.allCases.filter { ![.category, .entry].contains($0) && result.sum($0) == 0 }
        var sentences = [words.counted("rulebook.triedSum", result.looked)]
        if !none.isEmpty {
            let names = words.list(none.map { words.text("rulebook.measure.\($0.rawValue)") })
            sentences.append(words.text("rulebook.triedNone", ["what": names]))
        }
        return RulebookBlock(id: "sum", heading: words.text("rulebook.triedTitle"), sentences: sentences)
    }

    /// Measures with both units, of all categories together.
    private func ways(_ id: String, _ measures: [TrialLine.Measure], _ result: LineTrial) -> RulebookBlock? {
        let lines = measures.flatMap { result.lines($0, byCategory: false) }
        guard !lines.isEmpty else { return nil }
        var block = RulebookBlock(
            id: id, heading: words.text("rulebook.ways.\(id)"), hint: words.text("rulebook.waysHint.\(id)"),
            columns: columns("tried", "wayFrom", "wayTo", "moveAll"))
        block.rows = lines.prefix(Self.most).map { line, count in
            [
                .init(text: words.text("rulebook.measure.\(line.measure.rawValue)")),
                .init(text: way(line.from, line.measure)), .init(text: way(line.to, line.measure)),
                number(count, line),
            ]
        }
        return block
    }

    private func byCategory(_ result: LineTrial) -> RulebookBlock? {
        let lines = TrialLine.Measure.allCases.filter { $0 != .proposal }.flatMap { result.lines($0, byCategory: true) }
        guard !lines.isEmpty else { return nil }
        var block = RulebookBlock(
            id: "categories", heading: words.text("rulebook.byCategory"),
            columns: columns("category", "tried", "wayFrom", "wayTo", "moveAll"), isFolded: true)
        block.rows = lines.prefix(Self.most).map { line, count in
            [
                .init(text: category(line.category ?? "")),
                .init(text: words.text("rulebook.measure.\(line.measure.rawValue)")),
                .init(text: way(line.from, line.measure)), .init(text: way(line.to, line.measure)),
                number(count, line),
            ]
        }
        if lines.count > Self.most { block.sentences = [words.text("rulebook.linesMore")] }
        return block
    }

    /// Entries whose unit, or one that helps, would be another.
    private func entriesNaming(_ after: Organisation, on day: LocalDate) -> [CatalogueEntry] {
        organisation.catalogueEntries(on: day).filter { entry in
            ([entry.unit] + entry.helpers).contains {
                organisation.currentSuccessor(of: $0, on: day) != after.currentSuccessor(of: $0, on: day)
            }
        }
    }
}
