internal import Kernel
internal import Organisation

/// Rule packs as blocks of a page.
struct PackModel {
    let words: Words
    let today: LocalDate

    private var isEnglish: Bool { words.language.isEnglish }

    /// The packs of a kind of matter, the newest first.
    func list(
        _ kind: MatterKind, _ packs: [RulePack], all: RulePacks, stored: Set<String>, examples: Set<String>
    ) -> RulebookBlock {
        var block = RulebookBlock(
            id: "kind-\(kind.rawValue)", heading: words.name("matterKind", kind),
            columns: ["rulebook.pack", "rulebook.state", "rulebook.holds", "rulebook.source", "rulebook.evidence"]
                .map { (words.text($0), false) })
        block.rows = packs.map { pack in
            let state = state(pack, all: all, isExample: examples.contains(pack.reference))
            let origin = stored.contains(pack.reference) ? "rulebook.fromStore" : "rulebook.fromProgram"
            return [
                .init(
                    text: pack.title.text(isEnglish: isEnglish), url: "/admin/rules/pack/\(pack.reference)",
                    small: "\(pack.reference) · \(words.text(origin))"),
                .init(text: "", tag: state.word, tone: state.tone), .init(text: span(pack)),
                .init(text: pack.source), .init(text: evidence(pack)),
            ]
        }
        if !packs.contains(where: { all.pack(for: kind, on: today)?.reference == $0.reference }) {
            block.sentences = [words.text("rulebook.noneHolds")]
        }
        return block
    }

    private func state(_ pack: RulePack, all: RulePacks, isExample: Bool) -> (word: String, tone: String) {
        if isExample { return (words.text("rulebook.stateExample"), "pause") }
        if pack.isWithdrawn { return (words.text("rulebook.stateWithdrawn"), "pause") }
        if pack.effectiveFrom > today { return (words.text("rulebook.stateScheduled"), "near") }
        if all.pack(for: pack.kind, on: today)?.reference == pack.reference {
            return (words.text("rulebook.stateHolds"), "done")
        }
        if let last = pack.effectiveTo, last < today { return (words.text("rulebook.stateEnded"), "pause") }
        return (words.text("rulebook.stateOlder"), "pause")
    }

    private func span(_ pack: RulePack) -> String {
        let from = words.fullDate(pack.effectiveFrom)
        guard let last = pack.effectiveTo else { return words.text("rulebook.since", ["from": from]) }
        return words.text("rulebook.span", ["from": from, "to": words.fullDate(last)])
    }

    /// How many rules are known how well.
    private func evidence(_ pack: RulePack) -> String {
        let counts = Dictionary(grouping: pack.rules, by: \.evidence).mapValues(\.count)
        let parts = [RuleEvidence.text, .part, .secondary, .local].compactMap { evidence in
            counts[evidence].map { "\(word(evidence)) \(words.number($0))" }
        }
        return parts.joined(separator: words.text("story.semicolon"))
    }

    func word(_ evidence: RuleEvidence) -> String { words.text("rulebook.evidence.\(evidence.rawValue)") }

    func facts(_ pack: RulePack, all: RulePacks) -> RulebookBlock {
        let state = state(pack, all: all, isExample: pack.isExample && all.pack(reference: pack.reference) == nil)
        var block = RulebookBlock(id: "facts", heading: words.text("rulebook.about"))
        block.facts = [
            (words.text("rulebook.state"), state.word),
            (words.text("rulebook.kind"), words.name("matterKind", pack.kind)),
            (words.text("rulebook.holds"), span(pack)), (words.text("rulebook.source"), pack.source),
            (words.text("rulebook.evidence"), evidence(pack)),
            (words.text("rulebook.window"), words.days(pack.judgementWindowDays)),
            (words.text("rulebook.callBack"), callBack(pack.callBack)), ("SHA-256", pack.hash),
        ]
        if !pack.tiers.isEmpty {
            block.facts.append(
                (words.text("rulebook.tiers"), words.list(pack.tiers.map { $0.name.text(isEnglish: isEnglish) })))
        }
        if !pack.routes.isEmpty {
            block.facts.append(
                (words.text("rulebook.routes"), words.list(pack.routes.map { $0.name.text(isEnglish: isEnglish) })))
        }
        return block
    }

    /// When residents are called and asked how it went, and where that stands.
    func callBack(_ rule: PackCallBack?) -> String {
        guard let rule else { return words.text("rulebook.callBackNone") }
        let basis =
            rule.article.map { words.text("why.sourceArticle", ["source": rule.source, "article": $0]) }
            ?? words.text("why.source", ["source": rule.source])
        let key = rule.afterDays == 0 ? "rulebook.callBackAtOnce" : "rulebook.callBackAfter"
        return words.text(key, ["days": words.days(rule.afterDays), "basis": basis])
    }

    /// Every clock: how long, from when, whose, on which words it rests.
    func clocks(_ pack: RulePack) -> RulebookBlock {
        var block = RulebookBlock(
            id: "clocks", heading: words.text("rulebook.clocks"), hint: words.text("rulebook.clocksHint"),
            columns: [
                "rulebook.clock", "rulebook.length", "rulebook.from", "rulebook.owner", "rulebook.basis",
                "rulebook.evidence",
            ].map { (words.text($0), false) })
        block.rows = pack.rules.map { rule in
            [
                .init(text: rule.name.text(isEnglish: isEnglish), small: rule.id),
                .init(text: length(rule), small: more(rule)),
                .init(text: words.name("ruleStart", rule.starts), small: condition(rule, pack)),
                .init(text: words.text("rulebook.owner.\(rule.owner.rawValue)")),
                .init(text: rule.source, small: rule.article.map { words.text("rulebook.article", ["n": $0]) } ?? ""),
                .init(
                    text: rule.evidence == .secondary ? "" : word(rule.evidence),
                    small: rule.because ?? "", tag: rule.evidence == .secondary ? word(rule.evidence) : "", tone: "near"
                ),
            ]
        }
        return block
    }

    private func length(_ rule: Rule) -> String { words.counted("ruleUnit.\(rule.unit.rawValue)", rule.length) }

    private func more(_ rule: Rule) -> String {
        var parts: [String] = []
        if let more = rule.extension {
            let length = words.counted("ruleUnit.\(rule.unit.rawValue)", more.max)
            let approver = words.name("role", more.approver)
            parts.append(words.text("remedies.ruleExtends", ["length": length, "approver": approver]))
        }
        if !rule.suspends.isEmpty {
            let causes = words.list(rule.suspends.map { words.name("pauseCause", $0) })
            parts.append(words.text("remedies.ruleRests", ["causes": causes]))
        }
        if rule.roll == .forward { parts.append(words.text("remedies.ruleRolls")) }
        return parts.joined(separator: words.text("story.semicolon"))
    }

    private func condition(_ rule: Rule, _ pack: RulePack) -> String {
        let parts = [
            rule.when.tier.map { tier in
                pack.tiers.first { $0.id == tier }?.name.text(isEnglish: isEnglish) ?? tier
            },
            rule.when.route.map { route in pack.route(route)?.name.text(isEnglish: isEnglish) ?? route.rawValue },
            rule.when.sort.map { words.name("matterSort", $0) },
            rule.when.receiver.map { words.text("rulebook.receiver.\($0.rawValue)") },
        ].compactMap { $0 }
        return parts.isEmpty ? "" : words.text("rulebook.onlyWhen", ["what": words.list(parts)])
    }

    /// Rules that rest on a description: confirmed by whom, or still to be checked.
    func confirmations(
        _ pack: RulePack, _ confirmed: [(rule: String, who: String, when: String, why: String)]
    ) -> RulebookBlock {
        let rules = pack.rules.filter { $0.evidence == .secondary }
        var block = RulebookBlock(
            id: "local", heading: words.text("rulebook.local"), hint: words.text("rulebook.localHint"),
            columns: ["rulebook.clock", "rulebook.state", "rulebook.who", "rulebook.why"].map {
                (words.text($0), false)
            })
        block.rows = rules.map { rule in
            let found = confirmed.first { $0.rule == rule.id }
            return [
                .init(text: rule.name.text(isEnglish: isEnglish), small: length(rule)),
                .init(
                    text: "", tag: words.text(found == nil ? "rulebook.toCheck" : "rulebook.isConfirmed"),
                    tone: found == nil ? "near" : "done"),
                .init(text: found?.who ?? "–", small: found?.when ?? ""), .init(text: found?.why ?? "–"),
            ]
        }
        if rules.isEmpty { block.sentences = [words.text("rulebook.noneLocal")] }
        return block
    }
}
