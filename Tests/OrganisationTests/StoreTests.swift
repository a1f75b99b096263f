import Kernel
import Ledger
import Storage
import Testing

@testable import Organisation

@Suite struct StoreTests {
    @Test func aSeedBecomesACounty() async throws {
        try await withFixture { fixture in
            let logins = try await fixture.seed()
            #expect(logins.map(\.signInName) == ["admin", "townadmin", "clerk"])
            let organisation = try await fixture.store.current()
            let county = try await fixture.unit("county")
            #expect(organisation.units.count == 7)
            #expect(organisation.subtree(of: county).count == 7)
            #expect(
                organisation.path(of: try await fixture.unit("shangwan")).map(\.code) == [
                    "county", "liuxi", "shangwan",
                ])
            #expect(organisation.areas(in: "990101").map(\.name.zh) == ["柳溪镇", "石桥镇"])
            #expect(organisation.staff(signInName: " ADMIN ")?.displayName == "管理员甲")
            #expect(organisation.staffMembers(of: try await fixture.unit("liuxi")).count == 2)
            let who = organisation.whoMay(.seeMatters, on: try await fixture.unit("shangwan"))
            #expect(who.map(\.staff.signInName) == ["clerk", "watcher"])
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func eventsAreChainedAndNameNobody() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            try await fixture.store.setGrants([], for: clerk.id, by: Fixture.actor)
            let stream = StreamID(rawValue: clerk.id.rawValue)
            let (events, bodies) = try await fixture.database.read { [events = fixture.events] tx in
                (try events.events(of: stream, in: tx), try tx.rows("SELECT body FROM events").map { try $0.text(0) })
            }
            #expect(events.map(\.kind) == ["staffAdded", "grantsSet"])
            #expect(events.map(\.version) == [1, 2])
            #expect(!bodies.contains { $0.contains("窗口甲") || $0.contains("clerk\"") || $0.contains("correct horse") })
            let report = try await LedgerVerifier(keys: fixture.keys).verify(fixture.database)
            #expect(report.findings.isEmpty)
        }
    }

    @Test func changedTablesAreFound() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            try await fixture.database.write { tx in
                try tx.execute("UPDATE staff_grants SET role = 'supervisor' WHERE role = 'handler'")
                try tx.execute("UPDATE catalogue_entries SET basis = 'x' WHERE id = '2'")
                try tx.execute("DELETE FROM areas WHERE code = '990101101'")
            }
            #expect(
                try await fixture.verify().map { $0.split(separator: " ").first } == ["staff", "area", "catalogue"])
        }
    }

    @Test func anotherProcessSeesAChangeWithinASecond() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let other = fixture.otherStore()
            #expect(try await other.current().units.count == 7)
            let county = try await fixture.unit("county")
            let id = try await fixture.store.addUnit(
                NewUnit(code: "new", name: LocalizedName(zh: "新局"), kind: .department, parent: county),
                by: Fixture.actor)
            #expect(try await fixture.store.current().unit(id)?.name.zh == "新局")
            #expect(try await other.current().unit(id) == nil)
            fixture.clock.advance(seconds: 1)
            #expect(try await other.current().unit(id) != nil)
        }
    }

    @Test func aMergedUnitHandsOver() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let (roads, water) = (try await fixture.unit("roads"), try await fixture.unit("water"))
            let team = try await fixture.unit("roads-team")
            try await fixture.store.mergeUnit(roads, into: water, on: try day("2026-06-01"), by: Fixture.actor)
            let organisation = try await fixture.store.current()
            #expect(organisation.currentSuccessor(of: roads, on: try day("2026-05-31")) == roads)
            #expect(organisation.currentSuccessor(of: roads, on: try day("2026-06-01")) == water)
            #expect(organisation.unit(roads)?.isValid(on: try day("2026-06-01")) == false)
            #expect(organisation.subtree(of: water) == [water, roads, team])
            #expect(organisation.isInside(team, water))
            #expect(!organisation.isInside(water, roads))
            let handler = Viewer(staff: try await fixture.staff("handler"), organisation: organisation)
            #expect(handler.may(.seeMatters, on: team))
            let duty = organisation.catalogue(category: "02", area: "990101", on: try day("2026-06-02"))
            #expect(duty.first?.unit == water)
            #expect(duty.first?.entry.unit == roads)
            #expect(
                await code {
                    try await fixture.store.mergeUnit(water, into: roads, on: try day("2026-07-01"), by: Fixture.actor)
                }
                    == "unit.merged")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func unitsAreChecked() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let county = try await fixture.unit("county")
            func add(_ code: String, _ name: String, parent: UnitID?) async throws -> UnitID {
                try await fixture.store.addUnit(
                    NewUnit(code: code, name: LocalizedName(zh: name), kind: .station, parent: parent),
                    by: Fixture.actor)
            }
            #expect(await code { try await add("water", "甲", parent: county) } == "unit.codeTaken")
            #expect(await code { try await add("a b", "甲", parent: county) } == "unit.codeInvalid")
            #expect(await code { try await add("ab", "", parent: county) } == "unit.nameInvalid")
            #expect(await code { try await add("ab", "甲", parent: UnitID(rawValue: 5)) } == "unit.unknown")
            let liuxi = try await fixture.unit("liuxi")
            let village = try await fixture.unit("shangwan")
            #expect(
                await code {
                    try await fixture.store.mergeUnit(
                        liuxi, into: village, on: try day("2026-06-01"), by: Fixture.actor)
                }
                    == "unit.successorInside")
        }
    }

    @Test func administratorsStayInTheirSubtree() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let town = Viewer(
                staff: try await fixture.staff("townadmin"), organisation: try await fixture.store.current())
            let (liuxi, water) = (try await fixture.unit("liuxi"), try await fixture.unit("water"))
            let clerk = try await fixture.staff("clerk")
            let watcher = try await fixture.staff("watcher")
            let store = fixture.store
            let guardID = try await store.addStaff(
                NewStaff(
                    signInName: "guard", displayName: "安全员甲", unit: liuxi,
                    grants: [RoleGrant(role: .securityAdministrator, unit: liuxi)]), by: Fixture.actor)
            let security = Actor.staff(guardID, unit: liuxi)
            try await store.setGrants([RoleGrant(role: .handler, unit: liuxi)], for: clerk.id, by: security)
            #expect(try await fixture.staff("clerk").grants == [RoleGrant(role: .handler, unit: liuxi)])
            let wider = RoleGrant(role: .handler, unit: water)
            #expect(
                await code { try await store.setGrants([wider], for: clerk.id, by: security) } == "permission.denied")
            #expect(
                await code { try await store.setGrants([], for: watcher.id, by: security) } == "permission.denied")
            #expect(
                await code { try await store.setGrants([], for: clerk.id, by: town.actor) } == "permission.denied")
            #expect(
                await code { try await store.setPassword(Fixture.password, for: watcher.id, by: security) }
                    == "permission.denied")
            #expect(
                await code { try await store.setGrants([], for: guardID, by: security) } == "staff.ownGrants")
            let new = NewStaff(signInName: "neu", displayName: "新人", unit: water, grants: [])
            #expect(await code { try await store.addStaff(new, by: town.actor) } == "permission.denied")
            #expect(await code { try await store.addStaff(new, by: watcher.actor) } == "permission.denied")
            #expect(await code { try await store.addStaff(new, by: .newReporter) } == "permission.denied")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func staffAreChecked() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let water = try await fixture.unit("water")
            func add(_ name: String, _ shown: String = "某", password: String? = nil) async -> String? {
                await code {
                    try await fixture.store.addStaff(
                        NewStaff(signInName: name, displayName: shown, unit: water, grants: []), password: password,
                        by: Fixture.actor)
                }
            }
            #expect(await add("Clerk") == "staff.signInNameTaken")
            #expect(await add("x") == "staff.signInNameInvalid")
            #expect(await add("xx", "") == "staff.displayNameInvalid")
            #expect(await add("xx", password: "short") == "password.tooShort")
            #expect(await add("longenough", password: "LongEnough") == "password.isName")
            #expect(await add("xx", password: "aaaaaaaaaaaa") == "password.tooSimple")
            #expect(await add("xx", password: String(repeating: "ab", count: 101)) == "password.tooLong")
            #expect(await add("王小明", password: "一二三四五六七八九十") == nil)
        }
    }

    @Test func aSecondSeedIsRefused() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            #expect(await code { try await fixture.seed() } == "organisation.notEmpty")
        }
    }
}

extension StaffMember {
    fileprivate var actor: Actor { .staff(id, unit: unit) }
}
