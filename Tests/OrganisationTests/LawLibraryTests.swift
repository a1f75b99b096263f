import Kernel
import StorageTestKit
import Testing

@testable import Organisation

@Suite struct LawLibraryTests {
    private let library: LawLibrary

    init() throws { library = TestRules.law }

    @Test func everyEntryWasRead() {
        #expect(library.entries.count >= 60)
        for entry in library.entries {
            #expect(entry.evidence == .text || entry.evidence == .part, "\(entry.id)")
            #expect(entry.gist.zh.hasSuffix("。") && entry.gist.en?.hasSuffix(".") == true, "\(entry.id)")
            #expect(entry.gist.zh.count <= 80 && !entry.topics.isEmpty, "\(entry.id)")
            #expect(library.entry(entry.id) == entry)
        }
        #expect(library.entry("XF-999") == nil)
    }

    @Test func whatTheTimeLimitsRestOnIsThere() throws {
        let instruments = ["信访工作条例": "XF", "政府信息公开条例": "GI", "行政复议法": "FY", "行政诉讼法": "SS"]
        for rule in TestRules.packs.packs.flatMap(\.rules) where rule.evidence != .local {
            let id = try #require(instruments[rule.source])
            for article in (rule.article ?? "").split(separator: "、") {
                #expect(library.entry("\(id)-\(article)") != nil, "\(rule.id)")
            }
        }
    }

    @Test func aLetterCitesIt() throws {
        let handle = try #require(library.entry("XF-34"))
        #expect(handle.citation(isEnglish: false) == "《信访工作条例》第 34 条")
        #expect(handle.citation(isEnglish: true) == "Regulation on Petition Work, article 34")
        #expect(try #require(library.entry("XF-31-4")).citation(isEnglish: false) == "《信访工作条例》第 31 条第(4)项")
        #expect(try #require(library.entry("RX-2")).citation(isEnglish: false) == "国办函〔2025〕66号（二）")
    }

    @Test(arguments: [
        ("信访 34", "XF-34"), ("《信访工作条例》第34条", "XF-34"), ("公开 补正", "GI-30"), ("xf-22", "XF-22"),
        ("sixty acceptance", "XF-34"), ("村 每季度", "CW-30"), ("RECONSIDERATION 20", "FY-20"),
    ])
    func search(text: String, first: String) {
        #expect(library.search(text).first?.id == first)
    }

    @Test func proceduresStandInTheLibraryWithTheirLimits() throws {
        let facts = library.procedures.map { "\($0.id) \($0.length) \($0.unit.rawValue) \($0.law)" }
        #expect(
            facts == [
                "FY-DECIDE 60 calendarDays FY-62", "FY-SIMPLE 30 calendarDays FY-62", "FY-ADMIT 5 workingDays FY-30",
                "XK-DECIDE 20 workingDays XK-42", "XK-JOINT 45 workingDays XK-42", "SJ-ACCEPT 7 workingDays SJ-14",
                "SJ-LEAD 15 workingDays SJ-31",
            ])
        for procedure in library.procedures {
            #expect(library.entry(procedure.law)?.evidence == .text && procedure.name.en != nil)
            #expect(Set(procedure.routes).isSubset(of: [.administrative, .protection]) && !procedure.routes.isEmpty)
            #expect(library.procedure(procedure.id) == procedure)
        }
        // 2026-09-28 and five working days: over the holidays of October.
        let start = try #require(LocalDate("2026-09-28"))
        let admit = try #require(library.procedure("FY-ADMIT")).lastDay(from: start, TestRules.calendar)
        #expect("\(admit.date)" == "2026-10-10" && !admit.isProvisional)
        let decide = try #require(library.procedure("FY-DECIDE"))
            .lastDay(from: try #require(LocalDate("2026-03-02")), TestRules.calendar)
        #expect("\(decide.date)" == "2026-05-01")
        let far = try #require(library.procedure("XK-DECIDE"))
            .lastDay(from: try #require(LocalDate("2031-01-02")), TestRules.calendar)
        #expect(far.isProvisional)
    }

    @Test(arguments: [
        ("law: FY-99", "the library has no FY-99"), ("unit: hours", "a procedure is counted in days"),
        ("routes: []", "routes"), ("length: 0", "length must be"), ("x: 1", "unknown field x"),
    ])
    func faultsOfProceduresHaveLineAndReason(change: String, reason: String) {
        let field = change.prefix { $0 != ":" }
        var lines = [
            "routes: [administrative]", "name: { zh: 甲, en: A }", "starts: { zh: 乙, en: B }", "length: 5",
            "unit: calendarDays", "law: FY-62",
        ].filter { !$0.hasPrefix("\(field):") }
        lines.append(change)
        let yaml = "procedures:\n  - id: A\n" + lines.map { "    \($0)\n" }.joined()
        do {
            _ = try LawLibrary.procedures(yaml: yaml, entries: library.entries)
            Issue.record("\(change) was taken")
        } catch {
            #expect(error.description.contains(reason) && error.description.hasPrefix("line "), "\(error)")
        }
    }

    @Test func anEmptySearchFindsAllAndNonsenseNothing() {
        #expect(library.search("  ").count == library.entries.count)
        #expect(library.search("zzz").isEmpty && library.search("'; DROP").isEmpty)
    }

    @Test(arguments: [
        ("evidence: S", "T or P"), ("evidence: M", "only remembered"), ("evidence: T\n        x: 1", "unknown field x"),
    ])
    func faultsHaveLineAndReason(change: String, reason: String) {
        let yaml = """
            instruments:
              - id: A
                name: { zh: 甲, en: A }
                topics: [petition]
                articles:
                  - article: "1"
                    gist: { zh: 乙。, en: B. }
                    evidence: T
            """.replacing("evidence: T", with: change)
        do {
            _ = try LawLibrary(yaml: yaml)
            Issue.record("read")
        } catch {
            #expect(error.problems.contains { $0.reason.contains(reason) && $0.line >= 8 }, "\(error)")
        }
    }
}
