import Kernel
import Testing

@testable import Organisation

@Suite struct RulePackTests {
    private static let good = """
        id: local
        version: 2
        title: { zh: 甲, en: A }
        effectiveFrom: 2025-01-01
        effectiveTo: 2025-12-31
        source: 甲办法
        judgementWindowDays: 30
        rules:
          - id: A-1
            name: { zh: 乙, en: B }
            starts: receipt
            length: 24
            unit: hours
            roll: none
            owner: authority
            evidence: S
        """

    @Test func theBuiltInPackHoldsTheRegulation() throws {
        let packs = try RulePacks.builtIn()
        let pack = try #require(packs.pack(on: try day("2026-11-21")))
        #expect(pack.reference == "national-petition/1")
        #expect(packs.pack(id: "national-petition", version: 1) == pack)
        #expect(packs.pack(on: try day("2022-04-30")) == nil)
        #expect(pack.judgementWindowDays == 30)
        let facts = pack.rules.map { "\($0.id) \($0.length) \($0.unit) \($0.owner) \($0.roll) \($0.article ?? "")" }
        #expect(
            facts == [
                "XF-TRANSFER 15 calendarDays authority none 22", "XF-NOTIFY-DIRECT 15 calendarDays authority none 23",
                "XF-NOTIFY-TRANSFERRED 15 calendarDays authority none 23",
                "XF-OBJECT 5 workingDays authority none 23", "XF-HANDLE 60 calendarDays authority none 34",
                "XF-ASK-REVIEW 30 calendarDays citizen forward 35", "XF-REVIEW 30 calendarDays authority none 35",
                "XF-ASK-REREVIEW 30 calendarDays citizen forward 36", "XF-REREVIEW 30 calendarDays authority none 36",
            ])
        #expect(pack.rules.allSatisfy { $0.evidence == .text && $0.source == "信访工作条例" && $0.name.en != nil })
    }

    @Test func theNewestPackInForceHolds() throws {
        let old = try RulePack(yaml: Self.good)
        let new = try RulePack(
            yaml: Self.good.replacing("version: 2", with: "version: 3")
                .replacing("effectiveFrom: 2025-01-01", with: "effectiveFrom: 2025-07-01"))
        let packs = RulePacks([new, old])
        #expect(packs.pack(on: try day("2025-06-30")) == old)
        #expect(packs.pack(on: try day("2025-07-01")) == new)
        #expect(packs.pack(on: try day("2026-01-01")) == nil)
        #expect(packs.pack(reference: "local/2") == old)
    }

    @Test(arguments: [
        ("version: 2", "version: two", 2, "version must be a whole number"),
        ("effectiveFrom: 2025-01-01", "effectiveFrom: soon", 4, "effectiveFrom must be a date"),
        ("effectiveTo: 2025-12-31", "effectiveTo: 2024-12-31", 5, "lies before"),
        ("source: 甲办法", "sauce: 甲办法", 6, "unknown field sauce"),
        ("title: { zh: 甲, en: A }", "title: 甲", 3, "title must have zh and en"),
        ("starts: receipt", "starts: whenever", 11, "starts must be one of receipt"),
        ("length: 24", "length: -1", 12, "length must be a whole number"),
        ("unit: hours", "unit: moons", 13, "unit must be one of"),
        ("evidence: S", "evidence: M", 16, "evidence must be one of T, P, S, D"),
        ("owner: authority", "owner: authority\n    colour: red", 16, "unknown field colour"),
        ("evidence: S", "evidence: S\n    extension: { max: 3, approver: mayor }", 17, "approver must be one of"),
        ("judgementWindowDays: 30", "judgementWindowDays: 0", 7, "judgementWindowDays must be"),
    ])
    func everyFaultHasLineAndReason(part: String, wrong: String, line: Int, reason: String) {
        do {
            _ = try RulePack(yaml: Self.good.replacing(part, with: wrong))
            Issue.record("read: \(wrong)")
        } catch {
            #expect(
                error.problems.contains { $0.line == line && $0.reason.contains(reason) }, "\(error)")
        }
    }

    @Test func severalFaultsAreToldAtOnce() {
        do {
            _ = try RulePack(yaml: "id: x\nversion: 0\nrules: []\n")
            Issue.record("read")
        } catch {
            #expect(error.problems.count >= 5)
        }
    }

    @Test(arguments: ["", "just words", "- a\n- b", "a: [1", "id: x\nid: y"])
    func whatIsNoPackIsRefused(yaml: String) {
        #expect(throws: RulePackError.self) { try RulePack(yaml: yaml) }
    }

    @Test func theSameRuleTwiceIsRefused() {
        let rule = Self.good.split(separator: "\n").drop { !$0.hasPrefix("  - id") }.joined(separator: "\n")
        do {
            _ = try RulePack(yaml: Self.good + "\n" + rule)
            Issue.record("read")
        } catch {
            #expect(error.problems.map(\.reason) == ["A-1 is there twice"])
        }
    }
}
