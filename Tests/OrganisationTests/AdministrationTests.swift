import Kernel
import Storage
import Testing

@testable import Organisation

@Suite struct AdministrationTests {
    private struct Three {
        let system: Actor
        let security: Actor
        let audit: Actor
    }

    private static let today = LocalDate(daysSinceEpoch: 20_717)

    private func three(_ fixture: Fixture) async throws -> Three {
        try await fixture.seed()
        let county = try await fixture.unit("county")
        func add(_ name: String, _ role: Role) async throws -> Actor {
            let id = try await fixture.store.addStaff(
                NewStaff(
                    signInName: name, displayName: name, unit: county, grants: [RoleGrant(role: role, unit: county)]),
                by: Fixture.actor)
            return .staff(id, unit: county)
        }
        return Three(
            system: try await add("system", .systemAdministrator),
            security: try await add("security", .securityAdministrator),
            audit: try await add("audit", .auditAdministrator))
    }

    private func order(
        _ change: PlannedChange, _ reason: String = "机构改革", on day: LocalDate = today, submission: String? = nil,
        seen: String? = nil
    ) -> ChangeOrder {
        ChangeOrder(change, because: reason, on: day, today: Self.today, submission: submission, seen: seen)
    }

    @Test func eachAdministratorDoesOnlyTheirPart() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let (store, water) = (fixture.store, try await fixture.unit("water"))
            let handler = try await fixture.staff("handler")
            let new = NewStaff(signInName: "neu", displayName: "新人", unit: water, grants: [])
            for actor in [three.security, three.audit] {
                #expect(await code { try await store.addStaff(new, by: actor) } == "permission.denied")
                #expect(
                    await code { try await store.moveStaff(handler.id, to: water, by: actor) } == "permission.denied")
                #expect(await code { try await store.deactivateStaff(handler.id, by: actor) } == "permission.denied")
            }
            for actor in [three.system, three.audit] {
                #expect(
                    await code { try await store.setGrants([], for: handler.id, by: actor) } == "permission.denied")
                #expect(
                    await code { try await store.setPassword(Fixture.password, for: handler.id, by: actor) }
                        == "permission.denied")
                #expect(
                    await code { try await store.endSessions(of: handler.id, because: "试", by: actor) }
                        == "permission.denied")
            }
            let id = try await store.addStaff(new, by: three.system)
            try await store.setGrants([RoleGrant(role: .handler, unit: water)], for: id, by: three.security)
            let own = try #require(three.security.staffID)
            #expect(
                await code { try await store.setGrants([], for: own, by: three.security) } == "staff.ownGrants")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func nobodyIsTwoAdministratorsOrOneAndSomethingElse() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let county = try await fixture.unit("county")
            let clerk = try await fixture.staff("clerk")
            for first in Role.administrators {
                for second in Role.allCases where second != first {
                    let grants = [RoleGrant(role: first, unit: county), RoleGrant(role: second, unit: county)]
                    #expect(
                        await code { try await fixture.store.setGrants(grants, for: clerk.id, by: three.security) }
                            == "staff.administratorsApart")
                    // Not even the operator can.
                    #expect(
                        await code { try await fixture.store.setGrants(grants, for: clerk.id, by: Fixture.actor) }
                            == "staff.administratorsApart")
                }
            }
        }
    }

    @Test func aChangeIsShownBeforeItIsMadeAndStandsInTheHistory() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let (store, team) = (fixture.store, try await fixture.unit("roads-team"))
            let water = try await fixture.unit("water")
            let change = PlannedChange.moveUnit(team, under: water)
            let shown = try await store.preview(change, today: Self.today, by: three.system)
            #expect(shown.changes.map(\.field) == [.parent])
            #expect(shown.changes.first?.after == .unit(water))
            // Looking changed nothing.
            let roads = try await fixture.unit("roads")
            #expect(try await store.current().unit(team)?.parent == roads)
            let outcome = try await store.commit(
                order(change, submission: "form-1", seen: shown.fingerprint), by: three.system)
            #expect(outcome == .done)
            #expect(try await store.current().unit(team)?.parent == water)
            // Sent again: the same answer, and nothing more.
            #expect(
                try await store.commit(order(change, submission: "form-1", seen: shown.fingerprint), by: three.system)
                    == .done)
            var wanted = HistoryRequest()
            wanted.unit = team
            let lines = try await store.history(wanted).lines
            #expect(lines.map(\.kind) == ["unitChanged", "unitAdded"])
            #expect(lines[0].reason == "机构改革")
            #expect(lines[0].actor == three.system)
            #expect(lines[0].changes == shown.changes)
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func whatDiffersFromWhatWasShownIsNotMade() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let store = fixture.store
            let (handler, water) = (try await fixture.staff("handler"), try await fixture.unit("water"))
            let roads = try await fixture.unit("roads")
            let shown = try await store.preview(.moveStaff(handler.id, to: roads), today: Self.today, by: three.system)
            try await store.moveStaff(handler.id, to: try await fixture.unit("liuxi"), by: three.system)
            #expect(
                await code {
                    try await store.commit(
                        order(.moveStaff(handler.id, to: roads), seen: shown.fingerprint), by: three.system)
                } == "change.other")
            #expect(
                await code { try await store.commit(order(.moveStaff(handler.id, to: water), " "), by: three.system) }
                    == "change.reasonMissing")
            #expect(
                await code {
                    try await store.commit(
                        order(.moveStaff(handler.id, to: water), on: Self.today.adding(days: -1)), by: three.system)
                } == "change.past")
        }
    }

    @Test func aPlannedChangeHappensOnItsDayExactlyOnce() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let store = fixture.store
            let (handler, roads) = (try await fixture.staff("handler"), try await fixture.unit("roads"))
            let day = Self.today.adding(days: 3)
            let outcome = try await store.commit(order(.moveStaff(handler.id, to: roads), on: day), by: three.system)
            guard case .scheduled(let id) = outcome else {
                Issue.record("not scheduled")
                return
            }
            #expect(try await store.carryOutPlans(today: day.adding(days: -1)) == 0)
            #expect(try await fixture.staff("handler").unit != roads)
            let other = fixture.otherStore()
            async let first = store.carryOutPlans(today: day)
            async let second = other.carryOutPlans(today: day)
            #expect(try await first + second == 1)
            #expect(try await fixture.staff("handler").unit == roads)
            #expect(try await store.current().plan(id) == nil)
            var wanted = HistoryRequest()
            wanted.staff = handler.id
            let line = try #require(try await store.history(wanted).lines.first)
            #expect(line.kind == "staffMoved")
            #expect(line.reason == "机构改革")
            #expect(line.actor == .system("schedule"))
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func aPlannedChangeCanBeTakenBackAndFailsWithItsReason() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let store = fixture.store
            let (team, water) = (try await fixture.unit("roads-team"), try await fixture.unit("water"))
            let day = Self.today.adding(days: 1)
            guard
                case .scheduled(let first) = try await store.commit(
                    order(.moveUnit(team, under: water), on: day), by: three.system)
            else {
                Issue.record("not scheduled")
                return
            }
            try await store.withdraw(first, because: "不改了", by: three.system)
            #expect(try await store.carryOutPlans(today: day) == 0)
            _ = try await store.commit(order(.moveUnit(team, under: water), on: day), by: three.system)
            // The unit below which it should hang ends before the day.
            try await store.mergeUnit(water, into: try await fixture.unit("roads"), on: day, by: Fixture.actor)
            #expect(try await store.carryOutPlans(today: day) == 0)
            var wanted = HistoryRequest()
            wanted.topic = .plans
            let lines = try await store.history(wanted).lines
            #expect(lines.compactMap(\.end) == [.failed, .withdrawn])
            #expect(try await store.current().plans.isEmpty)
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func rightsAreProposedByOneAndGivenByAnother() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let store = fixture.store
            let (handler, water) = (try await fixture.staff("handler"), try await fixture.unit("water"))
            let grants = [RoleGrant(role: .approver, unit: water)]
            let change = PlannedChange.setGrants([GrantSetting(staff: handler.id, grants: grants)])
            guard case .waiting(let id) = try await store.commit(order(change), by: three.system) else {
                Issue.record("not waiting")
                return
            }
            #expect(try await fixture.staff("handler").grants != grants)
            #expect(try await store.carryOutPlans(today: Self.today.adding(days: 9)) == 0)
            for actor in [three.system, three.audit] {
                #expect(
                    await code { try await store.consent(to: id, because: "好", today: Self.today, by: actor) } != nil)
            }
            try await store.consent(to: id, because: "接替", today: Self.today, by: three.security)
            #expect(try await fixture.staff("handler").grants == grants)
            let origin = try #require(try await store.origins(of: handler.id)[grants[0]])
            #expect(origin.by == three.security)
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func aDeputyStandsInForTheDaysOfALeave() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let store = fixture.store
            let handler = try await fixture.staff("handler")
            let (water, county) = (try await fixture.unit("water"), try await fixture.unit("county"))
            let deputy = try await store.addStaff(
                NewStaff(signInName: "deputy", displayName: "副手", unit: water, grants: []), by: three.system)
            let leave = Leave(from: Self.today, to: Self.today.adding(days: 4), deputy: deputy)
            let clerk = try await fixture.staff("clerk")
            let elsewhere = Leave(from: leave.from, to: leave.to, deputy: clerk.id)
            #expect(
                await code { try await store.commit(order(.setLeave(handler.id, elsewhere)), by: three.system) }
                    == "leave.deputyElsewhere")
            #expect(try await store.commit(order(.setLeave(handler.id, leave)), by: three.system) == .done)
            let organisation = try await store.current()
            #expect(organisation.deputises(deputy, on: Self.today) == [handler.id])
            #expect(organisation.standIn(for: handler.id, on: Self.today) == deputy)
            #expect(organisation.standIn(for: handler.id, on: Self.today.adding(days: 5)) == handler.id)
            #expect(organisation.unit(county) != nil)
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func anOlderStoreListsItsChangesOnce() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            try await fixture.database.write { tx in try tx.execute("DELETE FROM organisation_history") }
            #expect(try await fixture.verify() != [])
            try await fixture.store.listOlderChanges()
            try await fixture.store.listOlderChanges()
            #expect(try await fixture.verify().isEmpty)
            #expect(try await !fixture.store.history(HistoryRequest()).lines.isEmpty)
        }
    }

    @Test func signInsAreNotedForTheAuditAdministrator() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            _ = await code { try await fixture.signIn.signIn(name: "clerk", password: "wrong wrong wrong") }
            _ = try await fixture.signIn.signIn(name: "clerk", password: Fixture.password)
            _ = await code { try await fixture.signIn.signIn(name: "nobody", password: "wrong wrong wrong") }
            let lines = try await fixture.store.signIns().lines
            #expect(lines.map(\.outcome) == [.entered, .wrongPassword])
            fixture.clock.advance(minutes: 60 * 24 * 200)
            #expect(try await fixture.store.forgetOldSignIns() == 2)
        }
    }

    @Test func aLookEndsByItselfAndIsRecorded() async throws {
        try await withFixture { fixture in
            let three = try await three(fixture)
            let store = fixture.store
            let county = try await fixture.unit("county")
            let system = try #require(three.system.staffID)
            let (token, _) = try await fixture.sessions.open(for: system, passed: true)
            let organisation = try await store.current()
            let viewer = Viewer(staff: try #require(organisation.staff(system)), organisation: organisation)
            #expect(
                await code {
                    try await store.beginLook(
                        as: .sealedReceiver, in: county, because: "看", token: token, sessions: fixture.sessions,
                        by: viewer)
                } == "look.role")
            try await store.beginLook(
                as: .handler, in: county, because: "核对菜单", token: token, sessions: fixture.sessions, by: viewer)
            #expect(try await fixture.sessions.session(token: token)?.look?.role == .handler)
            fixture.clock.advance(minutes: 29)
            #expect(try await fixture.sessions.session(token: token)?.look != nil)
            fixture.clock.advance(minutes: 1)
            #expect(try await fixture.sessions.session(token: token)?.look == nil)
            try await store.beginLook(
                as: .leader, in: county, because: "核对菜单", token: token, sessions: fixture.sessions, by: viewer)
            try await store.endLook(token: token, sessions: fixture.sessions, by: three.system)
            #expect(try await fixture.sessions.session(token: token)?.look == nil)
            var wanted = HistoryRequest()
            wanted.topic = .looks
            let lines = try await store.history(wanted).lines
            #expect(lines.map(\.kind) == ["lookEnded", "lookBegun", "lookBegun"])
            #expect(lines.last?.reason == "核对菜单")
            #expect(try await fixture.verify().isEmpty)
        }
    }
}
