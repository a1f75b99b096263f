import Kernel
import StorageTestKit
import Testing

@testable import Organisation

/// The packs that come with the program, against chapters 1, 2 and 6 of the rules.
@Suite struct PackContentTests {
    private let packs: RulePacks

    init() throws { packs = TestRules.packs }

    @Test func everyKindHasItsPack() throws {
        let today = try day("2026-11-21")
        #expect(packs.pack(for: .petition, on: today)?.reference == "national-petition/2")
        #expect(packs.pack(for: .information, on: today)?.reference == "information-disclosure/1")
        #expect(packs.pack(for: .hotline, on: today) == nil)
        #expect(packs.pack(for: .petition, on: try day("2022-05-01"))?.reference == "national-petition/2")
        #expect(packs.pack(for: .petition, on: try day("2022-04-30")) == nil)
        #expect(packs.packs.allSatisfy { !$0.isExample && $0.title.en != nil })
    }

    @Test(arguments: [1, 2]) func thePetitionPackHoldsTheRegulation(version: Int) throws {
        let pack = try #require(packs.pack(id: "national-petition", version: version))
        // What no text fixes is marked as a local setting.
        let local = pack.rules.filter { $0.evidence == .local }
        #expect(local.map(\.id) == (version == 1 ? [] : ["XF-SUGGESTION"]))
        let rules = pack.rules.filter { $0.evidence != .local }
        let facts = rules.map { "\($0.id) \($0.length) \($0.unit) \($0.owner) \($0.roll) \($0.article ?? "")" }
        #expect(
            facts == [
                "XF-TRANSFER 15 calendarDays authority none 22", "XF-NOTIFY-DIRECT 15 calendarDays authority none 23",
                "XF-NOTIFY-TRANSFERRED 15 calendarDays authority none 23",
                "XF-OBJECT 5 workingDays \(version == 1 ? "authority" : "receiver") none 23",
                "XF-HANDLE 60 calendarDays authority none 34",
            ] + [
                "XF-ASK-REVIEW 30 calendarDays citizen forward 35", "XF-REVIEW 30 calendarDays authority none 35",
                "XF-ASK-REREVIEW 30 calendarDays citizen forward 36", "XF-REREVIEW 30 calendarDays authority none 36",
            ])
        #expect(rules.allSatisfy { $0.evidence == .text && $0.source == "信访工作条例" && $0.name.en != nil })
        #expect(pack.rules.allSatisfy { !$0.ends.isEmpty })
        #expect(pack.judgementWindowDays == 30)
        #expect(pack.rule("XF-HANDLE")?.extension == Rule.Extension(max: 30, times: 1, approver: .approver))
    }

    @Test func sixtyDaysAreForClaimsHandledHere() throws {
        let pack = try #require(packs.pack(id: "national-petition", version: 2))
        #expect(pack.rule("XF-HANDLE")?.when == Rule.Condition(sort: .claim))
        #expect(pack.rule("XF-SUGGESTION")?.when == Rule.Condition(sort: .suggestion))
    }

    @Test func petitionClocksStandStillOnlyForAHearingInTheSecondReview() throws {
        let pack = try #require(packs.pack(id: "national-petition", version: 2))
        #expect(pack.rules.filter { !$0.suspends.isEmpty }.map(\.id) == ["XF-REREVIEW"])
        #expect(pack.rule("XF-REREVIEW")?.suspends == [.hearing])
        #expect(pack.rule("XF-TRANSFER")?.when == Rule.Condition(receiver: .office))
        #expect(pack.rule("XF-NOTIFY-DIRECT")?.when == Rule.Condition(receiver: .organ))
        #expect(pack.rule("XF-OBJECT")?.ends == [.objection, .acceptance, .route])
        #expect(pack.escalation.map(\.days) == [1, 5, 15])
    }

    @Test(arguments: [
        (MatterSort.suggestion, ["emergency", "inHand", "ordinary"]),
        (.accusation, ["discipline", "emergency", "inHand"]),
        (
            .claim,
            [
                "administrative", "arbitration", "emergency", "inHand", "litigation", "ordinary", "party",
                "protection",
            ]
        ),
    ])
    func everyCategoryHasItsRoutes(sort: MatterSort, routes: [String]) throws {
        let pack = try #require(packs.pack(id: "national-petition", version: 2))
        #expect(pack.routes.filter { $0.takes(sort) }.map(\.id.rawValue).sorted() == routes)
    }

    @Test func claimsTakeTheSixBranchesOfArticle31() throws {
        let pack = try #require(packs.pack(id: "national-petition", version: 2))
        let branches: [(LawfulRoute, String)] = [
            (.litigation, "31(1)"), (.arbitration, "31(2)"), (.party, "31(3)"), (.administrative, "31(4)"),
            (.protection, "31(5)"),
        ]
        for (route, article) in branches { #expect(pack.route(route)?.article == article) }
        #expect(pack.route(.ordinary)?.article?.contains("31(6)") == true)
    }

    @Test func explanationsAreWarmAndNeverRefuse() throws {
        let examples = try RulePacks.exampleTexts().map { try RulePack(yaml: $0) }
        let all = (packs.packs + examples).flatMap(\.routes)
        #expect(all.count > 20)
        for route in all {
            let (zh, en) = (route.explanation.zh, route.explanation.text(isEnglish: true).lowercased())
            #expect(zh.count >= 30 && en.count >= 80, "\(route.id)")
            for word in ["不予受理", "驳回", "拒绝", "退回", "无权"] { #expect(!zh.contains(word), "\(route.id)") }
            for word in ["reject", "refus", "denied", "not accept"] { #expect(!en.contains(word), "\(route.id)") }
            // Whoever is sent elsewhere learns that nothing is lost.
            if ![.ordinary, .discipline].contains(route.id) {
                #expect(zh.contains("登记") && en.contains("registered"), "\(route.id)")
            }
        }
    }

    @Test func thePackOnInformationCountsWorkingDays() throws {
        let pack = try #require(packs.pack(id: "information-disclosure", version: 1))
        let facts = pack.rules.map { "\($0.id) \($0.starts) \($0.length) \($0.unit) \($0.owner)" }
        #expect(
            facts == [
                "GI-CORRECT receipt 7 workingDays authority", "GI-ANSWER receipt 20 workingDays authority",
                "GI-ANSWER-CORRECTED correction 20 workingDays authority",
                "GI-THIRD consultation 15 workingDays consulted", "FY-APPLY delivery 60 calendarDays citizen",
                "SS-SUE delivery 6 months citizen",
            ])
        for id in ["GI-ANSWER", "GI-ANSWER-CORRECTED"] {
            let rule = try #require(pack.rule(id))
            #expect(rule.suspends == [.thirdParty, .otherOrgan])
            #expect(rule.extension == Rule.Extension(max: 20, times: 1, approver: .approver))
        }
        #expect(pack.rule("FY-APPLY")?.source == "行政复议法" && pack.rule("SS-SUE")?.source == "行政诉讼法")
        #expect(pack.routes.map(\.id) == [.ordinary, .petition])
        #expect(pack.rules.allSatisfy { $0.evidence == .text })
    }

    @Test func examplesSayThatTheyAre() throws {
        let examples = try RulePacks.exampleTexts().map { try RulePack(yaml: $0) }
        #expect(examples.map(\.reference) == ["example-hotline-five-days/2", "example-hotline-tiers/2"])
        for pack in examples {
            #expect(pack.isExample && pack.kind == .hotline)
            #expect(pack.title.zh.contains("示例") && pack.title.zh.contains("核对"))
            #expect(pack.title.en?.contains("check locally") == true)
            #expect(
                pack.routes.map(\.id) == [
                    .ordinary, .emergency, .litigation, .arbitration, .discipline, .administrative, .information,
                    .petition, .explain,
                ])
            #expect(pack.routes.allSatisfy { $0.evidence == .part && $0.source == "国办函〔2025〕66号" })
        }
        // Whoever answered is asked how it went: 济南 Art. 27, 接诉即办 Art. 23. No other pack knows such a call.
        let calls = examples.compactMap(\.callBack).map { "\($0.source) \($0.article ?? "") \($0.evidence.rawValue)" }
        #expect(calls == ["济南市12345政务服务便民热线条例 27 T", "北京市接诉即办工作条例 23 T"])
        #expect(packs.packs.allSatisfy { $0.callBack == nil })
        let tiers = examples[1]
        let answers = tiers.tiers.map { tier in
            tiers.rules.first { $0.when.tier == tier.id && $0.id.contains("ANSWER") }.map { "\($0.length) \($0.unit)" }
        }
        #expect(answers == ["2 hours", "24 hours", "7 calendarDays", "15 calendarDays"])
        #expect(tiers.rules.allSatisfy { $0.evidence == .secondary })
    }

    @Test func nothingBuiltInRestsOnADescription() {
        for pack in packs.packs {
            #expect(pack.rules.allSatisfy { $0.evidence != .secondary })
            #expect(pack.routes.allSatisfy { $0.evidence == .text || $0.evidence == .part })
        }
    }
}
