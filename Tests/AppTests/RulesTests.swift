import Casework
import Foundation
import Kernel
import Operations
import Organisation
import Storage
import StorageTestKit
import Supervision
import Testing

@Suite struct RulesTests {
    private static func pack(_ change: (String) -> String = { $0 }) throws -> String {
        change(
            try RulePacks.exampleTexts()[0].replacing("example-hotline-five-days", with: "qinghe-hotline")
                .replacing("version: 2", with: "version: 1").replacing("example: true\n", with: "").replacing(
                    "effectiveFrom: 2026-01-01", with: "effectiveFrom: 2099-01-01"))
    }

    @Test(arguments: eachEngine)
    func aLoadedPackGovernsAtOnceAndAfterTheNextStart(_ engine: Dialect.Engine)
        async throws
    {
        try await withSettings(engine) { settings, folder in
            try write(try Self.pack(), to: "\(folder)/pack.yaml")
            try await withInstallation(settings) { installation in
                let rules = RuleAdministration(installation)
                let said = try await rules.load("\(folder)/pack.yaml", isChecked: false)
                #expect(said[0].hasPrefix("qinghe-hotline/1 is loaded (SHA-256 "))
                #expect(try await rules.load("\(folder)/pack.yaml", isChecked: false)[0].hasSuffix("nothing changed"))
                try await installation.currentRules.refresh()
                #expect(installation.deadlines.packs.pack(reference: "qinghe-hotline/1") != nil)
            }
            try await withInstallation(settings, .inspect) { installation in
                let first = try date("2099-01-01")
                #expect(installation.deadlines.packs.pack(for: .hotline, on: first) != nil)
                let report = try await StoreVerification(installation).run()
                #expect(report.differences == [])
            }
            let (book, hasStore) = try await RuleAdministration.book(settings)
            #expect(hasStore)
            let entry = try book.entry("qinghe-hotline")
            let text = try Self.pack()
            #expect(entry.text == text)
            #expect(
                book.lines(on: try date("2099-01-01")).contains {
                    $0.hasPrefix("qinghe-hotline/1\thotline") && $0.contains("\tstore\tholds\t")
                })
            try await withInstallation(settings, .existing) { installation in
                let said = try await RuleAdministration(installation).end("qinghe-hotline", on: "2099-06-30")
                #expect(
                    said == ["qinghe-hotline/1 holds until 2099-06-30", "from 2099-07-01 on hotline: no pack holds"])
            }
        }
    }

    /// Two servers on one store: what one loads, the other counts with, without being started anew.
    @Test(arguments: eachEngine) func whatOneServerLoadsTheOtherTakesUp(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, folder in
            try write(try Self.pack(), to: "\(folder)/pack.yaml")
            try await withInstallation(settings) { one in
                try await one.currentRules.refresh()
                let other = try await Installation.open(settings, for: .existing)
                let before = one.deadlines
                _ = try await RuleAdministration(other).load("\(folder)/pack.yaml", isChecked: false)
                let text = try WorkingCalendar.builtInText().replacing(TestRules.calendar.version, with: "local-2027")
                try write(text + "\nyear\t2027\t2027\tnotice\n", to: "\(folder)/calendar.tsv")
                _ = try await RuleAdministration(other).loadCalendar("\(folder)/calendar.tsv")
                // The organisation's snapshot is at most a second old, and so is what was noticed.
                try await Task.sleep(for: .milliseconds(1_100))
                #expect(try await one.currentRules.refresh())
                #expect(try await !one.currentRules.refresh())
                #expect(one.deadlines.packs.pack(reference: "qinghe-hotline/1") != nil)
                #expect(one.deadlines.calendar.version == "local-2027")
                #expect(one.supervision.calendar.version == "local-2027")
                #expect(one.casework.deadlines.calendar.covers(year: 2027))
                // What was handed out stays what it was.
                #expect(before.packs.pack(reference: "qinghe-hotline/1") == nil)
                #expect(before.calendar.version == TestRules.calendar.version)
                // A text that is not what was loaded is not taken up, and what counts goes on counting.
                _ = try await RuleAdministration(other).end("qinghe-hotline", on: "2099-06-30")
                try await other.database.write { tx in
                    try tx.execute("UPDATE rule_packs SET body = REPLACE(body, 'length: 5', 'length: 500')")
                }
                try await Task.sleep(for: .milliseconds(1_100))
                await #expect(throws: RuleStoreError.self) { try await one.currentRules.refresh() }
                #expect(one.deadlines.packs.pack(reference: "qinghe-hotline/1")?.rules.first?.length == 5)
                await other.close()
            }
        }
    }

    @Test(arguments: eachEngine) func aTamperedPackRefusesToStart(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, folder in
            try write(try Self.pack(), to: "\(folder)/pack.yaml")
            try await withInstallation(settings) { installation in
                _ = try await RuleAdministration(installation).load("\(folder)/pack.yaml", isChecked: false)
                try await installation.database.write { tx in
                    try tx.execute("UPDATE rule_packs SET body = REPLACE(body, 'length: 5', 'length: 500')")
                }
            }
            for purpose in [Installation.Purpose.begin, .existing, .inspect] {
                let refused = await trouble { try await withInstallation(settings, purpose) { _ in } }
                #expect(refused?.code == .store)
                #expect(
                    refused?.description.contains("the rule pack qinghe-hotline/1 in the store is not what was loaded")
                        == true)
            }
        }
    }

    @Test func onceThereAreMattersNothingBeginsInThePast() async throws {
        try await withSettings(.sqlite) { settings, folder in
            let past = try Self.pack { $0.replacing("2099-01-01", with: "2026-01-01") }
            try write(past, to: "\(folder)/past.yaml")
            try write(past.replacing("version: 1", with: "version: 2"), to: "\(folder)/past2.yaml")
            try await withInstallation(settings) { installation in
                #expect(
                    try await RuleAdministration(installation).load("\(folder)/past.yaml", isChecked: false).count == 2)
                try await installation.database.write { tx in
                    // Any matter will do.
                    let columns =
                        "id, number, phase, channel, title_id, urgency, received_unit, responsible_unit, acting_unit, due_on, registered_at, last_at, last_kind, reporters, anonymous, reopenings, restricted, publishable, version"
                    try tx.execute(
                        "INSERT INTO cases (\(columns)) VALUES (1, 'x', 'received', 'web', 1, 'normal', 1, 1, 1, '2026-01-01', 0, 0, 'registered', 1, 0, 0, 0, 0, 1)"
                    )
                }
                let rules = RuleAdministration(installation)
                let refused = await trouble { _ = try await rules.load("\(folder)/past2.yaml", isChecked: false) }
                #expect(refused?.code == .problemFound && refused?.description.contains("lies in the past") == true)
                let ended = await trouble { _ = try await rules.end("qinghe-hotline", on: "2026-02-01") }
                #expect(ended?.description.contains("lies in the past") == true)
            }
        }
    }

    @Test func anExampleIsLoadedOnlyWhenItWasChecked() async throws {
        try await withSettings(.sqlite) { settings, folder in
            try write(try RulePacks.exampleTexts()[1], to: "\(folder)/tiers.yaml")
            try await withInstallation(settings) { installation in
                let rules = RuleAdministration(installation)
                let refused = await trouble { _ = try await rules.load("\(folder)/tiers.yaml", isChecked: false) }
                #expect(refused?.code == .problemFound && refused?.description.contains("--checked") == true)
                let said = try await rules.load("\(folder)/tiers.yaml", isChecked: true)
                #expect(said[0].contains("is loaded"))
            }
            let (book, _) = try await RuleAdministration.book(settings)
            let entry = try book.entry("example-hotline-tiers")
            #expect(entry.origin == .store)
        }
    }

    @Test func filesThatCannotBeRead() async throws {
        try await withFolder { folder in
            func refusal(_ bytes: [UInt8]) async throws -> Trouble? {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/file"))
                return await trouble { _ = try RuleFile.pack("\(folder)/file") }
            }
            #expect(await trouble { _ = try RuleFile.text("\(folder)/none") }?.code == .file)
            #expect(try await refusal([0xFF, 0xFE, 0x41])?.code == .file)
            #expect(try await refusal([0x61, 0])?.code == .file)
            #expect(try await refusal(Array(repeating: 0x61, count: 1 << 21))?.code == .file)
            let faults = try await refusal(Array("id: a b\nversion: 1\n".utf8))
            #expect(faults?.code == .problemFound && faults?.description.contains("line 1: id has at most") == true)
            try write("\u{FEFF}" + (try WorkingCalendar.builtInText()), to: "\(folder)/marked.tsv")
            let marked = try RuleFile.calendar("\(folder)/marked.tsv")
            #expect(marked.calendar.version == "cn-2020-2026.1")
        }
    }

    @Test func aDifferenceTellsDatesAndMatters() throws {
        let packs = TestRules.packs
        let old = try #require(packs.pack(reference: "national-petition/2"))
        let text = try #require(try RulePacks.builtInTexts().first { $0.contains("version: 2\nkind: petition") })
        let new = try RulePack(
            yaml: text.replacing("version: 2", with: "version: 3").replacing(
                "length: 60", with: "length: 45", maxReplacements: 1
            )
            .replacing("  - { afterDays: 15, to: leader }\n", with: "").replacing(
                "article: 31(3)", with: "article: \"31\""))
        let lines = RuleDifference(old, new).lines(
            samples: [try date("2026-03-02")], calendar: TestRules.calendar, openMatters: ["XF-HANDLE": 7])
        #expect(
            lines == [
                "national-petition/2 -> national-petition/3", "rule XF-HANDLE",
                "  length: 60 calendarDays -> 45 calendarDays",
                "  7 matters in hand run this clock now; each keeps the version that it began with",
                "  from 2026-03-02: due 2026-05-01 -> 2026-04-16", "route party", "  article: 31(3) -> 31",
                "escalation: approver after 1 days, supervisor after 5 days, leader after 15 days -> "
                    + "approver after 1 days, supervisor after 5 days",
            ])
        #expect(
            RuleDifference(old, old).lines(samples: [], calendar: TestRules.calendar, openMatters: nil).last
                == "no difference")
    }

    @Test(arguments: eachEngine) func aLoadedCalendarCounts(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, folder in
            let text =
                try WorkingCalendar.builtInText().replacing("cn-2020-2026.1", with: "local-2027")
                .replacing(
                    "off\t2026-09-25\t2026-09-27\t中秋节\n",
                    with: "off\t2026-09-25\t2026-09-26\t中秋节\nwork\t2026-09-27\t2026-09-27\t中秋节\n")
                + "year\t2027\t2027\t甲通知\noff\t2027-01-01\t2027-01-03\t元旦\n"
            try write(text, to: "\(folder)/calendar.tsv")
            try await withInstallation(settings) { installation in
                let said = try await RuleAdministration(installation).loadCalendar("\(folder)/calendar.tsv")
                #expect(said.contains("new years: 2027") && said.contains("2026-09-27 is a working day now"))
            }
            try await withInstallation(settings, .inspect) { installation in
                #expect(installation.deadlines.calendar.version == "local-2027")
                let report = try await StoreVerification(installation).run()
                #expect(report.differences == [])
            }
            let (book, _) = try await RuleAdministration.book(settings)
            #expect(book.hasStoredCalendar)
            let question = try DueQuestion(line: "2026-12-31 working-days 1")
            #expect(question.answer(book.calendar).text == "2027-01-04")
        }
    }

    private func date(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }
}

@Suite struct DueDateTests {
    private func answer(_ line: String) throws -> DueAnswer {
        try DueQuestion(line: line).answer(TestRules.calendar)
    }

    @Test(arguments: [
        ("2026-09-28 working-days 5", "2026-10-10"), ("2026-02-03 calendar-days 60", "2026-04-04"),
        ("2026-02-03 calendar-days 60 roll", "2026-04-07"), ("2026-03-31 months 6", "2026-09-30"),
        ("2026-09-28T15:30 hours 24", "2026-09-29T15:30"), ("2026-09-28T23:59 hours 1", "2026-09-29T00:59"),
        ("2026-09-28 hours 24", "2026-09-29"), ("2026-09-28T15:30 working-days 5", "2026-10-10"),
        ("  2026-09-28\tworking-days  5 ", "2026-10-10"),
    ])
    func dates(line: String, text: String) throws {
        #expect(try answer(line).text == text)
        #expect(try !answer(line).isProvisional)
    }

    @Test func anUnknownYearIsProvisional() throws {
        let late = try answer("2026-12-30 working-days 5")
        #expect(late.isProvisional && late.unknownYears == [2027])
        #expect(late.explanation.last?.hasPrefix("provisional") == true)
        #expect(try !answer("2026-12-20 calendar-days 30").isProvisional)
        #expect(try answer("2026-12-20 calendar-days 30 roll").isProvisional)
        #expect(try answer("1949-10-01 working-days 1").unknownYears == [1949])
    }

    @Test func theExplanationNamesEveryDay() throws {
        let lines = try answer("2026-09-28 working-days 5").explanation
        #expect(
            lines == [
                "start       2026-09-28 (Mon), not counted (Civil Code 201)",
                "counted     5 working days: 2026-09-29 to 2026-09-30, 2026-10-08 to 2026-10-10",
                "off         2026-10-01 to 2026-10-07 国庆节", "made up     2026-10-10 (Sat) is a working day (国庆节)",
                "due         2026-10-10", "calendar    cn-2020-2026.1",
            ])
        let rolled = try answer("2026-02-03 calendar-days 60 roll").explanation
        #expect(
            rolled.contains(
                "last day    2026-04-04 (Sat) is a day off (清明节), so the next working day holds (Civil Code 203)"))
        #expect(rolled.contains("off         2026-04-04 to 2026-04-06 清明节"))
        let duty = try answer("2026-02-03 calendar-days 60").explanation
        #expect(
            duty.contains(
                "last day    2026-04-04 (Sat) is a day off (清明节); a duty does not roll. With --roll it would be 2026-04-07"
            ))
    }

    @Test(arguments: [
        "", "2026-09-28", "2026-09-28 working-days", "2026-09-28 working-days five", "2026-02-30 working-days 5",
        "28.9.2026 working-days 5", "2026-09-28 days 5", "2026-09-28 working-days -5", "2026-09-28 working-days 0",
        "2026-09-28 working-days 99999999999999999999", "2026-09-28 working-days 1001", "2026-09-28 hours 2 roll",
        "2026-09-28T25:00 hours 2", "2026-09-28T1:00 hours 2", "2026-09-28T hours 2", "9999-12-31 months 1",
        "1948-12-31 months 1", "2026-09-28 working-days 5 jump", "2026-09-28 working-days 5 roll roll", "\u{0} x y",
        "２０２６-09-28 working-days 5", "2026-09-28 working-days 5; rm -rf /",
    ])
    func rubbishHasASentence(line: String) {
        do throws(Trouble) {
            _ = try DueQuestion(line: line)
            Issue.record("read")
        } catch {
            #expect(error.code == .usage && !error.description.isEmpty)
        }
    }
}
