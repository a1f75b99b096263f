// One rule and one route of a pack.
extension YAMLFields {
    func rule(packSource: String) -> Rule {
        expect([
            "id", "name", "starts", "ends", "when", "suspends", "length", "unit", "roll", "because", "owner",
            "extension", "article", "source", "evidence",
        ])
        let unit: RuleUnit = choice("unit", otherwise: .calendarDays)
        let starts: RuleMoment = choice("starts", otherwise: .receipt)
        let owner: RuleOwner = choice("owner", otherwise: .authority)
        let because = text("because", isOptional: true)
        let rule = Rule(
            id: identifier("id"), name: name("name"), starts: starts, ends: ends(starts: starts, owner: owner),
            when: condition(), length: number("length", in: unit.lengths), unit: unit,
            roll: roll(unit: unit, owner: owner), owner: owner, extension: prolonging(unit: unit),
            suspends: choices("suspends", of: PauseCause.self), article: article(), source: source(packSource),
            evidence: evidence(), because: because.isEmpty ? nil : because)
        return rule
    }

    func route(kind: MatterKind, packSource: String) -> PackRoute {
        expect(["id", "sorts", "name", "explanation", "article", "source", "evidence"])
        let sorts = choices("sorts", of: MatterSort.self)
        if kind != .petition, has("sorts") { fail("sorts", "only petitions have categories") }
        return PackRoute(
            id: choice("id", otherwise: .ordinary), sorts: sorts, name: name("name"),
            explanation: name("explanation"), article: article(), source: source(packSource), evidence: evidence())
    }

    /// When the resident is called after the answer; the window to judge must still be open then.
    func callBack(packSource: String, window: Int) -> PackCallBack? {
        guard has("callBack") else { return nil }
        guard let item = mapping("callBack") else {
            fail("callBack", "callBack has the fields afterDays, article, source, evidence")
            return nil
        }
        item.expect(["afterDays", "article", "source", "evidence"])
        return PackCallBack(
            afterDays: item.number("afterDays", in: 0...max(0, window)), article: item.article(),
            source: item.source(packSource), evidence: item.evidence())
    }

    /// A condition that nothing can fulfil would be a clock that never runs, and nobody would notice.
    func checkCondition(of rule: Rule, kind: MatterKind, tiers: [PackTier], routes: [PackRoute]) {
        guard let inner = mapping("when") else { return }
        if rule.when.sort != nil, kind != .petition { inner.fail("sort", "only petitions have categories") }
        if let tier = rule.when.tier, !tiers.contains(where: { $0.id == tier }) {
            inner.fail("tier", "the pack has no tier \(tier)")
        }
        if let route = rule.when.route, !routes.contains(where: { $0.id == route }) {
            inner.fail("route", "the pack has no route \(route.rawValue)")
        }
        if self["starts"] == RuleMoment.receipt.rawValue, rule.when.tier != nil || rule.when.route != nil {
            fail("starts", "tier and route are decided after receipt; let the rule start with triage")
        }
    }

    private func ends(starts: RuleMoment, owner: RuleOwner) -> [RuleMoment] {
        let ends = choices("ends", of: RuleMoment.self)
        // A right may run out without anything happening here; a duty must be done by something that can be seen.
        if owner == .authority, ends.isEmpty, has("owner") {
            fail("ends", "ends must name what the authority has to do, such as [reply]")
        }
        if ends.contains(starts) { fail("ends", "a clock does not end with what starts it") }
        return ends
    }

    private func condition() -> Rule.Condition {
        guard let inner = mapping("when") else {
            if has("when") { fail("when", "when may have receiver, tier, route and sort") }
            return .none
        }
        inner.expect(["receiver", "tier", "route", "sort"])
        let tier = inner.text("tier", isOptional: true)
        return Rule.Condition(
            receiver: inner.optionalChoice("receiver", of: Rule.Condition.Receiver.self),
            tier: tier.isEmpty ? nil : tier, route: inner.optionalChoice("route", of: LawfulRoute.self),
            sort: inner.optionalChoice("sort", of: MatterSort.self))
    }

    private func roll(unit: RuleUnit, owner: RuleOwner) -> RuleRoll {
        let roll: RuleRoll = choice("roll", otherwise: .none)
        guard has("roll"), has("owner") else { return roll }
        switch (unit, owner, roll) {
        case (.hours, _, .forward): fail("roll", "hours run on days off too: roll must be none")
        case (.calendarDays, .authority, .forward), (.months, .authority, .forward):
            if !has("because") {
                fail("roll", "a duty of the authority does not roll; where the text says otherwise, say so in because")
            }
        case (.calendarDays, .citizen, .none), (.months, .citizen, .none):
            if !has("because") {
                fail("roll", "a right of the resident rolls forward; where the text says otherwise, say so in because")
            }
        default: break
        }
        return roll
    }

    private func prolonging(unit: RuleUnit) -> Rule.Extension? {
        guard has("extension") else { return nil }
        guard let inner = mapping("extension") else {
            fail("extension", "extension must have max and approver")
            return nil
        }
        inner.expect(["max", "times", "approver"])
        let approver: Role = inner.choice("approver", otherwise: .approver)
        let able = Role.allCases.filter { $0.allowed.contains(.extendClock) }
        if !able.contains(approver) {
            let names = able.map(\.rawValue).joined(separator: ", ")
            inner.fail("approver", "\(approver.rawValue) cannot approve more time; who can: \(names)")
        }
        return Rule.Extension(
            max: inner.number("max", in: unit.lengths),
            times: inner.has("times") ? inner.number("times", in: 1...10) : 1, approver: approver)
    }

    private func article() -> String? {
        let article = text("article", isOptional: true)
        if article.isEmpty, self["evidence"] == RuleEvidence.text.rawValue {
            fail("article", "evidence T needs the article that was read")
        }
        return article.isEmpty ? nil : article
    }

    private func source(_ packSource: String) -> String {
        let own = text("source", isOptional: true)
        return own.isEmpty ? packSource : own
    }

    private func evidence() -> RuleEvidence {
        choice("evidence", otherwise: .secondary, hint: "; what is only remembered (M) is left out")
    }
}

extension RuleUnit {
    /// Lengths that are no slip of the pen.
    public var lengths: ClosedRange<Int> {
        switch self {
        case .hours: 1...8760
        case .workingDays: 1...1000
        case .calendarDays: 1...3650
        case .months: 1...120
        }
    }
}
