import Kernel
import Ledger
import Storage
import StorageTestKit
import Testing

@testable import Workbench

@Suite("Texts kept ready: fields and gaps") struct CannedMarksTests {
    private func marks(_ text: String) throws -> CannedMarks { try CannedMarks(text) }

    @Test func fieldsAndGapsAreCut() throws {
        let marks = try marks("您好。{{place}}的水箱 [[哪天]] 洗好了，{{ due }}前复查。")
        #expect(
            marks.pieces == [
                .words("您好。"), .field(.place), .words("的水箱 "), .gap("哪天"), .words(" 洗好了，"), .field(.due),
                .words("前复查。"),
            ])
    }

    @Test(
        "what is no mark is refused",
        arguments: [
            ("{{score}}", "canned.fieldUnknown"), ("{{due", "canned.markBroken"), ("[[哪天", "canned.markBroken"),
            ("好]]", "canned.markBroken"), ("}}", "canned.markBroken"), ("[[ ]]", "canned.markBroken"),
            ("[[一\n二]]", "canned.markBroken"), ("[[{{due}}]]", "canned.markBroken"),
        ])
    func broken(_ text: String, _ code: String) {
        #expect { try CannedMarks(text) } throws: { ($0 as? PlainError)?.code == code }
    }

    @Test func whatAMatterDoesNotGiveHasToBeSaid() throws {
        let marks = try marks("{{number}}：{{place}}，[[哪天]]。")
        #expect(marks.filled([.number: "2605-0001-9"], names: [.place: "地点"]) == "2605-0001-9：[[地点]]，[[哪天]]。")
    }

    @Test(
        "unedited is what says nothing besides",
        arguments: [
            ("您好。三号楼的水箱 6 月 1 日 洗好了。", true), ("您好。\n三号楼的水箱6 月 1 日洗好了。\n", true),
            ("您好。三号楼的水箱 6 月 1 日 洗好了。请放心。", false), ("您好！三号楼的水箱 6 月 1 日 洗好了。", false),
            ("洗好了。", false), ("", false),
            ("您好。\(String(repeating: "很", count: 200))的水箱 6 月 1 日 洗好了。", false),
        ])
    func unedited(_ text: String, _ expected: Bool) throws {
        let marks = try marks("您好。{{place}}的水箱 [[哪天]] 洗好了。")
        #expect(CannedMarks.isUnedited(text, [marks]) == expected)
    }

    @Test func severalTextsOneAfterTheOther() throws {
        let (first, second) = (try marks("您好。[[什么]]。"), try marks("有事请打 {{hotline}}"))
        #expect(CannedMarks.isUnedited("您好。灯亮了。\n\n有事请打 12345", [first, second]))
        #expect(!CannedMarks.isUnedited("您好。灯亮了。\n\n有事请打 12345", [first]))
        #expect(!CannedMarks.isUnedited("您好。灯亮了。", []))
        // A text of nothing but gaps has no words that could be left as they were.
        #expect(!CannedMarks.isUnedited("灯亮了。", [try marks("[[什么]]")]))
    }

    /// The last words stand at the end although they come before as well.
    @Test func wordsThatComeTwice() throws {
        let marks = try marks("水[[什么]]好了。")
        #expect(CannedMarks.isUnedited("水好了。灯也好了。", [marks]))
    }
}

@Suite("Texts kept ready: store") struct CannedTextTests {
    static let ann = StaffID(rawValue: 11)
    static let ben = StaffID(rawValue: 12)
    static let office = UnitID(rawValue: 21)
    static let county = UnitID(rawValue: 20)
    static let today = LocalDate(daysSinceEpoch: 20_594)

    private func withWorkbench(_ body: (Workbench, TestClock, any Database) async throws -> Void) async throws {
        try await withEachEngine(
            migrations: StorageMigrations.all + Ledger.migrations + Workbench.migrations
        ) { database in
            let clock = TestClock()
            let keys = try await KeyRing.open(database, with: InstallationKey.random())
            try await body(
                Workbench(
                    database: database, keys: keys, ids: IdentifierGenerator(clock: clock, node: 1), clock: clock),
                clock, database)
        }
    }

    private func draft(_ name: String = "水箱", _ body: String = "您好。[[哪天]]洗好了。", unit: UnitID = Self.office)
        -> CannedDraft
    {
        CannedDraft(
            name: name, form: .reply, category: "01", unit: unit, owner: Self.ann,
            validUntil: Self.today.adding(days: 30), body: body)
    }

    @Test func aFormSentTwiceMakesOneText() async throws {
        try await withWorkbench { workbench, _, _ in
            let first = try await workbench.addCanned(draft(), submission: "a", by: Self.ann, on: Self.today)
            let again = try await workbench.addCanned(draft(), submission: "a", by: Self.ann, on: Self.today)
            #expect(first == again)
            #expect(try await workbench.cannedTexts(of: [Self.office]).map(\.id) == [first])
        }
    }

    @Test func eachChangeIsAVersionThatStays() async throws {
        try await withWorkbench { workbench, _, _ in
            let id = try await workbench.addCanned(draft(), submission: "a", by: Self.ann, on: Self.today)
            try await workbench.changeCanned(
                id, to: draft("水箱清洗"), version: 1, by: Self.ben, on: Self.today)
            // Sent twice, or without a change: no further version, no conflict.
            try await workbench.changeCanned(
                id, to: draft("水箱清洗"), version: 1, by: Self.ben, on: Self.today)
            try await workbench.retireCanned(id, true, version: 2, by: Self.ann)
            let history = try await workbench.cannedHistory(of: id)
            #expect(history.map(\.version) == [3, 2, 1] && history.map(\.changedBy) == [Self.ann, Self.ben, Self.ann])
            #expect(history.map(\.isRetired) == [true, false, false] && history.map(\.draft.name).last == "水箱")
            // Whoever has an older page does not write over it.
            await #expect {
                try await workbench.changeCanned(
                    id, to: draft("别的"), version: 1, by: Self.ben, on: Self.today)
            } throws: {
                ($0 as? PlainError)?.code == "canned.changed"
            }
            // Retired is not deleted: a reply that used it can still say what it said.
            #expect(try await workbench.cannedTexts(of: [Self.office]).isEmpty)
            #expect(try await workbench.cannedTexts(of: [Self.office], retired: true).map(\.id) == [id])
            let used = try await workbench.cannedVersions([(id, 1), (id, 9)])
            #expect(used.map(\.draft.name) == ["水箱"])
        }
    }

    @Test func whatHasEndedIsNotOfferedAndItsOwnerSeesIt() async throws {
        try await withWorkbench { workbench, _, _ in
            let id = try await workbench.addCanned(draft(), submission: "a", by: Self.ann, on: Self.today)
            _ = try await workbench.addCanned(
                draft("县里的", unit: Self.county), submission: "b", by: Self.ben, on: Self.today)
            func offered(
                _ day: LocalDate, _ units: [UnitID] = [Self.county, Self.office], in form: DraftForm = .reply
            ) async throws -> [String] {
                let wish = CannedWish(of: units, in: [form], on: day)
                return try await workbench.state(
                    of: CaseID(rawValue: 7), for: Self.ann, predecessors: [], offering: wish
                )
                .offers.map(\.name)
            }
            let now = try await offered(Self.today)
            #expect(Set(now) == ["水箱", "县里的"])
            #expect(try await offered(Self.today, [Self.county], in: .note).isEmpty)
            #expect(try await offered(Self.today, [Self.county]).count == 1)
            let last = Self.today.adding(days: 30)
            #expect(try await offered(last).count == 2)
            #expect(try await offered(last.adding(days: 1)).isEmpty)
            #expect(try await workbench.endingTexts(of: Self.ann, before: Self.today).isEmpty)
            #expect(try await workbench.endingTexts(of: Self.ann, before: last.adding(days: 1)).count == 2)
            #expect(try await workbench.endingTexts(of: Self.ben, before: last.adding(days: 1)).isEmpty)
            try await workbench.renewCanned(id, until: last.adding(days: 100), version: 1, by: Self.ann)
            #expect(try await offered(last.adding(days: 1)) == ["水箱"])
        }
    }

    @Test func aPersonalTextIsItsOwnersAlone() async throws {
        try await withWorkbench { workbench, _, _ in
            var own = draft("我的")
            own.isPersonal = true
            let id = try await workbench.addCanned(own, submission: "a", by: Self.ann, on: Self.today)
            for (staff, expected) in [(Self.ann, [id]), (Self.ben, [])] {
                #expect(try await workbench.cannedTexts(of: [Self.office], for: staff).map(\.id) == expected)
                let offers = try await workbench.state(
                    of: CaseID(rawValue: 7), for: staff, predecessors: [],
                    offering: CannedWish(of: [Self.office], in: [.reply], on: Self.today)
                ).offers
                #expect(offers.map(\.id) == expected)
            }
            #expect(try await workbench.cannedHistory(of: id).map(\.draft.isPersonal) == [true])
        }
    }

    @Test(
        "what is wrong is told, all at once",
        arguments: [
            ("", "您好", "canned.nameMissing"), ("水箱", "", "canned.bodyMissing"),
            ("水箱", "请打 13800000027", "canned.personal"), ("水箱", "330100197001010011", "canned.personal"),
            ("水箱", "{{who}}", "canned.fieldUnknown"),
        ])
    func wrong(_ name: String, _ body: String, _ code: String) async throws {
        try await withWorkbench { workbench, _, database in
            await #expect {
                try await workbench.addCanned(
                    draft(name, body), submission: "a", by: Self.ann, on: Self.today)
            } throws: {
                ($0 as? PlainErrors)?.errors.map(\.code) == [code]
            }
            let rows = try await database.read { try $0.first("SELECT COUNT(*) FROM canned_versions")?.int(0) }
            #expect(rows == 0)
        }
    }

    @Test func daysHaveAnEnd() async throws {
        try await withWorkbench { workbench, _, _ in
            for (days, code) in [(-1, "canned.untilPast"), (800, "canned.untilFar")] {
                var changed = draft()
                changed.validUntil = Self.today.adding(days: days)
                let wanted = changed
                await #expect {
                    try await workbench.addCanned(
                        wanted, submission: "a", by: Self.ann, on: Self.today)
                } throws: {
                    ($0 as? PlainErrors)?.errors.map(\.code) == [code]
                }
            }
        }
    }

    /// The list beside every matter, and what a person must look through, follow an index.
    @Test func plans() async throws {
        try await withDatabase(
            .sqlite, migrations: StorageMigrations.all + Ledger.migrations + Workbench.migrations
        ) { database in
            let statements = [
                "SELECT id FROM canned_texts WHERE unit_id IN (1, 2) AND retired = 0 AND valid_until >= '2026-05-21'",
                "SELECT id FROM canned_texts WHERE owner_id = 1 AND retired = 0 AND valid_until < '2026-05-21'",
                "SELECT body FROM canned_versions WHERE text_id = 1 ORDER BY version DESC LIMIT 20",
            ]
            for statement in statements {
                let plan = try await database.read { tx in
                    try tx.rows("EXPLAIN QUERY PLAN \(statement)").map { try $0.text(3) }
                }
                #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(statement): \(plan)")
            }
        }
    }
}
