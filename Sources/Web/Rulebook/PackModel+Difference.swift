internal import Kernel
internal import Organisation

extension PackModel {
    /// What a pack says otherwise than the one before it.
    func difference(from old: RulePack?, to new: RulePack, calendar: WorkingCalendar) -> RulebookBlock {
        guard let old else {
            return RulebookBlock(
                id: "difference", heading: words.text("rulebook.difference"),
                sentences: [words.text("rulebook.firstPack", ["n": words.number(new.rules.count)])])
        }
        var block = RulebookBlock(
            id: "difference", heading: words.text("rulebook.difference"),
            hint: words.text("rulebook.differencePack", ["old": old.reference, "new": new.reference]))
        let isEnglish = words.language.isEnglish
        for rule in old.rules where new.rule(rule.id) == nil {
            block.changes.append(.init(kind: .ended, what: title(rule), before: said(rule)))
        }
        for rule in new.rules {
            guard let before = old.rule(rule.id) else {
                block.changes.append(.init(kind: .added, what: title(rule), after: said(rule)))
                continue
            }
            guard before != rule else { continue }
            var (first, second) = (said(before), said(rule))
            if first == second { (first, second) = (detail(before), detail(rule)) }
            let day = today
            let due = [before, rule].map {
                Deadline.compute(rule: $0, startedOn: day, calendar: calendar).effectiveDue
            }
            if due[0] != due[1] {
                first += words.text("rulebook.dueIf", ["due": words.fullDate(due[0])])
                second += words.text("rulebook.dueIf", ["due": words.fullDate(due[1])])
            }
            block.changes.append(.init(kind: .changed, what: title(rule), before: first, after: second))
        }
        for route in old.routes where new.route(route.id) == nil {
            block.changes.append(
                .init(kind: .ended, what: words.text("rulebook.route"), before: route.name.text(isEnglish: isEnglish)))
        }
        for route in new.routes where old.route(route.id) != route {
            let before = old.route(route.id)
            block.changes.append(
                .init(
                    kind: before == nil ? .added : .changed,
                    what: words.text("rulebook.routeNamed", ["name": route.name.text(isEnglish: isEnglish)]),
                    before: before?.explanation.text(isEnglish: isEnglish) ?? "",
                    after: route.explanation.text(isEnglish: isEnglish)))
        }
        let tiers = [old, new].map { words.list($0.tiers.map { $0.name.text(isEnglish: isEnglish) }) }
        if tiers[0] != tiers[1] {
            block.changes.append(
                .init(kind: .changed, what: words.text("rulebook.tiers"), before: tiers[0], after: tiers[1]))
        }
        let windows = [old, new].map { words.days($0.judgementWindowDays) }
        if windows[0] != windows[1] {
            block.changes.append(
                .init(kind: .changed, what: words.text("rulebook.window"), before: windows[0], after: windows[1]))
        }
        let calls = [old, new].map { callBack($0.callBack) }
        if calls[0] != calls[1] {
            block.changes.append(
                .init(kind: .changed, what: words.text("rulebook.callBack"), before: calls[0], after: calls[1]))
        }
        block.sentences = [words.text(block.changes.isEmpty ? "rulebook.noDifference" : "rulebook.keepsVersion")]
        return block
    }

    private func title(_ rule: Rule) -> String {
        "\(rule.name.text(isEnglish: words.language.isEnglish)) \(rule.id)"
    }

    private func said(_ rule: Rule) -> String {
        let length = words.counted("ruleUnit.\(rule.unit.rawValue)", rule.length)
        return words.text("rulebook.said", ["length": length, "start": words.name("ruleStart", rule.starts)])
    }

    /// What is otherwise where length and start are the same.
    private func detail(_ rule: Rule) -> String {
        [
            said(rule), rule.source, rule.article.map { words.text("rulebook.article", ["n": $0]) } ?? "",
            word(rule.evidence), rule.ends.map(\.rawValue).joined(separator: " "), rule.because ?? "",
        ].filter { !$0.isEmpty }.joined(separator: words.text("story.semicolon"))
    }
}
