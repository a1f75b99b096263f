import Kernel
import Ledger
import Storage
import StorageTestKit
import Testing

@testable import Organisation

@Suite struct RulebookTests {
    private static let whole = """
        编号,类别,区域,责任单位,协办单位,依据
        1,水电,,water,,甲条例第一条
        2,水电/供水,,roads,liuxi,甲条例第二条
        4,水电/供水/停水,,water,,甲条例第四条
        5,道路,990101,roads,,乙条例
        6,水电/供电,,water,,丁条例
        """

    private func actor(_ fixture: Fixture, _ name: String = "admin") async throws -> Actor {
        let member = try await fixture.staff(name)
        return .staff(member.id, unit: member.unit)
    }

    /// What somebody sees before deciding is what is recorded; what does not change keeps its version.
    @Test func aFileOfTheCatalogueIsADifference() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let (today, later) = (try day("2026-05-06"), try day("2026-06-01"))
            let before = try await fixture.store.current()
            let shown = try before.catalogueDifference(csv: Self.whole, from: later)
            #expect(shown.added.map(\.id) == ["6"] && shown.changed.map(\.after.id) == ["2"])
            #expect(shown.ended.map(\.id) == ["3"] && shown.unchanged == 3)
            let admin = try await actor(fixture)
            for _ in 1...2 {
                let version = try await fixture.store.changeCatalogue(
                    today: today, reason: " 供水事权调整 ", submission: "s1", by: admin
                ) { try $0.catalogueDifference(csv: Self.whole, from: later) }
                #expect(version == 2)
            }
            let after = try await fixture.store.current()
            let (water, roads) = (try await fixture.unit("water"), try await fixture.unit("roads"))
            #expect(after.catalogue(category: "01.01", area: nil, on: try day("2026-05-31")).first?.unit == water)
            #expect(after.catalogue(category: "01.01", area: nil, on: later).first?.unit == roads)
            #expect(after.catalogueEntry(id: "1", version: 1)?.effectiveTo == nil)
            #expect(after.catalogueEntry(id: "2", version: 1)?.effectiveTo?.description == "2026-05-31")
            #expect(after.catalogueChangesToCome(after: today).map(\.version) == [2])
            let history = try await fixture.store.history(of: .catalogue)
            #expect(history.map(\.kind) == ["catalogueChanged", "catalogueImported"])
            #expect(history[0].reason == "供水事权调整" && history[0].from == later && history[0].actor == admin)
            #expect(try await fixture.verify().isEmpty)
            // No words of a person stand in the event.
            let stored = try await fixture.database.read { tx in
                try tx.rows("SELECT body FROM events WHERE stream_id = 3").map { try $0.text(0) }
            }
            #expect(!stored.contains { $0.contains("供水事权") })

            // What waits is not changed a second time, and what it left alone can be.
            let line = CatalogueLine(id: "2", category: "01.01", unit: "water", basis: "戊条例")
            let crossing = await code {
                try await fixture.store.changeCatalogue(today: today, reason: "r", submission: "s2", by: admin) {
                    try $0.catalogueDifference(line: line, from: today)
                }
            }
            #expect(crossing == "rulebook.waiting")
            let other = CatalogueLine(id: "5", category: "02", area: "990101", unit: "roads", basis: "乙条例第三条")
            try await fixture.store.changeCatalogue(today: today, reason: "r", submission: "s3", by: admin) {
                try $0.catalogueDifference(line: other, from: today)
            }

            // Taken back, everything goes on as it was; what has begun stays.
            let withdrawal: () async throws -> Void = {
                try await fixture.store.withdrawCatalogue(
                    version: 2, today: today, reason: "县里缓一缓", submission: "s4", by: admin)
            }
            try await withdrawal()
            try await withdrawal()
            let back = try await fixture.store.current()
            #expect(back.catalogue(category: "01.01", area: nil, on: later).first?.unit == water)
            #expect(Set(back.catalogueEntries(on: later).map(\.id)) == ["1", "2", "3", "4", "5"])
            #expect(back.catalogueChangesToCome(after: today).isEmpty)
            let begun = await code {
                try await fixture.store.withdrawCatalogue(
                    version: 3, today: today, reason: "r", submission: "s5", by: admin)
            }
            #expect(begun == "rulebook.begun")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func whatIsWrongWithAChangeOfTheCatalogueIsSaid() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let today = try day("2026-05-06")
            let organisation = try await fixture.store.current()
            func problems(_ csv: String) -> [String] {
                let read = Result { try organisation.catalogueDifference(csv: csv, from: today) }
                guard case .failure(let error) = read else { return [] }
                return (error as? ImportProblems)?.problems.map(\.description) ?? ["\(error)"]
            }
            let header = "编号,类别,区域,责任单位,协办单位,依据\n"
            // Departments' work is not sent to a village, whatever the file says.
            #expect(problems(header + "1,水电,,shangwan,,甲")[0].hasPrefix("line 2: shangwan is a village"))
            #expect(problems(header + "1,水电,,water,,甲\n1,道路,,roads,,乙")[0].contains("there twice"))
            #expect(problems(header + "1,天气,,nobody,,")[0].contains("天气 is unknown"))
            // A township is said, and a person decides.
            let line = CatalogueLine(id: "9", category: "02", area: "990101101", unit: "liuxi", basis: "清单")
            #expect(try organisation.catalogueDifference(line: line, from: today).toTownships == ["9"])
            let admin = try await actor(fixture)
            for (reason, from, expected) in [
                ("", "2026-05-06", "rulebook.reasonMissing"), ("r", "2026-05-05", "rulebook.past"),
                (String(repeating: "长", count: 501), "2026-05-06", "rulebook.reasonLong"),
            ] {
                let from = try day(from)
                let found = await code {
                    try await fixture.store.changeCatalogue(today: today, reason: reason, submission: "x", by: admin) {
                        try $0.catalogueDifference(csv: Self.whole, from: from)
                    }
                }
                #expect(found == expected)
            }
            let clerk = try await actor(fixture, "clerk")
            let denied = await code {
                try await fixture.store.changeCatalogue(today: today, reason: "r", submission: "y", by: clerk) {
                    try $0.catalogueDifference(csv: Self.whole, from: today)
                }
            }
            #expect(denied == "permission.denied")
        }
    }

    /// The change as it would hold, for trying it out, changes nothing.
    @Test func aDifferenceCanBeAppliedToACopy() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let today = try day("2026-05-06")
            let before = try await fixture.store.current()
            let after = try before.catalogueDifference(csv: Self.whole, from: today).applied(to: before)
            let roads = try await fixture.unit("roads")
            #expect(after.catalogue(category: "01.01", area: nil, on: today).first?.unit == roads)
            #expect(before.catalogue(category: "01.01", area: nil, on: today).first?.unit != roads)
            #expect(before.version == (try await fixture.store.current()).version)
        }
    }

    @Test func categoriesAreRenamedAddedAndRetired() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let today = try day("2026-05-06")
            let admin = try await actor(fixture)
            func change(_ edit: CategoryEdit, _ submission: String, from: LocalDate? = nil) async throws {
                try await fixture.store.changeCategories(
                    from: from ?? today, today: today, reason: "调整", submission: submission, by: admin
                ) { try $0.categoryDifference(edit) }
            }
            try await change(.add(parent: "01", name: LocalizedName(zh: "排水", en: "Drainage")), "a")
            try await change(.rename(code: "02", name: LocalizedName(zh: "道路交通", en: "Traffic")), "b")
            try await change(.retire(code: "01.01.01", successor: "01.03"), "c")
            let tree = try await fixture.store.current()
            #expect(tree.pathName(ofCategory: "01.03") == "水电 / 排水")
            #expect(tree.pathName(ofCategory: "02.01.01") == "道路交通 / 路面 / 破损")
            #expect(tree.category("01.01.01")?.isRetired == true)
            #expect(tree.successor(ofCategory: "01.01.01")?.code == "01.03")
            #expect(tree.pathName(ofCategory: "01.01.01") == "水电 / 供水 / 停水", "old matters still name it")
            #expect(!tree.categories(in: "01.01").map(\.code).contains("01.01.01"))
            // A successor that is retired in turn is followed; one inside what goes is refused.
            try await change(.retire(code: "01.03", successor: "01.02"), "d")
            #expect(try await fixture.store.current().successor(ofCategory: "01.01.01")?.code == "01.02")
            for (edit, expected) in [
                (CategoryEdit.retire(code: "01", successor: "01.02"), "rulebook.categorySuccessor"),
                (.retire(code: "09", successor: nil), "rulebook.noCategory"),
                (.add(parent: "01.01.02", name: LocalizedName(zh: "浑浊")), "rulebook.categoryParent"),
                (.add(parent: nil, name: LocalizedName(zh: "水电")), "rulebook.categoryTwice"),
                (.rename(code: "02", name: LocalizedName(zh: "缠访人员")), "rulebook.categoryPerson"),
            ] {
                let found = await code { try await change(edit, "e-\(expected)") }
                #expect(found == expected)
            }
            #expect(try await fixture.verify().isEmpty)
            #expect(try await fixture.store.history(of: .categories).count == 5)
        }
    }

    @Test func aTreeWaitsForItsDay() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let (today, later) = (try day("2026-05-06"), try day("2026-06-01"))
            let admin = try await actor(fixture)
            func plan(_ submission: String) async throws {
                try await fixture.store.changeCategories(
                    from: later, today: today, reason: "新目录", submission: submission, by: admin
                ) { try $0.categoryDifference(csv: "一级,二级,三级\n水电,供水,停水\n环境,噪声,\n") }
            }
            try await plan("a")
            #expect(try await fixture.store.current().category("03") == nil)
            #expect(try await fixture.store.current().categoryPlan?.from == later)
            #expect(await code { try await plan("b") } == "rulebook.planWaits")
            #expect(try await !fixture.store.beginPlans(today: later.adding(days: -1)))
            try await fixture.store.withdrawCategoryPlan(reason: "不换了", submission: "c", by: admin)
            #expect(try await fixture.store.current().categoryPlan == nil)
            try await plan("d")
            #expect(try await fixture.verify().isEmpty)
            #expect(try await fixture.store.beginPlans(today: later))
            #expect(try await !fixture.store.beginPlans(today: later))
            let tree = try await fixture.store.current()
            #expect(tree.category("03")?.name.zh == "环境" && tree.category("02")?.isRetired == true)
            #expect(try await fixture.otherStore().current().categoryPlan == nil)
            #expect(
                try await fixture.store.history(of: .categories).map(\.kind) == [
                    "categoriesImported", "categoriesPlanned", "categoriesPlanWithdrawn", "categoriesPlanned",
                    "categoriesImported",
                ])
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func packsAreScheduledTakenBackAndConfirmed() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let text = try RulePacks.exampleTexts()[1].replacing("2026-01-01", with: "2027-01-01")
            let today = try day("2026-05-06")
            let admin = try await actor(fixture)
            let loaded = try await fixture.rules.load(
                text, earliest: today, reason: "按市里文件", submission: "a", by: admin)
            #expect(loaded.isNew)
            #expect(
                try await !fixture.rules.load(text, earliest: today, reason: "按市里文件", submission: "a", by: admin).isNew)
            let name = loaded.pack.reference
            let rule = try #require(loaded.pack.rules.first { $0.evidence == .secondary })
            try await fixture.rules.confirm(
                rule: rule.id, of: name, reason: "对照本县办法第三条", submission: "b", by: admin)
            let onlyPersons = await code {
                try await fixture.rules.confirm(
                    rule: rule.id, of: name, reason: "r", submission: "c", by: .system("operator"))
            }
            #expect(onlyPersons == "permission.denied")
            try await fixture.rules.withdraw(name, today: today, reason: "先不用", submission: "d", by: admin)
            try await fixture.rules.withdraw(name, today: today, reason: "先不用", submission: "d", by: admin)
            let packs = try await fixture.rules.rules().allPacks()
            #expect(packs.pack(reference: name)?.isWithdrawn == true)
            #expect(packs.pack(for: .hotline, on: try day("2027-06-01")) == nil)
            #expect(
                try await fixture.store.history(of: .rules).map(\.kind)
                    == ["rulePackEnded", "ruleConfirmed", "rulePackLoaded"])
            #expect(try await fixture.store.history(of: .rules)[1].reason == "对照本县办法第三条")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func aYearsNoticeMakesACalendar() throws {
        let calendar = TestRules.calendar
        let today = try day("2026-11-20")
        let text = try calendar.text(
            adding: 2027, source: "国办发明电〔2026〕7号", days: "休 2027-01-01 2027-01-03 元旦\nwork 2027-02-14 春节\n",
            today: today)
        let next = try WorkingCalendar(parsing: text)
        #expect(try next.covers(year: 2027) && next.isWorkingDay(day("2027-02-14")) == true)
        #expect(try next.isWorkingDay(day("2027-01-01")) == false && next.name(of: day("2027-01-02")) == "元旦")
        for year in calendar.knownYears {
            var date = try day("\(year)-01-01")
            while date.parts.year == year {
                #expect(
                    next.isWorkingDay(date) == calendar.isWorkingDay(date)
                        && next.name(of: date) == calendar.name(of: date))
                date = date.adding(days: 1)
            }
        }
        #expect(
            try WorkingCalendar(parsing: next.text(version: "again")).text(version: next.version) == text.normalised)
        for days in ["假期 2027-01-01 元旦", "休 2027-02-30 元旦", "休 2027-01-01", "work 2027-02-15 周一"] {
            #expect(throws: PlainError.self) {
                try calendar.text(adding: 2027, source: "x", days: days, today: today)
            }
        }
    }

    /// Same names keep their codes, whatever the order of the file; a file with faults names every line.
    @Test func aFileOfTheTreeIsADifference() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let present = try await fixture.store.current()
            let csv = "一级,二级,三级\n道路,路面,破损\n环境,噪声,夜间施工\n水电,供水,停水\n"
            let difference = try present.categoryDifference(csv: csv)
            #expect(difference.added.map(\.code) == ["03", "03.01", "03.01.01"])
            #expect(difference.retired.map(\.code) == ["01.01.02", "01.02", "01.02.01"])
            #expect(difference.renamed.isEmpty && difference.back.isEmpty && difference.unchanged == 6)
            do {
                _ = try present.categoryDifference(csv: "一级,二级,三级\n,供水,停水\n钉子户,,\n")
                Issue.record("taken")
            } catch let error as ImportProblems {
                #expect(error.problems.map(\.line) == [2, 3])
            }
        }
    }
}

extension String {
    /// The same file with the version line first and its days in order, as it is written.
    fileprivate var normalised: String {
        (try? WorkingCalendar(parsing: self)).map { $0.text(version: $0.version) } ?? ""
    }
}
