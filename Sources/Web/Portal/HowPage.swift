internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// "How it works": channels, categories, routes, clocks and remedies, all from the rule packs that hold today.
extension Portal {
    func how(_ request: PageRequest) async throws -> Response {
        let words = request.words
        let isEnglish = request.language.isEnglish
        let today = request.site.today
        let packs = MatterKind.allCases.compactMap { casework.deadlines.packs.pack(for: $0, on: today) }
        let organisation = try await request.site.organisation.current()
        let office = organisation.units.first { $0.kind == .countyOffice && $0.validTo == nil }
        let receptions = try await receptionTimes(request)
        let fields: Fields = [
            "counters": .list(try await counters(request)),
            "postalAddress": .text(
                [office?.address, office?.name.text(isEnglish: isEnglish)].compactMap { $0 }.joined(separator: " ")),
            "hotlineHours": .text(office?.hours), "hasReceptions": .flag(!receptions.isEmpty),
            "receptions": .list(receptions),
            "packs": .list(packs.map { pack($0, request) }),
            "hasSorts": .flag(packs.contains { $0.kind == .petition && !$0.routes.isEmpty }),
            "sorts": .list(MatterSort.allCases.map { sort($0, words) }),
            "remedies": .list(packs.flatMap { remedies($0, request) }),
            "calendarVersion": .text(casework.deadlines.calendar.version),
        ]
        return try await request.page("portal/how", title: words.text("portal.howTitle"), fields)
    }

    private func sort(_ sort: MatterSort, _ words: Words) -> Fields {
        [
            "name": .text(words.name("matterSort", sort)),
            "text": .text(words.text("remedies.sortText.\(sort.rawValue)")),
        ]
    }

    /// One pack: its routes with their articles, and every clock in it.
    private func pack(_ pack: RulePack, _ request: PageRequest) -> Fields {
        let words = request.words
        let isEnglish = request.language.isEnglish
        let routes = pack.routes.map { route -> Fields in
            [
                "name": .text(route.name.text(isEnglish: isEnglish)),
                "text": .text(route.explanation.text(isEnglish: isEnglish)),
                "source": .text(cited(route.source, route.article, words)),
                "isSecond": .flag(route.evidence == .secondary),
            ]
        }
        let rules = pack.rules.map { rule -> Fields in
            let start = words.text("remedies.ruleFrom", ["event": words.name("ruleStart", rule.starts)])
            return [
                "name": .text(rule.name.text(isEnglish: isEnglish)), "tier": .text(tier(of: rule, in: pack, isEnglish)),
                "limit": .text(limit(rule, words)), "from": .text(start), "more": .text(more(rule, words)),
                "source": .text(cited(rule.source, rule.article, words)),
                "isRight": .flag(rule.owner == .citizen), "isSecond": .flag(rule.evidence == .secondary),
            ]
        }
        return [
            "anchor": .text("rules-\(pack.kind.rawValue)"), "title": .text(pack.title.text(isEnglish: isEnglish)),
            "kind": .text(words.text("remedies.kindOf.\(pack.kind.rawValue)")), "version": .number(pack.version),
            "since": .text(words.fullDate(pack.effectiveFrom)), "isExample": .flag(pack.isExample),
            "hasRoutes": .flag(!routes.isEmpty), "routes": .list(routes), "rules": .list(rules),
        ]
    }

    private func tier(of rule: Rule, in pack: RulePack, _ isEnglish: Bool) -> String {
        guard let tier = rule.when.tier else { return "" }
        return pack.tiers.first { $0.id == tier }?.name.text(isEnglish: isEnglish) ?? tier
    }

    /// Whether it can be made longer, by whom; what lets it stand still; what a day off at its end means.
    private func more(_ rule: Rule, _ words: Words) -> String {
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

    /// What a resident can do against a decision, from the clocks that are rights.
    private func remedies(_ pack: RulePack, _ request: PageRequest) -> [Fields] {
        pack.rules.filter { $0.owner == .citizen }.map { rule in
            let values = [
                "right": rule.name.text(isEnglish: request.language.isEnglish), "limit": limit(rule, request.words),
                "event": request.words.name("ruleStart", rule.starts),
            ]
            return [
                "text": .text(request.words.text("remedies.rightLine", values)),
                "source": .text(cited(rule.source, rule.article, request.words)),
            ]
        }
    }

    /// "《信访工作条例》第 34 条"; under the English name where the library knows one.
    private func cited(_ instrument: String, _ article: String?, _ words: Words) -> String {
        let known = law.entries.first { $0.instrument.zh == instrument }
        let source = known?.instrument.text(isEnglish: words.language.isEnglish) ?? instrument
        guard let article else { return words.text("why.source", ["source": source]) }
        return words.text("why.sourceArticle", ["source": source, "article": article])
    }
}
