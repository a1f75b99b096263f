import Kernel
import Testing

@testable import Organisation

@Suite struct RulePackTests {
    static let good = """
        id: local
        version: 2
        kind: petition
        title: { zh: 甲, en: A }
        effectiveFrom: 2025-01-01
        effectiveTo: 2025-12-31
        source: 甲办法
        judgementWindowDays: 30
        tiers:
          - { id: h2, name: { zh: 急, en: Urgent } }
        routes:
          - id: ordinary
            name: { zh: 办理, en: Handled here }
            explanation: { zh: 我们办理。, en: We handle it. }
            evidence: P
        rules:
          - id: A-1
            name: { zh: 乙, en: B }
            starts: triage
            when: { receiver: organ, tier: h2, route: ordinary }
            ends: [reply, route]
            suspends: [hearing, stay]
            length: 24
            unit: hours
            roll: none
            owner: authority
            extension: { max: 12, times: 2, approver: approver }
            article: "3"
            evidence: P
        escalation:
          - { afterDays: 1, to: approver }
          - { afterDays: 5, to: leader }
        """

    @Test func stepsInHoursConcernClocksInHours() throws {
        let text = Self.good.replacing("- { afterDays: 1, to: approver }", with: "- { afterHours: 2, to: approver }")
        let pack = try RulePack(yaml: text)
        #expect(pack.escalation.map(\.after) == [.hours(2), .days(5)] && pack.escalation.map(\.hours) == [2, 120])
        #expect(pack.escalation(isHourly: true).count == 2)
        #expect(pack.escalation(isHourly: false).map(\.to) == [.leader])
    }

    @Test func everyFieldIsRead() throws {
        let pack = try RulePack(yaml: Self.good)
        #expect(pack.reference == "local/2" && pack.kind == .petition && !pack.isExample)
        #expect(pack.tiers == [PackTier(id: "h2", name: LocalizedName(zh: "急", en: "Urgent"))])
        #expect(pack.escalation == [EscalationStep(afterDays: 1, to: .approver), .init(afterDays: 5, to: .leader)])
        let route = try #require(pack.route(.ordinary))
        #expect(route.source == "甲办法" && route.article == nil && route.takes(.claim) && route.takes(nil))
        let rule = try #require(pack.rule("A-1"))
        #expect(rule.when == Rule.Condition(receiver: .organ, tier: "h2", route: .ordinary))
        #expect(rule.ends == [.reply, .route] && rule.suspends == [.hearing, .stay])
        #expect(rule.extension == Rule.Extension(max: 12, times: 2, approver: .approver))
        #expect(pack.rules(startedBy: .triage) == [rule] && pack.rules(startedBy: .receipt).isEmpty)
        // sha256sum of the same text.
        let longer = try RulePack(yaml: Self.good + "\n")
        #expect(pack.hash.count == 64 && pack.hash != longer.hash)
        #expect(RulePack.hash(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func theNewestPackInForceHolds() throws {
        let old = try RulePack(yaml: Self.good)
        let new = try RulePack(
            yaml: Self.good.replacing("version: 2", with: "version: 3")
                .replacing("effectiveFrom: 2025-01-01", with: "effectiveFrom: 2025-07-01"))
        let packs = RulePacks([new, old])
        #expect(packs.pack(for: .petition, on: try day("2025-06-30")) == old)
        #expect(packs.pack(for: .petition, on: try day("2025-07-01")) == new)
        #expect(packs.pack(for: .petition, on: try day("2026-01-01")) == nil)
        #expect(packs.pack(for: .hotline, on: try day("2025-07-01")) == nil)
        #expect(packs.pack(reference: "local/2") == old)
    }

    @Test(arguments: [
        ("version: 2", "version: two", 2, "version must be a whole number"),
        ("id: local\n", "id: a/b\n", 1, "letters (a to z), digits and hyphens"),
        ("kind: petition", "kind: parcel", 3, "kind must be one of petition, hotline, information"),
        ("kind: petition\n", "", 1, "kind must be one of"),
        ("effectiveFrom: 2025-01-01", "effectiveFrom: soon", 5, "effectiveFrom must be a date"),
        ("effectiveTo: 2025-12-31", "effectiveTo: 2024-12-31", 6, "lies before"),
        ("source: 甲办法", "sauce: 甲办法", 7, "unknown field sauce"),
        ("source: 甲办法\n", "", 1, "source is missing"),
        ("title: { zh: 甲, en: A }", "title: 甲", 4, "title must have zh and en"),
        ("title: { zh: 甲, en: A }", "title: { zh: 甲 }", 4, "en is missing"),
        ("judgementWindowDays: 30", "judgementWindowDays: 0", 8, "judgementWindowDays must be"),
        ("judgementWindowDays: 30", "judgementWindowDays: 30\nexample: perhaps", 9, "example must be true or false"),
        ("judgementWindowDays: 30", "judgementWindowDays: 30\ncallBack: 3", 9, "callBack has the fields"),
        (
            "judgementWindowDays: 30",
            "judgementWindowDays: 30\ncallBack: { afterDays: 31, article: \"1\", evidence: T }", 9,
            "afterDays must be a whole number from 0 to 30"
        ),
        (
            "judgementWindowDays: 30", "judgementWindowDays: 30\ncallBack: { afterDays: 1, evidence: T }", 9,
            "evidence T needs the article"
        ),
        (
            "judgementWindowDays: 30", "judgementWindowDays: 30\ncallBack: { afterDays: 1, evidence: M }", 9,
            "what is only remembered (M) is left out"
        ),
    ])
    func faultsOfThePack(part: String, wrong: String, line: Int, reason: String) {
        expect(Self.good.replacing(part, with: wrong), line, reason)
    }

    @Test(arguments: [
        ("starts: triage", "starts: whenever", 19, "starts must be one of receipt"),
        ("ends: [reply, route]", "ends: [reply, party]", 21, "ends may hold receipt"),
        ("ends: [reply, route]", "ends: [reply, reply]", 21, "ends holds reply twice"),
        ("ends: [reply, route]", "ends: reply", 21, "ends must be a list"),
        ("ends: [reply, route]", "ends: []", 21, "ends must name what the authority has to do"),
        ("ends: [reply, route]", "ends: [reply, triage]", 21, "does not end with what starts it"),
        ("receiver: organ", "receiver: nobody", 20, "receiver must be one of office, organ"),
        ("receiver: organ", "weather: bad", 20, "unknown field weather"),
        ("receiver: organ", "sort: parcel", 20, "sort must be one of suggestion, accusation, claim"),
        ("when: { receiver: organ, tier: h2, route: ordinary }", "when: organ", 20, "when may have receiver"),
        ("tier: h2", "tier: h9", 20, "the pack has no tier h9"),
        ("route: ordinary }", "route: party }", 20, "the pack has no route party"),
        ("route: ordinary }", "route: train }", 20, "route must be one of"),
        ("starts: triage", "starts: receipt", 19, "decided after receipt"),
        ("suspends: [hearing, stay]", "suspends: [rain]", 22, "suspends may hold hearing"),
        ("length: 24", "length: -1", 23, "length must be a whole number"),
        ("length: 24", "length: 9000", 23, "from 1 to 8760"),
        ("unit: hours", "unit: moons", 24, "unit must be one of"),
        ("unit: hours", "unit: months\n    x: 1", 25, "unknown field x"),
        ("roll: none", "roll: forward", 25, "hours run on days off"),
        ("unit: hours\n    roll: none", "unit: calendarDays\n    roll: forward", 25, "does not roll"),
        (
            "unit: hours\n    roll: none\n    owner: authority", "unit: months\n    roll: none\n    owner: citizen", 25,
            "a right of the resident rolls"
        ),
        ("times: 2", "times: 0", 27, "times must be a whole number"),
        ("approver: approver", "approver: mayor", 27, "approver must be one of"),
        ("approver: approver", "approver: leader", 27, "leader cannot approve more time"),
        ("extension: { max: 12, times: 2, approver: approver }", "extension: 12", 27, "extension must have max"),
        ("article: \"3\"\n    evidence: P", "evidence: T", 17, "evidence T needs the article"),
        ("article: \"3\"\n    evidence: P", "evidence: M", 28, "what is only remembered (M) is left out"),
        ("owner: authority", "owner: authority\n    colour: red", 27, "unknown field colour"),
    ])
    func faultsOfARule(part: String, wrong: String, line: Int, reason: String) {
        expect(Self.good.replacing(part, with: wrong), line, reason)
    }

    @Test(arguments: [
        ("- id: ordinary", "- id: elsewhere", 12, "id must be one of ordinary"),
        ("- id: ordinary", "- id: party", 12, "routes must hold ordinary"),
        ("evidence: P\nrules", "evidence: P\n    sorts: [claim]\nrules", 12, "no route takes the category suggestion"),
        ("evidence: P\nrules", "evidence: M\nrules", 15, "what is only remembered"),
        ("zh: 我们办理。, en: We handle it.", "zh: 我们办理。", 14, "en is missing"),
        ("name: { zh: 办理, en: Handled here }", "name: 办理", 13, "name must have zh and en"),
        ("- { id: h2, name: { zh: 急, en: Urgent } }", "- { id: h2 }", 10, "name must have zh and en"),
        ("to: approver }", "to: mayor }", 31, "to must be one of"),
        ("to: leader }", "to: administrator }", 32, "of overdue clocks hear"),
        ("afterDays: 5", "afterDays: 1", 32, "each step comes later"),
        ("afterDays: 5", "afterHours: 24", 32, "each step comes later"),
        ("afterDays: 5", "afterDays: 5, afterHours: 200", 32, "in hours or in days"),
    ])
    func faultsOfRoutesTiersAndEscalation(part: String, wrong: String, line: Int, reason: String) {
        expect(Self.good.replacing(part, with: wrong), line, reason)
    }

    @Test func sortsBelongToPetitions() {
        let yaml = Self.good.replacing("kind: petition", with: "kind: hotline")
            .replacing("evidence: P\nrules", with: "evidence: P\n    sorts: [claim]\nrules")
        expect(yaml, 16, "only petitions have categories")
    }

    @Test func whatRollsOtherwiseSaysWhy() throws {
        let yaml = Self.good.replacing(
            "unit: hours\n    roll: none", with: "unit: calendarDays\n    roll: forward\n    because: 第五条另有规定")
        #expect(try RulePack(yaml: yaml).rule("A-1")?.because == "第五条另有规定")
    }

    @Test func aRowFromADescriptionMakesAnExample() throws {
        #expect(
            try RulePack(yaml: Self.good.replacing("article: \"3\"\n    evidence: P", with: "evidence: S")).isExample)
        #expect(try RulePack(yaml: Self.good + "\nexample: true").isExample)
    }

    @Test func aCitizensClockMayEndWithNothingHere() throws {
        let yaml = Self.good
            .replacing(
                "unit: hours\n    roll: none\n    owner: authority",
                with: "unit: months\n    roll: forward\n    owner: citizen"
            )
            .replacing("ends: [reply, route]", with: "ends: []")
        #expect(try RulePack(yaml: yaml).rule("A-1")?.ends == [])
    }

    @Test func severalFaultsAreToldAtOnceInOrder() {
        do {
            _ = try RulePack(yaml: "id: x\nversion: 0\nrules: []\nroutes: {}\n")
            Issue.record("read")
        } catch {
            #expect(error.problems.count >= 6)
            #expect(error.problems.map(\.line) == error.problems.map(\.line).sorted())
        }
    }

    @Test(arguments: [
        "", "just words", "- a\n- b", "a: [1", "id: x\nid: y", "rules: [1, 2]", "id: [1]\nrules: [[a]]", "\u{0}",
        "a: &a [*a]", "rules:\n  - id: {}\n    when: [1]\n    ends: {a: 1}",
    ])
    func whatIsNoPackIsRefused(yaml: String) {
        #expect(throws: RulePackError.self) { try RulePack(yaml: yaml) }
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "- ? "]) func aDeepTextDoesNotExhaustTheStack(part: String) {
        do {
            _ = try RulePack(yaml: "id: x\n" + String(repeating: part, count: 100_000))
            Issue.record("read")
        } catch {
            #expect(error.problems.map(\.reason) == ["too many things inside one another"])
        }
    }

    @Test func aDeeplyIndentedTextIsRefusedToo() {
        let yaml = (0..<2000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(throws: RulePackError.self) { try RulePack(yaml: yaml) }
    }

    @Test func theSameNameTwiceIsRefused() throws {
        let lines = Self.good.split(separator: "\n").map(String.init)
        func twice(_ first: Int, _ last: Int) -> String {
            (lines[...(last - 1)] + lines[(first - 1)...(last - 1)] + lines[last...]).joined(separator: "\n")
        }
        expect(twice(17, 29), 30, "A-1 is there twice")
        expect(twice(12, 15), 16, "ordinary is there twice")
        expect(twice(10, 10), 11, "h2 is there twice")
    }

    private func expect(
        _ yaml: String, _ line: Int, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do {
            _ = try RulePack(yaml: yaml)
            Issue.record("read", sourceLocation: sourceLocation)
        } catch {
            #expect(
                error.problems.contains { $0.line == line && $0.reason.contains(reason) }, "\(error)",
                sourceLocation: sourceLocation)
        }
    }
}
