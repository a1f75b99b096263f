import Kernel
import Ledger
import Storage
import StorageTestKit
import Testing

@testable import Organisation

@Suite struct RulePackStoreTests {
    private static let pack = RulePackTests.good
        .replacing("kind: petition", with: "kind: hotline")
        .replacing("effectiveFrom: 2025-01-01", with: "effectiveFrom: 2027-01-01")
        .replacing("effectiveTo: 2025-12-31\n", with: "")
    private static let next = pack.replacing("version: 2", with: "version: 3")

    @Test func aLoadedPackIsKeptAsItIs() async throws {
        try await withFixture { fixture in
            let rules = fixture.rules
            let loaded = try await rules.load(Self.pack, earliest: try day("2026-11-21"), by: Fixture.actor)
            #expect(loaded.isNew && loaded.pack.reference == "local/2")
            #expect(try await !rules.load(Self.pack, earliest: nil, by: Fixture.actor).isNew)
            try await rules.load(Self.next, earliest: nil, by: Fixture.actor)
            let stored = try await rules.rules()
            #expect(stored.packs.map(\.pack.reference) == ["local/2", "local/3"])
            #expect(stored.packs[0].text == Self.pack)
            #expect(stored.packs[0].loadedBy == "system:test" && stored.packs[0].loadedAt == fixture.clock.now())
            #expect(try stored.allPacks().pack(for: .hotline, on: try day("2027-01-01"))?.version == 3)
            #expect(try stored.allPacks().pack(for: .petition, on: try day("2027-01-01"))?.id == "national-petition")
            #expect(try await fixture.verify() == [])
        }
    }

    @Test func whatWouldConfuseIsRefused() async throws {
        try await withFixture { fixture in
            let rules = fixture.rules
            func refusal(_ yaml: String, _ earliest: LocalDate? = nil) async -> RuleStoreError? {
                do {
                    _ = try await rules.load(yaml, earliest: earliest, by: Fixture.actor)
                    return nil
                } catch {
                    return error as? RuleStoreError
                }
            }
            try await rules.load(Self.next, earliest: nil, by: Fixture.actor)
            #expect(await refusal(Self.next + "\n# changed") == .taken("local/3"))
            #expect(await refusal(Self.pack) == .notNewer("local/2", 3))
            let other = Self.pack.replacing("version: 2", with: "version: 4")
            #expect(
                await refusal(other.replacing("kind: hotline", with: "kind: petition")) == .otherKind("local", .hotline)
            )
            #expect(
                try await refusal(other, day("2027-01-02")) == .inThePast(day("2027-01-01"), day("2027-01-02")))
            #expect(try await refusal(other, day("2027-01-01")) == nil)
            let petition = try OrganisationResources.text("packs/national-petition-2022-2.yaml")
            #expect(await refusal(petition + "\n# changed") == .taken("national-petition/2"))
            #expect(await refusal(petition) == nil)
            #expect(try await rules.rules().packs.count == 2)
            await #expect(throws: RulePackError.self) {
                try await rules.load("id: x", earliest: nil, by: Fixture.actor)
            }
        }
    }

    @Test func aPackEnds() async throws {
        try await withFixture { fixture in
            let rules = fixture.rules
            try await rules.load(Self.pack, earliest: nil, by: Fixture.actor)
            func refusal(_ name: String, _ last: String, _ earliest: String? = nil) async throws -> RuleStoreError? {
                let (last, earliest) = (try day(last), try earliest.map { try day($0) })
                do {
                    try await rules.end(name, on: last, earliest: earliest, by: Fixture.actor)
                    return nil
                } catch {
                    return error as? RuleStoreError
                }
            }
            #expect(try await refusal("nothing", "2027-12-31") == .unknown("nothing"))
            #expect(try await refusal("national-petition", "2027-12-31") == .builtIn("national-petition"))
            #expect(try await refusal("local/2", "2026-12-31") == .beforeItsStart("local/2", day("2027-01-01")))
            #expect(
                try await refusal("local", "2027-01-31", "2027-02-01")
                    == .inThePast(day("2027-01-31"), day("2027-02-01")))
            #expect(try await refusal("local", "2027-12-31") == nil)
            #expect(try await refusal("local", "2028-12-31") == .endedAlready("local"))
            let pack = try #require(try await rules.rules().packs.first).pack
            #expect(pack.effectiveTo?.description == "2027-12-31")
            #expect(try await rules.rules().allPacks().pack(for: .hotline, on: try day("2028-01-01")) == nil)
            #expect(try await refusal("local/2", "2027-06-30") == nil)
            #expect(try await rules.rules().packs.first?.pack.effectiveTo?.description == "2027-06-30")
            #expect(try await fixture.verify() == [])
        }
    }

    @Test(arguments: [
        "UPDATE rule_packs SET body = REPLACE(body, 'length: 24', 'length: 48')",
        "UPDATE rule_packs SET hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
        "UPDATE rule_packs SET last_day = '2030-01-01'", "UPDATE rule_packs SET loaded_by = 'system:other'",
        "UPDATE rule_packs SET loaded_at = loaded_at + 1", "UPDATE rule_packs SET reference = 'local/9'",
        "DELETE FROM rule_packs", "UPDATE calendars SET body = REPLACE(body, '2027-01-02', '2027-01-04')",
        "DELETE FROM calendars", "UPDATE calendars SET number = 7",
    ])
    func whatWasChangedOutsideIsNotUsed(statement: String) async throws {
        try await withFixture { fixture in
            try await fixture.rules.load(Self.pack, earliest: nil, by: Fixture.actor)
            try await fixture.rules.loadCalendar(
                try Self.calendar(), following: TestRules.calendar, by: Fixture.actor)
            _ = try await fixture.rules.rules()
            try await fixture.database.write { tx in try tx.execute(statement) }
            do {
                _ = try await fixture.rules.rules()
                Issue.record("used")
            } catch RuleStoreError.changed(let what) {
                #expect(what.contains(statement.contains("calendars") ? "calendar" : "rule pack"))
            }
            // A changed author or moment is no difference in the events, so only the seal tells.
            if !statement.contains("loaded_") { #expect(try await !fixture.verify().isEmpty) }
        }
    }

    @Test func withTheTextItsHashIsNoUseWithoutTheKey() async throws {
        try await withFixture { fixture in
            try await fixture.rules.load(Self.pack, earliest: nil, by: Fixture.actor)
            let forged = Self.pack.replacing("length: 24", with: "length: 48")
            let hash = RulePack.hash(of: forged)
            try await fixture.database.write { tx in
                try tx.execute("UPDATE rule_packs SET body = $1, hash = $2", [forged, hash])
            }
            await #expect(throws: RuleStoreError.self) { try await fixture.rules.rules() }
        }
    }

    @Test func aNewerCalendarCounts() async throws {
        try await withFixture { fixture in
            let rules = fixture.rules
            let builtIn = TestRules.calendar
            let text = try Self.calendar()
            let loaded = try await rules.loadCalendar(text, following: builtIn, by: Fixture.actor)
            #expect(loaded.isNew && loaded.calendar.covers(year: 2027))
            #expect(try await !rules.loadCalendar(text, following: builtIn, by: Fixture.actor).isNew)
            let later = text.replacing("test-2027.1", with: "test-2027.2")
                .replacing("2027-01-02", with: "2027-01-03")
            try await rules.loadCalendar(later, following: loaded.calendar, by: Fixture.actor)
            #expect(try await rules.rules().currentCalendar().version == "test-2027.2")
            #expect(try await fixture.verify() == [])

            func refusal(_ text: String) async -> RuleStoreError? {
                do {
                    _ = try await rules.loadCalendar(text, following: loaded.calendar, by: Fixture.actor)
                    return nil
                } catch {
                    return error as? RuleStoreError
                }
            }
            #expect(await refusal(text + "# more\n") == .taken("test-2027.1"))
            #expect(try await refusal(WorkingCalendar.builtInText()) == .taken(builtIn.version))
            #expect(await refusal("version\tother\nyear\t2027\t2027\tx\n") == .yearsLost(Array(2020...2026)))
        }
    }

    @Test func onlyWhoMayManageRulesLoadsThem() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let handler = try await fixture.staff("handler")
            let refused = await code {
                try await fixture.rules.load(Self.pack, earliest: nil, by: .staff(handler.id, unit: handler.unit))
            }
            #expect(refused == "permission.denied")
            let admin = try await fixture.staff("admin")
            let actor = Actor.staff(admin.id, unit: admin.unit)
            #expect(try await fixture.rules.load(Self.pack, earliest: nil, by: actor).isNew)
            #expect(try await fixture.rules.rules().packs.first?.loadedBy == actor.code)
        }
    }

    private static func calendar() throws -> String {
        try WorkingCalendar.builtInText().replacing("cn-2020-2026.1", with: "test-2027.1")
            + "year\t2027\t2027\t甲通知\noff\t2027-01-01\t2027-01-02\t元旦\n"
    }
}

extension Fixture {
    /// The rules of the store.
    var rules: RulePackStore { RulePackStore(organisation: store, keys: keys) }
}
